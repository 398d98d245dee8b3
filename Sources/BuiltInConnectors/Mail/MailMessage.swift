// A mail as bytes: headers (RFC 5322), structure (RFC 2045, 2046) and parts.

import ConnectorKit

/// A file in a mail.
struct MailAttachment {
    let name: String
    let type: String
    let content: [UInt8]
}

/// Everything that makes a message. The same values give the same bytes.
struct MailMessage {
    let id: String
    /// Since 1970; the `Date` header.
    let milliseconds: Int
    let from: MailAddress
    let to: [MailAddress]
    let cc: [MailAddress]
    let bcc: [MailAddress]
    let replyTo: MailAddress?
    let subject: String
    let text: String?
    let html: String?
    let attachments: [MailAttachment]

    /// All who get it, each once.
    var recipients: [MailAddress] {
        var seen: Set<String> = []
        return (to + cc + bcc).filter { seen.insert($0.address).inserted }
    }

    /// The message with CRLF line ends; `bcc` is not in it.
    var bytes: [UInt8] {
        var headers = ["Date: \(CalendarText.mailDate(milliseconds: milliseconds))", "Message-ID: \(id)"]
        headers.append("From: \(from.header)")
        headers.append("To: \(to.map(\.header).joined(separator: ",\r\n "))")
        if !cc.isEmpty { headers.append("Cc: \(cc.map(\.header).joined(separator: ",\r\n "))") }
        if let replyTo { headers.append("Reply-To: \(replyTo.header)") }
        headers.append("Subject: \(MailHeader.encoded(subject))")
        headers.append("MIME-Version: 1.0")
        let body = attachments.isEmpty ? content : mixed
        return Array((headers + body.headers).joined(separator: "\r\n").utf8) + Array("\r\n\r\n".utf8) + body.bytes
    }

    // MARK: Parts

    private struct Part {
        var headers: [String]
        var bytes: [UInt8]
    }

    /// Text, HTML, or both as alternatives.
    private var content: Part {
        let parts = [text.map { part($0, "plain") }, html.map { part($0, "html") }].compactMap { $0 }
        return parts.count == 1 ? parts[0] : multipart("alternative", parts)
    }

    private var mixed: Part {
        multipart(
            "mixed",
            [content]
                + attachments.map { file in
                    Part(
                        headers: [
                            "Content-Type: \(file.type)", "Content-Transfer-Encoding: base64",
                            "Content-Disposition: attachment; \(MailHeader.parameter("filename", file.name))",
                        ], bytes: MailBody.base64(file.content))
                })
    }

    private func part(_ text: String, _ kind: String) -> Part {
        Part(
            headers: ["Content-Type: text/\(kind); charset=utf-8", "Content-Transfer-Encoding: quoted-printable"],
            bytes: MailBody.quotedPrintable(text))
    }

    private func multipart(_ kind: String, _ parts: [Part]) -> Part {
        // "=_" can't occur in quoted-printable or base64 (RFC 2045 §6.7), so no part can hold the boundary.
        let boundary = "=_galley_\(kind)"
        var bytes: [UInt8] = []
        for part in parts {
            bytes += Array("--\(boundary)\r\n\(part.headers.joined(separator: "\r\n"))\r\n\r\n".utf8)
            bytes += part.bytes
            bytes += Array("\r\n".utf8)
        }
        bytes += Array("--\(boundary)--\r\n".utf8)
        return Part(headers: ["Content-Type: multipart/\(kind); boundary=\"\(boundary)\""], bytes: bytes)
    }
}

/// Bodies as lines of at most 76 ASCII characters (RFC 2045 §6.7, §6.8).
enum MailBody {
    static func quotedPrintable(_ text: String) -> [UInt8] {
        var output: [UInt8] = []
        var column = 0
        let bytes = Array(text.utf8)
        func isLineEnd(_ place: Int) -> Bool { place >= bytes.count || bytes[place] == 0x0A || bytes[place] == 0x0D }
        var place = 0
        while place < bytes.count {
            let byte = bytes[place]
            if byte == 0x0D || byte == 0x0A {
                output += [0x0D, 0x0A]
                column = 0
                place += byte == 0x0D && place + 1 < bytes.count && bytes[place + 1] == 0x0A ? 2 : 1
                continue
            }
            let isSpaceAtEnd = (byte == 0x20 || byte == 0x09) && isLineEnd(place + 1)
            let isPlain = (byte >= 0x20 && byte < 0x7F && byte != 0x3D || byte == 0x09) && !isSpaceAtEnd
            let width = isPlain ? 1 : 3
            if column + width > 75 {
                output += [0x3D, 0x0D, 0x0A]
                column = 0
            }
            if isPlain { output.append(byte) } else { output += Array("=".utf8) + hex(byte) }
            column += width
            place += 1
        }
        return output
    }

    static func base64(_ content: [UInt8]) -> [UInt8] {
        let text = Array(Base64Text.encode(content).utf8)
        var output: [UInt8] = []
        output.reserveCapacity(text.count + text.count / 38)
        for start in stride(from: 0, to: text.count, by: 76) {
            if start > 0 { output += [0x0D, 0x0A] }
            output += text[start..<min(start + 76, text.count)]
        }
        return output
    }

    static func hex(_ byte: UInt8) -> [UInt8] {
        let digits = Array("0123456789ABCDEF".utf8)
        return [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
}
