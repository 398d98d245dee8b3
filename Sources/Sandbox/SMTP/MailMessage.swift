// Reads enough of a mail (RFC 5322, MIME) to show it: header fields and the first plain text.

import Foundation

/// A mail or one part of it.
struct MailMessage {
    private let fields: [(name: String, value: String)]
    private let body: ArraySlice<UInt8>
    /// How deep this part is nested.
    private let depth: Int

    private static let deepest = 8

    init(_ bytes: [UInt8]) { self.init(bytes[...], depth: 0) }

    private init(_ bytes: ArraySlice<UInt8>, depth: Int) {
        self.depth = depth
        var fields: [(name: String, value: String)] = []
        var rest = bytes
        while let line = Self.line(of: &rest) {
            if line.isEmpty { break }
            let text = String(decoding: line, as: UTF8.self)
            if line.first == 0x20 || line.first == 0x09, !fields.isEmpty {
                // A folded field goes on: the fold itself is not part of it.
                fields[fields.count - 1].value += text
            } else if let colon = text.firstIndex(of: ":") {
                let value = text[text.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
                fields.append((text[..<colon].lowercased(), String(value)))
            }
        }
        (self.fields, body) = (fields, rest)
    }

    /// The first field of this name (in lower case), unfolded.
    func header(_ name: String) -> String? { fields.first { $0.name == name }?.value }

    /// The first `text/plain` part, decoded from its transfer encoding; bytes that are not UTF-8 are replaced.
    var text: String? {
        let type = header("content-type") ?? "text/plain"
        if type.lowercased().hasPrefix("multipart/") {
            guard depth < Self.deepest, let boundary = Self.parameter("boundary", of: type) else { return nil }
            return parts(between: boundary).lazy.compactMap(\.text).first
        }
        guard type.lowercased().hasPrefix("text/plain") else { return nil }
        switch header("content-transfer-encoding")?.lowercased().trimmingCharacters(in: .whitespaces) {
        case "base64":
            let clean = String(decoding: body.filter { $0 > 0x20 }, as: UTF8.self)
            return Base64.decode(clean).map { String(decoding: $0, as: UTF8.self) }
        case "quoted-printable": return String(decoding: QuotedPrintable.decode(body), as: UTF8.self)
        default: return String(decoding: body, as: UTF8.self)
        }
    }

    private func parts(between boundary: String) -> [MailMessage] {
        let delimiter = Array("--\(boundary)".utf8)
        var parts: [MailMessage] = []
        var start: Int?
        var rest = body
        while true {
            let place = rest.startIndex
            guard let line = Self.line(of: &rest) else { break }
            guard line.starts(with: delimiter) else { continue }
            if let start {
                let end = max(start, place - 2)  // the CR LF before a delimiter belongs to it
                parts.append(MailMessage(body[start..<end], depth: depth + 1))
            }
            start = rest.startIndex
            if line.dropFirst(delimiter.count).starts(with: Array("--".utf8)) { break }
        }
        return parts
    }

    /// Takes the next line, without its CR LF, off the front.
    private static func line(of rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard !rest.isEmpty else { return nil }
        guard let feed = rest.firstIndex(of: 0x0A) else {
            defer { rest = rest[rest.endIndex...] }
            return rest
        }
        let line = rest[..<feed]
        rest = rest[(feed + 1)...]
        return line.last == 0x0D ? line.dropLast() : line
    }

    private static func parameter(_ name: String, of field: String) -> String? {
        for part in field.split(separator: ";").dropFirst() {
            let sides = part.split(separator: "=", maxSplits: 1)
            guard sides.count == 2, sides[0].trimmingCharacters(in: .whitespaces).lowercased() == name else { continue }
            return sides[1].trimmingCharacters(in: .whitespaces).trimmingCharacters(in: ["\""])
        }
        return nil
    }
}

/// Quoted-printable (RFC 2045 §6.7).
enum QuotedPrintable {
    static func decode(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        var rest = Array(bytes)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "=") else {
                result.append(byte)
                continue
            }
            if rest.first == 0x0D, rest.dropFirst().first == 0x0A {
                rest = rest.dropFirst(2)  // a soft line break
            } else if rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) {
                result.append(value)
                rest = rest.dropFirst(2)
            } else {
                result.append(byte)
            }
        }
        return result
    }
}

/// Encoded words in header fields (RFC 2047) of UTF-8: `=?UTF-8?B?…?=`.
enum EncodedWords {
    static func decode(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        var lastWasWord = false
        while let start = rest.range(of: "=?") {
            let before = rest[..<start.lowerBound]
            let parts = rest[start.upperBound...].split(separator: "?", maxSplits: 3, omittingEmptySubsequences: false)
            guard parts.count == 4, parts[3].first == "=", parts[0].lowercased() == "utf-8",
                let bytes = bytes(of: parts[2], encoding: parts[1])
            else {
                result += rest[..<start.upperBound]
                rest = rest[start.upperBound...]
                lastWasWord = false
                continue
            }
            // White space between two encoded words isn't part of the text.
            if !(lastWasWord && before.allSatisfy(\.isWhitespace)) { result += before }
            result += String(decoding: bytes, as: UTF8.self)
            rest = parts[3].dropFirst()
            lastWasWord = true
        }
        return result + rest
    }

    private static func bytes(of text: Substring, encoding: Substring) -> [UInt8]? {
        switch encoding.lowercased() {
        case "b": Base64.decode(text)
        case "q": QuotedPrintable.decode(text.utf8.map { $0 == UInt8(ascii: "_") ? 0x20 : $0 })
        default: nil
        }
    }
}
