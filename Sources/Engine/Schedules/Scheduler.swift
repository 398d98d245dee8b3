// Starts recipes by the clock for as long as a server runs: asleep until the next due time, and busy with what is due only.

import JobHistory
import Logging
import RecipeLanguage
import Synchronization

/// Makes jobs of the due times of all schedules.
///
/// Where each schedule stands is a row, and the next start is found by an index: a wake costs what is due, however many
/// schedules there are. The rows are held against the recipes at the start, after each change of recipes, when the clock was
/// set back, and every ten minutes.
public final class Scheduler: Sendable {
    /// Schedules dealt with in one transaction.
    private static let batch = 500
    private static let reconcilePeriod: Milliseconds = 600_000

    private struct State: Sendable {
        /// By recipe, with the version that they were made from.
        var tables: [String: (version: Int64, table: Timetable)] = [:]
        var isChanged = true
        var isStopping = false
        var lastLook: Milliseconds = 0
        var reconciledAt: Milliseconds?
    }

    private let engine: Engine
    private let alarm: Alarm
    private let state = Mutex(State())

    public init(_ engine: Engine) { (self.engine, alarm) = (engine, Alarm(clock: engine.services.clock)) }

    /// Runs until `stop` is called.
    /// - Throws: `StoreError` when the history can't be read or written any more.
    public func run() async throws {
        let ticket = engine.changes.listen { [weak self] in self?.lookAgain() }
        defer { engine.changes.forget(ticket) }
        while !state.withLock({ $0.isStopping }) {
            alarm.reset()
            let next = try await pass()
            guard !state.withLock({ $0.isStopping }) else { return }
            try await alarm.sleep(until: next)
        }
    }

    public func stop() {
        state.withLock { $0.isStopping = true }
        alarm.set(0)
    }

    private func lookAgain() {
        state.withLock { $0.isChanged = true }
        alarm.set(0)
    }

    /// Makes the jobs of everything that is due now.
    /// - Returns: when the next start is; nil when none will be.
    public func pass() async throws -> Milliseconds? {
        let clock = engine.services.clock
        try await reconcileIfNeeded(clock())
        while !state.withLock({ $0.isStopping }) {
            let due = try await engine.store.dueSchedules(by: clock(), limit: Self.batch)
            guard !due.isEmpty else { break }
            try await start(due)
            try await reconcileIfNeeded(clock())
        }
        return try await engine.store.nextScheduleStart()
    }

    // MARK: What is due

    private func start(_ due: [ScheduleState]) async throws {
        let now = engine.services.clock()
        var plans: [(plan: FirePlan, table: Timetable)] = []
        for schedule in due {
            let table = state.withLock { $0.tables[schedule.recipe]?.table }
            guard let table, table.fingerprint == schedule.fingerprint else {
                // Its recipe is another by now.
                state.withLock { ($0.isChanged, $0.reconciledAt) = (true, nil) }
                continue
            }
            if let plan = try await plan(schedule, table, now) { plans.append((plan, table)) }
        }
        let results = try await engine.store.take(plans.map(\.plan))
        var report = FireReport()
        for ((plan, table), result) in zip(plans, results) {
            report.add(result)
            engine.activity.add(plan, result)
            guard let newest = result.fires.last(where: { $0.verdict == .started })?.job else { continue }
            engine.bell.ring(.recipe(result.recipe))
            if table.schedule.overlap == .cancel, result.fires.count == 1 {
                engine.cancelScheduledJobs(of: result.recipe, before: newest)
            }
        }
        report.log(engine.services.logger)
        if results.contains(where: { $0.missed > 0 }) { engine.noted.ring() }
    }

    private func plan(_ schedule: ScheduleState, _ table: Timetable, _ now: Milliseconds) async throws -> FirePlan? {
        guard let first = schedule.next else { return nil }
        let due = table.due(from: first, by: now)
        var plan = FirePlan(schedule, firedAt: now)
        (plan.next, plan.start) = (due.next, due.next.map { $0 + table.delay })
        plan.missed = due.missedCount
        if let missed = due.missed {
            // Filled in by a person meanwhile: not missed.
            plan.missed = max(0, plan.missed - (try await engine.store.countFires(of: schedule.recipe, due: missed)))
        }
        var (previous, missed) = (schedule.last, schedule.pending + plan.missed)
        // Several at once are made up for, one after the other; a single one gives way.
        let yields = table.schedule.overlap == .skip && due.starts.count == 1
        for start in due.starts {
            let event = Timetable.event(due: start, previous: previous, missed: missed)
            plan.fires.append(
                PlannedFire(
                    due: start,
                    try await engine.outcome(
                        of: event, recipe: schedule.recipe, origin: "schedule", yields: yields, now: now)))
            (previous, missed) = (start, 0)
        }
        return plan
    }

