// An OAuth 2.0 server on loopback with a system behind it: all four grants, tokens that end, refresh tokens that rotate.

import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import JSONCore
import Logging
import Synchronization

/// What the server is asked and how often, and switches for what can go wrong.
final class OAuthServer: Sendable {
    struct State {
        /// Grants of the token requests, in order.
        var grants: [String] = []
        /// Members of the latest token request, and its headers.
        var form: [String: String] = [:]
        var headers: [String: String] = [:]
        /// Calls of the system that were let in, and those that were refused.
        var calls = 0
        var refused = 0
        var access: Set<String> = []
        var refresh: Set<String> = ["first+refresh/token=="]
        /// Challenge, redirect address of codes that were given and not used.
        var codes: [String: (challenge: String?, redirect: String)] = [:]
        var count = 0
        /// Answers that token requests get in place of their own.
        var failures: [(status: Int, body: String)] = []
        /// The system says no to every token.
        var refusesAll = false
    }

    static let clientID = "galley client"
    static let clientSecret = "s3cret+with/odd=chars&"
    static let sharedKey = "a-shared-key-for-assertions-0001"
    let privateKey = P256.Signing.PrivateKey()
    let state = Mutex(State())
    /// `expires_in` of its tokens; nil: it doesn't say.
    let lifetime: Int?
    /// Whether a client shows who it is; else it is a public one.
    let asksClient: Bool

    init(lifetime: Int? = 3600, asksClient: Bool = true) { (self.lifetime, self.asksClient) = (lifetime, asksClient) }

    /// All access tokens are over at once.
    func endAccess() { state.withLock { $0.access = [] } }
    /// A person has withdrawn the sign-in.
    func withdraw() { state.withLock { ($0.access, $0.refresh) = ([], []) } }
    func fail(_ status: Int, _ body: String) { state.withLock { $0.failures.append((status, body)) } }
    var grants: [String] { now.grants }
    var now: State { state.withLock { $0 } }

