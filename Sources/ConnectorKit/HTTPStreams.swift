// Bodies that are never whole in memory: read while they are sent, written somewhere while they arrive.

/// The body of a request, read piece by piece.
public struct HTTPUpload: Sendable {
    /// All of it; a body that turns out shorter fails the request.
    public let sizeBytes: Int
    /// Gives bytes from an offset on, none at the end. A body that is sent again is read from 0 again.
    public let read: @Sendable (_ offset: Int) async throws -> [UInt8]
    /// What of it people are shown; nil: nothing.
    public let shown: MessageParts?

    public init(
        sizeBytes: Int, shown: MessageParts? = nil, read: @escaping @Sendable (_ offset: Int) async throws -> [UInt8]
    ) {
        (self.sizeBytes, self.shown, self.read) = (sizeBytes, shown, read)
    }
}

/// Where the body of an answer goes instead of into memory, decoded from its content coding.
///
/// Its size is bounded by the limit `download_bytes`. Only when `send` returns is the body whole.
public struct HTTPDownload: Sendable {
    /// Whether the body of an answer goes there; others are kept in memory, under `answer_bytes`. Asked once, when the
    /// status and headers of an answer are there and nothing of its body.
    public let takes: @Sendable (_ head: HTTPAnswer) -> Bool
    /// Takes the next bytes; called in order, one call after the other. What it throws ends the request.
    public let write: @Sendable (_ bytes: [UInt8]) async throws -> Void
    /// What of it people are shown when it is whole; nil: nothing.
    public let shown: @Sendable () -> MessageParts?

    public init(
        takes: @escaping @Sendable (_ head: HTTPAnswer) -> Bool,
        write: @escaping @Sendable (_ bytes: [UInt8]) async throws -> Void,
        shown: @escaping @Sendable () -> MessageParts? = { nil }
    ) {
        (self.takes, self.write, self.shown) = (takes, write, shown)
    }
}
