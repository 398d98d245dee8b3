// What the history holds of a call to a connector: its intent, its end, its key.

import Crypto
import JSONCore
import JobHistory
import RecipeLanguage

extension JobRun {
    func finish(
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
    func failed(
        _ visit: Visit, _ action: ActionStep, _ started: StepRecord, input: JSON, _ failure: StepFailure
    ) -> StepFailure {
        let shown = action.mask ? nil : services.redact(input)
        let failure = failure.masked(for: action)
        visit.ownFailure.withLock { $0 = Visit.OwnFailure(input: shown) }
        if isRecorded {
            var record = started
            (record.state, record.duration) = (.failed, microseconds(since: visit.start))
            (record.input, record.error) = (shown, services.redact(failure.json))
            journal.add(.step(record))
        }
        return failure
    }

    /// Records one attempt: those that fail, those after them, and all where the recipe asks for it.
    /// - Parameter wait: until the next one.
    func noteAttempt(_ call: ActionCall, _ failure: StepFailure?, wait: Duration? = nil) {
        guard isRecorded else { return }
        var attempt = AttemptRecord(
            job: job.id, seq: call.record.seq, attempt: call.record.attempt, startedAt: call.startedAt,
            duration: microseconds(since: call.start), error: failure.map(shortError))
        if failure != nil || call.action.recordsExchanges {
            let record = ExchangeRecord(redact: services.redact, isMasked: call.action.mask)
            attempt.exchanges = call.exchanges.flatMap { record.json($0) }
        }
        if let wait, let failure {
            (attempt.wait, attempt.waitReason) = (wait.milliseconds, Self.waitReason(wait, failure))
        }
        journal.add(.attempt(attempt))
    }

    /// What a list of attempts says of a failure.
    func shortError(_ failure: StepFailure) -> JSON {
        var error: JSONObject = [
            "message": .string(String(redacted(failure.message).prefix(1_000))), "type": .string(failure.type),
        ]
        if let status = failure.status { error["status"] = .integer(status) }
        return .object(error)
    }

    static func waitReason(_ wait: Duration, _ failure: StepFailure) -> String {
        // Full jitter may go beyond what was asked for.
        if let asked = failure.retryAfter, asked > 0,
            wait.milliseconds <= Int64((min(asked, 86_400) * 1_000).rounded(.up))
        {
            return "the other side asked for it (Retry-After)"
        }
        return failure.retryAfter == nil
            ? "back-off: a random wait that grows with each try"
            : "back-off, which is longer than the other side asked for (Retry-After)"
    }

    /// A call that was cut short. The intent of an unsafe one stays as it is: it may have been done, and only a person can say
    /// before it runs again. Between two tries nothing is in flight, and the record says that too.
    func cancelCall(_ visit: Visit, _ call: ActionCall, isOutcomeUnknown: Bool) {
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
    func key(_ address: String, _ round: Int) -> String {
        let digest = SHA256.hash(data: Array("\(environment.seed)/\(address)#\(round)".utf8))
        return digest.prefix(16).map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }
}

extension StepRecord {
    /// Whether the call it records may or may not have been done.
    var isOutcomeUnknown: Bool { state == .started || error?["outcome"]?.string == "unknown" }

    /// Whether the step waits for people and is to look again.
    var isPaused: Bool { state == .waiting && output?["waits_for"] != nil }

    /// How often a call that waits for its next try was tried.
    var triesBeforeWait: Int? { state == .waiting ? output?["tries"]?.integer : nil }
}
