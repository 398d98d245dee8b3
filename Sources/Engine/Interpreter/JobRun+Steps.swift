// Walks the tree: one step after the other, by kind, with a record of each.

import JSONCore
import JobHistory
import RecipeLanguage
import Synchronization

extension JobRun {
    /// Runs a block in order, until its end or the job's. Where its caller runs, as the one below: for each step it would ask
    /// twice where to go on.
    nonisolated(nonsending) func run(_ steps: [Step], _ frame: inout Frame) async throws -> Flow {
        for step in steps {
            if case .ended(let ending) = try await run(step, &frame) { return .ended(ending) }
        }
        return .next
    }

    nonisolated(nonsending) private func run(_ step: Step, _ frame: inout Frame) async throws -> Flow {
        let address = frame.scope + step.name
        try pause(before: address)
        if isCheckpointDue { try await checkpoint() }
        if step.skip {
            try await skip(step, address, frame.depth)
            return .next
        }
        let visit = Visit(
            step: step, address: address, depth: frame.depth, previous: try await recorded?.take(address),
            startedAt: services.clock())
        notify(.started(step: step.label, address: address, depth: frame.depth))
        var flow = Flow.next
        do {
            switch step.kind {
            case .action(let action): try await run(action, visit, &frame)
            case .set(let assignments): try assign(assignments, visit, &frame)
            case .append(let assignments): try append(assignments, visit, &frame)
            case .branch(let branches, let otherwise): flow = try await run(branches, otherwise, visit, &frame)
            case .forEach(let loop): flow = try await run(loop, visit, &frame)
            case .repeat(let loop): flow = try await run(loop, visit, &frame)
            case .try(let block): flow = try await run(block, visit, &frame)
            case .parallel(let branches): flow = try await run(branches, visit, &frame)
            case .call(let call): try await run(call, visit, &frame)
            case .wait(let wait): try await run(wait, visit, &frame)
            case .respond(let template): try await respond(template, visit, frame)
            case .return(let template): flow = try end(template, visit, frame)
            case .stop(let stop): flow = try end(stop, visit, frame)
            }
        } catch let failure as StepFailure {
            fail(visit, failure)
            throw failure
        } catch is CancellationError {
            cancel(visit)
            throw CancellationError()
        }
        if case .next = flow, let until = options.until, until == step.name || until == address {
            return .ended(.until(pills(frame.slots)))
        }
        return flow
    }

    /// Every pill there is, by name; those not set are left out.
    func pills(_ slots: [Value]) -> JSON {
        var object = JSONObject()
        for (name, value) in zip(recipe.slotNames, slots) {
            guard let json = try? value.json(), !json.isNull else { continue }
            object[name] = services.redact(json)
        }
        return .object(object)
    }

    private func skip(_ step: Step, _ address: String, _ depth: Int) async throws {
        if try await recorded?.take(address) == nil {
            journal.add(
                .step(
                    StepRecord(
                        job: job.id, seq: journal.takeSeq(), address: address, number: step.number, state: .skipped,
                        startedAt: services.clock(), duration: 0)))
        }
        notify(
            .ended(
                step: step.label, address: address, depth: depth,
                outcome: StepOutcome(state: "skipped", microseconds: 0, note: "skip is set")))
    }
}

/// One step at one address, as it is being run: when it started and what the history already says of it.
final class Visit: Sendable {
    let step: Step
    let address: String
    let depth: Int
    /// The record of an earlier run of this job that still counts.
    let previous: StepRecord?
    /// Milliseconds since 1970.
    let startedAt: Int64
    let start = ContinuousClock.now
    private let seq: Mutex<Int?>
    /// What a step that records its failure itself was given, for watchers.
    struct OwnFailure: Sendable { let input: JSON? }
    /// Set by a step that has recorded its failure itself.
    let ownFailure = Mutex<OwnFailure?>(nil)
    /// How far a `try` got, for the record of its failure.
    let progress = Mutex<JSON?>(nil)

    init(step: Step, address: String, depth: Int, previous: StepRecord?, startedAt: Int64) {
        (self.step, self.address, self.depth, self.previous) = (step, address, depth, previous)
        self.startedAt = startedAt
        seq = Mutex(previous?.seq)
    }

