// One reading of one connector.json: what has been found so far, and the small readers everything else is built on.

import JSONCore
import RecipeLanguage

/// A value in the file with the way to it.
struct Entry {
    let node: JSONNode
    let pointer: JSONPointer

    /// The text, when it is one.
    var text: String? { if case .string(let text) = node.content { text } else { nil } }

    /// The value in a few words, for messages.
    var words: String {
        switch node.content {
        case .null: "null"
        case .bool(let flag): flag ? "true" : "false"
        case .integer(let integer): String(integer)
        case .number(let number): String(number.text.prefix(40))
        case .string(let text): text.isEmpty ? "an empty text" : "\"\(text.prefix(40))\""
        case .array: "a list"
        case .object: "an object"
        }
    }
}

/// The members of an object by name; of repeated names the last.
struct Entries {
    let entry: Entry
    let members: [(key: String, keyRange: Range<Int>, value: Entry)]

    subscript(_ key: String) -> Entry? { members.last { $0.key == key }?.value }
}

/// Reads a connector into typed values and collects every mistake. Used once, by one caller.
final class ConnectorReader {
    /// Limits for hostile files.
    static let mostBytes = 16 << 20
    static let mostDiagnostics = 1_000
    /// Of one action's input or output, whose schemas are in files.
    static let mostSchemas = 3_000
    /// Of all actions together when all are checked, and the fewest of each.
    static let mostCheckedSchemas = 300_000
    static let fewestSchemas = 100

    let document: JSONDocument
    let file: String
    /// `objects` are referred to from schemas by `#/objects/NAME`.
    let root: JSON
    let folder: ConnectorFiles
    /// Whether schemas may lead far and are read as far as is useful: those of actions in files of their own.
    let isActionFile: Bool
    var diagnostics: [Diagnostic] = []
    /// The settings' schema, which formulas are held against.
    var settings: Schema?
    /// How far the schemas of an action in a file of its own are read.
    var mostSchemas = ConnectorReader.mostSchemas

    init(document: JSONDocument, file: String, folder: ConnectorFiles, isActionFile: Bool = false) {
        (self.document, self.file, root) = (document, file, document.root.json)
        (self.folder, self.isActionFile) = (folder, isActionFile)
    }

    // MARK: - Reporting

    func report(
        _ code: String, _ message: String, hint: String? = nil, range: Range<Int>, pointer: JSONPointer,
        severity: Diagnostic.Severity = .error
    ) {
        guard diagnostics.count < Self.mostDiagnostics else { return }
        diagnostics.append(
            Diagnostic(
                severity, code: code, message, suggestion: hint, file: file, range: range, pointer: pointer.description)
        )
    }

    func report(_ code: String, _ message: String, hint: String? = nil, at entry: Entry) {
        report(code, message, hint: hint, range: entry.node.range, pointer: entry.pointer)
    }

    // MARK: - Small readers: each reports what is wrong and gives nil

    /// The members of an object of any names.
    func members(_ entry: Entry, _ what: String) -> Entries? {
        guard case .object(let members) = entry.node.content else {
            report("wrong_type", "\(what) must be an object, not \(entry.words)", at: entry)
            return nil
        }
        let entries = members.map { member in
            (
                key: member.key, keyRange: member.keyRange,
                value: Entry(node: member.value, pointer: entry.pointer.appending(member.key))
            )
        }
        return Entries(entry: entry, members: entries)
    }

    /// The members of an object, unknown ones reported.
    /// - Parameter later: names that this version does not know yet, with what to do.
    func fields(_ entry: Entry, _ what: String, allowed: [String], later: [String: String] = [:]) -> Entries? {
        guard let entries = members(entry, what) else { return nil }
        for member in entries.members where !allowed.contains(member.key) {
            if let sentence = later[member.key] {
                report("not_yet", sentence, range: member.keyRange, pointer: member.value.pointer)
                continue
            }
            let hint =
                Suggestion.didYouMean(member.key, among: allowed) ?? "it may have \(allowed.joined(separator: ", "))"
            report(
                "unknown_key", "\(what) has no \"\(member.key)\"", hint: hint, range: member.keyRange,
                pointer: member.value.pointer)
        }
        return entries
    }

