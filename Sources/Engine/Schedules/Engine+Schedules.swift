// What people do with schedules: pause, resume, and fill in times that are over.

import Foundation
import JSONCore
import JobHistory
import RecipeLanguage

/// What a backfill makes, or would make.
public struct Backfill: Sendable, Hashable {
    /// Due times in the stretch, in order.
    public var times: [Milliseconds] = []
    /// What becomes of each of them, before anything is made.
    public var marks: [Mark] = []
    /// How many of them have started or were skipped before: they are left as they are.
    public var repeated = 0
    /// How many of them are so old that Galley has forgotten whether they started: left as they are.
    public var forgotten = 0
    /// How many make a job.
    public var made = 0
    /// The jobs, in order; none of a preview.
    public var jobs: [JobID] = []
    /// Reasons why a time makes none.
    public var refusals: [String] = []

    public enum Mark: String, Sendable, CaseIterable {
        /// It has no job yet.
        case make
        case repeated
        case forgotten
    }

    /// Due times in one call.
    public static let most = 10_000

    /// Times with the offset of the schedule's zone.
    func json(in schedule: Schedule, isPreview: Bool) -> JSON {
        [
            "times": .array(times.map { .string(schedule.isoText(Date($0))) }),
            "marks": .array(marks.map { .string($0.rawValue) }), "make": .integer(made),
            "repeated": .integer(repeated), "forgotten": .integer(forgotten),
            "jobs": .array(jobs.map { .integer(Int($0)) }), "refusals": .array(refusals.map { .string($0) }),
            "count": .integer(times.count), "made": .bool(!isPreview),
        ]
    }
}

extension Engine {
    /// Lets a recipe start no more by itself until it is resumed; durable on return. Jobs that it has go on.
    /// - Throws: `ControlError` for a recipe that does not start by itself.
    public func pause(_ recipe: String, reason: String) async throws {
        let pause = Pause(at: services.clock(), reason: reason)
        switch try await starter(of: recipe) {
        case .clock(let table):
            let known = try await store.schedule(of: recipe)
            try await store.pauseSchedule(known ?? table.state(from: pause.at), pause)
        case .poll(let plan):
            let known = try await store.poller(of: recipe)
            try await store.pausePoller(known ?? plan.state(next: pause.at), pause)
        }
        changes.ring()
    }

    /// Ends a pause. A schedule goes on with the next time to come; a poller with what came since.
    /// - Returns: when it starts next; nil for a schedule that is over.
    /// - Throws: `ControlError` when it is not paused.
    @discardableResult
    public func unpause(_ recipe: String) async throws -> Milliseconds? {
        let now = services.clock()
        let next: Milliseconds?
        switch try await starter(of: recipe) {
        case .clock(let table):
            guard try await store.schedule(of: recipe)?.pause != nil else { throw Self.notPaused(recipe) }
            let state = table.state(from: now)
            try await store.resumeSchedule(state)
            next = state.start
        case .poll:
            guard try await store.poller(of: recipe)?.pause != nil else { throw Self.notPaused(recipe) }
            try await store.resumePoller(recipe, next: now)
            next = now
        }
        changes.ring()
        return next
    }

    private static func notPaused(_ recipe: String) -> ControlError { ControlError("\(recipe) is not paused") }

    /// The same with times as people write them, in the schedule's zone; a date as `to` holds the whole day.
    /// - Returns: the backfill as JSON.
    public func backfill(_ recipe: String, from: String, to: String, isPreview: Bool) async throws -> JSON {
        guard case .clock(let table) = try await starter(of: recipe) else { throw Self.notClocked(recipe) }
        func time(_ text: String, _ name: String, endOfDay: Bool = false) throws -> Date {
            guard let time = table.schedule.time(text, endOfDay: endOfDay) else {
                throw OwnerFailure(
                    kind: "invalid", "\(name) must be \(Schedule.timeForm), not \"\(text.prefix(40))\"")
            }
            return time
        }
        let (first, last) = (try time(from, "from"), try time(to, "to", endOfDay: true))
        // A whole day that is not over ends now.
        let (now, start) = (Date(services.clock()), try time(to, "to"))
        let through = start != last && start <= now ? min(last, now) : last
        let backfill = try await backfill(
            recipe, from: first.milliseconds, through: through.milliseconds, isPreview: isPreview)
        return backfill.json(in: table.schedule, isPreview: isPreview)
    }

    private static func notClocked(_ recipe: String) -> ControlError {
        ControlError("\(recipe) does not start by a schedule, so it has no times to fill in")
    }

