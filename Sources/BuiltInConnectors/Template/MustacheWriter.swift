// Fills a Mustache template with values: bounded in depth, work and output.

import ConnectorKit
import JSONCore

/// One filling. Belongs to one thread.
struct MustacheWriter {
    /// Sections and partials in each other.
    static let deepest = 200
    static let mostBytes = 10 << 20
    /// Pieces written and names looked up.
    static let mostWork = 10_000_000

    enum Form: String, CaseIterable, Sendable { case html, text }

    let form: Form
    let tags: MustacheTags
    /// Texts by name.
    let partials: [String: [UInt8]]
    /// A name that no object has is an error.
    let isStrict: Bool
    let flag: CancellationFlag

    private(set) var output: [UInt8] = []
    private var stack: [JSON]
    private var work = 0
    private var known: [PartialKey: [MustachePiece]] = [:]

    private struct PartialKey: Hashable {
        let name: String
        let indent: [UInt8]
    }

    init(
        _ form: Form, tags: MustacheTags, partials: [String: [UInt8]], isStrict: Bool, values: JSON,
        flag: CancellationFlag
    ) {
        (self.form, self.tags, self.partials, self.isStrict, self.flag) = (form, tags, partials, isStrict, flag)
        stack = [values]
    }

    /// - Throws: `bad_input`, `too_large`, `CancellationError`.
    mutating func write(_ pieces: [MustachePiece], depth: Int = 0) throws {
        guard depth <= Self.deepest else {
            throw ConnectorError(
                type: "too_large",
                "sections and partials stand more than \(Self.deepest) deep in each other; does a partial use itself without an end?"
            )
        }
        for piece in pieces {
            try spend(1)
            switch piece {
            case .text(let bytes): try add(bytes)
            case .value(let name, let escaped):
                let text = Self.text(of: try value(name))
                try add(form == .html && escaped ? Self.escaped(text) : Array(text.utf8))
            case .section(let name, inverted: true, let pieces):
                if Self.isNothing(try value(name)) { try write(pieces, depth: depth + 1) }
            case .section(let name, inverted: false, let pieces):
                try write(pieces, for: try value(name), depth: depth + 1)
            case .partial(let name, let indent):
                try write(try partial(name, indent), depth: depth + 1)
            }
        }
    }

    private mutating func write(_ pieces: [MustachePiece], for value: JSON?, depth: Int) throws {
        guard let value, !Self.isNothing(value) else { return }
        for element in value.array ?? [value] {
            try spend(1)
            stack.append(element)
            try write(pieces, depth: depth)
            stack.removeLast()
        }
    }

    private mutating func add(_ bytes: [UInt8]) throws {
        guard output.count + bytes.count <= Self.mostBytes else {
            throw ConnectorError(type: "too_large", "the text grows beyond \(Self.mostBytes) bytes")
        }
        output += bytes
    }

    private mutating func spend(_ amount: Int) throws {
        work += amount
        if work & 0x3FF < amount { try flag.check() }
        guard work <= Self.mostWork else {
            throw ConnectorError(
                type: "too_large", "filling the template takes more than \(Self.mostWork) steps and was stopped")
        }
    }

    // MARK: - Values

    /// The value of a name: its first part of the innermost object that has it, the others inside that.
    private mutating func value(_ name: MustacheName) throws -> JSON? {
        guard let first = name.steps.first else { return stack.last }
        for scope in stack.reversed() {
            try spend(1)
            guard var value = scope.object?[first] else { continue }
            for step in name.steps.dropFirst() {
                guard let inner = value.object?[step] else { return try missing(name) }
                value = inner
            }
            return value
        }
        return try missing(name)
    }

    private func missing(_ name: MustacheName) throws -> JSON? {
        guard isStrict else { return nil }
        throw ConnectorError(type: "bad_input", "the template asks for \"\(name.text)\", but there is no such value")
    }

    /// What hides a section: no value, null, false, an empty text or list.
    private static func isNothing(_ value: JSON?) -> Bool {
        switch value {
        case nil, .null, .bool(false), .string(""), .array([]): true
        default: false
        }
    }

    private static func text(of value: JSON?) -> String {
        switch value {
        case nil, .null: ""
        case .string(let text): text
        case .number(let number): number.text
        case let other?: other.compact
        }
    }

    /// Safe between tags and in attributes of either quote. By bytes: what a reader of HTML sees is not a grapheme cluster.
    private static func escaped(_ text: String) -> [UInt8] {
        var escaped: [UInt8] = []
        escaped.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): escaped += "&amp;".utf8
            case UInt8(ascii: "<"): escaped += "&lt;".utf8
            case UInt8(ascii: ">"): escaped += "&gt;".utf8
            case UInt8(ascii: "\""): escaped += "&quot;".utf8
            case UInt8(ascii: "'"): escaped += "&#39;".utf8
            default: escaped.append(byte)
            }
        }
        return escaped
    }

    // MARK: - Partials

    private mutating func partial(_ name: String, _ indent: [UInt8]) throws -> [MustachePiece] {
        let key = PartialKey(name: name, indent: indent)
        if let pieces = known[key] { return pieces }
        guard let text = partials[name] else {
            if !isStrict { return [] }
            throw ConnectorError(type: "bad_input", "the template uses the partial \"\(name)\", which is not given")
        }
        try spend(text.count / 64)
        var indented: [UInt8] = []
        var isLineStart = true
        for byte in text {
            if isLineStart { indented += indent }
            isLineStart = byte == 0x0A
            indented.append(byte)
            guard indented.count <= TemplateInput.mostBytes else {
                throw ConnectorError(type: "too_large", "the partial \"\(name)\" grows too large by its indentation")
            }
        }
        let pieces = try MustacheReader.read(indented, name: "the partial \"\(name)\"", tags: tags)
        known[key] = pieces
        return pieces
    }
}