    /// Serves while `body` runs.
    func run(_ body: @escaping @Sendable (_ address: String) async throws -> Void) async throws {
        let router = Router()
        router.post("/token") { request, _ in try await self.token(request) }
        router.get("/authorize") { request, _ in self.authorize(request) }
        router.get("/api/:what") { request, _ in try await self.call(request) }
        router.post("/api/:what") { request, _ in try await self.call(request) }
        let (ports, port) = AsyncStream<Int>.makeStream()
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in port.yield(channel.localAddress?.port ?? 0) },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            for await port in ports {
                try await body("http://127.0.0.1:\(port)")
                break
            }
            group.cancelAll()
        }
    }

    // MARK: The system

    private func call(_ request: Request) async throws -> Response {
        let token = request.headers[.authorization]?.replacingOccurrences(of: "Bearer ", with: "") ?? ""
        let isGood = state.withLock { state in
            let isGood = state.access.contains(token) && !state.refusesAll
            if isGood { state.calls += 1 } else { state.refused += 1 }
            return isGood
        }
        guard isGood else { return Self.json(401, "{\"error\":\"the token \(token) is not good\"}") }
        let body = try await request.body.collect(upTo: 1 << 16)
        return Self.json(200, "{\"ok\":true,\"got\":\(body.readableBytes)}")
    }

    // MARK: The page at which people agree

    private func authorize(_ request: Request) -> Response {
        let query = request.uri.queryParameters
        let redirect = query["redirect_uri"].map { String($0) } ?? ""
        let code = state.withLock { state in
            state.count += 1
            let code = "code/\(state.count)+"
            state.codes[code] = (query["code_challenge"].map { String($0) }, redirect)
            return code
        }
        var answer = URLComponents(string: redirect) ?? URLComponents()
        answer.percentEncodedQuery =
            "code=\(Self.encoded(code))&state=\(Self.encoded(query["state"].map { String($0) } ?? ""))"
        return Response(status: .found, headers: [.location: answer.string ?? ""])
    }

    // MARK: The token address

    private func token(_ request: Request) async throws -> Response {
        let bytes = Array(buffer: try await request.body.collect(upTo: 1 << 16))
        var form: [String: String] = [:]
        if request.headers[.contentType] == "application/json" {
            for (name, value) in try JSON(parsing: bytes).object ?? [:] { form[name] = value.string }
        } else {
            form = Self.form(String(decoding: bytes, as: UTF8.self))
        }
        let headers = Dictionary(
            request.headers.map { ($0.name.canonicalName, $0.value) }, uniquingKeysWith: { first, _ in first })
        let failure = state.withLock { [form] state -> (status: Int, body: String)? in
            (state.form, state.headers) = (form, headers)
            state.grants.append(form["grant_type"] ?? "")
            return state.failures.isEmpty ? nil : state.failures.removeFirst()
        }
        if let failure { return Self.json(failure.status, failure.body) }
        guard !asksClient || isClient(form, headers["authorization"]) else {
            return Self.json(401, "{\"error\":\"invalid_client\"}")
        }
        return answer(form)
    }

    private func isClient(_ form: [String: String], _ authorization: String?) -> Bool {
        if form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer" { return true }
        if let assertion = form["client_assertion"] { return claims(assertion)?["sub"]?.string == Self.clientID }
        if let authorization, authorization.hasPrefix("Basic ") {
            let text = Data(base64Encoded: String(authorization.dropFirst(6))).map {
                String(decoding: $0, as: UTF8.self)
            }
            let parts = (text ?? "").split(separator: ":").map { Self.decoded($0) }
            return parts == [Self.clientID, Self.clientSecret]
        }
        return form["client_id"] == Self.clientID && form["client_secret"] == Self.clientSecret
    }

    private func answer(_ form: [String: String]) -> Response {
        let invalid = Self.json(400, "{\"error\":\"invalid_grant\",\"error_description\":\"it is over\"}")
        var refresh = false
        switch form["grant_type"] {
        case "client_credentials": break
        case "urn:ietf:params:oauth:grant-type:jwt-bearer":
            guard let claims = claims(form["assertion"] ?? ""), claims["iss"]?.string == "issuer@test",
                claims["aud"]?.string?.hasSuffix("/token") == true, let end = claims["exp"]?.integer,
                end > Int(Date().timeIntervalSince1970), let start = claims["iat"]?.integer,
                // Its clock is twenty seconds behind.
                start <= Int(Date().timeIntervalSince1970) - 20
            else { return invalid }
        case "refresh_token":
            // Rotation: each is good once.
            guard state.withLock({ $0.refresh.remove(form["refresh_token"] ?? "") }) != nil else { return invalid }
            refresh = true
        case "authorization_code":
            guard let code = state.withLock({ $0.codes.removeValue(forKey: form["code"] ?? "") }),
                code.redirect == form["redirect_uri"]
            else { return invalid }
            if let challenge = code.challenge {
                let digest = Data(SHA256.hash(data: Data((form["code_verifier"] ?? "").utf8)))
                guard Self.urlBase64(digest) == challenge else { return invalid }
            }
            refresh = true
        default: return Self.json(400, "{\"error\":\"unsupported_grant_type\"}")
        }
        let (access, next) = state.withLock { state in
            state.count += 1
            let access = "access.\(state.count)+/planted=="
            let next = "refresh.\(state.count)+/planted=="
            state.access.insert(access)
            if refresh { state.refresh.insert(next) }
            return (access, next)
        }
        var json: JSONObject = ["access_token": .string(access), "token_type": "Bearer"]
        if let lifetime { json["expires_in"] = .integer(lifetime) }
        if refresh { json["refresh_token"] = .string(next) }
        return Self.json(200, JSON.object(json).compact)
    }

    /// Of an assertion whose signature is right: with the shared key, or this server's key pair.
    private func claims(_ assertion: String) -> JSON? {
        let parts = assertion.split(separator: ".").map { String($0) }
        guard parts.count == 3, let header = Self.part(parts[0]), let signature = Self.data(parts[2]) else {
            return nil
        }
        let signed = Data((parts[0] + "." + parts[1]).utf8)
        let isRight =
            switch header["alg"]?.string {
            case "HS256":
                HMAC<SHA256>.isValidAuthenticationCode(
                    signature, authenticating: signed, using: SymmetricKey(data: Data(Self.sharedKey.utf8)))
            case "ES256":
                (try? P256.Signing.ECDSASignature(rawRepresentation: signature)).map {
                    privateKey.publicKey.isValidSignature($0, for: signed)
                } ?? false
            default: false
            }
        return isRight ? Self.part(parts[1]) : nil
    }

    private static func part(_ text: String) -> JSON? { data(text).flatMap { try? JSON(parsing: Array($0)) } }

    private static func data(_ text: String) -> Data? {
        let plain = text.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
        return Data(base64Encoded: plain + String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4))
    }

    private static func urlBase64(_ data: Data) -> String {
        data.base64EncodedString().replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
            .replacingOccurrences(of: "=", with: "")
    }

    private static func form(_ text: String) -> [String: String] {
        var form: [String: String] = [:]
        for pair in text.split(separator: "&") {
            let sides = pair.split(separator: "=", maxSplits: 1).map { decoded($0) }
            form[sides.first ?? ""] = sides.count == 2 ? sides[1] : ""
        }
        return form
    }

    private static func decoded(_ text: Substring) -> String {
        text.replacingOccurrences(of: "+", with: " ").removingPercentEncoding ?? ""
    }

    private static func encoded(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }

    private static func json(_ status: Int, _ text: String) -> Response {
        Response(
            status: .init(code: status), headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(string: text)))
    }
}
