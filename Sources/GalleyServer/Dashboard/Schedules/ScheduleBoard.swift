// The schedules of the recipes as pages show them: rhythm in words, next times, and those that did not start when due.
// The one place of the dashboard that asks a schedule for its times.

import Engine
import Foundation
import JobHistory
import RecipeLanguage

struct ScheduleBoard: Sendable {
    struct Row: Sendable {
        let recipe: String
        let name: String
        let schedule: Schedule
        let isLive: Bool
    }

    /// A start to come.
    struct Run: Sendable {
        let recipe: String
        let name: String
        let words: String
        let at: Milliseconds
    }

    let rows: [Row]
    private let now: Milliseconds

    init(_ entries: [String: LiveRecipes.Entry], _ times: TimeWords, zone: String) {
        now = times.now
        rows = entries.values.sorted { $0.id < $1.id }.compactMap { entry in
            guard let recipe = entry.version?.recipe, let schedule = Self.schedule(of: recipe, zone: zone) else {
                return nil
            }
            return Row(recipe: entry.id, name: recipe.name, schedule: schedule, isLive: entry.isLive)
        }
    }

    /// nil for a recipe that does not start by the clock.
    static func schedule(of recipe: Recipe, zone: String) -> Schedule? {
        guard recipe.trigger.use == LanguageTriggers.schedule.name else { return nil }
        return Schedule.read(recipe.trigger.input, timeZone: zone).schedule
    }

    func next(_ schedule: Schedule, of recipe: String, count: Int) -> [Milliseconds] {
        let delay = schedule.delay(of: recipe).components
        let later = delay.seconds * 1000 + delay.attoseconds / 1_000_000_000_000_000
        return schedule.next(after: Self.date(now), count: count).map {
            Milliseconds($0.timeIntervalSince1970 * 1000) + later
        }
    }

    /// The next starts of all recipes that are on.
    func upcoming(_ count: Int) -> [Run] {
        let runs = rows.filter(\.isLive).flatMap { row in
            next(row.schedule, of: row.recipe, count: 1).map {
                Run(recipe: row.recipe, name: row.name, words: row.schedule.words, at: $0)
            }
        }
        return Array(runs.sorted { $0.at < $1.at }.prefix(count))
    }

    /// Schedules that are on, had a start more than ten minutes ago and made no job for it.
    func silent(_ store: JobStore) async throws -> [(recipe: String, name: String, due: Milliseconds)] {
        let live = rows.filter(\.isLive)
        let last = try await store.outcomes(of: live.map(\.recipe), limit: 1)
        return live.compactMap { row in
            // A recipe that never ran may just have been written.
            guard let job = last[row.recipe]?.first,
                let due = row.schedule.next(after: Self.date(job.createdAt))
            else { return nil }
            let delay = row.schedule.delay(of: row.recipe).components.seconds * 1000
            let time = Milliseconds(due.timeIntervalSince1970 * 1000) + delay
            return time < now - 600_000 ? (row.recipe, row.name, time) : nil
        }
    }

    private static func date(_ time: Milliseconds) -> Date { Date(timeIntervalSince1970: Double(time) / 1000) }
}
