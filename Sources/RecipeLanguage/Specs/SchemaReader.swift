// Reads JSON Schema into `Schema`: local references resolved, `allOf` merged, everything bounded.

import JSONCore

/// A mistake in a schema.
public struct SchemaProblem: Hashable, Sendable {
    /// Where in the text that was read.
    public let pointer: JSONPointer
    /// A sentence for the schema's author.
    public let message: String
    public let suggestion: String?
}

extension Schema {
    /// Reads a schema.
    ///
    /// `$ref`s are pointers into `root` (`#/objects/lead`, `#/$defs/address`); without one, into the schema itself. A reference
    /// inside what it refers to (a tree of comments, say) becomes `.any`. Keywords that are not read are ignored.
    /// - Parameter at: where the schema stands in `root`, for the pointers of the problems.
    /// - Returns: as much as could be read, and what is wrong with the rest.
    public static func read(
        _ json: JSON, root: JSON? = nil, at pointer: JSONPointer = JSONPointer()
    ) -> (schema: Schema, problems: [SchemaProblem]) {
        var reader = SchemaReader(root: root ?? json)
        let schema = reader.schema(json, at: pointer)
        return (schema, reader.problems)
    }

    /// Reads a schema whose references may lead far: a large one is read as far down as `most` schemas reach, the upper
    /// levels always; what lies below is `.any`.
    /// - Parameter file: the schema in a file that a reference names (`../schemas/lead.json`); nil when there is none.
    public static func read(
        _ json: JSON, root: JSON? = nil, at pointer: JSONPointer = JSONPointer(), most: Int, file: (String) -> JSON?
    ) -> (schema: Schema, problems: [SchemaProblem]) {
        withoutActuallyEscaping(file) { file in
            var best: (schema: Schema, problems: [SchemaProblem]) = (.any, [])
            for references in [SchemaReader.deepest, 4, 2, 1, 0] {
                var reader = SchemaReader(root: root ?? json, most: most, references: references, file: file)
                best = (reader.schema(json, at: pointer), reader.problems)
                if !reader.isOverfull { break }
            }
            return best
        }
    }

    /// Reads a schema from a document; pointers start at `node`.
    public static func read(_ node: JSONNode) -> (schema: Schema, problems: [SchemaProblem]) { read(node.json) }
}

/// One reading of a schema.
struct SchemaReader {
    /// Nesting, references followed included.
    static let deepest = 64
    /// Schemas in all: references that multiply (`a` holds `b` twice, `b` holds `c` twice, …) end here.
    static let most = 10_000
    /// Problems that are collected.
    static let mostProblems = 100

    private var root: JSON
    var problems: [SchemaProblem] = []
    private var references: [String] = []
    private var depth = 0
    private var count = 0
    private let most: Int
    /// References followed inside one another; beyond it they are `.any`.
    private let mostReferences: Int
    /// Whether what is too large is `.any` without a word.
    let isLenient: Bool
    private let file: ((String) -> JSON?)?
    /// The file that `root` is, as it was referred to; empty for the first one.
    private var place = ""

    /// Whether there were more schemas than may be read.
    var isOverfull: Bool { count > most }

    init(root: JSON) {
        (self.root, most, mostReferences, isLenient, file) = (root, Self.most, Self.deepest, false, nil)
    }

    init(root: JSON, most: Int, references: Int, file: @escaping (String) -> JSON?) {
        (self.root, self.most, mostReferences, isLenient, self.file) = (root, most, references, true, file)
    }

    mutating func schema(_ json: JSON, at pointer: JSONPointer) -> Schema {
        if case .bool(let allowed) = json {
            var schema = Schema.any
            if !allowed { schema.choices = [] }
            return schema
        }
        guard case .object(let object) = json else {
            report("a schema is an object, not \(SchemaMismatch.words(for: json))", at: pointer)
            return .any
        }
        count += 1
        guard count <= most, depth < Self.deepest else {
            if !isLenient, count == most + 1 || depth >= Self.deepest {
                report("this schema is too large or too deep to be read", at: pointer)
            }
            return .any
        }
        depth += 1
        defer { depth -= 1 }
        var schema = own(object, at: pointer)
        if let reference = object["$ref"] {
            schema = Schema.merging(referenced(reference, at: pointer.appending("$ref")), schema)
        }
        for (index, part) in list("allOf", of: object, at: pointer).enumerated() {
            let part = self.schema(part, at: pointer.appending("allOf").appending(String(index)))
            schema = Schema.merging(schema, part)
        }
        for key in ["anyOf", "oneOf"] {
            for (index, part) in list(key, of: object, at: pointer).enumerated() {
                schema.alternatives.append(self.schema(part, at: pointer.appending(key).appending(String(index))))
            }
        }
        return schema
    }

    mutating func report(_ message: String, suggestion: String? = nil, at pointer: JSONPointer) {
        guard problems.count < Self.mostProblems else { return }
        problems.append(SchemaProblem(pointer: pointer, message: message, suggestion: suggestion))
    }

    private mutating func referenced(_ reference: JSON, at pointer: JSONPointer) -> Schema {
        if case .string(let text) = reference, let file, !text.hasPrefix("#") {
            return referenced(file: text, file, at: pointer)
        }
        guard case .string(let text) = reference, text.hasPrefix("#"),
            let target = JSONPointer(parsing: Self.unescaped(text.dropFirst()))
        else {
            report("a reference has the form \"#/…\" and points into the same file", at: pointer)
            return .any
        }
        if references.contains(place + text) || references.count >= mostReferences { return .any }
        guard let json = root[pointer: target] else {
            report("nothing in this file is at \(SchemaMismatch.words(for: reference))", at: pointer)
            return .any
        }
        references.append(place + text)
        defer { references.removeLast() }
        return schema(json, at: target)
    }

    /// A schema that is a file of its own; `#/…` in it points into that file.
    private mutating func referenced(
        file text: String, _ read: (String) -> JSON?, at pointer: JSONPointer
    ) -> Schema {
        if references.contains(text) || references.count >= mostReferences { return .any }
        guard let json = read(text) else {
            report("there is no schema in the file \(SchemaMismatch.words(for: .string(text)))", at: pointer)
            return .any
        }
        references.append(text)
        let outside = (root, place)
        (root, place) = (json, text)
        defer {
            references.removeLast()
            (root, place) = outside
        }
        let known = problems.count
        let schema = schema(json, at: JSONPointer())
        // Problems of the other file are told where it is referred to.
        for index in problems.indices.dropFirst(known) {
            problems[index] = SchemaProblem(
                pointer: pointer, message: "in \(text): \(problems[index].message)",
                suggestion: problems[index].suggestion)
        }
        return schema
    }

    /// `%24defs` in a URI fragment is `$defs`.
    private static func unescaped(_ text: Substring) -> String {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
