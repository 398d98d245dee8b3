// Watches what happens for the rules of `alerts`: woken by events, and asleep else.

import JSONCore
import JobHistory
import RecipeLanguage
import Synchronization

/// Turns what happens into messages to be delivered, for as long as a server runs.
///
/// What happens is noted by the database itself, in the transaction in which it happens; a pass takes it out in the
/// transaction that notes what follows. So nothing is lost by a crash, and nothing is told twice.
public final class AlertWatch: Sendable {
    private static let batch = 500
    /// How often it is looked whether a trouble is over that no event ends.
    private static let recoveryPeriod: Milliseconds = 30_000

    private struct State: Sendable {
        var isStopping = false
        /// Recipes or connections may be others.
        var isChanged = true
        /// Recipes whose success ends something.
        var awaited: Set<String> = []
    }

    private let engine: Engine
    private let courier: AlertCourier
    private let alarm: Alarm
    private let state = Mutex(State())

    public init(_ engine: Engine) {
        (self.engine, alarm) = (engine, Alarm(clock: engine.services.clock))
        courier = AlertCourier(engine)
    }

    private var store: JobStore { engine.store }
    private var now: Milliseconds { engine.services.clock() }

    /// Runs until `stop` is called.
    /// - Throws: `StoreError` when the history can't be read or written any more.
    public func run() async throws {
        let ticket = engine.changes.listen { [weak self] in self?.lookAgain() }
        let ear = engine.noted.listen { [alarm] in alarm.set(0) }
        engine.news.watch { [weak self] item in self?.heard(item) }
        defer {
            engine.changes.forget(ticket)
            engine.noted.forget(ear)
            engine.news.watch(nil)
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [courier] in try await courier.run() }
            group.addTask { [self] in
                defer { courier.stop() }
                while !state.withLock({ $0.isStopping }) {
                    alarm.reset()
                    let next = try await pass()
                    guard !state.withLock({ $0.isStopping }) else { return }
                    try await alarm.sleep(until: next)
                }
            }
            try await group.waitForAll()
        }
    }

    public func stop() {
        state.withLock { $0.isStopping = true }
        alarm.set(0)
        courier.stop()
    }

    private func lookAgain() {
        state.withLock { $0.isChanged = true }
        alarm.set(0)
    }

    private func heard(_ item: JobNews.Item) {
        switch item.state {
        case .failed, .needsDecision, .quarantined: alarm.set(0)
        case .running, .succeeded, .canceled, .queued:
            // A job that starts ends a silence, one that succeeds a failure.
            if state.withLock({ $0.awaited.contains(item.recipe) }) { alarm.set(0) }
        case .waiting: break
        }
    }

    // MARK: One look

    /// Deals with everything that happened.
    /// - Returns: when to look again; nil when only an event can call for it.
    @discardableResult
    public func pass() async throws -> Milliseconds? {
        let rules = engine.services.alerts()
        let isChanged = state.withLock { state in
            defer { state.isChanged = false }
            return state.isChanged
        }
        if isChanged, try await store.isWatchedForAlerts() != !rules.isEmpty {
            try await store.watchForAlerts(!rules.isEmpty)
        }
        var book = AlertBook(try await store.alertStandings())
        guard !rules.isEmpty || !book.standings.isEmpty else { return nil }
        book.prune(rules, now: now)
        let events = try await store.alertEvents(limit: Self.batch)
        for event in events { try await note(event, rules, &book) }
        if isChanged { noteConnections(rules, &book) }
        let nextSilence = try await noteSilences(rules, &book)
        var notices: [(rule: AlertRule, notice: AlertNotice)] = []
        for rule in rules {
            let told = book.takeDue(of: rule, now: now)
            if !told.isEmpty { notices.append((rule, AlertNotice(.alert, rule: rule, told, now: now))) }
        }
        notices += try await recoveries(rules, &book)
        let deliveries = notices.flatMap { rule, notice in
            rule.targets.map { NewAlertDelivery(rule: rule.name, target: $0.json, message: notice.json) }
        }
        if !events.isEmpty || !book.changed.isEmpty || !book.dropped.isEmpty {
            try await store.settleAlerts(
                through: events.last?.id, standings: book.changed.compactMap { book.standings[$0] },
                dropped: Array(book.dropped), deliveries: deliveries, at: now)
        }
        if !deliveries.isEmpty { courier.ring() }
        state.withLock { [open = book.open] in $0.awaited = Set(open.compactMap(\.recipe)) }
        if events.count == Self.batch { return now }
        return [book.nextDue, nextSilence, book.open.isEmpty ? nil : now + Self.recoveryPeriod]
            .compactMap { $0 }.min()
    }

    // MARK: What happened

    private func note(_ event: AlertEvent, _ rules: [AlertRule], _ book: inout AlertBook) async throws {
        switch event.kind {
        case .failed, .needsDecision, .quarantined:
            guard let id = event.job, let job = try await store.alertJob(id) else { return }
            // What alerts themselves do raises none: one that fails would start the next.
            guard job.rootOrigin != AlertCourier.origin, !tells(job.recipe, rules) else { return }
            let occurrence = AlertBook.Occurrence(
                subject: job.recipe, recipe: job.recipe, job: id, message: job.message ?? "no reason was given",
                at: event.at ?? now)
            let kinds: [AlertRule.Kind] = event.kind == .failed ? [.failure, .repeatedFailure] : [.needsDecision]
            note(occurrence, kinds, rules, &book)
            if event.kind == .failed, job.errorType == "auth", let connection = await connection(of: job) {
                let broken = AlertBook.Occurrence(
                    subject: connection, recipe: job.recipe, job: id, message: occurrence.message, at: occurrence.at)
                note(broken, [.brokenConnection], rules, &book)
            }
        case .missedSchedule:
            guard let recipe = event.recipe else { return }
            note(
                AlertBook.Occurrence(
                    subject: recipe, recipe: recipe, message: "its schedule names times at which no job was made",
                    at: event.at ?? now, count: max(1, event.count)), [.missedSchedule], rules, &book)
        case .pollFailed, .subscriptionFailed:
            let kind: AlertRule.Kind = event.kind == .pollFailed ? .pollsFailing : .subscriptionFailing
            guard let recipe = event.recipe else { return }
            let occurrence = AlertBook.Occurrence(
                subject: recipe, recipe: recipe,
                message: "\(event.count) in a row, at last: \(event.message ?? "no reason was given")",
                at: event.at ?? now)
            for rule in rules where rule.covers(recipe) {
                // Told once, when there are enough of them.
                for condition in rule.conditions
                where condition.kind == kind && event.count == condition.count {
                    book.note(occurrence, condition, of: rule, now: now)
                }
            }
        case .brokenConnection:
            guard let connection = event.subject else { return }
            note(
                AlertBook.Occurrence(
                    subject: connection, recipe: event.recipe, message: event.message ?? "no reason was given",
                    at: event.at ?? now), [.brokenConnection], rules, &book)
        }
    }

    private func note(
        _ occurrence: AlertBook.Occurrence, _ kinds: [AlertRule.Kind], _ rules: [AlertRule], _ book: inout AlertBook
    ) {
        for rule in rules where rule.covers(occurrence.recipe) {
            for condition in rule.conditions where kinds.contains(condition.kind) {
                book.note(occurrence, condition, of: rule, now: now)
            }
        }
    }

    /// Whether a recipe is there to tell alerts.
    private func tells(_ recipe: String, _ rules: [AlertRule]) -> Bool {
        rules.contains { $0.targets.contains(.recipe(recipe)) }
    }

    /// The connection of the step at which a job failed.
    private func connection(of job: AlertJob) async -> String? {
        guard let address = job.step, let recipe = await engine.recipe(job.recipe, version: job.version) else {
            return nil
        }
        let name = StepAddress.name(of: address)
        return recipe.steps.first(named: name).flatMap { step in
            if case .action(let action) = step.kind { action.connection } else { nil }
        }
    }

    /// Connections that are incomplete, as the workspace has them now.
    private func noteConnections(_ rules: [AlertRule], _ book: inout AlertBook) {
        let watching = rules.filter { $0.conditions.contains { $0.kind == .brokenConnection } }
        guard !watching.isEmpty else { return }
        for connection in engine.services.connectionStates() where connection.state != ConnectionState.complete {
            for rule in watching where rule.covers(nil) {
                let key = AlertStanding.Key(rule.name, .brokenConnection, connection.name)
                // Known already: nothing new happened.
                if book.standings[key]?.openedAt != nil { continue }
                book.note(
                    AlertBook.Occurrence(subject: connection.name, message: connection.state, at: now),
                    AlertRule.Condition(.brokenConnection), of: rule, now: now)
            }
        }
    }

    /// - Returns: when the next silence would be too long.
    private func noteSilences(_ rules: [AlertRule], _ book: inout AlertBook) async throws -> Milliseconds? {
        var next: Milliseconds?
        for rule in rules {
            for condition in rule.conditions where condition.kind == .silence {
                for recipe in rule.silentRecipes(condition) {
                    let key = AlertStanding.Key(rule.name, .silence, recipe)
                    book.watch(key, recipe: recipe, since: now)
                    guard let standing = book.standings[key], standing.openedAt == nil else { continue }
                    let newest = try await store.newestJob(of: recipe)
                    let last = max(standing.since, newest ?? 0)
                    let due = last + condition.period.milliseconds
                    guard due <= now else {
                        next = min(next ?? .max, due)
                        continue
                    }
                    let period = DurationText.text(condition.period)
                    book.note(
                        AlertBook.Occurrence(
                            subject: recipe, recipe: recipe,
                            message: "no job for \(period)"
                                + (newest.map { ", the last one at \(InstantText.words($0))" } ?? ""), at: now),
                        condition, of: rule, now: now)
                }
            }
        }
        return next
    }

    // MARK: What is over

    private func recoveries(
        _ rules: [AlertRule], _ book: inout AlertBook
    ) async throws -> [(rule: AlertRule, notice: AlertNotice)] {
        var over: [String: [AlertStanding]] = [:]
        let byName = Dictionary(rules.map { ($0.name, $0) }) { $1 }
        // One that was not told is told first.
        for standing in book.open.sorted(by: { $0.key.subject < $1.key.subject })
        where standing.isTold {
            guard try await isOver(standing) else { continue }
            if let told = book.close(standing.key, of: byName[standing.key.rule], now: now) {
                over[standing.key.rule, default: []].append(told)
            }
        }
        return rules.compactMap { rule in
            over[rule.name].map { (rule, AlertNotice(.recovery, rule: rule, $0, now: now)) }
        }
    }

    private func isOver(_ standing: AlertStanding) async throws -> Bool {
        let last = standing.lastAt ?? 0
        switch standing.key.kind {
        case .failure, .repeatedFailure, .missedSchedule:
            return try await store.hasSucceeded(standing.key.subject, since: last, now: now, or: standing.job)
        case .silence:
            return try await store.newestJob(of: standing.key.subject).map { $0 >= last && $0 <= now } ?? false
        case .needsDecision: return try await !store.hasParkedJob(standing.key.subject)
        case .subscriptionFailing:
            let subject = standing.key.subject
            return try await store.subscriptions().allSatisfy { $0.recipe != subject || $0.failures == 0 }
        case .pollsFailing: return try await store.poller(of: standing.key.subject).map { $0.failures == 0 } ?? true
        case .brokenConnection:
            guard let recipe = standing.recipe else {
                let found = engine.services.connectionStates().first { $0.name == standing.key.subject }
                return found.map { $0.state == ConnectionState.complete } ?? true
            }
            if try await store.hasSucceeded(recipe, since: last, now: now, or: standing.job) { return true }
            guard standing.job == nil, let poller = try await store.poller(of: recipe) else { return false }
            return poller.failures == 0
        }
    }
}

extension [Step] {
    /// The step with a name, wherever it stands.
    fileprivate func first(named name: String) -> Step? {
        for step in self {
            if step.name == name { return step }
            for part in step.parts { if let found = part.first(named: name) { return found } }
        }
        return nil
    }
}