    // MARK: Rows and recipes

    /// Makes sure that every schedule that is on has a future, and that no other has one.
    private func reconcileIfNeeded(_ now: Milliseconds) async throws {
        let (isChanged, isFull, wasSetBack) = state.withLock { state in
            let wasSetBack = now < state.lastLook - 1_000
            let isOld = state.reconciledAt.map { now - $0 >= Self.reconcilePeriod } ?? true
            let answer = (state.isChanged, isOld || wasSetBack, wasSetBack)
            (state.lastLook, state.isChanged) = (now, false)
            if answer.1 { state.reconciledAt = now }
            return answer
        }
        guard isChanged || isFull else { return }
        if wasSetBack {
            engine.services.logger.warning("the clock was set back: schedules go on from the time it shows now")
        }
        do {
            try await reconcile(now, full: isFull)
        } catch {
            state.withLock { ($0.isChanged, $0.reconciledAt) = (true, nil) }
            throw error
        }
    }

    /// - Parameter full: look at every row, not only at those of recipes that have changed.
    private func reconcile(_ now: Milliseconds, full: Bool) async throws {
        let old = state.withLock { $0.tables }
        var tables: [String: (version: Int64, table: Timetable)] = [:]
        for entry in await engine.recipes.entries.values where entry.isLive {
            guard let version = entry.version, version.recipe.trigger.use == LanguageTriggers.schedule.name else {
                continue
            }
            if let known = old[entry.id], known.version == version.id {
                tables[entry.id] = known
            } else if let table = Timetable(version.recipe, timeZone: engine.services.timeZone) {
                tables[entry.id] = (version.id, table)
            }
        }
        state.withLock { [tables] in $0.tables = tables }
        var changed: Set<String> = []
        if !full {
            for (recipe, found) in tables where old[recipe]?.version != found.version { changed.insert(recipe) }
            for recipe in old.keys where tables[recipe] == nil { changed.insert(recipe) }
            guard !changed.isEmpty else { return }
        }
        let states = try await engine.store.schedules(of: full ? nil : changed)
        var corrections: [ScheduleState] = []
        for (recipe, found) in tables where full || changed.contains(recipe) {
            if let correction = found.table.correction(of: states[recipe], now: now) { corrections.append(correction) }
        }
        for (recipe, state) in states where tables[recipe] == nil && state.next != nil {
            corrections.append(ScheduleState(recipe: recipe, fingerprint: state.fingerprint))
        }
        for start in stride(from: 0, to: corrections.count, by: 5_000) {
            try await engine.store.place(Array(corrections[start..<min(start + 5_000, corrections.count)]))
        }
    }
}

/// What a round has done that somebody should know.
private struct FireReport {
    private var missed: [(recipe: String, count: Int)] = []
    private var skipped: [String] = []
    private var refused: [(recipe: String, reason: String)] = []

    mutating func add(_ result: FireResult) {
        let refusals = result.fires.filter { $0.verdict == .refused }
        if result.missed > refusals.count { missed.append((result.recipe, result.missed - refusals.count)) }
        if result.fires.contains(where: { $0.verdict == .skipped }) { skipped.append(result.recipe) }
        if let reason = refusals.last?.reason { refused.append((result.recipe, reason)) }
    }

    /// A line each, or one for many.
    func log(_ logger: Logger) {
        for (recipe, reason) in refused.prefix(10) {
            logger.error("a schedule's event was refused", metadata: ["recipe": "\(recipe)", "reason": "\(reason)"])
        }
        if missed.count > 10 {
            let sum = missed.reduce(0) { $0 + $1.count }
            logger.warning("schedules missed times", metadata: ["recipes": "\(missed.count)", "missed": "\(sum)"])
        } else {
            for (recipe, count) in missed {
                logger.warning("a schedule missed times", metadata: ["recipe": "\(recipe)", "missed": "\(count)"])
            }
        }
        for recipe in skipped.prefix(10) {
            logger.notice(
                "a time was skipped: the job before was still running", metadata: ["recipe": "\(recipe)"])
        }
    }
}
