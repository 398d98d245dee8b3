// Transfer encodings of mail bodies (RFC 2045 §6): 7bit, quoted-printable, base64.

import ConnectorKit
import RecipeLanguage

/// One part of a mail: its header lines and its encoded bytes.
struct MailPart {
    let head: String
    let body: [UInt8]

    /// A text of the given subtype, in the encoding that keeps it readable.
    static func text(_ text: String, subtype: String) -> MailPart {
        let lines = normalLines(Array(text.utf8))
        let head = "Content-Type: text/\(subtype); charset=utf-8\r\n"
        let isPlain = lines.allSatisfy { line in
            line.count <= 76 && line.allSatisfy { $0 < 0x7F && ($0 >= 0x20 || $0 == 0x09) } && line.last != 0x20
                && line.last != 0x09
        }
        if isPlain {
            return MailPart(
                head: head + "Content-Transfer-Encoding: 7bit\r\n", body: Array(lines.joined(separator: [0x0D, 0x0A])))
        }
        let beyond = text.utf8.reduce(0) { $0 + ($1 >= 0x80 ? 1 : 0) }
        if beyond * 3 > text.utf8.count {
            return MailPart(
                head: head + "Content-Transfer-Encoding: base64\r\n",
                body: base64Lines(Array(lines.joined(separator: [0x0D, 0x0A]))))
        }
        let encoded = lines.map { quotedPrintable($0) }
        return MailPart(
            head: head + "Content-Transfer-Encoding: quoted-printable\r\n",
            body: Array(encoded.joined(separator: [0x0D, 0x0A])))
    }

    /// A file.
    static func attachment(_ bytes: [UInt8], name: String, type: String) -> MailPart {
        let head =
            "Content-Type: \(type)\(MailHeader.parameter("name", name))\r\n"
            + "Content-Transfer-Encoding: base64\r\n"
            + "Content-Disposition: attachment\(MailHeader.parameter("filename", name))\r\n"
        return MailPart(head: head, body: base64Lines(bytes))
    }

    /// Several parts, one after the other.
    static func multipart(_ subtype: String, _ parts: [MailPart], boundary: String) -> MailPart {
        var body: [UInt8] = []
        for part in parts {
            body += Array("--\(boundary)\r\n\(part.head)\r\n".utf8)
            body += part.body
            body += [0x0D, 0x0A]
        }
        body += Array("--\(boundary)--".utf8)
        return MailPart(head: "Content-Type: multipart/\(subtype);\r\n boundary=\"\(boundary)\"\r\n", body: body)
    }

    /// The lines of a text, whichever way they end.
    private static func normalLines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var start = 0
        var place = 0
        while place < bytes.count {
            if bytes[place] == 0x0A || bytes[place] == 0x0D {
                lines.append(bytes[start..<place])
                if bytes[place] == 0x0D, place + 1 < bytes.count, bytes[place + 1] == 0x0A { place += 1 }
                start = place + 1
            }
            place += 1
        }
        lines.append(bytes[start...])
        return lines
    }

    /// One line in quoted-printable, with soft breaks so that no line has more than 76 characters.
    static func quotedPrintable(_ line: ArraySlice<UInt8>) -> [UInt8] {
        let digits = Array("0123456789ABCDEF".utf8)
        var encoded: [UInt8] = []
        var width = 0
        for (place, byte) in zip(line.indices, line) {
            let isLast = place == line.endIndex - 1
            let isSpace = byte == 0x20 || byte == 0x09
            let isPlain = (byte >= 0x21 && byte <= 0x7E && byte != UInt8(ascii: "=")) || (isSpace && !isLast)
            let piece = isPlain ? [byte] : [UInt8(ascii: "="), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            if width + piece.count > (isLast ? 76 : 75) {
                encoded += [UInt8(ascii: "="), 0x0D, 0x0A]
                width = 0
            }
            encoded += piece
            width += piece.count
        }
        return encoded
    }

    /// Base64 in lines of 76 characters.
    static func base64Lines(_ bytes: [UInt8]) -> [UInt8] {
        let text = Array(Base64Text.encode(bytes).utf8)
        var lines: [UInt8] = []
        lines.reserveCapacity(text.count + text.count / 38)
        for start in stride(from: 0, to: text.count, by: 76) {
            if start > 0 { lines += [0x0D, 0x0A] }
            lines += text[start..<min(start + 76, text.count)]
        }
        return lines
    }
}
