// What outbound traffic may do in this workspace: permissions, limits and where certificate files are.

import ConnectorKit

/// The workspace's rules for outbound HTTP.
public struct NetworkPolicy: Sendable {
    /// Granted to every request; a connection's own permissions come on top.
    public var permissions: NetworkPermissions
    public var limits: OutboundLimits
    /// The workspace's folder: names of certificate files are relative to it (or absolute).
    public var folder: String

    public init(
        permissions: NetworkPermissions = NetworkPermissions(), limits: OutboundLimits = OutboundLimits(),
        folder: String
    ) {
        (self.permissions, self.limits, self.folder) = (permissions, limits, folder)
    }
}

/// Bounds of one call (design §5). Errors name the limit as `galley.json` does.
public struct OutboundLimits: Sendable, Hashable {
    /// From the start to an open connection, TLS included (`connect_seconds`).
    public var connect: Duration = .seconds(10)
    /// From the request sent to the answer's head (`first_byte_seconds`). A request with a time-out of its own may wait
    /// that long.
    public var firstByte: Duration = .seconds(30)
    /// The whole call, redirects included (`call_seconds`).
    public var whole: Duration = .seconds(120)
    /// An answer's body, decoded (`answer_bytes`).
    public var answerBytes: Int = 10 << 20
    /// An answer's body that goes to a file, decoded (`download_bytes`).
    public var downloadBytes: Int = 1 << 30
    /// How many times its size a compressed body may grow to, once it is over 1 MiB.
    public var inflationRatio: Int = 250
    /// One header, sent or received.
    public var headerBytes: Int = 16 << 10
    /// All headers and the URL, sent or received.
    public var headersBytes: Int = 64 << 10
    /// Redirects that are followed at most (`redirects`).
    public var redirects: Int = 5
    /// Underlying clients kept for reuse: one for each origin, address and TLS setting.
    public var clients: Int = 64

    public init() {}
}
