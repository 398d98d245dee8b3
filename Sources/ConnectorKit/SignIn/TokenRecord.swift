// The tokens that a connection has, as they are kept, and where.

import Crypto
import JSONCore
import RecipeLanguage

/// What is known about a connection's sign-in.
public struct TokenRecord: Sendable, Hashable {
    /// Of which client, address and first refresh token they are (`OAuthSettings.seed`); others are of no use.
    public var seed: String
    public var accessToken: String?
    public var refreshToken: String?
    /// Milliseconds since 1970; nil: until the system says no.
    public var expiresAt: Int64?
    public var obtainedAt: Int64
    /// What was granted, when the server says so.
    public var scope: String?
    public var broken: Broken?

    /// Why signing in failed for good.
    public struct Broken: Sendable, Hashable {
        public var reason: String
        public var since: Int64
        /// Of the credentials that were refused: with others it is tried again.
        public var credentials: String

        public init(reason: String, since: Int64, credentials: String) {
            (self.reason, self.since, self.credentials) = (reason, since, credentials)
        }
    }

    public init(seed: String, obtainedAt: Int64 = 0) { (self.seed, self.obtainedAt) = (seed, obtainedAt) }

    /// nil when the text is not one of ours.
    public init?(_ json: JSON) {
        guard let seed = json["seed"]?.string, let obtained = json["obtained_at_ms"]?.integer else { return nil }
        (self.seed, obtainedAt) = (seed, Int64(obtained))
        accessToken = json["access_token"]?.string
        refreshToken = json["refresh_token"]?.string
        expiresAt = json["expires_at_ms"]?.integer.map { Int64($0) }
        scope = json["scope"]?.string
        if let broken = json["broken"], let reason = broken["reason"]?.string, let since = broken["since_ms"]?.integer,
            let credentials = broken["credentials"]?.string
        {
            self.broken = Broken(reason: reason, since: Int64(since), credentials: credentials)
        }
    }

    public var json: JSON {
        var object: JSONObject = ["seed": .string(seed), "obtained_at_ms": .integer(Int(obtainedAt))]
        if let accessToken { object["access_token"] = .string(accessToken) }
        if let refreshToken { object["refresh_token"] = .string(refreshToken) }
        if let expiresAt { object["expires_at_ms"] = .integer(Int(expiresAt)) }
        if let scope { object["scope"] = .string(scope) }
        if let broken {
            object["broken"] = [
                "reason": .string(broken.reason), "since_ms": .integer(Int(broken.since)),
                "credentials": .string(broken.credentials),
            ]
        }
        return .object(object)
    }
}

/// Where the tokens of one connection are kept. Two conform: memory, and the workspace's encrypted store.
public protocol TokenStorage: Sendable {
    /// - Throws: a sentence when they are there and can't be read.
    func load() throws -> TokenRecord?
    /// Returns when the record is on the disk; nil removes it.
    func save(_ record: TokenRecord?) throws
    /// Runs `body` while no other process does so for this connection.
    func exclusively<Result: Sendable>(_ body: @Sendable () async throws -> Result) async throws -> Result
    /// Notes values that must not be recorded or shown.
    func hide(_ values: [String])
    /// A text without the values that must not be shown.
    func redacted(_ text: String) -> String
}

/// Tokens that are there as long as the process.
public final class TokensInMemory: TokenStorage {
    private let record = Locked<TokenRecord?>(nil)
    private let hidden = Locked<Set<String>>([])

    public init() {}
    public func load() -> TokenRecord? { record.value }
    public func save(_ record: TokenRecord?) { self.record.change { $0 = record } }
    public func exclusively<Result: Sendable>(
        _ body: @Sendable () async throws -> Result
    ) async throws -> Result { try await body() }
    public func hide(_ values: [String]) { hidden.change { $0.formUnion(values.filter { $0.utf8.count >= 4 }) } }
    public func redacted(_ text: String) -> String {
        hidden.value.reduce(text) { $0.replacing($1, with: "[secret]") }
    }
}

extension OAuthSettings {
    /// The same as long as the tokens of the connection stay good.
    public var seed: String {
        Self.digest([grant.rawValue, tokenURL, clientID ?? "", refreshToken ?? "", issuer ?? "", subject ?? ""])
    }

    /// The same as long as everything that the connection signs in with is the same.
    var credentials: String {
        Self.digest([seed, clientSecret ?? "", privateKey ?? "", keyID ?? "", scopes.joined(separator: " ")])
    }

    /// What must not be shown.
    var secrets: [String] { [clientSecret, refreshToken, privateKey].compactMap(\.self) }

    private static func digest(_ parts: [String]) -> String {
        let text = JSON.array(parts.map { .string($0) }).compactBytes
        return Base64Text.encode(Array(SHA256.hash(data: text)))
    }
}
