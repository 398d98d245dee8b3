// YAML 1.2 into JSON values, event by event: what aliases repeat is counted, so a small text can't become a huge value.

import CYaml
import JSONCore

/// Reads the first document of a YAML text by the core schema (YAML 1.2.2 §10.3); names are texts always.
struct YAMLText {
    /// Nesting; deeper than any real document.
    static let deepest = 400
    /// Values in all, those that aliases repeat counted each time.
    static let most = 8_000_000

    struct Problem: Error {
        let message: String
        /// From 1.
        let line: Int
    }

    /// - Returns: the value, and the names that an object has twice, each with the line of its last: that one is taken.
    static func read(_ bytes: [UInt8]) throws(Problem) -> (json: JSON, repeated: [RepeatedName]) {
        var reader = YAMLText()
        let json = try reader.read(bytes)
        return (json, reader.repeated)
    }

    /// A list or an object that is being read.
    private struct Frame {
        var isObject: Bool
        var anchor: String?
        var elements: [JSON] = []
        var entries: [(key: String, value: JSON)] = []
        var key: String?
        var names: Set<String> = []
        /// Values in it so far.
        var weight = 1
        var merges: [JSON] = []
    }

    private var frames: [Frame] = []
    private var anchors: [String: (value: JSON, weight: Int)] = [:]
    private var total = 0
    private var repeated: [RepeatedName] = []
    private var result: JSON?

    private mutating func read(_ bytes: [UInt8]) throws(Problem) -> JSON {
        var parser = yaml_parser_t()
        guard yaml_parser_initialize(&parser) == 1 else { throw Problem(message: "there is no memory for it", line: 1) }
        defer { yaml_parser_delete(&parser) }
        let outcome = bytes.withUnsafeBufferPointer { buffer -> Swift.Result<JSON, Problem> in
            yaml_parser_set_input_string(&parser, buffer.baseAddress, buffer.count)
            do throws(Problem) { return .success(try events(&parser)) } catch { return .failure(error) }
        }
        return try outcome.get()
    }

    private mutating func events(_ parser: inout yaml_parser_t) throws(Problem) -> JSON {
        while true {
            var event = yaml_event_t()
            guard yaml_parser_parse(&parser, &event) == 1 else {
                var problem = parser.problem.map { String(cString: $0) } ?? "it is no YAML"
                // libyaml's own bound comes first for lists in lists on one line; its words name its functions.
                if problem.contains("nesting level") { problem = "it is nested more than \(Self.deepest) deep" }
                let mark = parser.error == YAML_READER_ERROR ? parser.mark : parser.problem_mark
                throw Problem(message: problem, line: Int(clamping: mark.line) + 1)
            }
            defer { yaml_event_delete(&event) }
            let line = Int(clamping: event.start_mark.line) + 1
            switch event.type {
            case YAML_SCALAR_EVENT: try scalar(event, line)
            case YAML_ALIAS_EVENT: try alias(Self.text(event.data.alias.anchor), line)
            case YAML_SEQUENCE_START_EVENT:
                try open(Frame(isObject: false, anchor: Self.text(event.data.sequence_start.anchor)), line)
            case YAML_MAPPING_START_EVENT:
                try open(Frame(isObject: true, anchor: Self.text(event.data.mapping_start.anchor)), line)
            case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: try close(line)
            case YAML_DOCUMENT_END_EVENT, YAML_STREAM_END_EVENT: return result ?? .null
            default: break
            }
        }
    }

    private static func text(_ characters: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        characters.map { String(cString: $0) }
    }

    private mutating func open(_ frame: Frame, _ line: Int) throws(Problem) {
        guard frames.count < Self.deepest else {
            throw Problem(message: "it is nested more than \(Self.deepest) deep", line: line)
        }
        if let outer = frames.last, outer.isObject, outer.key == nil {
            throw Problem(message: "a list or an object stands where a name should be", line: line)
        }
        try count(1, line)
        frames.append(frame)
    }

    private mutating func close(_ line: Int) throws(Problem) {
        guard let frame = frames.popLast() else { return }
        let value: JSON
        if frame.isObject {
            var object = JSONObject(frame.entries.map { ($0.key, $0.value) })
            // `<<`: members of other objects, which those of its own win over.
            for merged in frame.merges {
                for entry in merged.object ?? [:] where object[entry.key] == nil { object[entry.key] = entry.value }
            }
            value = .object(object)
        } else {
            value = .array(frame.elements)
        }
        try add(value, weight: frame.weight, anchor: frame.anchor, line)
    }

