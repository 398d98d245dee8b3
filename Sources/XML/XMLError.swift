// Why a text is not XML we read, or a tree not XML we write.

/// One mistake: the first one met.
public struct XMLError: Error, Sendable, Hashable {
    /// What kind of mistake, for code.
    public enum Kind: String, Sendable {
        /// Not well-formed, or a prefix that isn't declared.
        case malformed
        /// Well-formed perhaps, but refused: a DOCTYPE.
        case forbidden
        /// Beyond one of `XMLLimits`.
        case tooLarge
        /// Bytes that aren't the encoding they are said to be, or one that isn't known.
        case encoding
        /// A tree or a JSON value that can't be written as XML.
        case unwritable
        /// A mistake in an XPath expression, or one that takes too long.
        case query
    }

    public let kind: Kind
    /// One sentence, without the place.
    public let message: String
    /// The line in the text, from 1; nil where there is none.
    public let line: Int?

    public init(_ kind: Kind, _ message: String, line: Int? = nil) {
        (self.kind, self.message, self.line) = (kind, message, line)
    }
}

extension XMLError: CustomStringConvertible {
    public var description: String { line.map { "line \($0): \(message)" } ?? message }
}
