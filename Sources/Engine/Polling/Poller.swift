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
        /// The topics that plans are about, by recipe.
        var topics: [String: String] = [:]
        /// Recipes with something new in their topic, or whose system called: due whatever the clock says.
        var woken: Set<String> = []
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
        let published = engine.topics.published.listen { [weak self] in self?.alarm.set(0) }
        let woken = engine.pollWakes.rung.listen { [weak self] in self?.alarm.set(0) }
        defer {
            engine.changes.forget(ticket)
            engine.pollWakes.rung.forget(woken)
            engine.topics.published.forget(published)
        }
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
        let found = try await engine.store.duePollers(by: now, limit: 1_000) + wokenPollers(by: now)
        return state.withLock { state in
            var taken: [(PollPlan, PollerState)] = []
            for poller in found where state.running.count < Self.most && !state.running.contains(poller.recipe) {
                guard let plan = state.plans[poller.recipe], plan.fingerprint == poller.fingerprint else { continue }
                state.running.insert(poller.recipe)
                state.woken.remove(poller.recipe)
                taken.append((plan, poller))
            }
            return taken
        }
    }

    /// Those that are not due by the clock but have something new in their topic, or whose system has called.
    private func wokenPollers(by now: Milliseconds) async throws -> [PollerState] {
        let fresh = engine.topics.takeFresh()
        let called = engine.pollWakes.take()
        let woken = state.withLock { state in
            state.woken.formUnion(called)
            if !fresh.isEmpty { state.woken.formUnion(state.topics.filter { fresh.contains($0.value) }.keys) }
            return state.woken.subtracting(state.running)
        }
        var found: [PollerState] = []
        for recipe in woken.sorted() {
            guard let poller = try await engine.store.poller(of: recipe), let next = poller.next, poller.pause == nil
            else {
                state.withLock { _ = $0.woken.remove(recipe) }  // off or paused: it is due again when that ends
                continue
            }
            if next > now { found.append(poller) }
        }
        return found
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
        let topics = plans.compactMapValues { engine.topic(of: $0) }
        state.withLock { [plans] state in
            // What was published before this server began rang for nobody.
            state.woken.formUnion(topics.filter { state.topics[$0.key] != $0.value }.keys)
            (state.plans, state.topics) = (plans, topics)
        }
        let states = try await engine.store.pollers()
        var corrections = plans.values.compactMap { $0.correction(of: states[$0.recipe], now: now) }
        for (recipe, state) in states where plans[recipe] == nil && state.next != nil {
            corrections.append(PollerState(recipe: recipe, fingerprint: state.fingerprint))
        }
        try await engine.store.place(corrections)
    }
}
