// Delivers alerts, and tries again while that fails.

import JSONCore
import JobHistory
import RecipeLanguage
import Synchronization

/// Takes messages from the history to the places they are for.
///
/// A try is counted on disk before it is made, so that a crash during it costs a wait and can't repeat it without end. A
/// message may come twice when the process dies between its sending and the note of it; its id is the same then.
final class AlertCourier: Sendable {
    /// What jobs are started by that tell alerts.
    static let origin = "alert"
    /// Messages on their way at once.
    private static let most = 8
    /// Given up after so many tries: about three days.
    private static let mostTries = 80

    private struct State: Sendable {
        var isStopping = false
    }

    private let engine: Engine
    private let alarm: Alarm
    private let state = Mutex(State())

    init(_ engine: Engine) { (self.engine, alarm) = (engine, Alarm(clock: engine.services.clock)) }

    func ring() { alarm.set(0) }

    func stop() {
        state.withLock { $0.isStopping = true }
        alarm.set(0)
    }

    /// Runs until `stop` is called.
    /// - Throws: `StoreError`.
    func run() async throws {
        while !state.withLock({ $0.isStopping }) {
            alarm.reset()
            let next = try await pass()
            guard !state.withLock({ $0.isStopping }) else { return }
            try await alarm.sleep(until: next)
        }
    }

    /// Delivers what is due.
    /// - Returns: when the next is due.
    func pass() async throws -> Milliseconds? {
        while !state.withLock({ $0.isStopping }) {
            let now = engine.services.clock()
            let due = try await engine.store.takeAlertDeliveries(dueBy: now, limit: Self.most) { now + Self.wait($0) }
            guard !due.isEmpty else { break }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for delivery in due { group.addTask { try await self.deliver(delivery) } }
                try await group.waitForAll()
            }
        }
        return try await engine.store.nextAlertDelivery()
    }

    /// After the try with this number: 10 s, 20 s, 40 s, … up to an hour.
    static func wait(_ tries: Int) -> Milliseconds { min(10_000 << min(max(tries - 1, 0), 9), 3_600_000) }

    private func deliver(_ delivery: AlertDelivery) async throws {
        let now = engine.services.clock()
        // A rule that is gone tells nothing more.
        guard engine.services.alerts().contains(where: { $0.name == delivery.rule }) else {
            return try await engine.store.endAlertDelivery(
                delivery.id, state: .givenUp, error: "the rule is gone", at: now)
        }
        do {
            guard let target = AlertRule.Target(delivery.target), let notice = AlertNotice(delivery.message) else {
                throw ControlError("the message can't be read any more")
            }
            let job = try await engine.deliver(notice, to: target, number: delivery.id)
            try await engine.store.endAlertDelivery(
                delivery.id, state: .delivered, job: job, at: engine.services.clock())
        } catch {
            // Without a history nothing can be noted; with one, the next try is on disk already.
            if engine.store.health != .ok, error is StoreError { throw error }
            try await fail(delivery, OwnerFailure(error).description)
        }
    }

    private func fail(_ delivery: AlertDelivery, _ reason: String) async throws {
        let reason = engine.services.redact(.string(reason)).string ?? reason
        let isLast = delivery.attempts + 1 >= Self.mostTries
        try await engine.store.endAlertDelivery(
            delivery.id, state: isLast ? .givenUp : .waiting, error: reason, at: engine.services.clock())
        engine.services.logger.warning(
            "an alert could not be delivered",
            metadata: ["rule": "\(delivery.rule)", "tries": "\(delivery.attempts + 1)", "reason": "\(reason)"])
    }
}

extension Engine {
    /// Brings a message to one place.
    /// - Parameter number: the same in each try.
    /// - Returns: the job, when a recipe was started.
    func deliver(_ notice: AlertNotice, to target: AlertRule.Target, number: Int64) async throws -> JobID? {
        guard case .recipe(let recipe) = target else {
            try await services.sendAlert(notice, target, "galley-\(store.workspaceID.prefix(8))-\(number)")
            return nil
        }
        let version = try await currentVersion(of: recipe)
        guard try filter(version.recipe, notice.json) != nil else { return nil }
        let new = NewJob(
            recipe: recipe, version: version.id, createdAt: services.clock(), event: services.redact(notice.json),
            dedupeKey: "alert \(number)", origin: AlertCourier.origin)
        let intake = try await store.accept(new, claim: false, startedAt: 0)
        if case .accepted(let job) = intake { queued(job, recipe) }
        return intake.job
    }

    /// Sends a test to every place of a rule, now.
    /// - Returns: `{rule, results: [{to, delivered, error?, job?}]}`.
    /// - Throws: `OwnerFailure` when there is no such rule.
    public func testAlert(_ name: String) async throws -> JSON {
        let rules = services.alerts()
        guard let rule = rules.first(where: { $0.name == name }) else {
            let hint = Suggestion.didYouMean(name, among: rules.map(\.name)).map { "; \($0)" } ?? ""
            throw OwnerFailure(kind: "no_such_job", "there is no alert rule \(name) in galley.json\(hint)")
        }
        let now = services.clock()
        let notice = AlertNotice(testOf: rule, now: now)
        var results: [JSON] = []
        for (place, target) in rule.targets.enumerated() {
            var result: JSONObject = ["to": .string(target.words), "delivered": true]
            do {
                // Numbers below zero are those of tests.
                let number = -(now * Int64(AlertRule.mostTargets) + Int64(place))
                if let job = try await deliver(notice, to: target, number: number) {
                    result["job"] = .integer(Int(job))
                }
            } catch {
                result["delivered"] = false
                result["error"] = services.redact(.string(OwnerFailure(error).description))
            }
            results.append(.object(result))
        }
        return ["rule": .string(name), "results": .array(results)]
    }
}

extension AlertDelivery {
    /// For `--json` and the REST API.
    public var json: JSON {
        var object: JSONObject = [
            "id": .integer(Int(id)), "rule": .string(rule), "state": .string(state.description),
            "to": .string(AlertRule.Target(target)?.words ?? ""), "kind": message["kind"] ?? .null,
            "title": message["title"] ?? .null, "created_at": .time(createdAt), "attempts": .integer(attempts),
        ]
        if state == .waiting { object["next_try_at"] = .time(nextAt) }
        if let endedAt { object["ended_at"] = .time(endedAt) }
        if let error { object["error"] = .string(error) }
        if let job { object["job"] = .integer(Int(job)) }
        return .object(object)
    }
}

extension AlertStanding {
    /// An open trouble, for `--json` and the REST API.
    public var json: JSON {
        [
            "rule": .string(key.rule), "on": .string(key.kind.word), "subject": .string(key.subject),
            "since": .time(openedAt), "last_at": .time(lastAt), "told": .bool(isTold), "told_at": .time(toldAt),
            "held_back": .integer(untold), "message": message.map { .string($0) } ?? .null,
            "job": job.map { .integer(Int($0)) } ?? .null,
        ]
    }
}
