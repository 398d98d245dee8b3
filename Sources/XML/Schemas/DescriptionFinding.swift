// What an import has to tell: constructs that can't be carried over, each with its place.

/// One construct of a document that is refused, or carried over only in part.
public struct DescriptionFinding: Error, Sendable, Hashable {
    /// A sentence that names the construct.
    public let message: String
    /// As the document is called: a path relative to the imported one's folder, or an address.
    public let file: String
    /// From 1; nil when it isn't about one place.
    public let line: Int?

    public init(_ message: String, file: String, line: Int? = nil) {
        (self.message, self.file, self.line) = (message, file, line)
    }

    init(_ message: String, at node: XMLElement, in file: String) {
        self.init(message, file: file, line: node.line > 0 ? Int(node.line) : nil)
    }
}

extension DescriptionFinding: CustomStringConvertible {
    public var description: String { line.map { "\(file):\($0): \(message)" } ?? "\(file): \(message)" }
}
