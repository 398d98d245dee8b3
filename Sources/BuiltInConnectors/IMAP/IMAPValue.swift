// Answers of IMAP servers (RFC 3501 §7, §9), read into values. What a server sends is bounded before it is read.

/// A piece of an answer.
enum IMAPValue: Hashable, Sendable {
    case atom(String)
    /// A quoted string or a literal.
    case string([UInt8])
    case list([IMAPValue])
    case none

    /// The text of an atom or a string.
    var text: String? {
        switch self {
        case .atom(let text): text
        case .string(let bytes): MIMECharset.text(bytes[...], nil)
        default: nil
        }
    }
    var bytes: [UInt8]? {
        switch self {
        case .atom(let text): Array(text.utf8)
        case .string(let bytes): bytes
        default: nil
        }
    }
    var number: Int? { text.flatMap { Int($0) } }
    var list: [IMAPValue]? { if case .list(let list) = self { list } else { nil } }
}

/// One answer: a line, with the literals that were in it.
struct IMAPAnswer: Sendable {
    /// `*`, `+`, or the tag of the command that it ends.
    let tag: String
    /// What follows, as text; literals are left out.
    let line: String
    /// What follows, as values.
    let values: [IMAPValue]

    /// - Parameter pieces: texts and literals in turn, a text first.
    init(_ pieces: [[UInt8]]) {
        var reader = IMAPReader(pieces)
        values = Array(reader.values().dropFirst())
        let first = MIMECharset.text((pieces.first ?? [])[...], nil)
        tag = String(first.prefix { $0 != " " })
        line = String(first.dropFirst(tag.count).drop { $0 == " " })
    }

    /// `OK`, `NO`, `BAD`, `SEARCH`, a number, …
    var word: String { values.first?.text?.uppercased() ?? "" }

    /// The number behind a code in brackets: `OK [UIDNEXT 17]`.
    func code(_ name: String) -> Int? {
        guard let start = line.uppercased().firstRange(of: "[\(name) ") else { return nil }
        return Int(line.uppercased()[start.upperBound...].prefix { $0.isASCII && $0.isNumber })
    }

    /// Name and value in turn of a `FETCH`: `* 3 FETCH (UID 17 FLAGS (\Seen) BODY[] {120}…)`; names in upper case.
    var fetched: [String: IMAPValue]? {
        guard values.count >= 3, values[1].text?.uppercased() == "FETCH", let list = values[2].list else { return nil }
        var members: [String: IMAPValue] = [:]
        for place in stride(from: 0, to: list.count - 1, by: 2) {
            if let name = list[place].text { members[name.uppercased()] = list[place + 1] }
        }
        return members
    }
}

/// Reads values. Nesting is bounded.
private struct IMAPReader {
    private static let deepest = 32
    private let pieces: [[UInt8]]
    private var piece = 0
    private var place = 0

    init(_ pieces: [[UInt8]]) { self.pieces = pieces }

    mutating func values(depth: Int = 0) -> [IMAPValue] {
        var values: [IMAPValue] = []
        while piece < pieces.count {
            // Literals are every second piece.
            if piece % 2 == 1 {
                values.append(.string(pieces[piece]))
                (piece, place) = (piece + 1, 0)
                continue
            }
            let text = pieces[piece]
            guard place < text.count else {
                (piece, place) = (piece + 1, 0)
                continue
            }
            switch text[place] {
            case 0x20: place += 1
            case UInt8(ascii: ")"):
                place += 1
                if depth > 0 { return values }
            case UInt8(ascii: "("):
                place += 1
                if depth < Self.deepest { values.append(.list(self.values(depth: depth + 1))) }
            case UInt8(ascii: "\""): values.append(.string(quoted(text)))
            default: values.append(atom(text))
            }
        }
        return values
    }

    private mutating func quoted(_ text: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        place += 1
        while place < text.count, text[place] != UInt8(ascii: "\"") {
            if text[place] == UInt8(ascii: "\\"), place + 1 < text.count { place += 1 }
            output.append(text[place])
            place += 1
        }
        place += 1
        return output
    }

    /// Up to a space or parenthesis; what is in brackets belongs to it: `BODY[HEADER.FIELDS (FROM TO)]`.
    private mutating func atom(_ text: [UInt8]) -> IMAPValue {
        let start = place
        var isInBrackets = false
        while place < text.count {
            let byte = text[place]
            if byte == UInt8(ascii: "[") { isInBrackets = true }
            if byte == UInt8(ascii: "]") { isInBrackets = false }
            if !isInBrackets, byte == 0x20 || byte == UInt8(ascii: "(") || byte == UInt8(ascii: ")") { break }
            place += 1
        }
        let atom = String(decoding: text[start..<place], as: UTF8.self)
        return atom.uppercased() == "NIL" ? .none : .atom(atom)
    }
}
