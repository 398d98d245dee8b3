// Calls connectors: what is stored before a call, what a lost answer means, and when a call is tried again.

import ConnectorKit
import Crypto
import JSONCore
import JobHistory
import RecipeLanguage

/// One call in the making: what all its tries have in common.
private struct Call: Sendable {
    let action: ActionStep
    let connector: any Connector
    let connection: Connection?
    let input: JSON
    let effect: Effect
    let deadline: ContinuousClock.Instant
    var record: StepRecord
}

extension JobRun {
    func run(_ action: ActionStep, _ visit: Visit, _ frame: inout Frame) async throws {
        if let failure = recordedFailure(visit) {
            // Caught before the job was resumed, or not: nobody knows yet.
            if failure.type == "outcome_unknown", var open = visit.previous {
                open.state = .started
                undecided.withLock { [open] in $0[visit.address] = open }
            }
            throw failure
        }
        if let previous = visit.previous, previous.state == .succeeded {
            if let output = previous.output { keep(output, visit.step, &frame) }
            // A masked output is not there; that matters only when somebody may read it.
            if previous.output != nil || visit.step.slot == nil { return replay(visit, previous) }
        }
        let input = try input(of: action, visit, frame.slots)
        let effect = action.spec.effect(of: input)
        if let previous = visit.previous, effect == .unsafe {
            if previous.state == .started {
                throw Departure.decision(
                    reason: Self.decisionReason(visit.address, "the process ended during the call"))
            }
            if previous.state == .succeeded {
                var open = previous
                open.state = .started  // else there would be nothing to decide
                journal.add(.step(open))
                let reason =
                    "\(visit.address) was done, but its masked output was not recorded: mark it done with its output"
                throw Departure.decision(reason: reason)
            }
        }
        if let output = try substitute(for: action, effect, input, visit) {
            return keep(output, visit.step, &frame)
        }
        let output = try await call(action, effect, input, visit, &frame)
        keep(output, visit.step, &frame)
    }

    private func keep(_ output: JSON, _ step: Step, _ frame: inout Frame) {
        if let slot = step.slot { frame.slots[slot] = Value(output) }
    }

    /// The input, typed by the action's schema. While the outcome of a call is unknown it is the stored one, to the letter.
    private func input(of action: ActionStep, _ visit: Visit, _ slots: [Value]) throws -> JSON {
        if let previous = visit.previous, previous.isOutcomeUnknown, let input = previous.input,
            services.redact(input) == input, !input.holdsRedaction
        {
            return input
        }
        let raw: JSON
        do throws(InputError) {
            raw =
                try action.input.json(slots, Evaluation(environment, address: visit.address), droppingNil: true) ?? [:]
        } catch {
            throw StepFailure(error, step: visit.address)
        }
        let (typed, mismatches) = action.spec.input.typed(raw)
        guard let first = mismatches.first else { return typed }
        var failure = StepFailure(
            type: "bad_input", "\(action.connector).\(action.operation): \(first.message)", step: visit.address,
            pointer: "\(visit.step.pointer)/input\(first.pointer)")
        failure.connector = action.connector
        if mismatches.count > 1 { failure.message += " (and \(mismatches.count - 1) more)" }
        throw failure
    }

    /// What a mock or a dry run puts in the place of the call; nil to make it.
    private func substitute(
        for action: ActionStep, _ effect: Effect, _ input: JSON, _ visit: Visit
    ) throws -> JSON? {
        if let answer = mockAnswer(visit) {
            switch answer {
            case .output(let output):
                finish(visit, action, record(visit, .succeeded), input: input, output: output, note: "mocked")
                return output
            case .error(let error):
                var failure = StepFailure(recorded: error, step: visit.address)
                failure.connector = action.connector
                throw failed(visit, action, record(visit, .failed), input: input, failure)
            }
        }
        if options.needsMocks, effect != .pure {
            var failure = StepFailure(
                type: "not_mocked", "the test has no mock for \(visit.step.name), so it was not called",
                step: visit.address, pointer: visit.step.pointer)
            failure.connector = action.connector
            throw failed(visit, action, record(visit, .failed), input: input, failure)
        }
        guard options.isDryRun, effect.changesTheWorld else { return nil }
        let output = action.spec.output.placeholder(named: visit.step.name)
        finish(visit, action, record(visit, .succeeded), input: input, output: output, note: "not called (dry run)")
        return output
    }

