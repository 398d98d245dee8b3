// try: runs a block again while its policy says so, then its catch.

import JSONCore
import JobHistory
import RecipeLanguage

extension JobRun {
    func run(_ block: TryStep, _ visit: Visit, _ frame: inout Frame) async throws -> Flow {
        _ = visit.seq(journal)  // its record comes before those of the block
        let entry = frame
        var attempt = 1
        while true {
            let start = (at: services.clock(), instant: ContinuousClock.now)
            do {
                frame = entry
                frame.depth += 1
                if attempt > 1 { frame.scope = "\(visit.address)~\(attempt)/" }
                let flow = try await run(block.steps, &frame)
                (frame.scope, frame.depth) = (entry.scope, entry.depth)
                if case .next = flow {
                    succeed(
                        visit, output: ["attempts": .integer(attempt)], note: attempt > 1 ? "\(attempt) tries" : nil)
                }
                return flow
            } catch var failure as StepFailure {
                failure.attempts = max(failure.attempts, attempt)
                if try runsAgain(block, after: attempt, failure, visit, frame) {
                    attempt += 1
                    var ended = AttemptRecord(
                        job: job.id, seq: visit.seq(journal), attempt: attempt - 1, startedAt: start.at,
                        duration: microseconds(since: start.instant), error: shortError(failure))
                    try await prepare(attempt, block, failure, visit, &ended)
                    continue
                }
                guard let handler = block.handler else { throw failure }
                return try await handle(failure, handler, block, visit, &frame, entry, attempts: attempt)
            }
        }
    }

    private func runsAgain(
        _ block: TryStep, after attempt: Int, _ failure: StepFailure, _ visit: Visit, _ frame: Frame
    ) throws -> Bool {
        guard let retry = block.retry, attempt <= retry.times else { return false }
        guard let condition = retry.when else { return true }
        var slots = frame.slots
        slots[retry.errorSlot] = Value(failure.pill)
        return try evaluate(condition, visit, slots, field: "retry/when").isTrue
    }

    /// Waits, and makes the new round durable before anything of it runs.
    private func prepare(
        _ attempt: Int, _ block: TryStep, _ failure: StepFailure, _ visit: Visit, _ ended: inout AttemptRecord
    ) async throws {
        guard let retry = block.retry else { return }
        let attempts: JSON = ["attempts": .integer(attempt)]
        visit.progress.withLock { $0 = attempts }
        let last = visit.previous?.output?["attempts"]?.integer ?? 1
        if attempt < last { return }  // long over
        let due: Int64
        if attempt > last {
            let wait = Backoff.wait(
                afterTry: attempt - 1, first: retry.wait, multiplier: retry.backoff, atLeast: failure.retryAfter)
            notify(
                .retrying(
                    address: visit.address, attempt: attempt, of: retry.times + 1, wait: wait,
                    error: redacted(failure.message)))
            (ended.wait, ended.waitReason) = (wait.milliseconds, Self.waitReason(wait, failure))
            if isRecorded { journal.add(.attempt(ended)) }
            due = time(after: wait)
        } else {
            // Before the job was resumed, this round had begun, or was waited for.
            guard let recorded = visit.previous?.output?["until"]?.integer else { return }
            due = Int64(recorded)
        }
        var round = record(visit, .waiting)
        round.output = ["attempts": .integer(attempt), "until": .integer(Int(due))]
        round.error = services.redact(failure.json)
        try await wait(
            until: due, round,
            reason: Self.reason(visit.address, failure.message, tryAgain: attempt, of: retry.times + 1, due))
        guard isRecorded else { return }
        (round.state, round.output) = (.started, attempts)
        journal.add(.step(round))
        try await journal.flush()
    }

    private func handle(
        _ failure: StepFailure, _ handler: [Step], _ block: TryStep, _ visit: Visit, _ frame: inout Frame,
        _ entry: Frame, attempts: Int
    ) async throws -> Flow {
        undecided.withLock { $0[failure.step] = nil }  // caught: the recipe decides
        (frame.scope, frame.depth) = (entry.scope, entry.depth + 1)
        let outer = frame.slots[block.errorSlot]
        frame.slots[block.errorSlot] = Value(services.redact(failure.pill))
        frame.handling = failure.step
        defer {
            (frame.depth, frame.handling) = (entry.depth, entry.handling)
            frame.slots[block.errorSlot] = outer
        }
        let flow = try await run(handler, &frame)
        if case .next = flow {
            succeed(
                visit, output: ["attempts": .integer(attempts), "caught": .string(failure.message)],
                note: "caught: \(redacted(failure.message))")
        }
        return flow
    }
}
