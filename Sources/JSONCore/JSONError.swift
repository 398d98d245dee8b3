// Why a text is not JSON: one sentence and the byte it is about.

/// Why a text is not JSON, and where.
public struct JSONError: Error, Sendable, Hashable {
    /// One sentence, without the place.
    public let message: String
    /// Bytes from the start of the text.
    public let offset: Int

    public init(message: String, offset: Int) {
        (self.message, self.offset) = (message, offset)
    }
}

extension JSONError: CustomStringConvertible {
    public var description: String { "\(message) (byte \(offset))" }
}