    /// The number of the visit's one record: that of the record there is, else the journal's next.
    func seq(_ journal: Journal) -> Int {
        seq.withLock { seq in
            if let seq { return seq }
            let taken = journal.takeSeq()
            seq = taken
            return taken
        }
    }
}

// MARK: Records

extension JobRun {
    /// The record of this visit, which takes the place of the one that is there.
    func record(_ visit: Visit, _ state: StepState) -> StepRecord {
        StepRecord(
            job: job.id, seq: visit.seq(journal), address: visit.address,
            number: visit.step.number, state: state, attempt: visit.previous?.attempt ?? 1,
            round: visit.previous?.round ?? 1, startedAt: visit.previous?.startedAt ?? visit.startedAt)
    }

    /// A step of the language succeeded.
    func succeed(_ visit: Visit, output: JSON?, note: String? = nil) {
        let microseconds = microseconds(since: visit.start)
        if isRecorded {
            var record = record(visit, .succeeded)
            (record.output, record.duration) = (output.map(services.redact), microseconds)
            journal.add(.step(record))
        }
        notify(
            .ended(
                step: visit.step.label, address: visit.address, depth: visit.depth,
                outcome: StepOutcome(
                    state: "succeeded", microseconds: microseconds, output: output.map(services.redact), note: note)))
    }

    /// Whether links of approvals were taken out of a record, so that the value is to be made again.
    func hasLostLinks(_ output: JSON?) -> Bool {
        guard let output, engine?.store.mayHoldLinks == true else { return false }
        return LinkRedaction.isTrace(in: output)
    }

    /// Nothing is to be done: the history has the outcome.
    func replay(_ visit: Visit, _ record: StepRecord, note: String? = nil) {
        notify(
            .ended(
                step: visit.step.label, address: visit.address, depth: visit.depth,
                outcome: StepOutcome(
                    state: "succeeded", microseconds: record.duration ?? 0, input: record.input, output: record.output,
                    note: note, isReplayed: true)))
    }

    /// The record of a call that was made carries its failure already; the others get one here.
    private func fail(_ visit: Visit, _ failure: StepFailure) {
        let microseconds = microseconds(since: visit.start)
        let error = services.redact(failure.json)
        let own = visit.ownFailure.withLock { $0 }
        let isRepeated = visit.step.kind.isCall && visit.previous?.state == .failed
        if isRecorded, own == nil, !isRepeated {
            var record = record(visit, .failed)
            (record.error, record.duration) = (error, microseconds)
            record.output = visit.progress.withLock { $0 }
            journal.add(.step(record))
        }
        notify(
            .ended(
                step: visit.step.label, address: visit.address, depth: visit.depth,
                outcome: StepOutcome(
                    state: "failed", microseconds: microseconds, input: own?.input, error: error)
            ))
    }

    private func cancel(_ visit: Visit) {
        let microseconds = microseconds(since: visit.start)
        notify(
            .ended(
                step: visit.step.label, address: visit.address, depth: visit.depth,
                outcome: StepOutcome(state: "canceled", microseconds: microseconds)))
    }

    /// What an earlier run of the job recorded as the failure of this step.
    func recordedFailure(_ visit: Visit) -> StepFailure? {
        guard let previous = visit.previous, previous.state == .failed, let error = previous.error else { return nil }
        return StepFailure(recorded: error, step: visit.address)
    }

    /// Evaluates with the failure's place filled in.
    func evaluate(_ formula: BoundFormula, _ visit: Visit, _ slots: [Value], field: String) throws -> Value {
        do {
            return try formula.evaluate(slots, Evaluation(environment, address: visit.address))
        } catch {
            throw StepFailure(
                error, in: formula.source, step: visit.address, pointer: "\(visit.step.pointer)/\(field)")
        }
    }
}

extension StepKind {
    /// Whether a failure of the step that is recorded is thrown again instead of doing it again.
    fileprivate var isCall: Bool {
        switch self {
        case .action, .call: true
        default: false
        }
    }
}
