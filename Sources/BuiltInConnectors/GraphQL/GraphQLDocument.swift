// Which operations a GraphQL document holds (October 2021, §2): as much of it as tells a query from a mutation.

import ConnectorKit

/// A document by its operations.
struct GraphQLDocument {
    enum Kind: String { case query, mutation, subscription }

    private var operations: [(kind: Kind, name: String?)] = []

    /// - Throws: `bad_input` when a text or a bracket is never closed.
    init(_ text: String) throws(ConnectorError) {
        var words = Words(text)
        var (depth, word, name): (Int, String?, String?) = (0, nil, nil)
        while let next = try words.next() {
            switch next {
            case "{":
                if depth == 0, word.map({ Kind(rawValue: $0) != nil }) ?? true {
                    operations.append((Kind(rawValue: word ?? "query") ?? .query, name))
                }
                depth += 1
            case "(", "[": depth += 1
            case "}", ")", "]":
                depth -= 1
                guard depth >= 0 else { throw Self.wrong("closes a bracket that is not open") }
                if depth == 0, next == "}" { (word, name) = (nil, nil) }
            default:
                guard depth == 0 else { continue }
                if word == nil { word = next } else if name == nil { name = next }
            }
        }
        guard depth == 0 else { throw Self.wrong("has a bracket that is never closed") }
        guard !operations.isEmpty else { throw Self.wrong("holds no operation") }
    }

    /// - Throws: `bad_input` unless the operation that is meant is there, the only one or named, and of this kind.
    func check(_ wanted: Kind, operation name: String?) throws(ConnectorError) {
        guard let found = name == nil ? operations.first : operations.first(where: { $0.name == name }) else {
            throw Self.wrong("has no operation \"\(name ?? "")\"")
        }
        guard name != nil || operations.count == 1 else {
            throw Self.wrong("has \(operations.count) operations: say with \"operation_name\" which is meant")
        }
        guard found.kind != .subscription else { throw Self.wrong("is a subscription, which can't be asked for once") }
        guard found.kind == wanted else {
            throw Self.wrong(
                "is a \(found.kind.rawValue): use graphql.\(found.kind == .query ? "query" : "mutate") for it")
        }
    }

    private static func wrong(_ what: String) -> ConnectorError {
        ConnectorError(type: "bad_input", "the document in \"query\" \(what)")
    }

    /// Names and brackets, without texts and comments.
    private struct Words {
        private let bytes: [UInt8]
        private var place = 0

        init(_ text: String) { bytes = Array(text.utf8) }

        mutating func next() throws(ConnectorError) -> String? {
            while place < bytes.count {
                let byte = bytes[place]
                switch byte {
                case UInt8(ascii: "#"):
                    while place < bytes.count, bytes[place] != 0x0A, bytes[place] != 0x0D { place += 1 }
                case UInt8(ascii: "\""): try skipText()
                case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "["),
                    UInt8(ascii: "]"):
                    place += 1
                    return String(UnicodeScalar(byte))
                case _ where Self.isName(byte):
                    let start = place
                    while place < bytes.count, Self.isName(bytes[place]) { place += 1 }
                    return String(decoding: bytes[start..<place], as: UTF8.self)
                default: place += 1
                }
            }
            return nil
        }

        private mutating func skipText() throws(ConnectorError) {
            let quote = UInt8(ascii: "\"")
            let isBlock = bytes[place...].starts(with: [quote, quote, quote])
            place += isBlock ? 3 : 1
            while place < bytes.count {
                if bytes[place] == UInt8(ascii: "\\") {
                    // In a block only \""" means something; there a backslash may stand before the end.
                    place += isBlock ? (bytes[place...].dropFirst().starts(with: [quote, quote, quote]) ? 4 : 1) : 2
                } else if isBlock, bytes[place...].starts(with: [quote, quote, quote]) {
                    place += 3
                    return
                } else if !isBlock, bytes[place] == quote {
                    place += 1
                    return
                } else {
                    place += 1
                }
            }
            throw GraphQLDocument.wrong("has a text that is never closed")
        }

        private static func isName(_ byte: UInt8) -> Bool {
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || byte == UInt8(ascii: "_")
        }
    }
}
