// The settings page: people by password and by invitation, tokens shown once, old jobs; for admins only, audited.

import Engine
import JSONCore
import JobHistory
import Testing

@testable import GalleyServer

@Suite(.timeLimit(.minutes(2)))
struct SettingsTests {
    private static let password = "correct horse battery"

    /// The cookie of somebody who has signed in.
    private static func signIn(_ name: String, _ bed: ServerBed) async throws -> String {
        let answer = try await bed.form("/sign-in", "name=\(name)&password=\(password.replacing(" ", with: "+"))")
        return try #require(answer.cookie, "\(answer.status) \(answer.body)")
    }

    private static func use(_ body: @escaping @Sendable (ServerBed, _ admin: String) async throws -> Void) async throws
    {
        try await ServerBed.use([:]) {
            (bed: ServerBed) async throws -> Void in
            for (name, role) in [("ann", Role.admin), ("vic", .viewer)] {
                _ = try await bed.engine.access.perform(.addUser(name, role, password: password), by: .local)
            }
            try await body(bed, try await signIn("ann", bed))
        }
    }

    private static func send(
        _ path: String, _ fields: String, _ cookie: String, _ bed: ServerBed
    ) async throws -> Answer {
        try await bed.form("/settings" + path, fields, headers: ["Origin: http://test", cookie])
    }

    private static func actions(_ bed: ServerBed) async throws -> [String] {
        try await bed.engine.store.audit(limit: 100).map { "\($0.who) \($0.action) \($0.subject)" }
    }

    @Test func `somebody is invited, chooses a password once, and is in`() async throws {
        try await Self.use { (bed: ServerBed, admin: String) async throws -> Void in
            let page = try await Self.send("/users", "name=Bob&role=operator&password=", admin, bed)
            #expect(page.status == 200)
            let start = try #require(page.body.range(of: "http://test/invitation?token="))
            let token = String(
                page.body[start.upperBound...].prefix { $0.isLetter || $0.isNumber || "-_".contains($0) })
            #expect(try await bed.get("/invitation?token=\(token)").body.contains("<strong>bob</strong>"))
            #expect(try await bed.get("/invitation?token=\(token)x").status == 403)
            #expect(try await bed.form("/invitation", "token=\(token)&password=short&again=short").status == 422)
            let fields = "token=\(token)&password=correct+horse+battery&again=correct+horse+battery"
            #expect(try await bed.form("/invitation", fields, headers: ["Origin: http://evil"]).status == 403)
            let joined = try await bed.form("/invitation", fields)
            #expect(joined.status == 303)
            let cookie = try #require(joined.cookie)
            #expect(try await bed.get("/api/v1/me", headers: [cookie]).json["role"] == "operator")
            #expect(try await bed.form("/invitation", fields).status == 403, "it is used up")
            let actions = try await Self.actions(bed)
            #expect(actions.contains("ann user.invite user bob as operator"))
            #expect(actions.contains("bob user.join user bob as operator"))
            #expect(!actions.joined().contains(token))
        }
    }