    /// A member that has to be there.
    func required(_ key: String, of entries: Entries, _ what: String, hint: String? = nil) -> Entry? {
        if let entry = entries[key] { return entry }
        report("missing_key", "\(what) needs \"\(key)\"", hint: hint, at: entries.entry)
        return nil
    }

    /// A text that is not empty.
    func text(_ entry: Entry?, _ name: String) -> String? {
        guard let entry else { return nil }
        guard let text = entry.text else {
            report("wrong_type", "\(name) must be a text, not \(entry.words)", at: entry)
            return nil
        }
        guard !text.isEmpty else {
            report("empty_text", "\(name) must not be empty", at: entry)
            return nil
        }
        return text
    }

    func choice(_ entry: Entry?, _ name: String, among choices: [String]) -> String? {
        guard let entry, let text = text(entry, name) else { return nil }
        guard choices.contains(text) else {
            report(
                "not_a_choice", "\(name) must be one of \(choices.joined(separator: ", ")), not \"\(text.prefix(40))\"",
                hint: Suggestion.didYouMean(text, among: choices), at: entry)
            return nil
        }
        return text
    }

    func flag(_ entry: Entry?, _ name: String) -> Bool? {
        guard let entry else { return nil }
        if case .bool(let flag) = entry.node.content { return flag }
        report("wrong_type", "\(name) must be true or false, not \(entry.words)", at: entry)
        return nil
    }

    func integer(_ entry: Entry?, _ name: String, in range: ClosedRange<Int>) -> Int? {
        guard let entry else { return nil }
        guard case .integer(let integer) = entry.node.content, range.contains(integer) else {
            report(
                "out_of_range",
                "\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound), not \(entry.words)",
                at: entry)
            return nil
        }
        return integer
    }

    /// A number above 0 and at most `most`.
    func positive(_ entry: Entry?, _ name: String, most: Double) -> Double? {
        guard let entry else { return nil }
        guard let number = entry.node.json.double, number > 0, number <= most else {
            report(
                "out_of_range", "\(name) must be a number above 0, at most \(Int(most)), not \(entry.words)", at: entry)
            return nil
        }
        return number
    }

    /// A name of an action, a trigger or the connector itself.
    func checkName(_ name: String, _ what: String, range: Range<Int>, pointer: JSONPointer) {
        let first = name.utf8.first ?? 0
        let isName =
            (0x61...0x7A).contains(first) && name.utf8.count <= 64
            && name.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
        if !isName {
            report(
                "bad_name",
                "\(what) \"\(name.prefix(64))\" must start with a small letter and hold small letters, digits and _ only, at most 64",
                range: range, pointer: pointer)
        }
    }

    /// A JSON Schema; references go into the whole file.
    /// - Parameter isClosed: whether members that are not described are mistakes unless the schema says otherwise.
    func schema(_ entry: Entry?, isClosed: Bool = false) -> Schema? {
        guard let entry else { return nil }
        var (schema, problems) =
            isActionFile
            ? Schema.read(entry.node.json, root: root, at: entry.pointer, most: mostSchemas) { folder.schema($0) }
            : Schema.read(entry.node.json, root: root, at: entry.pointer)
        for problem in problems {
            let place = descendant(problem.pointer) ?? entry
            report(
                "bad_schema", problem.message, hint: problem.suggestion, range: place.node.range,
                pointer: problem.pointer)
        }
        if isClosed, !schema.properties.isEmpty, entry.node.json["additionalProperties"] == nil {
            schema.isOpen = false
        }
        return schema
    }

    /// The value at a pointer from the root; the nearest one above it where there is none.
    private func descendant(_ pointer: JSONPointer) -> Entry? {
        var (node, path) = (document.root, JSONPointer())
        for token in pointer.tokens {
            switch node.content {
            case .object(let members):
                guard let member = members.last(where: { $0.key == token }) else {
                    return Entry(node: node, pointer: path)
                }
                node = member.value
            case .array(let elements):
                guard let index = Int(token), elements.indices.contains(index) else {
                    return Entry(node: node, pointer: path)
                }
                node = elements[index]
            default: return Entry(node: node, pointer: path)
            }
            path = path.appending(token)
        }
        return Entry(node: node, pointer: path)
    }
}
