// The schedules of the recipes as pages show them: rhythm in words, next times, pauses, and those that did not start when due.
// When a recipe starts next is what the scheduler has written down; only a schedule it has not seen yet is asked itself.

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
        /// nil until the scheduler has seen it.
        let state: ScheduleState?
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

    init(
        _ entries: [String: LiveRecipes.Entry], _ states: [String: ScheduleState], _ times: TimeWords, zone: String
    ) {
        now = times.now
        rows = entries.values.sorted { $0.id < $1.id }.compactMap { entry in
            guard let recipe = entry.version?.recipe, let schedule = Self.schedule(of: recipe, zone: zone) else {
                return nil
            }
            return Row(
                recipe: entry.id, name: recipe.name, schedule: schedule, isLive: entry.isLive, state: states[entry.id])
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

    /// The next starts of all recipes that are on and not paused.
    func upcoming(_ count: Int) -> [Run] {
        let runs = rows.filter(\.isLive).compactMap { row -> Run? in
            let start = row.state.map(\.start) ?? next(row.schedule, of: row.recipe, count: 1).first
            return start.map { Run(recipe: row.recipe, name: row.name, words: row.schedule.words, at: $0) }
        }
        return Array(runs.sorted { $0.at < $1.at }.prefix(count))
    }

    /// Schedules that are on, not paused, and were to start more than ten minutes ago.
    var silent: [(recipe: String, name: String, due: Milliseconds)] {
        rows.filter(\.isLive).compactMap { row in
            guard let start = row.state?.start, start < now - 600_000 else { return nil }
            return (row.recipe, row.name, start)
        }
    }

    private static func date(_ time: Milliseconds) -> Date { Date(timeIntervalSince1970: Double(time) / 1000) }
}
