// Connections that sign in by OAuth 2.0, against a real server on loopback.

import ConnectorKit
import Foundation
import JSONCore
import Logging
import OutboundHTTP
import RecipeLanguage
import Synchronization
import Testing

@testable import BuiltInConnectors

struct OAuthTests {
    /// A connector of the server's system, with `auth` as given.
    static func connector(_ auth: JSONObject, address: String) throws -> DeclarativeConnector {
        var auth = auth
        auth["type"] = "oauth2"
        if auth["token_url"] == nil { auth["token_url"] = .string(address + "/token") }
        let source: JSON = [
            "galley_connector": 1, "name": "sys", "title": "System",
            "connection": [
                "auth": .object(auth), "base_url": .string(address + "/api"), "test": ["path": "/me"],
            ],
            "actions": [
                "read": ["title": "Read", "effect": "read", "request": ["path": "/thing"]],
                "make": [
                    "title": "Make", "effect": "unsafe", "input": ["type": "object"],
                    "request": ["method": "POST", "path": "/thing", "json": "{{ input }}"],
                ],
            ],
        ]
        let (connector, diagnostics) = DeclarativeConnector.read(
            Array(source.indented.utf8), name: "sys", file: "connector.json")
        #expect(diagnostics.isEmpty, "\(diagnostics)")
        return try #require(connector)
    }

    /// Calls through a real client, with one connection for all of them.
    struct Calls: Sendable {
        let connector: DeclarativeConnector
        var trial: Trial

        func callAsFunction(_ action: String = "read", _ input: JSON = [:]) async throws -> JSON {
            try await connector.execute(action, input, in: trial.context)
        }

