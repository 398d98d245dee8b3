// How large a document may be.

/// Bounds of one reading. They are checked on the bytes, before libxml2 sees them.
public struct XMLLimits: Sendable, Hashable {
    /// Bytes of the document as it came.
    public var bytes = 10 << 20
    /// Elements inside each other. libxml2 itself goes no deeper than 256.
    public var depth = 256
    /// Elements, texts, comments, instructions and attributes together.
    public var nodes = 1_000_000
    /// Attributes and namespace declarations of one element: libxml2 compares each with each.
    public var attributes = 256
    /// Namespace declarations in force at one place: libxml2 walks through them for every name.
    public var namespaces = 256
    /// Different names in one document: libxml2's table of names is slow beyond some ten thousand.
    public var names = 10_000

    public init() {}
}
