// Connections: their state, who uses them, and the test of one.

import ConnectorKit
import Engine
import HTTPTypes
import Hummingbird
import JSONCore
import JobHistory
import RecipeLanguage

extension Dashboard {
    private static let day: Milliseconds = 86_400_000

    func connectionListPage(_ request: RouteRequest) async throws -> Page {
        let connections = workspace.connections()
        let failures = try await store.failuresByConnector(since: now - Self.day)
        let users = await connectionUsers()
        let broken = connections.count { $0.problem != nil }
        return Page(
            "Connections", in: .connections, "connections",
            [
                "summary": .text(
                    NumberWords.plural(connections.count, "connection")
                        + (connections.isEmpty ? "" : broken == 0 ? ", all ready" : ", \(broken) can't be used")),
                "any": .flag(!connections.isEmpty), "canTest": .flag((request.principal?.role ?? .viewer) >= .author),
                "rows": .items(connections) { connection in
                    let failed = failures[connection.connector]?.count ?? 0
                    return PageValue.object(Self.head(of: connection)).merging([
                        "usedBy": .text(
                            users[connection.name].map { NumberWords.plural($0.count, "recipe") } ?? "no recipe"),
                        "failures": .text(failed == 0 ? "no failure" : "\(NumberWords.jobs(failed)) failed"),
                    ])
                },
            ])
    }

    /// Its class in the style sheet, and the word for it.
    static func state(of connection: WorkspaceView.ConnectionState) -> (key: String, word: String) {
        switch (connection.problem, connection.heldBack) {
        case (.some, _): ("broken", "Broken")
        case (nil, .down?): ("broken", "Down")
        case (nil, .paused?): ("waiting", "Paused")
        case (nil, nil): ("works", "Ready")
        }
    }

    private static func head(of connection: WorkspaceView.ConnectionState) -> [String: PageValue] {
        let (key, word) = state(of: connection)
        return [
            "name": .text(connection.name), "title": .text(connection.title), "connector": .text(connection.connector),
            "href": .text(path("connections", connection.name)),
            "connectorLink": .text(path("connectors", connection.connector)),
            "problem": .text(connection.problem ?? held(connection.heldBack)), "key": .text(key), "word": .text(word),
        ]
    }

    private static func held(_ held: SharedConnection.HeldBack?) -> String? {
        switch held {
        case .down(let seconds, let reason)?: "Its system is down, so it is not called for \(seconds) s more: \(reason)"
        case .paused(let seconds)?: "Its system asked not to be called for \(seconds) s more (its rate limit)."
        case nil: nil
        }
    }

    /// From each connection to the recipes that use it, with the operations they call.
    private func connectionUsers() async -> [String: [(entry: LiveRecipes.Entry, operations: [String])]] {
        var users: [String: [(LiveRecipes.Entry, [String])]] = [:]
        for entry in await engine.recipes.entries.values.sorted(by: { $0.id < $1.id }) {
            guard let recipe = entry.version?.recipe else { continue }
            var used: [String: [String]] = [:]
            for step in StepNames(recipe).all {
                guard case .action(let action) = step.kind, let name = action.connection else { continue }
                let title = action.spec.title
                if used[name]?.contains(title) != true { used[name, default: []].append(title) }
            }
            for name in recipe.connections.values where used[name] == nil { used[name] = [] }
            for (name, operations) in used { users[name, default: []].append((entry, operations)) }
        }
        return users
    }

    /// - Parameter failure: of what was tried just now.
    func connectionPage(_ request: RouteRequest, of name: String, failure: String? = nil) async throws -> Page {
        guard let connection = workspace.connections().first(where: { $0.name == name }) else {
            return problem(
                .notFound, "There is no such connection", "This workspace has no connection \(name).",
                back: .connections)
        }
        var values = Self.head(of: connection)
        values["canTest"] = .flag((request.principal?.role ?? .viewer) >= .author)
        values["failure"] = .text(failure)
        let canConnect = connection.signsInByBrowser && (request.principal?.role ?? .viewer) >= .author
        values["canConnect"] = .flag(canConnect)
        values["redirect"] = .text(canConnect ? Self.redirect(request.peer) : nil)
        values["users"] = .items(await connectionUsers()[name] ?? []) { user in
            [
                "name": .text(user.entry.version?.recipe.name ?? user.entry.id),
                "href": .text(path("recipes", user.entry.id)),
                "operations": .text(user.operations.joined(separator: ", ")),
            ]
        }
        let failed = try await store.failuresByConnector(since: now - Self.day)[connection.connector] ?? []
        values["failedJobs"] = .items(failed.prefix(20)) { .text("\($0)") }
        return Page(name, in: .connections, "connection", values)
    }

    func testConnection(_ request: RouteRequest) async throws -> Response {
        let name = request["name"]
        guard workspace.connections().contains(where: { $0.name == name }) else { throw Problem.notFound }
        let notice: Notice
        switch await workspace.testConnection(name) {
        case .works: notice = .works
        case .complete: notice = .complete
        case .fails(let reason):
            var page = try await connectionPage(request, of: name, failure: "The test failed: " + reason)
            page.status = .unprocessableContent
            return respond(page, to: request)
        }
        return .seeOther(path("connections", name) + "?notice=\(notice.rawValue)")
    }
}
