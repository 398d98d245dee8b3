// Keeps outside systems calling for as long as recipes want it: subscribes, renews and ends while a server runs.

import JobHistory
import RecipeLanguage
import Synchronization

/// Subscriptions for all recipes whose trigger an outside system calls.
public final class Subscriber: Sendable {
    /// Requests at the same time.
    private static let most = 8

    private struct State: Sendable {
        /// The tokens of those that something is done about.
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

    /// Runs until `stop` is called; requests on their way are given up then, and what became of them is found out at the next start.
    /// - Throws: `StoreError` when the history can't be read or written any more.
    public func run() async throws {
        let ticket = engine.changes.listen { [weak self] in self?.lookAgain() }
        defer { engine.changes.forget(ticket) }
        try await withThrowingDiscardingTaskGroup { group in
            defer { group.cancelAll() }
            while !state.withLock({ $0.isStopping }) {
                alarm.reset()
                for subscription in try await due() {
                    group.addTask { [self] in
                        do { try await work(on: subscription) } catch is CancellationError {} catch { end(error) }
                    }
                }
                let next = try await nextLook()
                guard !state.withLock({ $0.isStopping }) else { break }
                try await alarm.sleep(until: next)
            }
        }
        if let failure = state.withLock({ $0.failure }) { throw failure }
    }

    public func stop() {
        state.withLock { $0.isStopping = true }
        alarm.set(0)
    }

    /// Looks at the recipes as they are, and does everything that is due now, one after the other.
    public func pass() async throws {
        state.withLock { $0.isChanged = true }
        for subscription in try await due() { try await work(on: subscription) }
    }

    private func end(_ error: any Error) {
        state.withLock { $0.failure = error }
        stop()
    }

    private func lookAgain() {
        state.withLock { $0.isChanged = true }
        alarm.set(0)
    }

    private func work(on subscription: Subscription) async throws {
        defer {
            state.withLock { _ = $0.running.remove(subscription.token) }
            alarm.set(0)
        }
        try await SubscriptionWork(engine: engine, subscription: subscription).execute()
    }

    /// What is due and not on its way, as many as there are places; taken.
    private func due() async throws -> [Subscription] {
        let now = engine.services.clock()
        try await reconcileIfNeeded(now)
        let found = try await engine.store.subscriptions().filter { ($0.next ?? .max) <= now }
        return state.withLock { state in
            var taken: [Subscription] = []
            for subscription in found
            where state.running.count < Self.most && !state.running.contains(subscription.token) {
                state.running.insert(subscription.token)
                taken.append(subscription)
            }
            return taken
        }
    }

    private func nextLook() async throws -> Milliseconds? {
        let running = state.withLock { $0.running }
        // One that is on its way wakes this when it ends.
        return try await engine.store.subscriptions().filter { !running.contains($0.token) }.compactMap(\.next).min()
    }

    /// Makes sure that every recipe has the subscription that it should have, and that no other one goes on.
    private func reconcileIfNeeded(_ now: Milliseconds) async throws {
        let isNeeded = state.withLock { state in
            defer { (state.isChanged, state.lastLook) = (false, now) }
            return state.isChanged || now < state.lastLook - 1_000
        }
        guard isNeeded else { return }
        let entries = await engine.recipes.entries
        var known = Dictionary(grouping: try await engine.store.subscriptions(), by: \.recipe)
        var corrections: [Subscription] = []
        for entry in entries.values {
            let subscriptions = known.removeValue(forKey: entry.id) ?? []
            corrections += self.corrections(of: subscriptions, for: entry, now)
        }
        // Of recipes that are not there any more.
        for subscriptions in known.values { corrections += Self.ended(subscriptions, now) }
        try await engine.store.save(corrections)
    }

    private func corrections(
        of subscriptions: [Subscription], for entry: LiveRecipes.Entry, _ now: Milliseconds
    ) -> [Subscription] {
        // One that has never been read without mistakes says nothing about what it wants.
        guard let version = entry.version else { return entry.position.isOn ? [] : Self.ended(subscriptions, now) }
        guard entry.isLive else { return Self.ended(subscriptions, now) }
        do {
            guard let plan = try SubscriptionPlan(version, engine.services) else {
                return Self.ended(subscriptions, now)
            }
            let (right, wrong) = try subscriptions.reduce(into: ([Subscription](), [Subscription]())) {
                let isRight = try $1.fingerprint == plan.fingerprint && !isWithoutSecret($1, plan)
                if isRight { $0.0.append($1) } else { $0.1.append($1) }
            }
            let others = Self.ended(wrong, now)
            if right.contains(where: { $0.state != .ending }) { return others }
            let new = try plan.subscription(engine.intakeEnvironment, at: now)
            if new.state == .byHand { _ = try SubscriptionSecrets.make(for: new, engine.services) }
            return others + [new]
        } catch is SubscriptionPlan.Undecided {
            return []
        } catch {
            let reason = engine.services.redact(.string(OwnerFailure(error).description)).string ?? ""
            engine.services.logger.warning(
                "a recipe's webhook can't be subscribed to",
                metadata: ["recipe": "\(entry.id)", "reason": "\(reason)"])
            return []
        }
    }

    /// Whether nobody can check its calls any more: the store of secrets is another one than when it was made.
    private func isWithoutSecret(_ subscription: Subscription, _ plan: SubscriptionPlan) throws -> Bool {
        guard subscription.state == .active || subscription.state == .byHand, plan.webhook.secret != .named else {
            return false
        }
        return try SubscriptionSecrets.of(subscription, engine.services) == nil
    }

    private static func ended(_ subscriptions: [Subscription], _ now: Milliseconds) -> [Subscription] {
        subscriptions.filter { $0.state != .ending }.map { $0.ended(at: now) }
    }
}
