// HTTP as connectors see it: requests and answers as values.

import JSONCore

/// Sends requests under one set of rules (design §5): redirects, addresses, limits, time-outs, TLS.
///
/// Two conform: the real client, and the player of recorded exchanges that fixtures run on.
public protocol HTTPClient: Sendable {
    /// - Returns: the answer, whatever its status; the caller decides what a status means (`HTTPAnswer.error`).
    /// - Throws: `ConnectorError` when there is no whole answer within the limits.
    func send(_ request: HTTPRequest) async throws -> HTTPAnswer
}

/// One request. Header names are compared without case.
public struct HTTPRequest: Sendable {
    public var method: String
    /// Absolute, `http` or `https`.
    public var url: String
    public var headers: [(name: String, value: String)]
    public var body: [UInt8]
    /// The body in place of `body`.
    public var upload: HTTPUpload?
    /// nil: the answer's body is in the answer.
    public var download: HTTPDownload?
    /// Seconds for the whole call; the default of design §5 when nil.
    public var timeout: Double?
    /// How many redirects to follow; 0 hands the 3xx to the caller. At most 5.
    public var redirects: Int = 5
    /// Whether repeating it is harmless: decides what a lost answer means (`Outcome`).
    public var isRepeatable: Bool
    /// It asks for a token: neither its headers nor those of the answer are kept for a job's history, and of the bodies just
    /// what is known to be no secret.
    public var isConfidential = false
    /// Whether the connection's credentials go with it.
    public var signsIn = true
    public var permissions: NetworkPermissions

    public init(
        _ method: String, _ url: String, headers: [(name: String, value: String)] = [], body: [UInt8] = [],
        timeout: Double? = nil, isRepeatable: Bool, permissions: NetworkPermissions = NetworkPermissions()
    ) {
        (self.method, self.url, self.headers, self.body) = (method, url, headers, body)
        (self.timeout, self.isRepeatable, self.permissions) = (timeout, isRepeatable, permissions)
    }
}

/// One whole answer, decoded from its content coding.
public struct HTTPAnswer: Sendable {
    public let status: Int
    /// In order of arrival, names in lower case.
    public let headers: [(name: String, value: String)]
    /// Empty when it went to the request's `download`.
    public let body: [UInt8]
    /// The URL after redirects.
    public let url: String

    public init(status: Int, headers: [(name: String, value: String)], body: [UInt8], url: String) {
        (self.status, self.headers, self.body, self.url) = (status, headers, body, url)
    }

    /// The first value of a header.
    public func header(_ name: String) -> String? {
        let name = name.lowercased()
        return headers.first { $0.name == name }?.value
    }
}
