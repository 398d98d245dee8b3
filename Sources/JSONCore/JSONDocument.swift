// JSON texts that people write: every value with the bytes it takes.

/// A JSON text with the place of everything in it: for files that people write.
public struct JSONDocument: Sendable {
    public let bytes: [UInt8]
    public let root: JSONNode
    /// Names that occur again in the same object: the pointer of the member and the bytes of each repeated name.
    public let duplicates: [(pointer: JSONPointer, range: Range<Int>)]
    var lines: TextLines

    public init(parsing bytes: [UInt8], limits: JSONLimits = JSONLimits()) throws(JSONError) {
        self.bytes = bytes
        root = try bytes.withUnsafeBufferPointer { (bytes) throws(JSONError) in
            var scanner = JSONScanner(bytes, limits: limits, sink: DocumentSink())
            return try scanner.scan()
        }
        var repeats = RepeatedNames()
        repeats.collect(in: root)
        duplicates = repeats.found
        lines = TextLines(bytes)
    }

    /// Line and column, both from 1; the column counts characters (Unicode scalars).
    public func lineAndColumn(at offset: Int) -> (line: Int, column: Int) { lines.lineAndColumn(at: offset) }

    /// The text of a line, from 1, without its end.
    public func line(_ number: Int) -> String { lines.line(number) }

    /// For a string node: the byte in the file at which byte `offset` of the decoded text starts (escapes counted).
    ///
    /// An offset inside what one escape stands for is the place of that escape; one past the text is the closing quote.
    /// Other nodes: their first byte.
    public func fileOffset(ofDecoded offset: Int, in node: JSONNode) -> Int {
        guard case .string = node.content else { return node.range.lowerBound }
        return fileOffset(ofDecoded: offset, inStringAt: node.range)
    }

    /// As above for any string of the text, such as a name, whose bytes with quotes are `range`.
    public func fileOffset(ofDecoded offset: Int, inStringAt range: Range<Int>) -> Int {
        let end = min(range.upperBound, bytes.count) - 1
        var (place, decoded) = (range.lowerBound + 1, 0)
        while place < end {
            let (written, meant) = escapeLengths(at: place, end: end)
            if decoded + meant > offset { break }
            (place, decoded) = (place + written, decoded + meant)
        }
        return min(place, max(end, range.lowerBound))
    }

    /// How many bytes the byte or escape at `place` takes in the file and in the decoded text.
    private func escapeLengths(at place: Int, end: Int) -> (written: Int, meant: Int) {
        guard bytes[place] == UInt8(ascii: "\\") else { return (1, 1) }
        guard place + 5 < end, bytes[place + 1] == UInt8(ascii: "u") else { return (2, 1) }
        let digits = String(decoding: bytes[place + 2..<place + 6], as: UTF8.self)
        let unit = UInt32(digits, radix: 16) ?? 0
        switch unit {
        case 0..<0x80: return (6, 1)
        case 0..<0x800: return (6, 2)
        case 0xD800..<0xE000: return (12, 4)
        default: return (6, 3)
        }
    }
}

/// A value in a document, with the bytes it takes (quotes included).
public struct JSONNode: Sendable {
    public enum Content: Sendable {
        case null
        case bool(Bool)
        case integer(Int)
        case number(JSONNumber)
        case string(String)
        case array([JSONNode])
        case object([JSONMember])
    }
    public let content: Content
    public let range: Range<Int>

    /// Without places; of duplicate names the last wins, in the first one's place.
    public var json: JSON {
        switch content {
        case .null: .null
        case .bool(let bool): .bool(bool)
        case .integer(let integer): .integer(integer)
        case .number(let number): .number(number)
        case .string(let string): .string(string)
        case .array(let nodes): .array(nodes.map(\.json))
        case .object(let members):
            .object(JSONObject(members.lazy.map { ($0.key, $0.value.json) }))
        }
    }
}

/// A member of an object in a document.
public struct JSONMember: Sendable {
    public let key: String
    public let keyRange: Range<Int>
    public let value: JSONNode
}
