// Behind a proxy: whom X-Forwarded- headers are believed from, and what they change.

import Engine
import Testing

@testable import GalleyServer

@Suite(.timeLimit(.minutes(2)))
struct ProxyTests {
    private static let forwarded = [
        "X-Forwarded-Proto: https", "X-Forwarded-Host: shop.example", "X-Forwarded-For: 203.0.113.7",
    ]

    private static func use(
        trusting proxies: [String], _ body: @escaping @Sendable (ServerBed) async throws -> Void
    ) async throws {
        try await ServerBed.use(
            ["lead": ServerBed.hook(#""path": "leads""#)],
            configure: { ($0.trustedProxies, $0.allowedHosts) = (proxies, ["test", "shop.example"]) }
        ) { bed in
            _ = try await bed.engine.access.perform(
                .addUser("ann", .admin, password: "four words make one"), by: .local)
            try await body(bed)
        }
    }

    private static func signIn(_ bed: ServerBed, origin: String, _ headers: [String]) async throws -> Answer {
        try await bed.form(
            "/sign-in", "name=ann&password=four+words+make+one", headers: ["Origin: \(origin)"] + headers)
    }

    @Test func `a trusted proxy says that it is https: the cookie is __Host- and Secure, and pages are of its host`()
        async throws
    {
        try await Self.use(trusting: ["127.0.0.1"]) {
            (bed: ServerBed) async throws -> Void in
            #expect(try await Self.signIn(bed, origin: "http://test", Self.forwarded).status == 403)
            let answer = try await Self.signIn(bed, origin: "https://shop.example", Self.forwarded)
            #expect(answer.status == 303)
            let cookie = try #require(answer.header("set-cookie"))
            #expect(cookie.hasPrefix("__Host-galley="))
            let attributes = Set(cookie.split(separator: ";").dropFirst().map { $0.drop { $0 == " " } })
            // What a browser asks of a name that begins with __Host- (RFC 6265bis §4.1.3.2).
            #expect(attributes.isSuperset(of: ["Secure", "Path=/", "HttpOnly", "SameSite=Strict"]))
            #expect(!attributes.contains { $0.lowercased().hasPrefix("domain") })
            let shown = try #require(answer.cookie)
            #expect(try await bed.get("/api/v1/me", headers: [shown] + Self.forwarded).status == 200)
            // The same secret without the prefix could have been set by another server of the domain, or over http.
            let bare = shown.replacing("__Host-", with: "")
            #expect(try await bed.get("/api/v1/me", headers: [bare] + Self.forwarded).status == 401)
            #expect(try await bed.get("/api/v1/me", headers: [shown]).status == 401)
            let entries = try await bed.engine.store.audit()
            #expect(entries.first { $0.action == "sign_in" }?.from == "203.0.113.7")
        }
    }

    @Test(arguments: [[], ["10.0.0.1"], ["127.0.0.2", "::1"]])
    func `nobody else is believed`(proxies: [String]) async throws {
        try await Self.use(trusting: proxies) {
            (bed: ServerBed) async throws -> Void in
            #expect(try await Self.signIn(bed, origin: "https://shop.example", Self.forwarded).status == 403)
            let answer = try await Self.signIn(bed, origin: "http://test", Self.forwarded)
            #expect(answer.status == 303)
            let cookie = try #require(answer.header("set-cookie"))
            #expect(cookie.hasPrefix("galley=") && !cookie.contains("Secure"))
            let entries = try await bed.engine.store.audit()
            #expect(entries.first { $0.action == "sign_in" }?.from == "127.0.0.1")
            // Nor does a header of theirs make a name known or unknown.
            let (known, unknown) = ("X-Forwarded-Host: shop.example", "X-Forwarded-Host: evil.example")
            #expect(try await bed.get("/health", headers: [unknown]).status == 200)
            let odd = "GET /health HTTP/1.1\r\nHost: evil.example\r\n\(known)\r\nConnection: close\r\n\r\n"
            #expect(try await bed.send(odd).status == 421)
        }
    }

    @Test(arguments: [
        (["X-Forwarded-For: 9.9.9.9, 203.0.113.7"], "203.0.113.7"),
        (["X-Forwarded-For: 9.9.9.9", "X-Forwarded-For: 203.0.113.7"], "203.0.113.7"),
        (["X-Forwarded-For: 203.0.113.7,2001:db8::7"], "2001:db8::7"), ([], "127.0.0.1"),
    ])
    func `of several addresses the one that the proxy saw counts`(headers: [String], sender: String) async throws {
        try await Self.use(trusting: ["127.0.0.1"]) {
            (bed: ServerBed) async throws -> Void in
            #expect(
                try await bed.post("/hooks/leads", "{}", headers: ["Content-Type: application/json"] + headers).status
                    == 202)
            #expect(try await bed.engine.store.deliveries().first?.sender == sender)
        }
    }

    @Test(arguments: [
        ("X-Forwarded-Host: evil.example", 421), ("X-Forwarded-Host: shop.example:8443", 200),
        ("X-Forwarded-Host: shop.example, evil.example", 421), ("X-Forwarded-Host: SHOP.example", 200),
        ("X-Forwarded-Host: shop.example@evil.example", 421), ("X-Forwarded-Proto: gopher", 200),
    ])
    func `a host that the proxy names has to be known as well`(header: String, status: Int) async throws {
        try await Self.use(trusting: ["127.0.0.1"]) {
            (bed: ServerBed) async throws -> Void in
            #expect(try await bed.get("/health", headers: [header]).status == status)
        }
    }
}
