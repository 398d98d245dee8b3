// A request of a connector on its way: signed in, within the connection's limits, repeated once when a token was refused.

import JSONCore

/// How requests of one connector are sent, beyond what the connection says.
public struct SendOptions: Sendable {
    /// The connector's `connection.auth`, its formulas evaluated; its members win over the connection's.
    public var scheme: JSONObject
    public var limits: CallLimits
    /// Shared by the calls of a connector that has no connection, and its name for messages.
    public var unconnected: SharedConnection?
    public var connector: String
    /// Whether the form of an answer shows that it is whole, as that of XML does: then it needn't say how long it is.
    public var answersShowTheirEnd: Bool

    public init(
        scheme: JSONObject = [:], limits: CallLimits = CallLimits(), unconnected: SharedConnection? = nil,
        connector: String = "the connector", answersShowTheirEnd: Bool = false
    ) {
        (self.scheme, self.limits, self.unconnected, self.connector) = (scheme, limits, unconnected, connector)
        self.answersShowTheirEnd = answersShowTheirEnd
    }
}

extension ActionContext {
    /// Sends a request with the connection's credentials and permissions. The caller makes sure that it goes to the
    /// connection's own system.
    ///
    /// A token that the system refuses (401) is replaced once, and the call repeated: nothing was done by it.
    /// - Returns: the answer, whatever its status.
    /// - Throws: `ConnectorError`; of type `auth` when the connection can't sign in.
    public func send(_ request: HTTPRequest, _ options: SendOptions = SendOptions()) async throws -> HTTPAnswer {
        var request = request
        if options.answersShowTheirEnd { request.permissions.bodiesWithoutLength = true }
        guard let connection else {
            guard let shared = options.unconnected else { return try await http.send(request) }
            return try await shared.send(request, options.connector, options.limits, through: http)
        }
        request.permissions = connection.network
        if options.answersShowTheirEnd { request.permissions.bodiesWithoutLength = true }
        guard request.signsIn else { return try await pass(request, connection, options) }
        switch ConnectionAuth.type(connection, scheme: options.scheme) {
        case "oauth2": return try await sendWithToken(request, connection, options)
        case "hmac":
            try await RequestSignature(connection: connection, scheme: options.scheme, formulas: formulas)
                .add(to: &request, at: signingMoment)
        case "aws_sigv4":
            let signature = try AWSSignature(connection, scheme: options.scheme)
            try await signature.sign(&request, at: signingMoment.milliseconds / 1_000)
        default: try ConnectionAuth.authorize(&request, with: connection, scheme: options.scheme)
        }
        return try await pass(request, connection, options)
    }

    private func sendWithToken(
        _ unsigned: HTTPRequest, _ connection: Connection, _ options: SendOptions
    ) async throws -> HTTPAnswer {
        var request = unsigned
        let settings = try OAuthSettings(connection, scheme: options.scheme)
        let token = try await connection.shared.tokens.accessToken(settings, through: http)
        request.setHeader(settings.header, settings.prefix + token)
        let answer = try await pass(request, connection, options)
        guard answer.status == 401 else { return answer }
        let next = try await connection.shared.tokens.accessToken(settings, refused: token, through: http)
        guard next != token else { return answer }
        request.setHeader(settings.header, settings.prefix + next)
        return try await pass(request, connection, options)
    }

    private func pass(
        _ request: HTTPRequest, _ connection: Connection, _ options: SendOptions
    ) async throws -> HTTPAnswer {
        var limits = options.limits
        limits.perSecond = connection.limits.perSecond ?? limits.perSecond
        limits.atOnce = connection.limits.atOnce ?? limits.atOnce
        return try await connection.shared.send(
            request, "the connection \"\(connection.name)\"", limits, through: http)
    }
}
