// Calls connectors: what a lost answer means, and when a call is tried again.

import ConnectorKit
import JSONCore
import JobHistory
import RecipeLanguage

/// One call in the making: what all its tries have in common.
struct ActionCall: Sendable {
    let action: ActionStep
    let connector: any Connector
    let connection: Connection?
    let input: JSON
    let effect: Effect
    let deadline: ContinuousClock.Instant
    /// Tries before a wait that left memory.
    let earlierTries: Int
    var record: StepRecord
    /// Of the present attempt: when it started, and what it sends.
    var startedAt: Int64 = 0
    var start = ContinuousClock.now
    var exchanges: ExchangeRecorder?

    /// Gets ready for one more attempt.
    mutating func begin(at now: Int64, _ http: any HTTPClient) {
        (startedAt, start) = (now, .now)
        exchanges = effect == .pure ? nil : ExchangeRecorder(http)
    }
}

extension JobRun {
    func call(
        _ action: ActionStep, _ effect: Effect, _ input: JSON, _ visit: Visit, _ frame: Frame
    ) async throws -> JSON {
        var record = record(visit, .started)
        record.effect = effect
        if let previous = visit.previous {
            // A look at what people have answered by now, or at what was taken out of the record, is no other attempt.
            if !previous.isPaused, previous.state != .succeeded || previous.output == nil { record.attempt += 1 }
            // Between two tries, after a definite refusal.
            let isBetween = previous.state == .canceled || previous.state == .waiting && !previous.isPaused
            if isBetween, !previous.isOutcomeUnknown { record.round += 1 }
        }
        if visit.previous == nil, let takenBack = try await recorded?.takenBack(visit.address) {
            // A retry keeps the key while the earlier outcome is unknown, so that the other side can tell. Another body
            // (`--latest`, `--from`) under the same key would be refused, or worse, answered with the first one's result.
            let keeps = takenBack.isOutcomeUnknown && (action.mask || takenBack.input == services.redact(input))
            record.round = takenBack.round + (keeps ? 0 : 1)
        }
        let prepared: ActionCall
        do {
            guard let connector = services.connector(action.connector) else {
                throw ConnectorError(type: "internal", "there is no connector \(action.connector) any more")
            }
            let limit = min(action.timeout ?? services.limits.step, timeLeft)
            prepared = ActionCall(
                action: action, connector: connector, connection: try action.connection.map(services.connection),
                input: input, effect: effect, deadline: .now.advanced(by: limit),
                earlierTries: visit.previous?.triesBeforeWait ?? 0, record: record)
        } catch {
            var failure = StepFailure(Self.connectorError(error), step: visit.address, connector: action.connector)
            failure.isFreeOfValues = true  // nothing was looked at but the connection
            throw failed(visit, action, record, input: input, failure)
        }
        return try await attempt(prepared, visit, frame)
    }

    private func attempt(_ prepared: ActionCall, _ visit: Visit, _ frame: Frame) async throws -> JSON {
        var call = prepared
        let (action, effect) = (call.action, call.effect)
        let retries = action.retry?.times ?? effect.defaultRetries
        let firstAttempt = call.record.attempt - call.earlierTries
        while true {
            call.record.idempotencyKey = effect.changesTheWorld ? key(visit.address, call.record.round) : nil
            if effect.changesTheWorld, isRecorded {
                // The intent is on disk before anything is sent: what a crash leaves behind can be told.
                var intent = call.record
                intent.input = action.mask ? nil : services.redact(call.input)
                journal.add(.step(intent))
                try await journal.flush()
                if isStopping {
                    // The write may have waited for space until now. Nothing was sent yet.
                    cancelCall(visit, call, isOutcomeUnknown: false)
                    throw Departure.shutdown
                }
            }
            call.begin(at: services.clock(), services.http)
            // What a recipe's `retry.when` may look at; everybody else sees the masked one.
            let whole: StepFailure
            do {
                let output = try await send(call)
                if call.action.recordsExchanges || call.record.attempt > 1 { noteAttempt(call, nil) }
                finish(visit, action, call.record, input: call.input, output: output)
                return output
            } catch let pause as StepPause {
                throw leave(for: pause, call, visit)
            } catch  where error is CancellationError || Task.isCancelled {
                cancelCall(visit, call, isOutcomeUnknown: true)
                throw CancellationError()
            } catch {
                whole = self.failure(error, call, visit, tries: call.record.attempt - firstAttempt + 1)
            }
            let failure = whole.masked(for: action)
            let tries = call.record.attempt - firstAttempt + 1
            guard tries <= retries, try mayRunAgain(whole, call, visit, frame),
                let wait = wait(afterTry: tries, call, failure)
            else {
                noteAttempt(call, failure)
                if failure.type == "outcome_unknown" { undecided.withLock { $0[visit.address] = call.record } }
                throw failed(visit, action, call.record, input: call.input, failure)
            }
            notify(
                .retrying(
                    address: visit.address, attempt: tries + 1, of: retries + 1, wait: wait,
                    error: redacted(failure.message)))
            noteAttempt(call, failure, wait: wait)
            call.record.error = services.redact(failure.json)
            if leavesMemory(wait, failure) {
                throw leave(for: wait, afterTry: tries, of: retries + 1, call, failure, visit)
            }
            try await sleep(wait, call, visit, isOutcomeUnknown: failure.isOutcomeUnknown)
            call.record.attempt += 1
            if !failure.isOutcomeUnknown { call.record.round += 1 }
        }
    }

