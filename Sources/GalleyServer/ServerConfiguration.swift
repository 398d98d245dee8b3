// Where the server listens, and what it takes.

import ConnectorKit

/// How `galley serve` is set up.
public struct ServerConfiguration: Sendable {
    public var host = "127.0.0.1"
    /// 0 takes a free one.
    public var port = 8080
    /// Certificate and key files in PEM, for TLS; nil serves plain HTTP.
    public var tls: (certificate: String, key: String)?
    /// Names the server answers to besides `localhost`, `host` and any address.
    public var allowedHosts: [String] = []
    /// Addresses whose `X-Forwarded-` headers are believed.
    public var trustedProxies: [String] = []
    /// Nobody has to sign in: whoever reaches the server is its admin. Only for a loopback `host`.
    public var isOpen = false
    public var limits = ServerLimits()
    /// Of the program, for metrics.
    public var version = ""

    /// What the dashboard shows of the workspace.
    public var workspace = WorkspaceView()

    public init() {}

    /// Whether only this machine can reach a listener there.
    public static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host == "::1" || IPAddress(host)?.bytes.first == 127 && !host.contains(":")
    }
}

/// Bounds of the server (design §5).
public struct ServerLimits: Sendable {
    /// `webhook_body_bytes`
    public var bodyBytes = 5 << 20
    /// `webhook_header_bytes`: one header.
    public var headerBytes = 16 << 10
    /// `webhook_headers_bytes`: all headers and the URL.
    public var headersBytes = 64 << 10
    /// A body that is not whole by then is given up.
    public var bodyTime: Duration = .seconds(30)
    /// A connection without a request for this long is closed.
    public var idleTime: Duration = .seconds(60)
    /// Deliveries on their way to the disk; more are told to come again.
    public var deliveriesAtOnce = 512
    /// Bytes of their bodies together.
    public var deliveryBytesAtOnce = 64 << 20
    /// Connections at once. Near it those without a request give way to new ones; one more than that waits for its turn.
    public var connections = 10_000
    /// Live updates (server-sent events) open at once, and how often each says that it is still there.
    public var eventStreams = 200
    public var heartbeat: Duration = .seconds(15)
    /// Requests to recipes that are APIs which wait for their answer; more are told to come again.
    public var apiRequestsAtOnce = 500

    public init() {}
}
