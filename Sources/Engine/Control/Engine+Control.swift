// What people do with jobs: retry, rerun, cancel, decide.

import JSONCore
import JobHistory
import RecipeLanguage

extension Engine {
    /// Puts a failed, canceled or quarantined job back into the queue at the step that failed. Recorded outputs are kept.
    ///
    /// - Parameters:
    ///   - from: a step's name or address: everything from its first record on is done again.
    ///   - latest: goes on with the recipe as it is now.
    /// - Throws: `ControlError`, `StoreError`, `RecipeBroken`.
    public func retry(_ id: JobID, from: String? = nil, latest: Bool = false) async throws {
        guard let detail = try await store.job(id) else { throw StoreError.noSuchJob(id) }
        switch detail.summary.state {
        case .failed, .canceled, .quarantined: break
        case .needsDecision:
            throw ControlError("job \(id) waits for a decision: `galley jobs decide \(id)` settles it")
        case let state:
            throw ControlError("job \(id) is \(state): only a failed, canceled or quarantined job can be retried")
        }
        var superseding = Superseding()
        if let from {
            guard let seq = try await firstSeq(of: from, in: id) else {
                throw ControlError("job \(id) has no record of a step \(from); `galley jobs show \(id)` lists them")
            }
            superseding.fromSeq = seq
        } else if let failed = detail.error?["step"]?.string, !failed.isEmpty {
            superseding.seqs = try await recordsToRepeat(failed, in: detail)
        }
        superseding.seqs += try await canceledCalls(of: id)
        let version = latest ? try await currentVersion(of: detail.summary.recipe).id : nil
        try await store.requeue(job: id, supersede: superseding, version: version, at: services.clock())
        queued(id, detail.summary.recipe)
    }

    /// The version of the recipe that a job is pinned to; nil when it can't be compiled any more.
    public func recipe(of job: JobDetail) async -> Recipe? {
        try? await versions.pinned(job.versionID, of: job.summary.recipe)
    }

    /// A version of a recipe that ran; nil when it can't be compiled any more.
    public func recipe(_ id: String, version: Int64) async -> Recipe? {
        try? await versions.pinned(version, of: id)
    }

    /// Puts a new job into the queue; durable on return.
    /// - Throws: `RecipeBroken`, `StoreError`.
    public func enqueue(_ recipe: String, event: JSON, origin: String = "manual") async throws -> JobID {
        let version = try await currentVersion(of: recipe)
        let new = NewJob(
            recipe: recipe, version: version.id, createdAt: services.clock(), event: services.redact(event),
            origin: origin)
        let job = try await store.accept(new, claim: false, startedAt: 0).job
        queued(job, recipe)
        return job
    }

    /// A new job from the stored event, on the recipe as it is now.
    public func rerun(_ id: JobID) async throws -> JobID {
        guard let detail = try await store.job(id) else { throw StoreError.noSuchJob(id) }
        let version = try await currentVersion(of: detail.summary.recipe)
        let new = NewJob(
            recipe: detail.summary.recipe, version: version.id, createdAt: services.clock(), event: detail.event,
            origin: "rerun", rerunOf: id)
        let job = try await store.accept(new, claim: false, startedAt: 0).job
        queued(job, detail.summary.recipe)
        return job
    }

    /// Cancels a job, running or not, and the jobs that it called and waits for.
    /// - Returns: the state it has now; running when its step is being stopped.
    public func cancel(_ id: JobID, reason: String) async throws -> JobState {
        let state = try await cancelAlone(id, reason: reason)
        if state == .canceled { try await cancelCalled(by: id, reason: reason) }
        return state
    }

    private func cancelAlone(_ id: JobID, reason: String) async throws -> JobState {
        if let task = running.cancel(id, reason: reason), let result = try? await task.value,
            !result.state.mayBecome(.canceled)
        {
            return result.state
        }
        let state = try await store.cancel(job: id, at: services.clock(), reason: reason)
        if state == .running {
            // Claimed a moment ago: it is canceled when it begins, unless it has come and gone meanwhile.
            running.cancelClaimed(id, reason: reason)
            if try await store.job(id)?.summary.state == .running || running.takeCancelAtStart(id) == nil {
                return state
            }
            return try await cancelAlone(id, reason: reason)
        }
        running.left(id)
        if let recipe = try await store.job(id)?.summary.recipe { news.post(id, recipe, state) }
        return state
    }