    private func send(_ call: ActionCall) async throws -> JSON {
        let context = ActionContext(
            connection: call.connection, http: call.exchanges ?? services.http, logger: services.logger,
            idempotencyKey: call.record.idempotencyKey ?? "", nowMilliseconds: environment.nowNanoseconds / 1_000_000,
            files: services.files, tables: services.tables, formulas: environment, programs: services.programs,
            tableStore: stores, topics: stores,
            approvals: engine.map {
                StepApprovals(desk: $0.approvals, job: job.id, address: call.record.address)
            }, cookies: cookies)
        let (connector, operation, input) = (call.connector, call.action.operation, call.input)
        if call.effect == .pure, call.action.timeout == nil {
            return try await connector.execute(operation, input, in: context)
        }
        return try await withDeadline(ContinuousClock.now.duration(to: call.deadline)) {
            try await connector.execute(operation, input, in: context)
        }
    }

    private func failure(_ error: any Error, _ call: ActionCall, _ visit: Visit, tries: Int) -> StepFailure {
        var failure: StepFailure
        if error is DeadlinePassed {
            let limit = call.action.timeout ?? services.limits.step
            failure =
                timeLeft <= .zero
                ? StepFailure(type: "limit", tooLong + ", and this step had no answer by then", step: visit.address)
                : StepFailure(
                    type: "timeout",
                    "no answer within \(limit) (\(call.action.timeout == nil ? "limit step_seconds" : "the step's timeout"))",
                    step: visit.address)
            (failure.connector, failure.isTransient, failure.isFreeOfValues) = (call.action.connector, true, true)
            failure.isOutcomeUnknown = call.effect.changesTheWorld
        } else {
            failure = StepFailure(Self.connectorError(error), step: visit.address, connector: call.action.connector)
        }
        failure.attempts = tries
        failure.pointer = visit.step.pointer
        failure.isOutcomeUnknown = failure.isOutcomeUnknown && call.effect.changesTheWorld
        if failure.isOutcomeUnknown, call.effect == .unsafe { failure.type = "outcome_unknown" }
        return failure
    }

    static func connectorError(_ error: any Error) -> ConnectorError {
        error as? ConnectorError ?? ConnectorError(type: "internal", "\(error)")
    }

    // MARK: Again?

    /// An unsafe call whose outcome is unknown is never sent again by itself.
    private func mayRunAgain(_ failure: StepFailure, _ call: ActionCall, _ visit: Visit, _ frame: Frame) throws -> Bool
    {
        if failure.isOutcomeUnknown, !call.effect.isRepeatable { return false }
        guard let retry = call.action.retry, let condition = retry.when else { return failure.isTransient }
        var slots = frame.slots
        slots[retry.errorSlot] = Value(failure.pill)
        return try evaluate(condition, visit, slots, field: "retry/when").isTrue
    }

    /// Full jitter over an exponential wait, never less than the other side asked for; nil when there is no time left: the
    /// step's own `timeout` holds its waits too, the limit step_seconds not those on disk that the recipe asks for.
    private func wait(afterTry tries: Int, _ call: ActionCall, _ failure: StepFailure) -> Duration? {
        let retry = call.action.retry
        let wait = Backoff.wait(
            afterTry: tries, first: retry?.wait ?? .seconds(1), multiplier: retry?.backoff ?? 2,
            atLeast: failure.retryAfter)
        if retry != nil, call.action.timeout == nil, leavesMemory(wait, failure) { return wait }
        return ContinuousClock.now.advanced(by: wait) < call.deadline ? wait : nil
    }

    /// Whether the job leaves its task for the wait. While the outcome is unknown it stays: the next try is soon or never.
    private func leavesMemory(_ wait: Duration, _ failure: StepFailure) -> Bool {
        isRecorded && !options.skipsWaits && !failure.isOutcomeUnknown && wait > services.limits.shortWait
    }

    /// Records that the next try is due after `wait`, which is durable with the job's end of this run.
    private func leave(
        for wait: Duration, afterTry tries: Int, of most: Int, _ call: ActionCall, _ failure: StepFailure,
        _ visit: Visit
    ) -> Departure {
        let due = time(after: wait)
        var waiting = call.record
        (waiting.state, waiting.idempotencyKey) = (.waiting, nil)
        waiting.input = call.action.mask ? nil : services.redact(call.input)
        waiting.output = ["until": .integer(Int(due)), "tries": .integer(tries)]
        journal.add(.step(waiting))
        return .wait(
            until: due, reason: Self.reason(visit.address, failure.message, tryAgain: tries + 1, of: most, due))
    }

    /// Records that the step waits for people, which is durable with the job's end of this run.
    private func leave(for pause: StepPause, _ call: ActionCall, _ visit: Visit) -> Departure {
        var waiting = call.record
        waiting.state = .waiting
        waiting.input = call.action.mask ? nil : services.redact(call.input)
        waiting.output = ["waits_for": "approval", "id": .integer(Int(pause.approval))]
        journal.add(.step(waiting))
        return .wait(
            until: pause.until ?? .max, reason: "\(visit.address) \(pause.reason)", approval: pause.approval)
    }

    private func sleep(_ wait: Duration, _ call: ActionCall, _ visit: Visit, isOutcomeUnknown: Bool) async throws {
        do {
            try await Task.sleep(for: options.skipsWaits ? .zero : wait)
        } catch {
            cancelCall(visit, call, isOutcomeUnknown: isOutcomeUnknown)
            throw CancellationError()
        }
    }
}
