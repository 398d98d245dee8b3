// A request of a connector on its way: signed in, within the connection's limits, repeated once when a token was refused.

import JSONCore

/// How requests of one connector are sent, beyond what the connection says.
public struct SendOptions: Sendable {
    /// The connector's `connection.auth`, its formulas evaluated; its members win over the connection's.
    public var scheme: JSONObject
    public var limits: CallLimits
    /// Shared by the calls of a connector that has no connection.
    public var unconnected: SharedConnection?

    public init(scheme: JSONObject = [:], limits: CallLimits = CallLimits(), unconnected: SharedConnection? = nil) {
        (self.scheme, self.limits, self.unconnected) = (scheme, limits, unconnected)
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
        guard let connection else {
            guard let shared = options.unconnected else { return try await http.send(request) }
            return try await shared.gates.run(options.limits) { try await http.send(request) }
        }
        var request = request
        request.permissions = connection.network
        guard ConnectionAuth.type(connection, scheme: options.scheme) == "oauth2" else {
            try ConnectionAuth.authorize(&request, with: connection, scheme: options.scheme)
            return try await pass(request, connection, options)
        }
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
        let http = http
        return try await connection.shared.gates.run(options.limits) { try await http.send(request) }
    }
}
