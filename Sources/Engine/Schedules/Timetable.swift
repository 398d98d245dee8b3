// The schedule of one recipe as the engine runs it: its due times, and what becomes of those that have come. Pure.

import Foundation
import JSONCore
import JobHistory
import RecipeLanguage

/// When a recipe starts, in milliseconds.
struct Timetable: Sendable {
    let recipe: String
    let schedule: Schedule
    /// Between a due time and its start: this recipe's own, from `jitter`.
    let delay: Milliseconds
    /// Another one means other due times.
    let fingerprint: String

    /// A start is on time up to so much after it should have been.
    static let grace: Milliseconds = 60_000

    /// nil for a recipe with another trigger.
    init?(_ recipe: Recipe, timeZone: String) {
        guard recipe.trigger.use == LanguageTriggers.schedule.name,
            let schedule = Schedule.read(recipe.trigger.input, timeZone: timeZone).schedule
        else { return nil }
        (self.recipe, self.schedule) = (recipe.id, schedule)
        delay = schedule.delay(of: recipe.id).milliseconds
        var settings = recipe.trigger.input.object ?? [:]
        for key in ["catch_up", "catch_up_limit", "overlap"] { settings[key] = nil }
        let text = JSON.object(settings).canonical + schedule.timeZone
        fingerprint = Fingerprint.of(text)
    }

    /// The first due time after `time`.
    func next(after time: Milliseconds) -> Milliseconds? { schedule.next(after: Date(time)).map(\.milliseconds) }

    /// Where it stands when nothing that is over counts.
    func state(from now: Milliseconds) -> ScheduleState { state(next: next(after: now)) }

    private func state(next: Milliseconds?) -> ScheduleState {
        ScheduleState(recipe: recipe, fingerprint: fingerprint, next: next, start: next.map { $0 + delay })
    }

    /// Where it has to stand instead of `state`; nil when it stands right.
    func correction(of state: ScheduleState?, now: Milliseconds) -> ScheduleState? {
        guard let state, state.fingerprint == fingerprint else { return self.state(from: now) }
        let following = next(after: now)
        guard let next = state.next else { return following.map { self.state(next: $0) } }
        // Behind the next time that will come: the clock was set back. What was dealt with has its row.
        if next > following ?? .max { return self.state(next: following) }
        let start = state.pause == nil ? next + delay : nil
        return state.start == start ? nil : self.state(next: next)
    }

    // MARK: What has come

    /// Due times that have come: those to start, and how many before them are passed over.
    struct Due: Sendable, Hashable {
        var starts: [Milliseconds] = []
        /// The due times that are passed over; nil when there is none.
        var missed: ClosedRange<Milliseconds>?
        var missedCount = 0
        var next: Milliseconds?
    }

    /// What of the due times from `first` on has come by `now`, by the schedule's `catch_up`.
    func due(from first: Milliseconds, by now: Milliseconds) -> Due {
        let last = now - delay
        guard first <= last else { return Due(next: first) }
        let passed = schedule.passed(
            from: Date(first), through: Date(last), keeping: schedule.catchUp == .all ? schedule.catchUpLimit : 1)
        var due = Due(starts: passed.newest.map(\.milliseconds), next: next(after: last))
        if schedule.catchUp == .none, let newest = due.starts.last, last - newest > Self.grace { due.starts = [] }
        due.missedCount = passed.count - due.starts.count
        if due.missedCount > 0 { due.missed = first...max(first, (due.starts.first ?? last + 1) - 1) }
        return due
    }

    /// What the recipe's pill holds.
    static func event(due: Milliseconds, previous: Milliseconds?, missed: Int) -> JSON {
        func text(_ time: Milliseconds) -> JSON { .string(Date(time).formatted(.iso8601)) }
        return [
            "scheduled_at": text(due), "previous_at": previous.map(text) ?? .null, "missed": .integer(missed),
        ]
    }
}

extension Date {
    /// - Parameter milliseconds: since 1970.
    public init(_ milliseconds: Milliseconds) { self.init(timeIntervalSince1970: Double(milliseconds) / 1_000) }

    /// Milliseconds since 1970 of a due time, which is a whole second; later fractions are cut.
    public var milliseconds: Milliseconds {
        (Milliseconds(exactly: timeIntervalSince1970.rounded(.down)) ?? 0).multipliedReportingOverflow(by: 1_000)
            .partialValue
    }
}
