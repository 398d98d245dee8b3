// Asks for what is new, for as long as a server runs: each recipe at its own pace, never one twice at the same time.

import JobHistory
import RecipeLanguage
import Synchronization

/// Polls for all recipes whose trigger asks an outside system.
public final class Poller: Sendable {
    /// Polls at the same time.
    private static let most = 16

    private struct State: Sendable {
        var plans: [String: PollPlan] = [:]
        /// Recipes that are being polled.
        var running: Set<String> = []
        var isChanged = true
        var isStopping = false
        var failure: (any Error)?
        var lastLook: Milliseconds = 0
    }

    private let engine: Engine
    private let alarm: Alarm
    private let state = Mutex(State())

    public init(_ engine: Engine) { (self.engine, alarm) = (engine, Alarm(clock: engine.services.clock)) }

    /// Runs until `stop` is called; polls on their way are given up then: they have changed nothing.
    /// - Throws: `StoreError` when the history can't be read or written any more.
    public func run() async throws {
        let ticket = engine.changes.listen { [weak self] in self?.lookAgain() }
        defer { engine.changes.forget(ticket) }
        try await withThrowingDiscardingTaskGroup { group in
            defer { group.cancelAll() }
            while !state.withLock({ $0.isStopping }) {
                alarm.reset()
                for (plan, poller) in try await due() {
                    group.addTask { [self] in
                        do { try await poll(plan, poller) } catch is CancellationError {} catch { end(error) }
                    }
                }
                let next = try await nextLook()
                guard !state.withLock({ $0.isStopping }) else { break }
                try await alarm.sleep(until: next)
            }
        }
        if let failure = state.withLock({ $0.failure }) { throw failure }
    }

    /// Ends the run because of an error of the history.
    private func end(_ error: any Error) {
        state.withLock { $0.failure = error }
        stop()
    }

    public func stop() {
        state.withLock { $0.isStopping = true }
        alarm.set(0)
    }

    private func lookAgain() {
        state.withLock { $0.isChanged = true }
        alarm.set(0)
    }

    /// Polls everything that is due now, one after the other; returns when all have ended.
    public func pass() async throws {
        for (plan, poller) in try await due() { try await poll(plan, poller) }
    }

    private func poll(_ plan: PollPlan, _ poller: PollerState) async throws {
        defer {
            state.withLock { _ = $0.running.remove(plan.recipe) }
            alarm.set(0)
        }
        try await PollRun(engine: engine, plan: plan, state: poller).execute()
    }

    /// What is due and not on its way, as many as there are places; taken.
    private func due() async throws -> [(PollPlan, PollerState)] {
        let now = engine.services.clock()
        try await reconcileIfNeeded(now)
        let found = try await engine.store.duePollers(by: now, limit: 1_000)
        return state.withLock { state in
            var taken: [(PollPlan, PollerState)] = []
            for poller in found where state.running.count < Self.most && !state.running.contains(poller.recipe) {
                guard let plan = state.plans[poller.recipe], plan.fingerprint == poller.fingerprint else { continue }
                state.running.insert(poller.recipe)
                taken.append((plan, poller))
            }
            return taken
        }
    }

    /// When to look again; the end of a poll wakes it too.
    private func nextLook() async throws -> Milliseconds? {
        try await engine.store.nextPoll(after: engine.services.clock())
    }

    /// Makes sure that every poller that is on has a future, and that no other has one.
    private func reconcileIfNeeded(_ now: Milliseconds) async throws {
        let isNeeded = state.withLock { state in
            defer { (state.isChanged, state.lastLook) = (false, now) }
            return state.isChanged || now < state.lastLook - 1_000
        }
        guard isNeeded else { return }
        var plans: [String: PollPlan] = [:]
        for entry in await engine.recipes.entries.values where entry.isLive {
            plans[entry.id] = entry.version.flatMap { PollPlan($0) }
        }
        state.withLock { [plans] in $0.plans = plans }
        let states = try await engine.store.pollers()
        var corrections = plans.values.compactMap { $0.correction(of: states[$0.recipe], now: now) }
        for (recipe, state) in states where plans[recipe] == nil && state.next != nil {
            corrections.append(PollerState(recipe: recipe, fingerprint: state.fingerprint))
        }
        try await engine.store.place(corrections)
    }
}
