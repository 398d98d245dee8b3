// Programs: tokens with roles, scopes and ends, kept as hashes only; proxies; the audit log.

import Engine
import Foundation
import JSONCore
import JobHistory
import Testing

@testable import GalleyServer

@Suite(.timeLimit(.minutes(2)))
struct TokenTests {
    @Test func `no token, session or password is in the history's files`() async throws {
        try await ServerBed.use([:]) {
            (bed: ServerBed) async throws -> Void in
            let admin = try await bed.token(.admin)
            let made = try await bed.post(
                "/api/v1/tokens", #"{"name": "ci", "role": "operator", "expires_in": "90d"}"#,
                headers: [admin, "Content-Type: application/json"])
            #expect(made.status == 201)
            let password = "a password of many words"
            _ = try await bed.engine.access.perform(.addUser("ann", .viewer, password: password), by: .local)
            let session = try await bed.engine.access.signIn("ann", password, from: "", replacing: nil)
            let token = try #require(made.json["token"]?.string)
            #expect(token.hasPrefix("galley_"))
            let secrets = [token, String(admin.split(separator: " ")[2]), password, session]
            for file in try FileManager.default.contentsOfDirectory(atPath: bed.folder) {
                guard let bytes = FileManager.default.contents(atPath: bed.folder + "/" + file) else { continue }
                for secret in secrets { #expect(bytes.range(of: Data(secret.utf8)) == nil, "in \(file)") }
            }
            let listed = try await bed.get("/api/v1/tokens", headers: [admin]).body
            #expect(listed.contains(#""ci""#))
            for secret in secrets { #expect(!listed.contains(secret)) }
        }
    }

    @Test func `a token ends, can be taken away, and is for some of the API only`() async throws {
        try await ServerBed.use([:]) {
            (bed: ServerBed) async throws -> Void in
            let short = try await bed.token(.viewer, lifeSeconds: 3_600)
            #expect(try await bed.get("/api/v1/me", headers: [short]).status == 200)
            bed.clock.advance(3_600_000)
            #expect(try await bed.get("/api/v1/me", headers: [short]).status == 401)
            let taken = try await bed.token(.viewer, name: "taken")
            _ = try await bed.engine.access.perform(.removeToken("taken"), by: .local)
            #expect(try await bed.get("/api/v1/me", headers: [taken]).status == 401)
            let scoped = try await bed.token(.admin, scopes: ["jobs", "stats"])
            for (path, status) in [("jobs", 200), ("stats", 200), ("recipes", 403), ("users", 403), ("audit", 403)] {
                #expect(try await bed.get("/api/v1/" + path, headers: [scoped]).status == status, "\(path)")
            }
            await #expect(throws: AccessError.self) { _ = try await bed.token(.viewer, scopes: ["everything"]) }
        }
    }

    @Test func `what was done is in the audit log, with who and from where`() async throws {
        try await ServerBed.use(
            ["lead": ServerBed.hook(#""path": "leads""#)], configure: { $0.trustedProxies = ["127.0.0.1"] }
        ) {
            (bed: ServerBed) async throws -> Void in
            let token = try await bed.token(.operator, name: "ci")
            let headers = [token, "Content-Type: application/json", "X-Forwarded-For: 10.1.2.3"]
            #expect(try await bed.post("/api/v1/recipes/lead/stop", "{}", headers: headers).status == 200)
            #expect(try await bed.post("/api/v1/users", "{}", headers: headers).status == 403)
            let entries = try await bed.engine.store.audit()
            #expect(entries.map(\.action) == ["recipe.stop", "token.add"])
            #expect(entries.first?.who == "ci")
            #expect(entries.first?.from == "10.1.2.3")
            #expect(entries.first?.subject == "recipe lead")
        }
    }

    @Test func `only a trusted proxy is believed`() async throws {
        try await ServerBed.use(["lead": ServerBed.hook(#""path": "leads""#)]) {
            (bed: ServerBed) async throws -> Void in
            let headers = ["X-Forwarded-For: 10.1.2.3", "Content-Type: application/json"]
            #expect(try await bed.post("/hooks/leads", "{}", headers: headers).status == 202)
            #expect(try await bed.engine.store.deliveries().first?.sender == "127.0.0.1")
        }
    }

    @Test func `users and tokens are changed over the owner's socket as well`() throws {
        for request: AccessRequest in [
            .addUser("ann", .author, password: "p"), .changeUser("ann", role: .viewer, password: nil),
            .removeUser("ann"), .signOut("ann"),
            .addToken(NewToken(name: "ci", kind: .client, perMinute: 5, lifeSeconds: 9)), .removeToken("ci"),
        ] {
            guard case .access(let read)? = OwnerRequest(OwnerRequest.access(request).json) else {
                Issue.record("not read")
                continue
            }
            #expect(read.json == request.json)
        }
    }
}