        func failure(_ action: String = "read") async -> ConnectorError? {
            await #expect(throws: ConnectorError.self) {
                _ = try await connector.execute(action, [:], in: trial.context)
            }
        }
    }

    static let client: JSONObject = [
        "client_id": .string(OAuthServer.clientID), "client_secret": .string(OAuthServer.clientSecret),
    ]

    static func with(
        _ server: OAuthServer, _ auth: JSONObject, _ credentials: JSONObject = client,
        tokens: ConnectionTokens = ConnectionTokens(),
        _ body: @escaping @Sendable (Calls, _ address: String) async throws -> Void
    ) async throws {
        try await server.run { address in
            let client = OutboundClient(policy: NetworkPolicy(folder: "/"), logger: Logger(label: "test"))
            var (trial, network) = (try Trial(), NetworkPermissions())
            network.privateAddresses = true
            trial.http = client
            trial.connection = Connection(
                name: "sys", connector: "sys", settings: [:], credentials: credentials, network: network,
                shared: SharedConnection(tokens: tokens))
            var auth = auth
            if let page = auth["authorize_url"]?.string { auth["authorize_url"] = .string(address + page) }
            let calls = Calls(connector: try connector(auth, address: address), trial: trial)
            let result: Result<Void, any Error>
            do { result = .success(try await body(calls, address)) } catch { result = .failure(error) }
            await client.shutdown()
            try result.get()
        }
    }

    @Test(arguments: ["basic", "body"], ["form", "json"])
    func `client credentials give one token for many calls`(clientAuth: String, body: String) async throws {
        let server = OAuthServer()
        let auth: JSONObject = [
            "grant": "client_credentials", "client_auth": .string(clientAuth), "token_body": .string(body),
            "scopes": ["read", "write"], "token_params": ["audience": "everyone"], "token_headers": ["X-Version": 3],
        ]
        try await Self.with(server, auth) { call, _ in
            for _ in 0..<3 {
                let got = try await call()["ok"]
                #expect(got == true)
            }
            #expect(server.grants == ["client_credentials"])
            let now = server.now
            #expect(now.form["scope"] == "read write" && now.form["audience"] == "everyone")
            #expect(now.headers["x-version"] == "3")
            #expect(now.calls == 3 && now.refused == 0)
            #expect((now.form["client_secret"] != nil) == (clientAuth == "body"))
        }
    }

    @Test func `a refresh token that rotates is followed from one to the next`() async throws {
        let server = OAuthServer()
        var credentials = Self.client
        credentials["refresh_token"] = "first+refresh/token=="
        let storage = TokensInMemory()
        try await Self.with(
            server, ["grant": "refresh_token"], credentials, tokens: ConnectionTokens(storage: storage)
        ) { call, _ in
            for round in 1...3 {
                let got = try await call()["ok"]
                #expect(got == true)
                #expect(server.grants.count == round)
                #expect(server.now.refresh == [storage.load()?.refreshToken])
                server.endAccess()
            }
        }
    }

    @Test func `a token that ends in mid-job is replaced and the call repeated`() async throws {
        let server = OAuthServer()
        try await Self.with(server, ["grant": "client_credentials"]) { call, _ in
            let got = try await call()["ok"]
            #expect(got == true)
            server.endAccess()
            let size = try await call("make", ["name": "Ada"])["got"]
            #expect(size == 14)
            #expect(server.grants.count == 2)
            #expect(server.now.calls == 2)
        }
    }

    @Test func `a system that refuses every token is asked twice, not for ever`() async throws {
        let server = OAuthServer()
        server.state.withLock { $0.refusesAll = true }
        try await Self.with(server, ["grant": "client_credentials"]) { call, _ in
            let failure = await call.failure()
            #expect(failure?.type == "auth" && failure?.status == 401)
            #expect(server.now.refused == 2)
            #expect(server.grants.count == 2)
        }
    }

    @Test func `many calls that find the token over at once make one request for a new one`() async throws {
        let server = OAuthServer()
        var credentials = Self.client
        credentials["refresh_token"] = "first+refresh/token=="
        try await Self.with(server, ["grant": "refresh_token"], credentials) { call, _ in
            for round in 1...3 {
                try await withThrowingTaskGroup(of: JSON.self) { group in
                    for _ in 0..<40 { group.addTask { try await call() } }
                    for try await answer in group { #expect(answer["ok"] == true) }
                }
                #expect(server.grants.count == round)
                server.endAccess()
            }
        }
    }

    @Test func `a token is replaced ahead of its end, and used on while that fails`() async throws {
        let server = OAuthServer(lifetime: 600)
        let start = ConnectionTokens.systemMilliseconds()
        let now = Mutex(start)
        let tokens = ConnectionTokens { now.withLock { $0 } }
        try await Self.with(server, ["grant": "client_credentials"], tokens: tokens) { call, _ in
            _ = try await call()
            now.withLock { $0 = start + 539_000 }
            _ = try await call()
            #expect(server.grants.count == 1)
            now.withLock { $0 = start + 541_000 }
            for _ in 0..<3 { server.fail(503, "") }
            _ = try await call()
            #expect(server.grants.count == 4)
            _ = try await call()
            #expect(server.grants.count == 5)
            #expect(server.now.refused == 0)
        }
    }

    @Test(arguments: ["HS256", "ES256"])
    func `an assertion that is signed gives a token`(algorithm: String) async throws {
        let server = OAuthServer()
        let credentials: JSONObject = [
            "issuer": "issuer@test", "subject": "person@test", "client_secret": .string(OAuthServer.sharedKey),
            "private_key": .string(server.privateKey.pemRepresentation), "key_id": "k1",
        ]
        let auth: JSONObject = [
            "grant": "jwt_bearer", "algorithm": .string(algorithm), "claims": ["scope": "a b"], "client_auth": "none",
        ]
        try await Self.with(server, auth, credentials) { call, _ in
            let got = try await call()["ok"]
            #expect(got == true)
            let assertion = server.now.form["assertion"] ?? ""
            let parts = assertion.split(separator: ".").compactMap { Base64Text.decode(String($0)) }
            let claims = try JSON(parsing: parts[1])
            #expect(claims["sub"] == "person@test" && claims["scope"] == "a b")
            let header = try JSON(parsing: parts[0])
            #expect(header["kid"] == "k1")
        }
    }

    @Test func `a client that signs shows itself by an assertion`() async throws {
        let server = OAuthServer()
        let credentials: JSONObject = [
            "client_id": .string(OAuthServer.clientID), "private_key": .string(server.privateKey.pemRepresentation),
        ]
        let auth: JSONObject = [
            "grant": "client_credentials", "client_auth": "private_key_jwt", "algorithm": "ES256",
        ]
        try await Self.with(server, auth, credentials) { call, _ in
            let got = try await call()["ok"]
            #expect(got == true)
        }
    }

    @Test(arguments: [true, false])
    func `a person agrees in the browser, and the connection works`(pkce: Bool) async throws {
        let server = OAuthServer(asksClient: false)
        let auth: JSONObject = [
            "grant": "authorization_code", "authorize_url": "/authorize", "pkce": .bool(pkce), "scopes": ["all"],
            "authorize_params": ["prompt": "consent"],
        ]
        try await Self.with(server, auth, ["client_id": .string(OAuthServer.clientID)]) { call, _ in
            let before = await call.failure()
            #expect(before?.type == "auth")
            #expect(before?.message.contains("galley connections connect sys") == true)
            let settings = try #require(try call.connector.oauth(in: call.trial.context))
            let request = try AuthorizationRequest(settings, redirect: "http://localhost:8460/oauth/callback")
            #expect(request.url.contains("prompt=consent") && request.url.contains("scope=all"))
            #expect(request.url.contains("code_challenge_method=S256") == pkce)
            var page = HTTPRequest("GET", request.url, isRepeatable: true)
            page.permissions.privateAddresses = true
            page.redirects = 0
            let answer = try await call.trial.http.send(page)
            let location = try #require(answer.header("location"))
            let query = FormText.object(String(location.drop { $0 != "?" }.dropFirst()))
            let connection = try #require(call.trial.connection)
            var wrong = query
            wrong["state"] = "another"
            await #expect(throws: ConnectorError.self) {
                try await request.finish(wrong, of: connection, through: call.trial.http)
            }
            try await request.finish(query, of: connection, through: call.trial.http)
            let got = try await call()["ok"]
            #expect(got == true)
            server.endAccess()
            let again = try await call()["ok"]
            #expect(again == true)
            #expect(server.grants == ["authorization_code", "refresh_token"])
        }
    }

    @Test func `a sign-in that is withdrawn breaks the connection until its credentials change`() async throws {
        let server = OAuthServer()
        var credentials = Self.client
        credentials["refresh_token"] = "first+refresh/token=="
        let tokens = ConnectionTokens()
        try await Self.with(server, ["grant": "refresh_token"], credentials, tokens: tokens) { call, _ in
            _ = try await call()
            server.withdraw()
            let failure = await call.failure()
            #expect(failure?.type == "auth" && failure?.isTransient == false)
            #expect(failure?.message.contains("the connection \"sys\" is broken") == true)
            #expect(failure?.message.contains("invalid_grant (it is over)") == true)
            let settings = try #require(try call.connector.oauth(in: call.trial.context))
            #expect(tokens.problem(settings)?.contains("invalid_grant") == true)
            let asked = server.grants.count
            _ = await call.failure()
            #expect(server.grants.count == asked, "a broken connection asks no more")
            // Another refresh token is another start.
            server.state.withLock { _ = $0.refresh.insert("second") }
            var repaired = call
            var again = OAuthTests.client
            again["refresh_token"] = "second"
            let old = try #require(call.trial.connection)
            repaired.trial.connection = Connection(
                name: "sys", connector: "sys", settings: [:], credentials: again, network: old.network,
                shared: old.shared)
            let got = try await repaired()["ok"]
            #expect(got == true)
            #expect(tokens.problem(settings) == nil)
        }
    }

    @Test(arguments: [
        (status: 400, body: #"{"error":"invalid_scope"}"#, says: "invalid_scope", isTransient: false),
        (401, #"{"error":"invalid_client","error_description":"no such client"}"#, "(no such client)", false),
        (200, #"{"ok":false,"error":"invalid_refresh_token"}"#, "invalid_refresh_token", false),
        (200, "<html>", "there is no access token in its answer", false),
        (302, "", "redirects the request for a token", false),
        (500, "oops", "it answered 500", true),
    ])
    func `what the token address says is told`(
        status: Int, body: String, says: String, isTransient: Bool
    ) async throws {
        let server = OAuthServer()
        for _ in 0..<3 { server.fail(status, body) }
        try await Self.with(server, ["grant": "client_credentials"]) { call, _ in
            let failure = await call.failure()
            #expect(failure?.message.contains(says) == true, "\(failure?.message ?? "")")
            #expect(failure?.isTransient == isTransient)
            #expect(server.grants.count == (isTransient ? 3 : 1))
        }
    }

    @Test func `secrets that the server sends back are not in the error`() async throws {
        let server = OAuthServer()
        let secret = OAuthServer.clientSecret
        server.fail(400, "{\"error\":\"invalid_client\",\"error_description\":\"\(secret) is wrong\"}")
        try await Self.with(server, ["grant": "client_credentials"]) { call, _ in
            let failure = await call.failure()
            #expect(failure?.message.contains("invalid_client") == true)
            #expect(failure?.message.contains(secret) == false)
        }
    }

    static let incomplete: [(JSONObject, String)] = [
        ([:], "\"auth\" has no \"client_id\""),
        (["client_id": "a", "grant": "jwt_bearer"], "\"grant\" can be client_credentials, not \"jwt_bearer\""),
        (["client_id": "a\nb", "client_secret": "x"], "control character"),
        (["client_id": "a", "client_secret": "x", "scopes": 5], "\"scopes\" must be a list of texts"),
    ]

    @Test(arguments: incomplete)
    func `a connection that can't sign in says what is missing`(credentials: JSONObject, says: String) async throws {
        try await Self.with(
            OAuthServer(), ["grant": "client_credentials", "client_auth": "basic"], credentials
        ) { call, _ in
            let failure = await call.failure()
            #expect(failure?.type == "auth")
            #expect(failure?.message.contains(says) == true, "\(failure?.message ?? "")")
        }
    }

    @Test func `http takes the same connections`() async throws {
        let server = OAuthServer()
        try await server.run { address in
            let client = OutboundClient(policy: NetworkPolicy(folder: "/"), logger: Logger(label: "test"))
            var (trial, network) = (try Trial(), NetworkPermissions())
            network.privateAddresses = true
            trial.http = client
            var credentials = OAuthTests.client
            for (name, value): (String, JSON) in [
                ("type", "oauth2"), ("grant", "client_credentials"), ("token_url", .string(address + "/token")),
            ] { credentials[name] = value }
            trial.connection = Connection(
                name: "sys", connector: "http", settings: ["base_url": .string(address)], credentials: credentials,
                network: network)
            let answer = try? await trial.call("http.get", ["path": "/api/thing"])
            server.endAccess()
            let next = try? await trial.call("http.post", ["path": "/api/thing", "json": ["a": 1]])
            await client.shutdown()
            #expect(answer?["body"]?["ok"] == true && next?["body"]?["ok"] == true)
        }
    }
}
