// Changes as calls of the REST API.

import Engine
import JSONCore
import JobHistory

/// One request that changes something.
struct ServerCall {
    let method: String
    /// Below `/api/v1`.
    let path: [String]
    var body: JSON?

    private init(_ method: String, _ path: [String], _ body: JSONObject? = nil) {
        (self.method, self.path, self.body) = (method, path, body.map { .object($0) })
    }

    /// - Throws: `OwnerFailure` for what only the machine of the workspace can do.
    init(_ request: OwnerRequest) throws {
        switch request {
        case .run(let recipe, let event, let until):
            guard until == nil else { throw Self.local("--until") }
            self.init("POST", ["recipes", recipe, "run"], ["event": event])
        case .retry(let job, let from, let latest):
            self.init("POST", ["jobs", "\(job)", "retry"], Self.body(["latest": .bool(latest)], ["from": from]))
        case .rerun(let job): self.init("POST", ["jobs", "\(job)", "rerun"])
        case .resume(let job): self.init("POST", ["jobs", "\(job)", "resume"])
        case .cancel(let job, let reason):
            self.init("POST", ["jobs", "\(job)", "cancel"], ["reason": .string(reason)])
        case .decide(let job, let step, let decision):
            let outcome: JSONObject =
                switch decision {
                case .runAgain: ["run_again": true]
                case .done(let output): ["done": output]
                case .fail(let message): ["fail": .string(message)]
                }
            self.init("POST", ["jobs", "\(job)", "decide"], Self.body(outcome, ["step": step]))
        case .prune(let before):
            let seconds = before.map { max(1, (systemMilliseconds() - $0) / 1_000) }
            self.init("POST", ["jobs", "prune"], Self.body([:], ["older_than": seconds.map { "\($0)s" }]))
        case .backup: throw Self.local("a backup")
        case .turn(let recipe, let on, let reason):
            self.init(
                "POST", ["recipes", recipe, on ? "start" : "stop"], on ? [:] : Self.body([:], ["reason": reason]))
        case .access(let change): self.init(change)
        case .pause(let recipe, let reason):
            self.init("POST", ["schedules", recipe, "pause"], ["reason": .string(reason)])
        case .unpause(let recipe): self.init("POST", ["schedules", recipe, "resume"])
        case .resetTable(let table): self.init("POST", ["tables", table, "reset"])
        case .saveTable(let table, let force): self.init("POST", ["tables", table, "save"], ["force": .bool(force)])
        case .replay(let topic, let recipe, let from, let last):
            var body: JSONObject = ["recipe": .string(recipe), "from": .integer(from)]
            body["to"] = last.map { .integer($0) }
            self.init("POST", ["topics", topic, "replay"], body)
        case .connections: self.init("GET", ["connections"])
        case .answer(let reply):
            self.init(
                "POST", ["approvals", "\(reply.approval)", "answer"],
                Self.body(
                    ["answer": reply.approves ? "approve" : "reject"], ["reason": reply.reason, "as": reply.name]))
        case .testAlert(let rule): self.init("POST", ["alerts", rule, "test"])
        case .backfill(let recipe, let from, let to, let isPreview):
            self.init(
                "POST", ["schedules", recipe, "backfill"],
                ["from": .string(from), "to": .string(to), "apply": .bool(!isPreview)])
        case .rollBack(let recipe, let version, let force):
            self.init(
                "POST", ["recipes", recipe, "rollback"], ["version": .integer(version), "force": .bool(force)])
        case .bulk(let action, let query, let reason, let apply):
            var body: JSONObject = [
                "action": .string(action.rawValue), "reason": .string(reason), "apply": .bool(apply),
            ]
            for (name, value) in query.fields { body[name] = .string(value) }
            body["before"] = query.before.map { .integer(Int($0)) }
            body["parent"] = query.parent.map { .integer(Int($0)) }
            self.init("POST", ["jobs", "bulk"], body)
        }
    }

    private init(_ change: AccessRequest) {
        switch change {
        case .addUser(let name, let role, let password):
            self.init(
                "POST", ["users"],
                ["name": .string(name), "role": .string(role.name), "password": .string(password)])
        case .changeUser(let name, let role, let password):
            self.init("PATCH", ["users", name], Self.body([:], ["role": role?.name, "password": password]))
        case .removeUser(let name): self.init("DELETE", ["users", name])
        case .signOut(let name): self.init("POST", ["users", name, "sign-out"])
        case .addToken(let token):
            var body: JSONObject = ["name": .string(token.name), "kind": .string(token.kind.name)]
            if token.kind == .api {
                body["role"] = .string(token.role.name)
                body["scopes"] = .array(token.scopes.map { .string($0) })
            } else {
                body["per_minute"] = .integer(token.perMinute)
            }
            self.init("POST", ["tokens"], Self.body(body, ["expires_in": token.lifeSeconds.map { "\($0)s" }]))
        case .removeToken(let name): self.init("DELETE", ["tokens", name])
        }
    }

    private static func body(_ members: JSONObject, _ texts: KeyValuePairs<String, String?>) -> JSONObject {
        var members = members
        for (name, text) in texts { if let text { members[name] = .string(text) } }
        return members
    }

    private static func local(_ what: String) -> OwnerFailure {
        OwnerFailure(kind: "refused", "\(what) works on the machine of the workspace only, not with --server")
    }
}
