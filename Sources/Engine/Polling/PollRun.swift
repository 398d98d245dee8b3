// One poll of one recipe: what it finds becomes jobs page by page, and the cursor moves with the last of them.

import ConnectorKit
import JSONCore
import JobHistory
import RecipeLanguage
import Synchronization

struct PollRun: Sendable {
    let engine: Engine
    let plan: PollPlan
    let state: PollerState

    private var services: EngineServices { engine.services }

    /// Asks once. A failure is noted with its reason; it does not move the cursor.
    /// - Throws: `StoreError`, `CancellationError`.
    func execute() async throws {
        var every = plan.source.spec.poll?.every.milliseconds ?? 300_000
        do {
            let environment = engine.intakeEnvironment
            let settings = try plan.source.settings(environment)
            every = settings.every
            try await poll(settings, environment)
            engine.activity.addPoll(succeeded: true)
        } catch let error as StoreError {
            // Another trigger by now: that one is polled from its own beginning.
            if case .refused = error { return }
            throw error
        } catch {
            try Task.checkCancellation()
            let failure = error as? ConnectorError ?? ConnectorError(type: "internal", "\(error)")
            try await fail(failure, every)
        }
    }

    private func fail(_ failure: ConnectorError, _ every: Milliseconds) async throws {
        engine.activity.addPoll(succeeded: false)
        let now = services.clock()
        let message = services.redact(.string(failure.message)).string ?? failure.type
        let wait = PollFailure.wait(
            every: every, failures: state.failures + 1, retryAfterSeconds: failure.retryAfter)
        let stops = state.failures + 1 >= PollFailure.most
        let reason = "\(PollFailure.most) polls in a row failed, the last one because: \(message)"
        try await engine.store.fail(
            state, message, at: now, next: now + wait, pause: stops ? Pause(at: now, reason: reason) : nil)
        if failure.type == "auth", state.failures == 0, let connection = plan.source.connection {
            try await engine.store.noteBroken(connection, recipe: plan.recipe, message: message, at: now)
        }
        engine.noted.ring()
        services.logger.log(
            level: stops ? .error : .warning,
            stops ? "a poll failed, and the recipe is polled no more" : "a poll failed",
            metadata: [
                "recipe": "\(plan.recipe)", "failures": "\(state.failures + 1)", "error": "\(message)",
                stops ? "to_go_on" : "next_try_in_seconds":
                    stops ? "galley schedules resume \(plan.recipe)" : "\(wait / 1_000)",
            ])
    }

    private func poll(_ settings: TriggerSettings, _ environment: FormulaEnvironment) async throws {
        guard let connector = services.connector(plan.source.connector) as? any PollingConnector else {
            throw ConnectorError(type: "internal", "there is no connector \(plan.source.connector) that can be polled")
        }
        let context = try engine.triggerContext(connection: plan.source.connection, environment)
        let trigger = plan.source.spec.name
        var (cursor, isPrimed) = (state.cursor, state.isPrimed)
        let isFirst = cursor == nil && !isPrimed
        if !isPrimed,
            let first = try settings.since ?? connector.firstCursor(of: trigger, settings.input, in: context)
        {
            // On disk before anything is asked: if this poll fails, the next one begins there and not later.
            try await engine.store.prime(state, at: first)
            (cursor, isPrimed) = (first, true)
        }
        let progress = Mutex(Progress())
        let end = try await connector.poll(trigger, settings.input, from: cursor, in: context) { [isPrimed] events in
            let page = page(events, isNew: isPrimed)
            if let before = progress.withLock({ $0.take(page, of: events.count) }) {
                let count = ring(try await engine.store.accept(before, for: state))
                progress.withLock { $0.started += count }
            }
        }
        let now = services.clock()
        let moved = end.cursor ?? cursor
        guard !end.hasMore || moved != cursor else {
            throw ConnectorError(
                type: "too_large",
                "there are more records than one poll takes, and all have the same cursor: raise the \"limit\" of the connector's list"
            )
        }
        let (last, hasFound) = progress.withLock { progress in
            // Records at the cursor come again and again, and some systems move it without a record.
            (progress.held ?? PolledPage(), progress.started > 0 || (progress.events > 0 && moved != cursor))
        }
        let isPaced = isFirst || hasFound || end.hasMore || settings.isEveryFixed
        let idle = EmptyPolls.wait(every: settings.every, empty: state.emptyPolls + 1)
        ring(
            try await engine.store.finish(
                last, for: state, cursor: moved, at: now, next: end.hasMore ? now : now + settings.every,
                idle: isPaced ? nil : now + idle))
    }

    /// The pages of one poll: the last one is held back, for the cursor moves with it.
    private struct Progress {
        private(set) var held: PolledPage?
        private(set) var events = 0
        /// Jobs of the pages before.
        var started = 0

        /// - Returns: the page before, to be taken in now.
        mutating func take(_ page: PolledPage, of count: Int) -> PolledPage? {
            defer { (held, events) = (page, events + count) }
            return held
        }
    }

    /// - Returns: how many of them are new.
    @discardableResult
    private func ring(_ intakes: [Intake]) -> Int {
        let count = intakes.count { $0.isNew }
        engine.activity.add(polledEvents: count)
        if count > 0 { engine.bell.ring(.recipe(plan.recipe)) }
        return count
    }

    /// The jobs that events make. One that can't be taken holds up no other.
    private func page(_ events: [PolledEvent], isNew: Bool) -> PolledPage {
        var page = PolledPage()
        for event in events {
            do {
                guard let job = try engine.job(from: event, of: plan.version, origin: "poll") else { continue }
                if isNew { page.jobs.append(job) } else if let key = job.dedupeKey { page.known.append(key) }
            } catch {
                page.refused += 1
                page.refusal = OwnerFailure(error).description
                services.logger.error(
                    "an event of a poll was refused",
                    metadata: ["recipe": "\(plan.recipe)", "reason": "\(page.refusal ?? "")"])
            }
        }
        return page
    }
}
