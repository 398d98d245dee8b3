// What needs a person, and how the connected apps are.

import Engine
import JSONCore
import JobHistory
import RecipeLanguage

extension Dashboard {
    /// Failures in a row after which a person should look: one or two come and go.
    private static let failuresInARow = 3

    /// Decisions, jobs set aside, broken connections, recipes with mistakes or without news from their systems, schedules that
    /// are silent.
    func needs(
        _ statistics: JobStatistics, _ entries: [String: LiveRecipes.Entry],
        _ connections: [WorkspaceView.ConnectionState], _ board: ScheduleBoard
    ) async throws -> [PageValue] {
        var needs: [PageValue] = []
        for state in [JobState.needsDecision, .quarantined] {
            guard let count = statistics.openNow[state], count > 0 else { continue }
            let what =
                state == .needsDecision
                ? "\(NumberWords.plural(count, "job needs", "jobs need")) a decision"
                : "\(NumberWords.plural(count, "job was", "jobs were")) set aside"
            let why =
                state == .needsDecision
                ? "A step may have happened or not: somebody has to say which."
                : "The program ended three times while the job ran."
            needs.append(Self.need(state.key, state.word, what, why, JobListFilter().with(state).link))
        }
        let asked = try await store.openApprovals(at: now)
        if asked > 0 {
            let what = NumberWords.plural(asked, "approval waits", "approvals wait") + " for an answer"
            needs.append(Self.need("waiting", "Approval", what, nil, "/approvals"))
        }
        if workspace.awaitsRestart() {
            let (what, why) = (
                "galley.json has changed: restart galley serve for it",
                "Until then the settings of the start are in force."
            )
            needs.append(Self.need("warning", "Restart", what, why, "/settings"))
        }
        for connection in connections {
            guard let problem = connection.problem else { continue }
            needs.append(
                Self.need(
                    "broken", "Broken", "The connection \(connection.name) can't be used", problem,
                    path("connections", connection.name)))
        }
        for entry in entries.values.sorted(by: { $0.id < $1.id }) {
            let errors = entry.problems.filter { $0.severity == .error }
            if let first = errors.first {
                let what = "The recipe \(entry.id) has \(NumberWords.plural(errors.count, "mistake"))"
                needs.append(
                    Self.need(
                        "warning", "Mistake", what,
                        first.message + (entry.version == nil ? "" : "; it goes on as it was before the edit"),
                        path("recipes", entry.id)))
            } else if let obstacle = entry.obstacle {
                needs.append(
                    Self.need(
                        "warning", "Can't start", "The recipe \(entry.id) can't take events", obstacle,
                        path("recipes", entry.id)))
            }
        }
        needs += Self.triggerNeeds(try await KnownTriggers(store), entries)
        let failing = try await store.failingAlertDeliveries(since: now - 86_400_000)
        if let latest = failing.first {
            let what = "\(NumberWords.plural(failing.count, "alert")) could not be delivered"
            let target = AlertRule.Target(latest.target)?.words ?? "its place"
            needs.append(
                Self.need("broken", "Not told", what, "To \(target): \(latest.error ?? "")", "/settings/alerts"))
        }
        for silent in board.silent {
            needs.append(
                Self.need(
                    "warning", "Silent", "\(silent.name) should have started \(times.relative(silent.due))",
                    "Its schedule names that time, but no job was made.", path("recipes", silent.recipe)))
        }
        return needs
    }

    private static func need(_ key: String, _ word: String, _ what: String, _ why: String?, _ href: String) -> PageValue
    {
        [
            "key": .text(key), "word": .text(word), "what": .text(what), "why": .text(why.map { shortened($0) }),
            "href": .text(href),
        ]
    }

    /// Recipes that hear nothing from their systems: polls and webhook subscriptions that keep failing, and addresses that a
    /// person has yet to enter at a system.
    static func triggerNeeds(_ known: KnownTriggers, _ entries: [String: LiveRecipes.Entry]) -> [PageValue] {
        var needs: [PageValue] = []
        for (recipe, poller) in known.pollers.sorted(by: { $0.key < $1.key })
        where poller.failures >= Self.failuresInARow && poller.pause == nil && entries[recipe]?.isLive == true {
            needs.append(
                need(
                    "failed", "Failing",
                    "\(name(recipe, entries)) can't ask its app for news: \(NumberWords.count(poller.failures)) polls in a row failed",
                    poller.error, "/schedules"))
        }
        for (recipe, subscriptions) in known.subscriptions.sorted(by: { $0.key < $1.key }) {
            for subscription in subscriptions where subscription.failures >= Self.failuresInARow {
                let what =
                    subscription.state == .ending
                    ? "The webhook subscription of \(name(recipe, entries)) can't be ended"
                    : "\(name(recipe, entries)) is not called by its app: subscribing failed \(NumberWords.count(subscription.failures)) times in a row"
                needs.append(need("failed", "Failing", what, subscription.error, "/webhooks"))
            }
            if subscriptions.contains(where: { $0.state == .byHand && $0.deliveries == 0 }),
                entries[recipe]?.isLive == true
            {
                needs.append(
                    need(
                        "waiting", "Address",
                        "\(name(recipe, entries)) waits for calls: enter its address at the app", nil, "/webhooks"))
            }
        }
        return needs
    }

    private static func name(_ recipe: String, _ entries: [String: LiveRecipes.Entry]) -> String {
        entries[recipe]?.version?.recipe.name ?? recipe
    }

    /// For the list of apps: a state, and failures of late.
    func apps(_ connections: [WorkspaceView.ConnectionState]) async throws -> PageValue {
        let failures = try await store.failuresByConnector(since: now - 86_400_000)
        return .items(connections) { connection in
            let failed = failures[connection.connector]?.count ?? 0
            let (key, word) =
                connection.problem != nil
                ? ("broken", "Broken")
                : connection.heldBack != nil
                    ? Self.state(of: connection) : failed > 0 ? ("warning", "Failures") : ("works", "Ready")
            let note =
                connection.problem != nil
                ? "can't be used; see “Needs a person”"
                : failed > 0
                    ? "\(NumberWords.jobs(failed)) failed at \(connection.connector) in 24 hours" : connection.connector
            return [
                "key": .text(key), "word": .text(word), "name": .text(connection.name), "note": .text(note),
                "href": .text(path("connections", connection.name)),
            ]
        }
    }
}