    /// What the mock of a step answers this time; nil when it has none.
    func mockAnswer(_ visit: Visit) -> StepMock.Answer? {
        guard let mock = options.mocks[visit.address] ?? options.mocks[visit.step.name], !mock.answers.isEmpty else {
            return nil
        }
        let turn = mockCalls.withLock { calls in
            defer { calls[visit.step.name, default: 0] += 1 }
            return calls[visit.step.name, default: 0]
        }
        return mock.answers[min(turn, mock.answers.count - 1)]
    }

    // MARK: The call

    private func call(
        _ action: ActionStep, _ effect: Effect, _ input: JSON, _ visit: Visit, _ frame: inout Frame
    ) async throws -> JSON {
        var record = record(visit, .started)
        record.effect = effect
        if let previous = visit.previous {
            record.attempt += 1
            // Canceled between two tries, after a definite refusal.
            if previous.state == .canceled, !previous.isOutcomeUnknown { record.round += 1 }
        }
        if let takenBack = await recorded?.takenBack(visit.address), visit.previous == nil {
            // A retry keeps the key while the earlier outcome is unknown, so that the other side can tell. Another body
            // (`--latest`, `--from`) under the same key would be refused, or worse, answered with the first one's result.
            let keeps = takenBack.isOutcomeUnknown && (action.mask || takenBack.input == services.redact(input))
            record.round = takenBack.round + (keeps ? 0 : 1)
        }
        let prepared: Call
        do {
            guard let connector = services.connector(action.connector) else {
                throw ConnectorError(type: "internal", "there is no connector \(action.connector) any more")
            }
            let limit = min(action.timeout ?? services.limits.step, timeLeft)
            prepared = Call(
                action: action, connector: connector, connection: try action.connection.map(services.connection),
                input: input, effect: effect, deadline: .now.advanced(by: limit), record: record)
        } catch {
            let failure = StepFailure(Self.connectorError(error), step: visit.address, connector: action.connector)
            throw failed(visit, action, record, input: input, failure)
        }
        return try await attempt(prepared, visit, frame)
    }

    private func attempt(_ prepared: Call, _ visit: Visit, _ frame: Frame) async throws -> JSON {
        var call = prepared
        let (action, effect) = (call.action, call.effect)
        let retries = action.retry?.times ?? effect.defaultRetries
        let firstAttempt = call.record.attempt
        while true {
            call.record.idempotencyKey = effect.changesTheWorld ? key(visit.address, call.record.round) : nil
            if effect.changesTheWorld, isRecorded {
                // The intent is on disk before anything is sent: what a crash leaves behind can be told.
                var intent = call.record
                intent.input = action.mask ? nil : services.redact(call.input)
                journal.add(.step(intent))
                try await journal.flush()
            }
            let failure: StepFailure
            do {
                let output = try await send(call)
                finish(visit, action, call.record, input: call.input, output: output)
                return output
            } catch  where error is CancellationError || Task.isCancelled {
                cancelCall(visit, call, isOutcomeUnknown: true)
                throw CancellationError()
            } catch {
                failure = self.failure(error, call, visit, tries: call.record.attempt - firstAttempt + 1)
            }
            let tries = call.record.attempt - firstAttempt + 1
            guard tries <= retries, try mayRunAgain(failure, call, visit, frame),
                let wait = wait(afterTry: tries, action.retry, failure, deadline: call.deadline)
            else {
                if failure.type == "outcome_unknown" { undecided.withLock { $0[visit.address] = call.record } }
                throw failed(visit, action, call.record, input: call.input, failure)
            }
            notify(
                .retrying(
                    address: visit.address, attempt: tries + 1, of: retries + 1, wait: wait,
                    error: redacted(failure.message)))
            call.record.error = services.redact(failure.json)
            try await sleep(wait, call, visit, isOutcomeUnknown: failure.isOutcomeUnknown)
            call.record.attempt += 1
            if !failure.isOutcomeUnknown { call.record.round += 1 }
        }
    }

    private func send(_ call: Call) async throws -> JSON {
        let context = ActionContext(
            connection: call.connection, http: services.http, logger: services.logger,
            idempotencyKey: call.record.idempotencyKey ?? "", nowMilliseconds: environment.nowNanoseconds / 1_000_000,
            files: services.files, tables: services.tables, formulas: environment)
        let (connector, operation, input) = (call.connector, call.action.operation, call.input)
        if call.effect == .pure, call.action.timeout == nil {
            return try await connector.execute(operation, input, in: context)
        }
        return try await withDeadline(ContinuousClock.now.duration(to: call.deadline)) {
            try await connector.execute(operation, input, in: context)
        }
    }

