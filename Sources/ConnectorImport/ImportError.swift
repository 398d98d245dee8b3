// Why a document can't be imported at all.

/// One or two sentences for the person who runs the import: what, where, why, what to do.
public struct ImportError: Error, Sendable, Hashable, CustomStringConvertible {
    public let message: String

    public init(_ message: String) { self.message = message }

    public var description: String { message }
}