    @Test func `an invitation ends after a day, and with a newer one of the same name`() async throws {
        try await Self.use { (bed: ServerBed, _: String) async throws -> Void in
            let access = bed.engine.access
            let old = try await access.invite("bob", .viewer, by: .local, from: "")
            let new = try await access.invite("bob", .author, by: .local, from: "")
            #expect(try await access.invited(old) == nil)
            #expect(try await access.invited(new)?.role == .author)
            bed.clock.advance(25 * 3_600_000)
            #expect(try await access.invited(new) == nil)
            await #expect(throws: AccessError.invitationOver) {
                try await access.accept(new, password: Self.password, from: "")
            }
        }
    }

    @Test func `roles change, sessions end everywhere, people go; the last admin stays`() async throws {
        try await Self.use { (bed: ServerBed, admin: String) async throws -> Void in
            let added = try await Self.send("/users", "name=bob&role=author&password=a+long+enough+one", admin, bed)
            #expect(added.status == 303)
            #expect(try await Self.send("/users/vic/role", "role=operator", admin, bed).status == 303)
            #expect(try await bed.engine.store.user("vic")?.role == .operator)
            let vic = try await Self.signIn("vic", bed)
            #expect(try await bed.get("/api/v1/me", headers: [vic]).status == 200)
            #expect(try await Self.send("/users/vic/sign-out", "", admin, bed).status == 303)
            #expect(try await bed.get("/api/v1/me", headers: [vic]).status == 401)
            #expect(try await Self.send("/users/bob/remove", "", admin, bed).status == 303)
            #expect(try await bed.engine.store.user("bob") == nil)
            let last = try await Self.send("/users/ann/role", "role=viewer", admin, bed)
            #expect(last.status == 422 && last.body.contains("ann is the last admin"))
            let twice = try await Self.send("/users", "name=vic&role=viewer&password=", admin, bed)
            #expect(twice.status == 422 && twice.body.contains("there is a user vic already"))
            #expect(try await Self.send("/sign-out-everywhere", "", admin, bed).header("location") == "/sign-in")
            #expect(try await bed.get("/api/v1/me", headers: [admin]).status == 401)
            let actions = try await Self.actions(bed)
            for line in [
                "ann user.add user bob as author", "ann user.role user vic to operator",
                "ann user.sign_out user vic", "ann user.remove user bob", "ann user.sign_out user ann",
            ] { #expect(actions.contains(line), "\(line)") }
        }
    }

    @Test func `a token is shown once, works within its parts, and is revoked`() async throws {
        try await Self.use { (bed: ServerBed, admin: String) async throws -> Void in
            let made = try await Self.send(
                "/tokens", "name=ci&kind=api&role=operator&scope=jobs&scope=stats&days=30&per_minute=60", admin, bed)
            let start = try #require(made.body.range(of: "galley_"))
            let token = "galley_" + made.body[start.upperBound...].prefix { $0 != "<" }
            let header = "Authorization: Bearer \(token)"
            #expect(try await bed.get("/api/v1/jobs", headers: [header]).status == 200)
            #expect(try await bed.get("/api/v1/recipes", headers: [header]).status == 403)
            let page = try await bed.get("/settings", headers: [admin])
            #expect(page.body.contains("operator: jobs, stats") && !page.body.contains(token))
            #expect(made.header("cache-control") == "no-store")
            #expect(try await Self.send("/tokens/ci/revoke", "", admin, bed).status == 303)
            #expect(try await bed.get("/api/v1/jobs", headers: [header]).status == 401)
            let odd = try await Self.send("/tokens", "name=x&kind=api&role=viewer&days=-1", admin, bed)
            #expect(odd.status == 422 && odd.body.contains("days must be a whole number"))
            let actions = try await Self.actions(bed)
            #expect(actions.contains("ann token.add token ci as operator"))
            #expect(actions.contains("ann token.remove token ci"))
        }
    }

    @Test func `names are shown as text, whatever is in them`() async throws {
        try await Self.use { (bed: ServerBed, admin: String) async throws -> Void in
            let page = try await Self.send("/users", "name=%3Cscript%3E&role=viewer&password=", admin, bed)
            #expect(
                page.status == 422 && !page.body.contains("<script>alert") && page.body.contains("a name has 1 to 64"))
        }
    }

    @Test func `who is no admin sees no people and changes nothing, and a page elsewhere can't either`() async throws {
        try await Self.use { (bed: ServerBed, admin: String) async throws -> Void in
            let vic = try await Self.signIn("vic", bed)
            let page = try await bed.get("/settings", headers: [vic])
            #expect(page.status == 200)
            #expect(!page.body.contains("API tokens") && !page.body.contains("Let somebody in"))
            for path in ["/users", "/users/ann/role", "/users/ann/remove", "/users/ann/sign-out", "/tokens", "/prune"] {
                #expect(try await Self.send(path, "", vic, bed).status == 403, "\(path)")
                let elsewhere = try await bed.form("/settings" + path, "", headers: ["Origin: http://evil", admin])
                #expect(elsewhere.status == 403, "\(path)")
            }
            #expect(try await Self.send("/sign-out-everywhere", "", vic, bed).status == 303)
        }
    }

    @Test func `old jobs are deleted by an admin, with how old they must be`() async throws {
        try await Self.use { (bed: ServerBed, admin: String) async throws -> Void in
            #expect(try await Self.send("/prune", "days=", admin, bed).status == 422)
            #expect(try await Self.send("/prune", "days=30", admin, bed).status == 303)
            #expect(try await Self.actions(bed).contains { $0.hasSuffix("0 jobs older than 30 days") })
        }
    }
}
