// One request at the token address of an OAuth server (RFC 6749 §3.2) and what its answer means.

import Crypto
import JSONCore
import RecipeLanguage

/// Why there is no token.
struct TokenFailure: Error {
    let error: ConnectorError
    /// The server has said a final no (RFC 6749 §5.2): nothing changes without a person.
    let isFinal: Bool
}

/// What is shown for a token.
enum TokenProof: Sendable {
    case client
    case refresh(String)
    case assertion
    case code(String, verifier: String?, redirect: String)
}

struct TokenRequest {
    let settings: OAuthSettings
    let storage: any TokenStorage
    /// Milliseconds since 1970.
    let now: Int64

    /// Seconds for one request; a step that waits for a token has its own limit.
    private static let timeout: Double = 30
    /// Assertions are good for so long.
    private static let assertionSeconds: Int64 = 300
    /// A server whose clock is behind ours by less does not see an assertion of the future.
    private static let skewSeconds: Int64 = 30

    /// Asks for a token.
    /// - Parameter old: what is kept when the answer doesn't bring it: the refresh token.
    /// - Throws: `TokenFailure`, `CancellationError`.
    func send(_ proof: TokenProof, old: TokenRecord?, through client: any HTTPClient) async throws -> TokenRecord {
        storage.hide(settings.secrets)
        let request = try request(proof)
        let answer: HTTPAnswer
        do {
            answer = try await client.send(request)
        } catch let error as ConnectorError {
            // Nothing has been done at the system itself.
            throw TokenFailure(
                error: ConnectorError(
                    type: error.type, "no access token: \(storage.redacted(error.message))",
                    isTransient: error.isTransient),
                isFinal: false)
        }
        return try record(of: answer, old: old)
    }

