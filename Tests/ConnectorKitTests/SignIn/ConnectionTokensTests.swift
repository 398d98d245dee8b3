// Tokens of a connection: on the disk before they are used, and not lost when the disk fails for a while.

import JSONCore
import Synchronization
import Testing

@testable import ConnectorKit

struct ConnectionTokensTests {
    /// Notes the order of what happens to it, and fails when told to.
    private final class Disk: TokenStorage {
        let events = Mutex<[String]>([])
        let isBroken = Mutex(false)
        let record = Mutex<TokenRecord?>(nil)

        func load() throws -> TokenRecord? { record.withLock { $0 } }
        func save(_ record: TokenRecord?) throws {
            guard !isBroken.withLock({ $0 }) else { throw ConnectorError(type: "file", "the disk is full") }
            self.record.withLock { $0 = record }
            events.withLock { $0.append("saved \(record?.refreshToken ?? "")") }
        }
        func exclusively<Result: Sendable>(_ body: @Sendable () async throws -> Result) async throws -> Result {
            try await body()
        }
        func hide(_ values: [String]) {}
        func redacted(_ text: String) -> String { text }
    }

    /// Gives `r2` for `r1`, `r3` for `r2`; the system takes the newest access token only.
    private struct System: HTTPClient {
        let disk: Disk
        let count = Locked(1)

        func send(_ request: HTTPRequest) async throws -> HTTPAnswer {
            if request.url.hasSuffix("/token") {
                let body = String(decoding: request.body, as: UTF8.self)
                let number = count.value
                guard body.contains("refresh_token=r\(number)&") || body.hasSuffix("refresh_token=r\(number)") else {
                    return HTTPAnswer(
                        status: 400, headers: [], body: Array(#"{"error":"invalid_grant"}"#.utf8), url: "")
                }
                count.change { $0 += 1 }
                let json: JSON = [
                    "access_token": .string("a\(number + 1)"), "refresh_token": .string("r\(number + 1)"),
                ]
                return HTTPAnswer(status: 200, headers: [], body: json.compactBytes, url: "")
            }
            let token = request.header("authorization") ?? ""
            disk.events.withLock { $0.append("called with \(token)") }
            return HTTPAnswer(status: token == "Bearer a\(count.value)" ? 200 : 401, headers: [], body: [], url: "")
        }
    }

    private static func connection(_ disk: Disk) -> Connection {
        Connection(
            name: "sys", connector: "sys", settings: [:],
            credentials: [
                "grant": "refresh_token", "token_url": "https://a.example/token", "client_id": "c",
                "refresh_token": "r1",
            ], shared: SharedConnection(tokens: ConnectionTokens(storage: disk)))
    }

    @Test func `a refresh token that replaces another is on the disk before the system is called`() async throws {
        let disk = Disk()
        let client = System(disk: disk)
        let connection = Self.connection(disk)
        let settings = try OAuthSettings(connection, scheme: [:])
        let token = try await connection.shared.tokens.accessToken(settings, through: client)
        #expect(token == "a2")
        #expect(disk.events.withLock { $0 } == ["saved r2"])
        // Another process goes on from there.
        let later = Self.connection(disk)
        #expect(try await later.shared.tokens.accessToken(settings, through: client) == "a2")
        #expect(try await later.shared.tokens.accessToken(settings, refused: "a2", through: client) == "a3")
        // And this one finds what that one has done.
        #expect(try await connection.shared.tokens.accessToken(settings, refused: "a2", through: client) == "a3")
        #expect(client.count.value == 3)
    }

    @Test func `while the disk fails the tokens are used, and written as soon as it works`() async throws {
        let disk = Disk()
        disk.isBroken.withLock { $0 = true }
        let client = System(disk: disk)
        let connection = Self.connection(disk)
        let settings = try OAuthSettings(connection, scheme: [:])
        let tokens = connection.shared.tokens
        #expect(try await tokens.accessToken(settings, through: client) == "a2")
        #expect(try await tokens.accessToken(settings, refused: "a2", through: client) == "a3")
        tokens.reload()
        #expect(disk.record.withLock { $0 } == nil)
        disk.isBroken.withLock { $0 = false }
        #expect(try await tokens.accessToken(settings, through: client) == "a3")
        #expect(disk.record.withLock { $0?.refreshToken } == "r3")
    }

    @Test func `a record is read as it was written`() throws {
        var record = TokenRecord(seed: "s", obtainedAt: 1)
        (record.accessToken, record.refreshToken, record.expiresAt, record.scope) = ("a", "r", 5, "x y")
        record.broken = .init(reason: "why", since: 7, credentials: "c")
        #expect(TokenRecord(record.json) == record)
        #expect(TokenRecord(["seed": 5]) == nil)
    }

    /// RFC 7636, appendix B.
    @Test func `the challenge is that of the standard`() {
        #expect(
            AuthorizationRequest.challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
                == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
    }
}
