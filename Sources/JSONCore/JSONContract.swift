// The shape of reading, writing and pointing as the rest of the program uses it.

/// Bounds of one reading.
public struct JSONLimits: Sendable {
    /// Nesting of arrays and objects.
    public var depth: Int = 128
    public var bytes: Int = 64 << 20
    public init() {}
}

/// Why a text is not JSON, and where.
public struct JSONError: Error, Sendable, Hashable {
    /// One sentence, without the place.
    public let message: String
    /// Bytes from the start of the text.
    public let offset: Int
}

extension JSON {
    /// Reads one payload: strict RFC 8259, UTF-8 validated, the last of duplicate names wins.
    public init(parsing bytes: some Sequence<UInt8>, limits: JSONLimits = JSONLimits()) throws(JSONError) { fatalError() }
    public init(parsing text: String, limits: JSONLimits = JSONLimits()) throws(JSONError) { fatalError() }

    /// Without white space.
    public var compact: String { fatalError() }
    public var compactBytes: [UInt8] { fatalError() }
    /// Appends the compact form: the fast path for rows and bodies.
    public func write(to bytes: inout [UInt8]) { fatalError() }
    /// Two spaces a level, members on lines of their own; ends without a newline.
    public var indented: String { fatalError() }
    /// RFC 8785 (JCS): members sorted by UTF-16, numbers as ECMAScript prints them where a double holds them exactly, else as written.
    public var canonical: String { fatalError() }

    /// The value at an RFC 6901 pointer.
    public subscript(pointer pointer: JSONPointer) -> JSON? { fatalError() }
}

/// An RFC 6901 pointer: `/steps/0/input`.
public struct JSONPointer: Sendable, Hashable, CustomStringConvertible {
    public var tokens: [String]
    public init(_ tokens: [String] = []) { self.tokens = tokens }
    /// nil when it is neither empty nor starts with `/`, or has a `~` not followed by 0 or 1.
    public init?(parsing text: String) { fatalError() }
    public var description: String { fatalError() }
    public func appending(_ token: String) -> JSONPointer { fatalError() }
}

/// A JSON text with the place of everything in it: for files that people write.
public struct JSONDocument: Sendable {
    public let bytes: [UInt8]
    public let root: JSONNode
    /// Names that occur again in the same object: the pointer and bytes of each repeat.
    public let duplicates: [(pointer: JSONPointer, range: Range<Int>)]
    public init(parsing bytes: [UInt8], limits: JSONLimits = JSONLimits()) throws(JSONError) { fatalError() }

    /// Line and column, both from 1; the column counts characters (Unicode scalars).
    public func lineAndColumn(at offset: Int) -> (line: Int, column: Int) { fatalError() }
    /// The text of a line, from 1, without its end.
    public func line(_ number: Int) -> String { fatalError() }
    /// For a string node: the byte in the file at which byte `offset` of the decoded text starts (escapes counted).
    public func fileOffset(ofDecoded offset: Int, in node: JSONNode) -> Int { fatalError() }
}

/// A value in a document, with the bytes it takes (quotes included).
public struct JSONNode: Sendable {
    public indirect enum Content: Sendable {
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
    /// Without places; of duplicate names the last wins.
    public var json: JSON { fatalError() }
}

/// A member of an object in a document.
public struct JSONMember: Sendable {
    public let key: String
    public let keyRange: Range<Int>
    public let value: JSONNode
}
