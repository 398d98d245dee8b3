// Header fields of mails: encoded words (RFC 2047), parameters (RFC 2231), folded lines (RFC 5322 §2.2.3).

import ConnectorKit
import RecipeLanguage

/// Makes header lines that end with CRLF and have no more than 78 characters where they can be folded.
enum MailHeader {
    /// A field of free text, like the subject.
    static func text(_ name: String, _ value: String) -> String {
        if isPlain(value), value.split(separator: " ").allSatisfy({ $0.utf8.count <= 60 }) {
            return folded(name, value.split(separator: " ", omittingEmptySubsequences: false).map(String.init), " ")
        }
        return folded(name, encodedWords(value), " ")
    }

    /// A field of addresses.
    static func addresses(_ name: String, _ addresses: [MailAddress]) -> String {
        folded(name, addresses.map(mailbox), ", ")
    }

    /// `"Ada, Countess" <ada@acme.example>`
    static func mailbox(_ address: MailAddress) -> String {
        guard !address.name.isEmpty else { return address.address }
        let phrase: String
        if !isPlain(address.name) || address.name.utf8.count > 60 {
            phrase = encodedWords(address.name).joined(separator: "\r\n ")
        } else if address.name.utf8.allSatisfy({ isAtom($0) || $0 == 0x20 }) {
            phrase = address.name
        } else {
            phrase = "\"" + address.name.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
        }
        return "\(phrase) <\(address.address)>"
    }

    /// `name=value` of a structured field, encoded when it holds more than ASCII; with the separator in front.
    static func parameter(_ name: String, _ value: String) -> String {
        let isASCII = value.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
        let quoted = value.unicodeScalars.map { scalar in
            scalar.value < 0x20 || scalar.value >= 0x7F
                ? "_" : scalar == "\"" || scalar == "\\" ? "\\\(scalar)" : "\(scalar)"
        }.joined()
        let plain = ";\r\n \(name)=\"\(quoted)\""
        return isASCII ? plain : plain + ";\r\n \(name)*=UTF-8''\(PercentEncoding.component(value))"
    }

    /// `=?UTF-8?B?…?=` words of at most 75 characters; no character is split between two.
    static func encodedWords(_ text: String) -> [String] {
        var words: [String] = []
        var bytes: [UInt8] = []
        for scalar in text.unicodeScalars {
            let next = Array(String(scalar).utf8)
            if bytes.count + next.count > 45 {
                words.append("=?UTF-8?B?\(Base64Text.encode(bytes))?=")
                bytes = []
            }
            bytes += next
        }
        words.append("=?UTF-8?B?\(Base64Text.encode(bytes))?=")
        return words
    }

    /// Printable ASCII that can't be mistaken for an encoded word.
    private static func isPlain(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } && !text.contains("=?") && !text.hasPrefix(" ")
            && !text.hasSuffix(" ")
    }

    private static func isAtom(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            || "!#$%&'*+-/=?^_`{|}~".utf8.contains(byte)
    }

    /// Puts `parts` on lines; a line is broken only between two parts.
    private static func folded(_ name: String, _ parts: [String], _ separator: String) -> String {
        var (line, lines) = ("\(name):", [String]())
        for (place, part) in parts.enumerated() {
            let piece = part + (place + 1 < parts.count ? String(separator.prefix { $0 == "," }) : "")
            // An empty part is a second space in a row: on a line of its own it would be lost.
            if line.utf8.count + 1 + piece.utf8.count > 78, place > 0, !piece.isEmpty {
                lines.append(line)
                line = " " + piece
            } else {
                line += " " + piece
            }
        }
        return (lines + [line]).joined(separator: "\r\n") + "\r\n"
    }
}
