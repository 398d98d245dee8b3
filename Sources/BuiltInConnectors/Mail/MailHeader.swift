// Addresses and header values: nothing in them can start a header of its own.

import ConnectorKit

/// One person: an address with or without a name.
struct MailAddress: Hashable {
    let name: String?
    let address: String

    /// `ada@example.org` or `Ada Lovelace <ada@example.org>`.
    /// - Throws: `bad_input` that names the field.
    init(_ text: String, field: String) throws(ConnectorError) {
        let text = try MailHeader.checked(text, field: field).trimmed
        if text.last == ">", let open = text.lastIndex(of: "<") {
            address = String(text[text.index(after: open)...].dropLast())
            let name = String(text[..<open]).trimmed
            let bare =
                name.count > 1 && name.first == "\"" && name.last == "\"" ? String(name.dropFirst().dropLast()) : name
            self.name = bare.isEmpty ? nil : bare
        } else {
            (address, name) = (text, nil)
        }
        let parts = address.split(separator: "@", omittingEmptySubsequences: false)
        let isPlain = address.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"<>()[],;:\\\"".utf8.contains($0) }
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }), isPlain, address.utf8.count <= 254 else {
            throw ConnectorError(
                type: "bad_input", "\"\(field)\": \"\(text.prefix(100))\" is not a mail address like ada@example.org")
        }
    }

    /// Several, separated by commas outside of quotes.
    static func list(_ text: String, field: String) throws(ConnectorError) -> [MailAddress] {
        var (parts, current, quoted) = ([String](), "", false)
        for character in text {
            if character == "\"" { quoted.toggle() }
            if character == ",", !quoted {
                parts.append(current)
                current = ""
            } else {
                current.append(character)
            }
        }
        var addresses: [MailAddress] = []
        for part in parts + [current] where !part.trimmed.isEmpty {
            addresses.append(try MailAddress(part, field: field))
        }
        return addresses
    }

    /// As it stands in a header.
    var header: String {
        guard let name else { return address }
        let isPlain = name.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
        let quoted = name.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        return (isPlain ? "\"\(quoted)\"" : MailHeader.encoded(name)) + " <\(address)>"
    }
}

enum MailHeader {
    /// - Throws: `bad_input` for a value with a line break or another control character.
    static func checked(_ text: String, field: String) throws(ConnectorError) -> String {
        guard !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
            throw ConnectorError(
                type: "bad_input",
                "\"\(field)\" has a line break or a control character, which a mail header can't hold")
        }
        return text
    }

    /// `type/subtype` and nothing else.
    static func mediaType(_ text: String) throws(ConnectorError) -> String {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let isToken = parts.allSatisfy { part in
            !part.isEmpty && part.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"()<>@,;:\\\"[]?=".utf8.contains($0) }
        }
        guard parts.count == 2, isToken else {
            throw ConnectorError(type: "bad_input", "\"\(text.prefix(100))\" is not a media type like application/pdf")
        }
        return text
    }

    /// Text as it is when it is short ASCII, else as encoded words of at most 75 characters (RFC 2047), folded.
    static func encoded(_ text: String) -> String {
        if text.utf8.count <= 60, text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }), !text.contains("=?") {
            return text
        }
        var (words, current) = ([String](), [UInt8]())
        for scalar in text.unicodeScalars {
            let bytes = Array(String(scalar).utf8)
            if current.count + bytes.count > 45 {
                words.append("=?UTF-8?B?\(Base64Text.encode(current))?=")
                current = []
            }
            current += bytes
        }
        words.append("=?UTF-8?B?\(Base64Text.encode(current))?=")
        return words.joined(separator: "\r\n ")
    }

    /// `name="value"`, or `name*=UTF-8''…` when the value is not ASCII (RFC 2231).
    static func parameter(_ name: String, _ value: String) -> String {
        guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else {
            return "\(name)*=UTF-8''\(PercentEncoding.component(value))"
        }
        return "\(name)=\"\(value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
    }
}

extension String {
    /// Without spaces and tabs at both ends.
    fileprivate var trimmed: String {
        let start = drop { $0 == " " || $0 == "\t" }
        return String(start.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }
}
