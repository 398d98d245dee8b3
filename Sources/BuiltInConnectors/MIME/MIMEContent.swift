// What a part of a mail is: its type and disposition with their parameters (RFC 2045 §5, RFC 2183, RFC 2231).

/// Type and name of a part.
struct MIMEContent: Sendable {
    /// Like `text/plain`, in lower case.
    let type: String
    let charset: String?
    /// Between the parts of a `multipart`.
    let boundary: String?
    /// What the file is called, as the mail says it.
    let name: String?
    let isAttachment: Bool
    let isInline: Bool

    init(_ header: MIMEHeader) {
        let (type, parameters) = Self.parsed(header.first("content-type") ?? "text/plain")
        let (disposition, more) = Self.parsed(header.first("content-disposition") ?? "")
        // RFC 2045 §5.2: what can't be read is plain text.
        let isType = type.split(separator: "/", omittingEmptySubsequences: false).count == 2 && MediaType.isOne(type)
        self.type = isType ? type : type == "text" ? "text/plain" : type == "html" ? "text/html" : "text/plain"
        charset = parameters["charset"]
        boundary = parameters["boundary"].flatMap { $0.isEmpty || $0.utf8.count > 512 ? nil : $0 }
        name = more["filename"] ?? parameters["name"]
        isAttachment = disposition == "attachment"
        isInline = disposition == "inline"
    }

    /// The name as one of a file: without folders and control characters, never empty.
    func fileName(number: Int) -> String {
        let last = (name ?? "").split(whereSeparator: { $0 == "/" || $0 == "\\" }).last ?? ""
        let clean = String(
            last.unicodeScalars.filter {
                $0.properties.generalCategory != .control && $0.properties.generalCategory != .format
            }
        )
        .trimmingCharacters { $0 == " " || $0 == "." }
        guard clean.isEmpty else { return String(clean.prefix(200)) }
        return type == "message/rfc822" ? "mail-\(number).eml" : "attachment-\(number)" + MediaType.ending(of: type)
    }

    /// `value; name=value; name*0="va"; name*1="lue"; name*=UTF-8''v%C3%A4lue`
    static func parsed(_ text: String) -> (value: String, parameters: [String: String]) {
        let parts = pieces(text)
        let value = (parts.first ?? "").trimmingCharacters { $0 == " " }.lowercased()
        var plain: [String: String] = [:]
        // By name and number of the piece.
        var extended: [String: [Int: (text: String, isEncoded: Bool)]] = [:]
        for part in parts.dropFirst().prefix(200) {
            guard let equals = part.firstIndex(of: "=") else { continue }
            let name = part[..<equals].trimmingCharacters { $0 == " " }.lowercased()
            let value = unquoted(part[part.index(after: equals)...].trimmingCharacters { $0 == " " })
            guard name.contains("*") else {
                if plain[name] == nil { plain[name] = EncodedWords.decoded(value) }
                continue
            }
            let pieces = name.split(separator: "*", omittingEmptySubsequences: false)
            guard let number = pieces[1].isEmpty ? 0 : Int(pieces[1]), (0..<1_000).contains(number) else { continue }
            extended[String(pieces[0]), default: [:]][number] = (value, name.hasSuffix("*"))
        }
        for (name, pieces) in extended { plain[name] = joined(pieces) }
        return (value, plain)
    }

    /// Pieces in the order of their numbers, up to the first one that is missing.
    private static func joined(_ pieces: [Int: (text: String, isEncoded: Bool)]) -> String {
        var charset: String?
        var bytes: [UInt8] = []
        var number = 0
        while let piece = pieces[number] {
            var text = piece.text
            if piece.isEncoded, number == 0 {
                let parts = text.split(separator: "'", maxSplits: 2, omittingEmptySubsequences: false)
                if parts.count == 3 { (charset, text) = (String(parts[0]), String(parts[2])) }
            }
            bytes += piece.isEncoded ? percentDecoded(text) : Array(text.utf8)
            number += 1
        }
        return MIMECharset.text(bytes[...], charset)
    }

    private static func percentDecoded(_ text: String) -> [UInt8] {
        var output: [UInt8] = []
        let bytes = Array(text.utf8)
        var place = 0
        while place < bytes.count {
            if bytes[place] == UInt8(ascii: "%"), place + 2 < bytes.count,
                let high = MIMETransfer.digit(bytes[place + 1]),
                let low = MIMETransfer.digit(bytes[place + 2])
            {
                output.append(high << 4 | low)
                place += 3
            } else {
                output.append(bytes[place])
                place += 1
            }
        }
        return output
    }

    /// Split at the semicolons that stand in no quotes.
    private static func pieces(_ text: String) -> [String] {
        var pieces = [""]
        var (isQuoted, isEscaped) = (false, false)
        for character in text {
            if isEscaped {
                isEscaped = false
            } else if character == "\\", isQuoted {
                isEscaped = true
            } else if character == "\"" {
                isQuoted.toggle()
            } else if character == ";", !isQuoted {
                pieces.append("")
                continue
            }
            pieces[pieces.count - 1].append(character)
        }
        return pieces
    }

    private static func unquoted(_ text: String) -> String {
        guard text.hasPrefix("\"") else { return text }
        var output = ""
        var isEscaped = false
        for character in text.dropFirst() {
            if isEscaped {
                output.append(character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if character == "\"" {
                break
            } else {
                output.append(character)
            }
        }
        return output
    }
}
