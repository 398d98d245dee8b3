// People: the first start, passwords, sessions, and pages elsewhere that would misuse them.

import Engine
import JobHistory
import Testing

@testable import GalleyServer

@Suite(.timeLimit(.minutes(2)))
struct SignInTests {
    private static let password = "four words make one"
    private static let fields = "name=ann&password=four+words+make+one"

    private static func addAnn(_ bed: ServerBed, _ role: Role = .admin) async throws {
        _ = try await bed.engine.access.perform(.addUser("ann", role, password: password), by: .local)
    }

    private static func signedIn(_ bed: ServerBed) async throws -> String {
        try #require(try await bed.form("/sign-in", fields).cookie)
    }

    private static func me(_ bed: ServerBed, _ cookie: String) async throws -> Int {
        try await bed.get("/api/v1/me", headers: [cookie]).status
    }

    @Test func `the setup link makes one admin, once`() async throws {
        try await ServerBed.use([:]) {
            (bed: ServerBed) async throws -> Void in
            let secret = try #require(try await bed.engine.access.openSetup())
            #expect(try await bed.get("/setup?token=wrong").status == 403)
            #expect(try await bed.get("/setup?token=\(secret)").body.contains("<form"))
            let form = "token=\(secret)&name=Ann&password=four+words+make+one&again="
            #expect(try await bed.form("/setup", form + "other").status == 422)
            #expect(try await bed.form("/setup", "token=\(secret)&name=Ann&password=short&again=short").status == 422)
            #expect(
                try await bed.form("/setup", form + "four+words+make+one", headers: ["Origin: http://evil.example"])
                    .status == 403)
            let made = try await bed.form("/setup", form + "four+words+make+one")
            #expect(made.status == 303)
            let cookie = try #require(made.cookie)
            #expect(
                try await bed.get("/api/v1/me", headers: [cookie]).json == [
                    "name": "ann", "role": "admin", "kind": "session",
                ])
            #expect(try await bed.form("/setup", form + "four+words+make+one").status == 403)
            #expect(try await bed.engine.access.openSetup() == nil)
        }
    }

    @Test func `the setup link is too old after an hour`() async throws {
        try await ServerBed.use([:]) {
            (bed: ServerBed) async throws -> Void in
            let secret = try #require(try await bed.engine.access.openSetup())
            bed.clock.advance(AccessControl.setupLife)
            #expect(try await bed.get("/setup?token=\(secret)").status == 403)
        }
    }

    @Test func `a session is a cookie that pages and scripts elsewhere can't use`() async throws {
        try await ServerBed.use([:]) {
            (bed: ServerBed) async throws -> Void in
            try await Self.addAnn(bed)
            let answer = try await bed.form("/sign-in", Self.fields + "&next=%2Fjobs%3Fstate%3Dfailed")
            #expect(answer.header("location") == "/jobs?state=failed")
            let attributes = try #require(answer.header("set-cookie"))
            #expect(attributes.contains("HttpOnly") && attributes.contains("SameSite=Strict"))
            let cookie = try #require(answer.cookie)
            let start = ["Content-Type: application/json", cookie]
            let users = #"{"name": "bob", "role": "viewer", "password": "another four words"}"#
            for (headers, status) in [
                ([], 403), (["Origin: http://evil.example"], 403), (["Origin: null"], 403),
                (["Origin: https://test"], 403),
                (["Sec-Fetch-Site: cross-site"], 403), (["Sec-Fetch-Site: same-site"], 403),
                (["Sec-Fetch-Site: cross-site", "Origin: http://test"], 403), (["Origin: http://test"], 201),
            ] {
                #expect(
                    try await bed.post("/api/v1/users", users, headers: start + headers).status == status, "\(headers)")
            }
        }
    }

    @Test(arguments: ["//evil.example", "https://evil.example", "/%5Cevil.example", "/a%0D%0AX: 1", ""])
    func `signing in leads nowhere else`(next: String) async throws {
        try await ServerBed.use([:]) {
            (bed: ServerBed) async throws -> Void in
            try await Self.addAnn(bed)
            #expect(try await bed.form("/sign-in", Self.fields + "&next=" + next).header("location") == "/")
        }
    }

    @Test func `sessions end: by signing out or in anew, idle, old, with a new password or without the user`()
        async throws
    {
        try await ServerBed.use([:]) {
            (bed: ServerBed) async throws -> Void in
            try await Self.addAnn(bed)
            _ = try await bed.engine.access.perform(.addUser("bob", .admin, password: Self.password), by: .local)
            let first = try await Self.signedIn(bed)
            let again = try await bed.form("/sign-in", Self.fields, headers: ["Origin: http://test", first])
            let second = try #require(again.cookie)
            #expect(first != second)
            #expect(try await Self.me(bed, first) == 401, "signing in anew ends the session before")
            #expect(try await bed.form("/sign-out", "", headers: ["Origin: http://test", second]).status == 303)
            #expect(try await Self.me(bed, second) == 401)

            let idle = try await Self.signedIn(bed)
            bed.clock.advance(AccessControl.sessionIdle - 60_000)
            #expect(try await Self.me(bed, idle) == 200)
            bed.clock.advance(AccessControl.sessionIdle - 60_000)
            #expect(try await Self.me(bed, idle) == 200, "using it counts")
            bed.clock.advance(AccessControl.sessionIdle + 120_000)
            #expect(try await Self.me(bed, idle) == 401)

            let old = try await Self.signedIn(bed)
            for _ in 0..<27 {
                bed.clock.advance(AccessControl.sessionLife / 28)
                #expect(try await Self.me(bed, old) == 200)
            }
            bed.clock.advance(AccessControl.sessionLife / 28)
            #expect(try await Self.me(bed, old) == 401)

            let changed = try await Self.signedIn(bed)
            _ = try await bed.engine.access.perform(.changeUser("ann", role: .viewer, password: nil), by: .local)
            #expect(try await bed.get("/api/v1/users", headers: [changed]).status == 403, "a role counts at once")
            _ = try await bed.engine.access.perform(
                .changeUser("ann", role: nil, password: "quite another one"), by: .local)
            #expect(try await Self.me(bed, changed) == 401)
            await #expect(throws: StoreError.refused("bob is the last admin: make somebody else one first")) {
                _ = try await bed.engine.access.perform(.removeUser("bob"), by: .local)
            }
        }
    }

    @Test func `guessing is slowed down by name and by address, and says nothing of names`() async throws {
        try await ServerBed.use([:], configure: { $0.trustedProxies = ["127.0.0.1"] }) {
            (bed: ServerBed) async throws -> Void in
            try await Self.addAnn(bed)
            func attempt(_ name: String, from: Int, _ password: String = "wrong") async throws -> Answer {
                try await bed.form(
                    "/sign-in", "name=\(name)&password=\(password)",
                    headers: ["Origin: http://test", "X-Forwarded-For: 9.9.9.9, 10.0.0.\(from)"])
            }
            let (known, unknown) = (try await attempt("ann", from: 1), try await attempt("nobody", from: 1))
            #expect(known.status == 401)
            #expect(known.body == unknown.body)
            for place in 0..<9 { #expect(try await attempt("ann", from: 2 + place).status == 401) }
            let refused = try await attempt("ann", from: 50, "four+words+make+one")
            #expect(refused.status == 429)
            #expect(Int(refused.header("retry-after") ?? "") ?? 0 > 0)
            bed.clock.advance(15 * 60_000)
            #expect(try await attempt("ann", from: 50, "four+words+make+one").status == 303)
            for place in 0..<30 { #expect(try await attempt("name\(place)", from: 7).status == 401) }
            #expect(try await attempt("ann", from: 7, "four+words+make+one").status == 429)
        }
    }

    @Test func `a person without a session is led to sign in, a program is told`() async throws {
        try await ServerBed.use([:]) {
            (bed: ServerBed) async throws -> Void in
            let program = try await bed.get("/api/v1/jobs", headers: ["Accept: text/html"])
            #expect(program.status == 401)
            #expect(program.header("www-authenticate") == "Bearer")
            #expect(program.header("content-type") == "application/problem+json")
            #expect(try await bed.get("/nowhere", headers: ["Accept: text/html"]).body.contains("<h1>Not Found</h1>"))
        }
    }

    @Test func `without login, a page elsewhere still can't act`() async throws {
        try await ServerBed.use([:], configure: { $0.isOpen = true }) {
            (bed: ServerBed) async throws -> Void in
            let (json, body) = ("Content-Type: application/json", #"{"name": "ci"}"#)
            let elsewhere = [json, "Origin: http://evil.example"]
            #expect(try await bed.post("/api/v1/tokens", body, headers: elsewhere).status == 403)
            #expect(try await bed.post("/api/v1/tokens", body, headers: [json]).status == 201)
            #expect(try await bed.get("/api/v1/audit").json["entries"]?[0]?["action"] == "token.add")
        }
    }
}
