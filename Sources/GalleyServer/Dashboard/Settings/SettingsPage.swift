// Settings: what the workspace says, how long jobs are kept, who may do what.

import Engine
import JSONCore
import JobHistory

/// What a settings page says besides the settings.
struct SettingsAnswer: Sendable {
    /// Something that is shown this once.
    struct Secret: Sendable {
        let heading: String
        let about: String
        let text: String
    }
    var secret: Secret?
    /// Why what was asked for was not done; the form it came from is open again.
    var mistake: String?
    var form: Form?

    enum Form: Sendable { case person, token }
}

extension Dashboard {
    func settingsPage(_ request: RouteRequest, _ answer: SettingsAnswer = SettingsAnswer()) async throws -> Page {
        let role = request.principal?.role ?? .viewer
        let days = engine.services.retentionDays()
        let retention = days.map { NumberWords.plural($0, "day") } ?? "for ever"
        let facts: [(String, String)] = [
            ("Name", workspace.name), ("Time zone", engine.services.timeZone), ("You are", role.name),
            ("History", "SQLite \(JobStore.sqliteVersion)"),
        ]
        var values: [String: PageValue] = [
            "alertRules": .text(NumberWords.plural(engine.services.alerts().count, "rule")),
            "facts": .items(facts) { ["name": .text($0.0), "value": .text($0.1)] },
            "secrets": role >= .author ? .items(workspace.secretNames()) { .text($0) } : .none,
            "retention": .text(retention), "days": .text("\(days ?? 90)"), "isAdmin": .flag(role >= .admin),
            "canLeave": .flag(request.principal?.kind == .session), "mistake": .text(answer.mistake),
            "addsPerson": .flag(answer.form == .person), "addsToken": .flag(answer.form == .token),
            "shown": answer.secret.map {
                ["heading": .text($0.heading), "about": .text($0.about), "secret": .text($0.text)]
            } ?? .none,
        ]
        if role >= .admin { values.merge(try await access()) { $1 } }
        var page = Page("Settings", in: .settings, "settings", values)
        if answer.mistake != nil { page.status = .unprocessableContent }
        return page
    }

    /// What admins see.
    private func access() async throws -> [String: PageValue] {
        let (users, tokens, times) = (try await store.users(), try await store.tokens(), times)
        func roles(_ chosen: Role?) -> PageValue {
            .items(Role.allCases) { ["role": .text($0.name), "chosen": .flag($0 == chosen)] }
        }
        return [
            "roles": roles(nil), "scopes": .items(APIScope.allCases) { .text($0.rawValue) },
            "usersAny": .flag(!users.isEmpty), "tokensAny": .flag(!tokens.isEmpty),
            "users": .items(users) { user in
                [
                    "name": .text(user.name), "href": .text(path("settings", "users", user.name)),
                    "roles": roles(user.role), "at": times.value(user.createdAt),
                ]
            },
            "tokens": .items(tokens) { token in
                [
                    "name": .text(token.name), "href": .text(path("settings", "tokens", token.name)),
                    "purpose": .text(Self.purpose(token)), "made": times.value(token.createdAt),
                    "by": .text(token.createdBy), "expires": times.value(token.expiresAt),
                    "used": times.value(token.usedAt),
                ]
            },
        ]
    }

    private static func purpose(_ token: StoredToken) -> String {
        guard token.kind == .api else { return "a client, \(token.perMinute) requests a minute" }
        return token.role.name + (token.scopes.isEmpty ? "" : ": " + token.scopes.joined(separator: ", "))
    }
}