    private mutating func alias(_ name: String?, _ line: Int) throws(Problem) {
        guard let name, let known = anchors[name] else {
            throw Problem(message: "the alias *\(name ?? "") has no value before it", line: line)
        }
        if let outer = frames.last, outer.isObject, outer.key == nil {
            guard let text = known.value.string else {
                throw Problem(message: "the alias *\(name) stands where a name should be", line: line)
            }
            began(text, line)
            return
        }
        try count(known.weight, line)
        try add(known.value, weight: known.weight, anchor: nil, line)
    }

    private mutating func count(_ weight: Int, _ line: Int) throws(Problem) {
        total += weight
        guard total <= Self.most else {
            throw Problem(message: "its aliases make more than \(Self.most) values of it", line: line)
        }
    }

    private mutating func add(_ value: JSON, weight: Int, anchor: String?, _ line: Int) throws(Problem) {
        if let anchor { anchors[anchor] = (value, weight) }
        guard !frames.isEmpty else {
            if result == nil { result = value }
            return
        }
        let last = frames.count - 1
        frames[last].weight += weight
        guard frames[last].isObject else { return frames[last].elements.append(value) }
        guard let key = frames[last].key else { return }
        frames[last].key = nil
        if key == "<<", value.object != nil || value.array?.allSatisfy({ $0.object != nil }) == true {
            frames[last].merges += value.array ?? [value]
        } else {
            frames[last].entries.append((key, value))
        }
    }

    /// The name of the member that comes next.
    private mutating func began(_ text: String, _ line: Int) {
        let last = frames.count - 1
        frames[last].key = text
        // Texts of other bytes can be the same to Swift.
        if !frames[last].names.insert(text).inserted, text != "<<", repeated.count < RepeatedName.most,
            frames[last].entries.contains(where: { $0.key.utf8.elementsEqual(text.utf8) })
        {
            repeated.append(RepeatedName(name: text, line: line))
        }
    }

    private mutating func scalar(_ event: yaml_event_t, _ line: Int) throws(Problem) {
        let scalar = event.data.scalar
        let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
        let text = String(decoding: bytes, as: UTF8.self)
        if let outer = frames.last, outer.isObject, outer.key == nil {
            began(text, line)
            if let anchor = Self.text(scalar.anchor) { anchors[anchor] = (.string(text), 1) }
            return
        }
        try count(1, line)
        let isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE && Self.text(scalar.tag) != "tag:yaml.org,2002:str"
        try add(isPlain ? Self.plain(text) : .string(text), weight: 1, anchor: Self.text(scalar.anchor), line)
    }

    /// What a scalar without quotes stands for.
    static func plain(_ text: String) -> JSON {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        default: break
        }
        guard let first = text.utf8.first, (0x30...0x39).contains(first) || "+-.".utf8.contains(first),
            text.utf8.count <= 400
        else { return .string(text) }
        if let number = JSON(number: text) { return number }
        if text.hasPrefix("0x"), let value = Int(text.dropFirst(2), radix: 16) { return .integer(value) }
        if text.hasPrefix("0o"), let value = Int(text.dropFirst(2), radix: 8) { return .integer(value) }
        return decimal(text) ?? .string(text)
    }

    /// Numbers that YAML writes in more ways than JSON: `+1`, `.5`, `5.`, `007`.
    private static func decimal(_ text: String) -> JSON? {
        var rest = text[...]
        let isNegative = rest.first == "-"
        if isNegative || rest.first == "+" { rest = rest.dropFirst() }
        let digits = rest.prefix { ("0"..."9").contains($0) }
        rest = rest.dropFirst(digits.count)
        var fraction = Substring()
        if rest.first == "." {
            rest = rest.dropFirst()
            fraction = rest.prefix { ("0"..."9").contains($0) }
            rest = rest.dropFirst(fraction.count)
        }
        guard !digits.isEmpty || !fraction.isEmpty else { return nil }
        let whole = digits.drop { $0 == "0" }
        var written = (isNegative ? "-" : "") + (whole.isEmpty ? "0" : whole)
        if !fraction.isEmpty { written += "." + fraction }
        return JSON(number: written + rest)
    }
}
