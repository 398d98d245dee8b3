// What the forms of the settings page do: people, tokens, old jobs. Each change is in the audit log.

import Engine
import Hummingbird
import JSONCore
import JobHistory

extension Dashboard {
    // MARK: People

    /// With a password the user is there at once; without one there is a link for them.
    func addUser(_ request: RouteRequest) async throws -> Response {
        let form = try await request.form()
        let (name, password) = (form["name"]?.string ?? "", form["password"]?.string ?? "")
        return try await settle(request, .userAdded, from: .person) {
            let role = try Self.role(form)
            guard password.isEmpty else {
                try await change(.addUser(name, role, password: password), request)
                return nil
            }
            let principal = request.principal ?? .local
            let secret = try await engine.access.invite(name, role, by: principal, from: request.peer.address)
            request.subject.set(nil)
            return .init(
                heading: "A link for \(name.lowercased())",
                about: "Give it to them: it is good once and for a day. It is not shown again.",
                text: request.peer.origin + AccessRoutes.invitation(secret))
        }
    }

    func changeRole(_ request: RouteRequest) async throws -> Response {
        let form = try await request.form()
        return try await settle(request, .roleChanged) {
            try await change(.changeUser(request["name"], role: try Self.role(form), password: nil), request)
            return nil
        }
    }

    func signUserOut(_ request: RouteRequest) async throws -> Response {
        try await settle(request, .signedOut) {
            try await change(.signOut(request["name"]), request)
            return nil
        }
    }

    func removeUser(_ request: RouteRequest) async throws -> Response {
        try await settle(request, .userRemoved) {
            try await change(.removeUser(request["name"]), request)
            return nil
        }
    }

    /// Whoever is signed in, everywhere.
    func signOutEverywhere(_ request: RouteRequest) async throws -> Response {
        guard let principal = request.principal, principal.kind == .session else {
            throw Problem(.conflict, "nobody is signed in here")
        }
        try await change(.signOut(principal.name), request)
        return .seeOther("/sign-in")
    }

    // MARK: Tokens

    func addToken(_ request: RouteRequest) async throws -> Response {
        let form = try await request.form()
        return try await settle(request, .tokenRevoked, from: .token) {
            let isClient = form["kind"]?.string == "client"
            let scopes = form["scope"]?.array?.compactMap(\.string) ?? form["scope"]?.string.map { [$0] } ?? []
            let new = NewToken(
                name: form["name"]?.string ?? "", kind: isClient ? .client : .api, role: try Self.role(form),
                scopes: isClient ? [] : scopes, perMinute: try Self.number(form, "per_minute") ?? 60,
                lifeSeconds: try Self.number(form, "days").map { $0 * 86_400 })
            let made = try await change(.addToken(new), request)
            return .init(
                heading: "The token \(made["name"]?.string ?? "")",
                about: "Copy it now: it is not shown again. Programs send it as Authorization: Bearer …",
                text: made["token"]?.string ?? "")
        }
    }

    func revokeToken(_ request: RouteRequest) async throws -> Response {
        try await settle(request, .tokenRevoked) {
            try await change(.removeToken(request["name"]), request)
            return nil
        }
    }

    // MARK: Retention

    func pruneJobs(_ request: RouteRequest) async throws -> Response {
        let form = try await request.form()
        return try await settle(request, .pruned) {
            guard let days = try Self.number(form, "days"), days >= 1 else {
                throw AccessError.refused("say how many days old jobs must be to go, 1 or more")
            }
            let pruned = try await engine.prune(finishedBefore: now - Int64(days) * 86_400_000)
            request.subject.set("\(pruned) jobs older than \(days) days")
            return nil
        }
    }

    // MARK: What they have in common

    /// Its line in the audit log says more than the address would.
    @discardableResult
    private func change(_ change: AccessRequest, _ request: RouteRequest) async throws -> JSON {
        let answer = try await engine.access.perform(
            change, by: request.principal ?? .local, from: request.peer.address)
        request.subject.set(nil)
        return answer
    }

    /// Back to the page: with a notice, with what is shown once, or with what was wrong.
    private func settle(
        _ request: RouteRequest, _ notice: Notice, from form: SettingsAnswer.Form? = nil,
        _ perform: () async throws -> SettingsAnswer.Secret?
    ) async throws -> Response {
        var answer = SettingsAnswer()
        do {
            guard let secret = try await perform() else {
                return .seeOther("/settings?notice=\(notice.rawValue)")
            }
            answer.secret = secret
        } catch AccessError.refused(let sentence) {
            (answer.mistake, answer.form) = (sentence, form)
        } catch StoreError.refused(let sentence) {
            (answer.mistake, answer.form) = (sentence, form)
        }
        // A change that was refused is no change.
        if answer.mistake != nil { request.subject.set(nil) }
        return respond(try await settingsPage(request, answer), to: request)
    }

    private static func role(_ form: JSONObject) throws(AccessError) -> Role {
        guard let role = form["role"]?.string.flatMap({ Role(name: $0) }) else {
            throw .refused("a role is \(Role.allCases.map(\.name).joined(separator: ", "))")
        }
        return role
    }

    /// nil for an empty field.
    private static func number(_ form: JSONObject, _ name: String) throws(AccessError) -> Int? {
        guard let text = form[name]?.string, !text.isEmpty else { return nil }
        guard let number = Int(text), (0...36_500).contains(number) || name == "per_minute" else {
            throw .refused("\(name) must be a whole number, not \"\(text.prefix(40))\"")
        }
        return number
    }
}