    /// Makes jobs of the due times of a stretch that is over, one for each that has none; durable on return.
    ///
    /// - Parameter isPreview: only says what it would do.
    /// - Throws: `ControlError` when the stretch is not over, or holds too many times.
    public func backfill(
        _ recipe: String, from: Milliseconds, through: Milliseconds, isPreview: Bool
    ) async throws -> Backfill {
        guard case .clock(let table) = try await starter(of: recipe) else { throw Self.notClocked(recipe) }
        let now = services.clock()
        guard from <= through else { throw ControlError("the stretch ends before it begins: swap --from and --to") }
        guard through <= now else {
            throw ControlError("the stretch ends in the future: a backfill fills in times that are over")
        }
        let passed = table.schedule.passed(from: Date(from), through: Date(through), keeping: Backfill.most)
        guard passed.count <= Backfill.most else {
            throw ControlError(
                "there are \(passed.count) times in this stretch, and one backfill takes at most \(Backfill.most): take a shorter stretch"
            )
        }
        var backfill = Backfill(times: passed.newest.map(\.milliseconds))
        let forgottenThrough = try await store.schedule(of: recipe)?.forgottenThrough ?? .min
        let known = try await Set(store.fires(of: recipe, due: max(0, from)...through, limit: .max).map(\.due))
        backfill.marks = backfill.times.map {
            known.contains($0) ? .repeated : $0 > forgottenThrough ? .make : .forgotten
        }
        backfill.repeated = backfill.marks.count { $0 == .repeated }
        backfill.forgotten = backfill.marks.count { $0 == .forgotten }
        let wanted = zip(backfill.times, backfill.marks).filter { $1 == .make }.map { $0.0 }
        backfill.made = wanted.count
        guard !isPreview else { return backfill }
        backfill.made = 0
        var previous = backfill.times.first.flatMap { table.schedule.previous(before: Date($0))?.milliseconds }
        var pairs: [DueTime] = []
        let included = Set(wanted)
        for time in backfill.times {
            if included.contains(time) { pairs.append(DueTime(due: time, previous: previous)) }
            previous = time
        }
        for start in stride(from: 0, to: pairs.count, by: 500) {
            try await fill(pairs[start..<min(start + 500, pairs.count)], table, now, &backfill)
        }
        bell.ring(.recipe(recipe))
        return backfill
    }

    private struct DueTime {
        let due: Milliseconds
        let previous: Milliseconds?
    }

    private func fill(
        _ times: ArraySlice<DueTime>, _ table: Timetable, _ now: Milliseconds, _ backfill: inout Backfill
    ) async throws {
        var fires: [PlannedFire] = []
        for time in times {
            let event = Timetable.event(due: time.due, previous: time.previous, missed: 0)
            fires.append(
                PlannedFire(
                    due: time.due,
                    try await outcome(of: event, recipe: table.recipe, origin: "backfill", yields: false, now: now)))
        }
        let result = try await store.backfill(table.recipe, fires, at: now)
        let made = result.fires.filter { $0.verdict == .started }.compactMap(\.job)
        backfill.jobs += made
        backfill.made += made.count
        backfill.repeated += result.repeated
        backfill.refusals += result.fires.compactMap(\.reason)
    }

    // MARK: What starts a recipe

    /// What makes a recipe start by itself.
    enum Starter: Sendable {
        case clock(Timetable)
        case poll(PollPlan)
    }

    func starter(of recipe: String) async throws -> Starter {
        let version = try await currentVersion(of: recipe)
        if let table = Timetable(version.recipe, timeZone: services.timeZone) { return .clock(table) }
        if let plan = PollPlan(version) { return .poll(plan) }
        throw ControlError(
            "\(recipe) starts by \(version.recipe.trigger.use), not by itself; `galley recipes stop \(recipe)` keeps its events out"
        )
    }

    /// What becomes of the event of a due time.
    func outcome(
        of event: JSON, recipe: String, origin: String, yields: Bool, now: Milliseconds
    ) async throws -> PlannedFire.Outcome {
        do {
            let version = try await currentVersion(of: recipe)
            guard let key = try filter(version.recipe, event) else { return .nothing(.unwanted, reason: nil) }
            return .job(
                NewJob(
                    recipe: recipe, version: version.id, createdAt: now, event: services.redact(event),
                    dedupeKey: key.dedupeKey, origin: origin), yields: yields)
        } catch let error as StoreError {
            throw error
        } catch {
            return .nothing(.refused, reason: OwnerFailure(error).description)
        }
    }

    /// Cancels the jobs of a recipe that its schedule started before `newest`, for `"overlap": "cancel"`.
    func cancelScheduledJobs(of recipe: String, before newest: JobID) {
        // A job that is deaf to it must not hold up the clock.
        Task {
            do {
                for job in try await store.openScheduledJobs(of: recipe) where job < newest {
                    _ = try await cancel(job, reason: "job \(newest) took its place: the schedule's next time had come")
                }
            } catch {
                services.logger.warning(
                    "a job could not be canceled for its schedule's next time",
                    metadata: ["recipe": "\(recipe)", "error": "\(error)"])
            }
        }
    }
}
