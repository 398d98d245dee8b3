// The part of OAuth 2.0 in which a person agrees in the browser (RFC 6749 §4.1), with PKCE (RFC 7636).

import Crypto
import JSONCore
import RecipeLanguage

/// One sign-in that has been begun: where the browser goes, and what its return is held against. Good for one use.
public struct AuthorizationRequest: Sendable {
    /// Seconds that a person has.
    public static let seconds = 600

    public let settings: OAuthSettings
    /// The page at which the person agrees.
    public let url: String
    /// Comes back with the answer, and shows that it belongs to this request.
    public let state: String
    public let redirect: String
    private let verifier: String?

    /// - Parameter redirect: where the browser comes back to; the client is registered with it.
    /// - Throws: `ConnectorError` of type `auth`: the connection does not sign in by browser, or its address is wrong.
    public init(_ settings: OAuthSettings, redirect: String) throws(ConnectorError) {
        guard settings.grant == .authorizationCode, let address = settings.authorizeURL else {
            throw ConnectorError(
                type: "auth",
                "the connection \"\(settings.connection)\" signs in by \(settings.grant.rawValue), without a browser")
        }
        guard HTTPOrigin(of: address) != nil else {
            throw ConnectorError(
                type: "auth", "\"authorize_url\" must be an address like https://login.example.com/oauth/authorize")
        }
        (self.settings, self.redirect) = (settings, redirect)
        state = RandomText.characters(43)
        verifier = settings.pkce ? RandomText.characters(64) : nil
        var pairs: [(name: String, value: String)] = [
            ("response_type", "code"), ("client_id", settings.clientID ?? ""), ("redirect_uri", redirect),
            ("state", state),
        ]
        if !settings.scopes.isEmpty {
            pairs.append(("scope", settings.scopes.joined(separator: settings.scopeSeparator)))
        }
        if let verifier {
            pairs += [("code_challenge", Self.challenge(verifier)), ("code_challenge_method", "S256")]
        }
        for parameter in settings.authorizeParameters {
            pairs.removeAll { $0.name == parameter.name && $0.name != "state" && $0.name != "code_challenge" }
            pairs.append(parameter)
        }
        var request = HTTPRequest("GET", address, isRepeatable: true)
        request.addQuery(pairs)
        url = request.url
    }

    /// RFC 7636 §4.2.
    static func challenge(_ verifier: String) -> String {
        Base64Text.encodeForURL(Array(SHA256.hash(data: Array(verifier.utf8))))
    }

    /// Whether an answer belongs to this request; compared in a time that says nothing.
    public func isAnswered(by state: String) -> Bool {
        let (own, given) = (Array(self.state.utf8), Array(state.utf8))
        guard own.count == given.count else { return false }
        return zip(own, given).reduce(into: UInt8(0)) { $0 |= $1.0 ^ $1.1 } == 0
    }

    /// Asks for tokens with what the browser brought back, and keeps them.
    /// - Parameter answer: the members of the query.
    /// - Throws: `ConnectorError`: the person or the server said no, or the tokens can't be had or kept.
    public func finish(
        _ answer: JSONObject, of connection: Connection, through client: any HTTPClient
    ) async throws {
        guard let state = answer["state"]?.string, isAnswered(by: state) else {
            throw ConnectorError(
                type: "auth", "this answer does not belong to the sign-in that was begun; begin again")
        }
        if let error = answer["error"]?.string {
            let said = answer["error_description"]?.string.map { " (\($0.prefix(300)))" } ?? ""
            throw ConnectorError(
                type: "auth",
                error == "access_denied"
                    ? "access was not allowed in the browser\(said)" : "the sign-in failed: \(error.prefix(64))\(said)")
        }
        guard let code = answer["code"]?.string, !code.isEmpty else {
            throw ConnectorError(type: "auth", "the answer of the sign-in holds no code")
        }
        _ = try await connection.shared.tokens.exchange(
            code, verifier: verifier, redirect: redirect, settings, through: client)
    }
}