    /// Settles the step that keeps a job in `needs_decision`.
    /// - Parameter step: its address; may be left out when there is one such step.
    public func decide(_ id: JobID, step: String?, outcome: Decision) async throws -> JobState {
        let open = try await records(of: id) { record in
            record.state == .started && record.effect == .unsafe && (step == nil || record.address == step)
                ? Mark(record) : nil
        }
        guard let record = open.first else {
            throw ControlError(
                step.map { "job \(id) has no step \($0) that waits for a decision" }
                    ?? "job \(id) has no step that waits for a decision")
        }
        guard open.count == 1 else {
            let names = open.map(\.address).joined(separator: ", ")
            throw ControlError("job \(id) has several steps that wait for a decision (\(names)): name one with --step")
        }
        let state = try await store.decide(job: id, seq: record.seq, outcome: outcome, at: services.clock())
        if let recipe = try await store.job(id)?.summary.recipe {
            if state == .queued { queued(id, recipe) } else { news.post(id, recipe, state) }
        }
        if state.isFinished { running.left(id) }
        return state
    }

    // MARK: Records

    private func firstSeq(of step: String, in job: JobID) async throws -> Int? {
        try await records(of: job) {
            $0.address == step || $0.address.split(separator: "/").last == step[...] ? $0.seq : nil
        }.first
    }

    /// The records of the step that failed; when a `catch` dealt with the failure and then stopped the job, also those of
    /// the `catch`, so that the block is tried again.
    private func recordsToRepeat(_ failed: String, in job: JobDetail) async throws -> [Int] {
        let again = try await records(of: job.summary.id) { $0.address == failed ? $0.seq : nil }
        guard let last = again.last else { return [] }
        let later = try await records(of: job.summary.id, after: last) { Mark($0) }
        guard let stop = later.last(where: \.isFailedStop) else { return again }
        let recipe = try? await versions.pinned(job.versionID, of: job.summary.recipe)
        guard let handler = recipe?.steps.handler(around: stop.number) else {
            return again + later.map(\.seq)
        }
        // Other items and branches may have run at the same time: what they did stays done.
        let scope = String(
            zip(failed.split(separator: "/"), stop.address.split(separator: "/"))
                .prefix { $0 == $1 }.map { $0.0 + "/" }.joined())
        return again
            + later.filter { handler.contains($0.number) && $0.address.hasPrefix(scope) }.map(\.seq)
    }

    /// A record without its payloads: a job may have too many to hold.
    private struct Mark {
        let seq: Int
        let number: Int
        let address: String
        /// Of a step `stop` that made the job fail.
        let isFailedStop: Bool

        init(_ record: StepRecord) {
            (seq, number, address) = (record.seq, record.number, record.address)
            isFailedStop = record.output?["stop"]?.string == "failed"
        }
    }

    /// What `pick` takes out of a job's records that count, in order.
    func records<Value>(
        of job: JobID, after seq: Int? = nil, _ pick: (StepRecord) -> Value?
    ) async throws -> [Value] {
        var picked: [Value] = []
        var last = seq
        while true {
            let page = try await store.steps(of: job, after: last, limit: 1_000, mostBytes: 1 << 20)
            guard let end = page.last?.seq else { return picked }
            picked += page.compactMap(pick)
            last = end
        }
    }
}

extension [Step] {
    /// The numbers of the steps of the innermost `catch` that holds the step `number`; nil when none does.
    fileprivate func handler(around number: Int) -> ClosedRange<Int>? {
        for step in self {
            for part in step.parts { if let found = part.handler(around: number) { return found } }
            if case .try(let block) = step.kind, let first = block.handler?.first?.number,
                let last = block.handler?.lastNumber, first...last ~= number
            {
                return first...last
            }
        }
        return nil
    }

    /// The largest number there is in a block: numbers are given in reading order.
    private var lastNumber: Int? {
        guard let last else { return nil }
        return Swift.max(last.number, last.parts.compactMap(\.lastNumber).max() ?? 0)
    }
}

extension Step {
    /// The blocks inside of it.
    var parts: [[Step]] {
        switch kind {
        case .branch(let branches, let otherwise): branches.map(\.steps) + [otherwise]
        case .forEach(let loop): [loop.steps]
        case .repeat(let loop): [loop.steps]
        case .try(let block): [block.steps, block.handler ?? []]
        case .parallel(let branches): branches.map(\.steps)
        default: []
        }
    }
}

/// Why a job can't be treated that way; a sentence for people.
public struct ControlError: Error, Sendable, CustomStringConvertible {
    public let description: String

    public init(_ sentence: String) { description = sentence }
}
