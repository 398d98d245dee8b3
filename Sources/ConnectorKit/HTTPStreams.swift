// Bodies that are never whole in memory: read while they are sent, written somewhere while they arrive.

/// The body of a request, read piece by piece.
public struct HTTPUpload: Sendable {
    /// All of it; a body that turns out shorter fails the request.
    public let sizeBytes: Int
    /// Gives bytes from an offset on, none at the end. A body that is sent again is read from 0 again.
    public let read: @Sendable (_ offset: Int) async throws -> [UInt8]

    public init(sizeBytes: Int, read: @escaping @Sendable (_ offset: Int) async throws -> [UInt8]) {
        (self.sizeBytes, self.read) = (sizeBytes, read)
    }
}

/// Where the body of an answer goes instead of into memory, decoded from its content coding.
///
/// Its size is bounded by the limit `download_bytes`. Only when `send` returns is the body whole.
public struct HTTPDownload: Sendable {
    /// Whether the body of an answer with this status goes there; others are kept in memory, under `answer_bytes`.
    public let takes: @Sendable (_ status: Int) -> Bool
    /// Takes the next bytes; called in order, one call after the other. What it throws ends the request.
    public let write: @Sendable (_ bytes: [UInt8]) async throws -> Void

    public init(
        takes: @escaping @Sendable (_ status: Int) -> Bool,
        write: @escaping @Sendable (_ bytes: [UInt8]) async throws -> Void
    ) {
        (self.takes, self.write) = (takes, write)
    }
}
