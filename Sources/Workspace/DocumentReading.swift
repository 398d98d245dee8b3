// Reading the members of a JSON file that people write, with every mistake collected and placed.

import JSONCore
import RecipeLanguage

/// One file under reading and the mistakes found in it so far.
final class DocumentReading {
    /// As messages name it: relative to the workspace.
    let file: String
    private(set) var diagnostics: [Diagnostic] = []

    init(file: String) { self.file = file }

    var errors: [Diagnostic] { diagnostics.filter { $0.severity == .error } }

    /// The document's root, or nil with a diagnostic when the text is not JSON.
    func root(of bytes: [UInt8]) -> JSONNode? {
        let document: JSONDocument
        do {
            document = try JSONDocument(parsing: bytes)
        } catch {
            let offset = min(error.offset, bytes.count)
            add("bad_json", error.message, range: offset..<min(offset + 1, bytes.count), pointer: "")
            return nil
        }
        for duplicate in document.duplicates {
            add(
                "duplicate_key", "this name occurs twice in the same object; remove one of them",
                range: duplicate.range,
                pointer: duplicate.pointer.description)
        }
        return document.root
    }

    func add(
        _ code: String, _ message: String, severity: Diagnostic.Severity = .error, suggestion: String? = nil,
        range: Range<Int>, pointer: String
    ) {
        diagnostics.append(
            Diagnostic(
                severity, code: code, message, suggestion: suggestion, file: file, range: range, pointer: pointer))
    }

    /// The members of an object; other names than `known` are reported with a suggestion.
    func members(of node: JSONNode, at pointer: String, known: [String]?, what: String) -> [JSONMember] {
        guard case .object(let members) = node.content else {
            add(
                "wrong_type", "\(what) must be an object but is \(node.kindInWords)", range: node.range,
                pointer: pointer)
            return []
        }
        guard let known else { return members }
        return members.filter { member in
            if known.contains(member.key) { return true }
            let nearest = Suggestion.closest(to: member.key, among: known)
            add(
                "unknown_key", "\(what) has no \"\(WorkspaceName.printable(member.key))\"",
                suggestion: nearest.map { "did you mean \"\($0)\"?" }
                    ?? "it can have \(known.joined(separator: ", "))",
                range: member.keyRange, pointer: pointer + "/" + Self.escaped(member.key))
            return false
        }
    }

    func string(_ member: JSONMember, at pointer: String) -> String? {
        if case .string(let text) = member.value.content { return text }
        wrongType(member, "a text", pointer)
        return nil
    }

    func bool(_ member: JSONMember, at pointer: String) -> Bool? {
        if case .bool(let bool) = member.value.content { return bool }
        wrongType(member, "true or false", pointer)
        return nil
    }

    func integer(_ member: JSONMember, at pointer: String, in range: ClosedRange<Int>) -> Int? {
        guard case .integer(let integer) = member.value.content else {
            wrongType(member, "a whole number", pointer)
            return nil
        }
        guard range.contains(integer) else {
            add(
                "out_of_range",
                "\"\(member.key)\" must be from \(range.lowerBound) to \(range.upperBound) but is \(integer)",
                range: member.value.range, pointer: pointer + "/" + member.key)
            return nil
        }
        return integer
    }

    private func wrongType(_ member: JSONMember, _ wanted: String, _ pointer: String) {
        add(
            "wrong_type", "\"\(member.key)\" must be \(wanted) but is \(member.value.kindInWords)",
            range: member.value.range, pointer: pointer + "/" + member.key)
    }

    /// A name as a token of an RFC 6901 pointer.
    static func escaped(_ token: String) -> String {
        guard token.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else { return token }
        return token.split(separator: "~", omittingEmptySubsequences: false).joined(separator: "~0")
            .split(separator: "/", omittingEmptySubsequences: false).joined(separator: "~1")
    }
}

extension JSONNode {
    /// With its article, as in "must be a text but is a list".
    var kindInWords: String {
        switch content {
        case .null: JSONKind.null.description
        case .bool: JSONKind.boolean.description
        case .integer, .number: JSONKind.number.description
        case .string: JSONKind.string.description
        case .array: JSONKind.array.description
        case .object: JSONKind.object.description
        }
    }
}
