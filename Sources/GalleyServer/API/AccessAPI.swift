// /api/v1/me, users, tokens and audit: who may do what, and who did what.

import Engine
import JSONCore
import JobHistory
import RecipeLanguage

struct AccessAPI: Sendable {
    let control: AccessControl

    var list: [Route] { [me] + users + tokens + [audit] }

    private var me: Route {
        .api(
            .get, "/me", .viewer,
            APIOperation(
                id: "me", scope: .users, summary: "Who is asking",
                answer: (200, .record(["name": .typed("string"), "role": .typed("string"), "kind": .typed("string")])))
        ) { request in
            let who = request.principal
            return ["name": .string(who.name), "role": .string(who.role.name), "kind": .string(who.kind.rawValue)]
        }
    }

    private var users: [Route] {
        [
            .api(
                .get, "/users", .admin,
                APIOperation(
                    id: "users.list", scope: .users, summary: "Who may sign in",
                    answer: (200, .list("users", of: "User")))
            ) { _ in ["users": .array(try await control.store.users().map(\.json))] },
            .api(
                .post, "/users", .admin,
                APIOperation(
                    id: "users.add", scope: .users, summary: "Let somebody in",
                    body: .record(
                        ["name": .typed("string"), "role": .roleSchema, "password": .typed("string")],
                        required: ["name", "role", "password"]), answer: (201, .shape("User")))
            ) { request in
                let (body, name) = (request.body, request.body["name"]?.string ?? "")
                let role = body["role"]?.string.flatMap { Role(name: $0) } ?? .viewer
                try await perform(
                    .addUser(name, role, password: body["password"]?.string ?? ""), request)
                return try await user(name)
            },
            .api(
                .patch, "/users/{name}", .admin,
                APIOperation(
                    id: "users.change", scope: .users, summary: "Change a role, set a password",
                    body: .record(["role": .roleSchema, "password": .typed("string")]), answer: (200, .shape("User")))
            ) { request in
                let role = request.body["role"]?.string.flatMap { Role(name: $0) }
                try await perform(
                    .changeUser(request.asked["name"], role: role, password: request.body["password"]?.string), request)
                return try await user(request.asked["name"])
            },
            .api(
                .delete, "/users/{name}", .admin,
                APIOperation(
                    id: "users.remove", scope: .users, summary: "Let somebody in no more", answer: (200, .record([:])))
            ) { try await perform(.removeUser($0.asked["name"]), $0) },
            .api(
                .post, "/users/{name}/sign-out", .admin,
                APIOperation(
                    id: "users.sign_out", scope: .users, summary: "Sign somebody out everywhere",
                    answer: (200, .record([:])))
            ) { try await perform(.signOut($0.asked["name"]), $0) },
            .api(
                .post, "/invitations", .admin,
                APIOperation(
                    id: "users.invite", scope: .users,
                    summary: "A link with which somebody makes their user, once and within a day",
                    body: .record(["name": .typed("string"), "role": .roleSchema], required: ["name", "role"]),
                    answer: (
                        201, .record(["name": .typed("string"), "path": .textSchema("On this server; shown once.")])
                    ))
            ) { request in
                let (body, name) = (request.body, request.body["name"]?.string ?? "")
                let role = body["role"]?.string.flatMap { Role(name: $0) } ?? .viewer
                let secret = try await control.invite(
                    name, role, by: request.principal, from: request.asked.peer.address)
                request.asked.subject.set(nil)
                return ["name": .string(name.lowercased()), "path": .string(AccessRoutes.invitation(secret))]
            },
        ]
    }

    private var tokens: [Route] {
        [
            .api(
                .get, "/tokens", .admin,
                APIOperation(
                    id: "tokens.list", scope: .tokens, summary: "The tokens; what they are is kept nowhere",
                    answer: (200, .list("tokens", of: "Token")))
            ) { _ in ["tokens": .array(try await control.store.tokens().map(\.json))] },
            .api(
                .post, "/tokens", .admin,
                APIOperation(
                    id: "tokens.add", scope: .tokens, summary: "Make a token; it is answered once",
                    body: .record(
                        [
                            "name": .typed("string"), "kind": ["type": "string", "enum": ["api", "client"]],
                            "role": .roleSchema, "scopes": .listSchema("string"),
                            "per_minute": ["type": "integer", "minimum": 1],
                            "expires_in": .textSchema("90d, 12h; for ever when left out."),
                        ], required: ["name"]),
                    answer: (201, .record(["name": .typed("string"), "token": .typed("string")])))
            ) { request in try await perform(.addToken(try Self.newToken(request.body)), request) },
            .api(
                .delete, "/tokens/{name}", .admin,
                APIOperation(
                    id: "tokens.remove", scope: .tokens, summary: "Make a token worthless", answer: (200, .record([:])))
            ) { try await perform(.removeToken($0.asked["name"]), $0) },
        ]
    }

    private var audit: Route {
        .api(
            .get, "/audit", .admin,
            APIOperation(
                id: "audit.list", scope: .audit, summary: "Who did what, newest first",
                parameters: [.init("who", "Only what this user or token did.", .text), .before, .limit],
                answer: (200, .page("entries", of: "AuditEntry")))
        ) { request in
            let limit = try request.limit()
            let entries = try await control.store.audit(
                who: request.text("who"), before: try request.before(), limit: limit)
            return APIRequest.page("entries", entries.map(\.json), limit: limit, last: entries.last?.id)
        }
    }

    /// Its line in the audit log says more than the address would.
    @discardableResult
    private func perform(_ change: AccessRequest, _ request: APIRequest) async throws -> JSON {
        let answer = try await control.perform(change, by: request.principal, from: request.asked.peer.address)
        request.asked.subject.set(nil)
        return answer
    }

    private func user(_ name: String) async throws -> JSON {
        guard let user = try await control.store.user(name.lowercased()) else {
            throw Problem(.notFound, "there is no user \(name)")
        }
        return user.json
    }

    private static func newToken(_ body: JSON) throws -> NewToken {
        var life: Int?
        if let text = body["expires_in"]?.string {
            guard let duration = DurationText.parse(text) else {
                throw Problem(.badRequest, "expires_in needs \(DurationText.form), not \"\(text)\"")
            }
            life = Int(duration.components.seconds)
        }
        return NewToken(
            name: body["name"]?.string ?? "", kind: body["kind"]?.string == "client" ? .client : .api,
            role: body["role"]?.string.flatMap { Role(name: $0) } ?? .viewer,
            scopes: body["scopes"]?.array?.compactMap(\.string) ?? [], perMinute: body["per_minute"]?.integer ?? 60,
            lifeSeconds: life)
    }
}