    private func failure(_ error: any Error, _ call: Call, _ visit: Visit, tries: Int) -> StepFailure {
        var failure: StepFailure
        if error is DeadlinePassed {
            let limit = call.action.timeout ?? services.limits.step
            failure = StepFailure(
                type: "timeout",
                "no answer within \(limit) (\(call.action.timeout == nil ? "limit step.time" : "the step's timeout"))",
                step: visit.address)
            (failure.connector, failure.isTransient) = (call.action.connector, true)
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
    private func mayRunAgain(_ failure: StepFailure, _ call: Call, _ visit: Visit, _ frame: Frame) throws -> Bool {
        if failure.isOutcomeUnknown, !call.effect.isRepeatable { return false }
        guard let retry = call.action.retry, let condition = retry.when else { return failure.isTransient }
        var slots = frame.slots
        slots[retry.errorSlot] = Value(failure.json)
        return try evaluate(condition, visit, slots, field: "retry/when").isTrue
    }

    /// Full jitter over an exponential wait, never less than the other side asked for; nil when there is no time left.
    private func wait(
        afterTry tries: Int, _ retry: RetryPolicy?, _ failure: StepFailure, deadline: ContinuousClock.Instant
    ) -> Duration? {
        let wait = Backoff.wait(
            afterTry: tries, first: retry?.wait ?? .seconds(1), multiplier: retry?.backoff ?? 2,
            atLeast: failure.retryAfter)
        return ContinuousClock.now.advanced(by: wait) < deadline ? wait : nil
    }

    private func sleep(_ wait: Duration, _ call: Call, _ visit: Visit, isOutcomeUnknown: Bool) async throws {
        do {
            try await Task.sleep(for: options.skipsWaits ? .zero : wait)
        } catch {
            cancelCall(visit, call, isOutcomeUnknown: isOutcomeUnknown)
            throw CancellationError()
        }
    }

    // MARK: Records of calls

    private func finish(
        _ visit: Visit, _ action: ActionStep, _ started: StepRecord, input: JSON, output: JSON, note: String? = nil
    ) {
        let microseconds = microseconds(since: visit.start)
        let shown = action.mask ? nil : (input: services.redact(input), output: services.redact(output))
        if isRecorded {
            var record = started
            (record.state, record.duration, record.error) = (.succeeded, microseconds, nil)
            // A masked step has no output in the history: when the job resumes, it runs again under the same key.
            (record.input, record.output) = (shown?.input, shown?.output)
            journal.add(.step(record))
        }
        notify(
            .ended(
                step: visit.step.label, address: visit.address, depth: visit.depth,
                outcome: StepOutcome(
                    state: "succeeded", microseconds: microseconds, input: shown?.input, output: shown?.output,
                    note: note)))
    }

    /// Records the failure with what was sent.
    private func failed(
        _ visit: Visit, _ action: ActionStep, _ started: StepRecord, input: JSON, _ failure: StepFailure
    ) -> StepFailure {
        let shown = action.mask ? nil : services.redact(input)
        visit.failedInput.withLock { $0 = shown }
        if isRecorded {
            var record = started
            (record.state, record.duration) = (.failed, microseconds(since: visit.start))
            (record.input, record.error) = (shown, services.redact(failure.json))
            journal.add(.step(record))
        }
        return failure
    }

    /// A call that was cut short. The intent of an unsafe one stays as it is: it may have been done, and only a person can say
    /// before it runs again. Between two tries nothing is in flight, and the record says that too.
    private func cancelCall(_ visit: Visit, _ call: Call, isOutcomeUnknown: Bool) {
        guard let engine else { return }
        if isOutcomeUnknown, engine.isStopping || call.effect == .unsafe { return }
        var record = call.record
        (record.state, record.duration) = (.canceled, microseconds(since: visit.start))
        record.input = call.action.mask ? nil : services.redact(call.input)
        if call.effect.changesTheWorld, isOutcomeUnknown {
            record.error = ["type": "canceled", "message": "canceled during the call", "outcome": "unknown"]
        }
        journal.add(.step(record))
    }

    /// The same for one workspace, job, address and round; says nothing about any of them.
    private func key(_ address: String, _ round: Int) -> String {
        let digest = SHA256.hash(data: Array("\(environment.seed)/\(address)#\(round)".utf8))
        return digest.prefix(16).map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }
}

extension StepRecord {
    /// Whether the call it records may or may not have been done.
    fileprivate var isOutcomeUnknown: Bool { state == .started || error?["outcome"]?.string == "unknown" }
}

extension JSON {
    /// Whether a secret was taken out of it before it was recorded.
    fileprivate var holdsRedaction: Bool {
        switch self {
        case .string(let text): text.contains("[secret ")
        case .array(let elements): elements.contains(where: \.holdsRedaction)
        case .object(let object): object.entries.contains { $0.value.holdsRedaction }
        default: false
        }
    }
}
