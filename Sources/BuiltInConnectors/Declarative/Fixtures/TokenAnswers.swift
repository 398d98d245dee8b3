// Access tokens for connectors that sign in with OAuth 2.0, where there is no server to ask: fixtures need not show that.

import ConnectorKit
import JSONCore

/// Answers requests for a token (RFC 6749 §3.2) and passes all others on.
struct TokenAnswers: HTTPClient {
    /// What fixtures find in the header that carries the token.
    static let token = "fixture-token"
    let inner: any HTTPClient

    func send(_ request: HTTPRequest) async throws -> HTTPAnswer {
        guard Self.isForToken(request) else { return try await inner.send(request) }
        let answer: JSON = ["access_token": .string(Self.token), "token_type": "Bearer", "expires_in": 3_600]
        return HTTPAnswer(
            status: 200, headers: [("content-type", "application/json")], body: answer.compactBytes, url: request.url)
    }

    private static func isForToken(_ request: HTTPRequest) -> Bool {
        guard request.method == "POST" else { return false }
        if let json = try? JSON(parsing: request.body) { return json["grant_type"]?.string != nil }
        let form = String(decoding: request.body, as: UTF8.self)
        return form.hasPrefix("grant_type=") || form.contains("&grant_type=")
    }
}

extension Fixture {
    /// Whether it shows a request for a token itself.
    private var showsToken: Bool {
        exchanges.contains { $0.form?["grant_type"] != nil || $0.json?["grant_type"]?.string != nil }
    }

    /// The player, with tokens for connectors that need one.
    func withTokens(_ player: FixturePlayer) -> any HTTPClient { showsToken ? player : TokenAnswers(inner: player) }
}