    private func request(_ proof: TokenProof) throws -> HTTPRequest {
        var fields: [(name: String, value: String)] = []
        switch proof {
        case .client: fields.append(("grant_type", "client_credentials"))
        case .refresh(let token):
            storage.hide([token])
            fields += [("grant_type", "refresh_token"), ("refresh_token", token)]
        case .assertion:
            fields += [
                ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
                ("assertion", try assertion(subject: settings.subject, claims: settings.claims)),
            ]
        case .code(let code, let verifier, let redirect):
            storage.hide([code] + (verifier.map { [$0] } ?? []))
            fields += [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", redirect)]
            if let verifier { fields.append(("code_verifier", verifier)) }
        }
        // RFC 6749 §6: without "scope" a refresh gives what was granted.
        if case .client = proof { addScopes(&fields) }
        if case .assertion = proof { addScopes(&fields) }
        var isRepeatable = true
        if case .code = proof { isRepeatable = false }
        var request = HTTPRequest(
            "POST", settings.tokenURL, headers: [("Accept", "application/json")], timeout: Self.timeout,
            isRepeatable: isRepeatable, permissions: settings.permissions)
        for header in settings.tokenHeaders { request.setHeader(header.name, header.value) }
        try addClient(&fields, &request)
        for parameter in settings.tokenParameters {
            fields.removeAll { $0.name == parameter.name }
            fields.append(parameter)
        }
        if settings.bodyIsJSON {
            request.setHeader("Content-Type", "application/json")
            request.body = JSON.object(JSONObject(fields.map { ($0.name, .string($0.value)) })).compactBytes
        } else {
            request.setHeader("Content-Type", "application/x-www-form-urlencoded")
            request.body = Array(PercentEncoding.form(fields).utf8)
        }
        // Credentials go to this address and nowhere else, and into no record.
        request.redirects = 0
        request.isConfidential = true
        return request
    }

    private func addScopes(_ fields: inout [(name: String, value: String)]) {
        guard !settings.scopes.isEmpty else { return }
        fields.append(("scope", settings.scopes.joined(separator: settings.scopeSeparator)))
    }

    /// RFC 6749 §2.3, RFC 7523 §2.2.
    private func addClient(_ fields: inout [(name: String, value: String)], _ request: inout HTTPRequest) throws {
        switch settings.clientAuth {
        case .basic:
            let pair = [settings.clientID ?? "", settings.clientSecret ?? ""].map(PercentEncoding.component)
            let text = Base64Text.encode(Array(pair.joined(separator: ":").utf8))
            storage.hide([text])
            request.setHeader("Authorization", "Basic " + text)
        case .body:
            fields += [("client_id", settings.clientID ?? ""), ("client_secret", settings.clientSecret ?? "")]
        case .none: if let id = settings.clientID { fields.append(("client_id", id)) }
        case .privateKeyJWT:
            let client = settings.clientID ?? ""
            fields += [
                ("client_id", client),
                ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
                ("client_assertion", try assertion(subject: client, claims: [:])),
            ]
        }
    }

    /// RFC 7523 §3: who says so, about whom, to whom, and until when; its own number, so that no other is like it.
    private func assertion(subject: String?, claims: JSONObject) throws -> String {
        let seconds = now / 1_000
        var payload: JSONObject = [
            "iss": .string(settings.issuer ?? settings.clientID ?? ""), "aud": .string(settings.audience),
            "iat": .integer(Int(seconds - Self.skewSeconds)), "exp": .integer(Int(seconds + Self.assertionSeconds)),
            "jti": .string(RandomText.characters(22)),
        ]
        if let subject { payload["sub"] = .string(subject) }
        for (name, value) in claims where !value.isNull { payload[name] = value }
        guard
            let key = settings.key,
            let token = WebTokenSigning.token(
                claims: payload, algorithm: settings.algorithm, key: key, keyID: settings.keyID)
        else {
            let wanted =
                settings.algorithm.hasPrefix("RS")
                ? "an RSA key of 2048 bits or more"
                : settings.algorithm.hasPrefix("ES") ? "an elliptic-curve key" : "a text"
            throw TokenFailure(
                error: ConnectorError(
                    type: "auth",
                    "the connection \"\(settings.connection)\" can't sign in: its private key is not one for "
                        + "\(settings.algorithm), which takes \(wanted) in PEM"), isFinal: true)
        }
        storage.hide([token])
        return token
    }

    // MARK: The answer

    private func record(of answer: HTTPAnswer, old: TokenRecord?) throws(TokenFailure) -> TokenRecord {
        let body = Self.members(of: answer)
        guard answer.status < 300, let token = body["access_token"]?.string, !token.isEmpty,
            token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { throw failure(answer, body) }
        var record = TokenRecord(seed: settings.seed, obtainedAt: now)
        record.accessToken = token
        record.refreshToken = body["refresh_token"]?.string.flatMap { $0.isEmpty ? nil : $0 } ?? old?.refreshToken
        record.scope = body["scope"]?.string
        storage.hide([token] + (record.refreshToken.map { [$0] } ?? []))
        let said = body["expires_in"].flatMap { $0.double ?? $0.string.flatMap { Double($0) } }
        if let seconds = said ?? settings.expiresIn, seconds > 0, seconds <= 315_360_000 {
            record.expiresAt = now + Int64(seconds * 1_000)
        }
        return record
    }

    /// JSON, or a form as some old servers send it.
    private static func members(of answer: HTTPAnswer) -> JSONObject {
        if let object = (try? answer.json())?.object { return object }
        guard answer.mediaType == "application/x-www-form-urlencoded" || answer.mediaType == "text/plain",
            answer.body.count <= 64 << 10
        else { return [:] }
        return FormText.object(String(decoding: answer.body, as: UTF8.self))
    }

    private func failure(_ answer: HTTPAnswer, _ body: JSONObject) -> TokenFailure {
        let host = HTTPOrigin(of: settings.tokenURL)?.host ?? "the server"
        let word = body["error"]?.string ?? body["error"]?["code"]?.string ?? body["errorCode"]?.string
        let code = word.flatMap { Self.isCode($0) ? $0 : nil }
        let said =
            body["error_description"]?.string ?? body["error"]?["message"]?.string ?? body["errorSummary"]?.string
            ?? body["message"]?.string
        let passes = ["temporarily_unavailable", "server_error", "slow_down", "rate_limited", "ratelimited"]
        let isBusy = [408, 425, 429].contains(answer.status) || answer.status >= 500 || passes.contains(code ?? "")
        let isFinal = code != nil && !isBusy && answer.status < 500
        var sentence: String
        if (300..<400).contains(answer.status) {
            sentence =
                "\(host) redirects the request for a token, which is not followed: \"token_url\" must be the address itself"
        } else if let code {
            sentence = "\(host) gives no access token: \(code)"
        } else if answer.status < 300 {
            sentence = "\(host) answered \(answer.status), but there is no access token in its answer"
        } else {
            sentence = "\(host) gives no access token: it answered \(answer.status)"
        }
        if let said { sentence += " (" + storage.redacted(Self.line(said)) + ")" }
        if let code, let hint = hint(code) { sentence += "; " + hint }
        return TokenFailure(
            error: ConnectorError(
                type: isBusy ? (answer.status == 429 ? "rate_limited" : "server") : "auth", sentence,
                status: answer.status, retryAfter: answer.retryAfter, isTransient: isBusy), isFinal: isFinal)
    }

    /// What a person can do about the codes of RFC 6749 §5.2.
    private func hint(_ code: String) -> String? {
        switch code {
        case "invalid_grant" where settings.grant == .jwtBearer:
            "check \"issuer\", \"subject\", \"audience\" and the key, and that the clock of this machine is right"
        case "invalid_grant" where settings.grant == .refreshToken:
            "the refresh token was used, withdrawn or has expired: store a new one in the secret that the connection names"
        case "invalid_grant" where settings.grant == .clientCredentials:
            "check that the client may sign in as itself (the grant client_credentials)"
        case "invalid_grant": "the sign-in was withdrawn or has expired: \(settings.connectHint)"
        case "invalid_client": "check \"client_id\" and \"client_secret\", and \"client_auth\" (how they are sent)"
        case "invalid_scope": "the client may not have these scopes: \(settings.scopes.joined(separator: " "))"
        case "unauthorized_client": "the client is not allowed to use the grant \(settings.grant.rawValue)"
        default: nil
        }
    }

    private static func isCode(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 64
            && text.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
                    || $0 == 0x5F || $0 == 0x2D || $0 == 0x2E
            }
    }

    /// One line of at most 300 characters.
    private static func line(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.prefix(300).map { $0.properties.generalCategory == .control ? " " : $0 }))
    }
}

extension OAuthSettings {
    /// How a person signs in again.
    public var connectHint: String {
        "sign in again with: galley connections connect \(connection), or with \"Connect\" on the page of the connection"
    }
}

/// Random texts that nobody can guess.
public enum RandomText {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// Six bits a character, from the system's generator.
    public static func characters(_ count: Int) -> String {
        var generator = SystemRandomNumberGenerator()
        return String(
            decoding: (0..<count).map { _ in alphabet[Int.random(in: 0..<64, using: &generator)] }, as: UTF8.self)
    }
}
