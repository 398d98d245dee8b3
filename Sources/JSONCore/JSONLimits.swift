// The bounds of one reading of JSON text.

/// Bounds of one reading.
public struct JSONLimits: Sendable {
    /// Values deeper than this can't be had: freeing and writing a value takes stack for each level.
    static let deepestNesting = 1_000

    /// Nesting of arrays and objects; more than 1,000 counts as 1,000.
    public var depth: Int = 128
    /// Length of the text.
    public var bytes: Int = 64 << 20

    public init() {}

    public init(depth: Int = 128, bytes: Int = 64 << 20) {
        (self.depth, self.bytes) = (depth, bytes)
    }
}
