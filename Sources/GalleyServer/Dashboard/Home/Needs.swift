// What needs a person, and how the connected apps are.

import Engine
import JSONCore
import JobHistory
import RecipeLanguage

extension Dashboard {
    /// Decisions, jobs set aside, broken connections, recipes with mistakes, schedules that are silent.
    func needs(
        _ statistics: JobStatistics, _ entries: [String: LiveRecipes.Entry],
        _ connections: [WorkspaceView.ConnectionState], _ board: ScheduleBoard
    ) async throws -> [PageValue] {
        func need(_ key: String, _ word: String, _ what: String, _ why: String? = nil, _ href: String) -> PageValue {
            ["key": .text(key), "word": .text(word), "what": .text(what), "why": .text(why), "href": .text(href)]
        }
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
            needs.append(need(state.key, state.word, what, why, JobListFilter().with(state).link))
        }
        let asked = try await store.openApprovals(at: now)
        if asked > 0 {
            let what = NumberWords.plural(asked, "approval waits", "approvals wait") + " for an answer"
            needs.append(need("waiting", "Approval", what, nil, "/approvals"))
        }
        for connection in connections {
            guard let problem = connection.problem else { continue }
            needs.append(
                need(
                    "broken", "Broken", "The connection \(connection.name) can't be used", problem,
                    path("connections", connection.name)))
        }
        for entry in entries.values.sorted(by: { $0.id < $1.id }) {
            let errors = entry.problems.filter { $0.severity == .error }
            if let first = errors.first {
                let what = "The recipe \(entry.id) has \(NumberWords.plural(errors.count, "mistake"))"
                needs.append(
                    need(
                        "warning", "Mistake", what,
                        first.message + (entry.version == nil ? "" : "; it goes on as it was before the edit"),
                        path("recipes", entry.id)))
            } else if let obstacle = entry.obstacle {
                needs.append(
                    need(
                        "warning", "Can't start", "The recipe \(entry.id) can't take events", obstacle,
                        path("recipes", entry.id)))
            }
        }
        let failing = try await store.failingAlertDeliveries(since: now - 86_400_000)
        if let latest = failing.first {
            let what = "\(NumberWords.plural(failing.count, "alert")) could not be delivered"
            let target = AlertRule.Target(latest.target)?.words ?? "its place"
            needs.append(
                need("broken", "Not told", what, "To \(target): \(latest.error ?? "")", "/settings/alerts"))
        }
        for silent in board.silent {
            needs.append(
                need(
                    "warning", "Silent", "\(silent.name) should have started \(times.relative(silent.due))",
                    "Its schedule names that time, but no job was made.", path("recipes", silent.recipe)))
        }
        return needs
    }

    /// For the list of apps: a state, and failures of late.
    func apps(_ connections: [WorkspaceView.ConnectionState]) async throws -> PageValue {
        let failures = try await store.failuresByConnector(since: now - 86_400_000)
        return .items(connections) { connection in
            let failed = failures[connection.connector]?.count ?? 0
            let (key, word) =
                connection.problem != nil
                ? ("broken", "Broken") : failed > 0 ? ("warning", "Failures") : ("works", "Ready")
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
