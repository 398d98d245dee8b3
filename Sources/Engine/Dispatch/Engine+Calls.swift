// Jobs that other jobs call: started, waited for, and found again after a crash.

import JSONCore
import JobHistory
import RecipeLanguage

extension Engine {
    /// Starts the child of a `call`, whose row is durable.
    func startCalled(_ id: JobID, recipe: String, callDepth: Int) {
        let start = Task { () async throws -> JobResult? in
            let version = try await currentVersion(of: recipe)
            return try await slots.with(recipe, limit: version.recipe.concurrency) {
                // Nil when somebody canceled it in the queue.
                guard let job = try await store.claim(job: id, now: services.clock()) else { return nil }
                return try await execute(
                    job, try await versions.pinned(job.version, of: recipe), options: RunOptions(), first: [],
                    callDepth: callDepth)
            }
        }
        running.add(called: id, start)
    }

    /// Waits for the end of a called job, which this process may have to run itself after a crash. The caller's place among
    /// its recipe's jobs is free meanwhile.
    func resultOfCall(_ id: JobID, from parent: JobRun) async throws -> JobResult {
        try await slots.lending(parent.recipe.id, parent.waitingForCalls) {
            if let task = running.end(of: id) {
                do {
                    let result = try await withTaskCancellationHandler {
                        try await task.value
                    } onCancel: {
                        task.cancel()
                    }
                    if let result, result.state.isFinished { return result }
                } catch let error as CancellationError {
                    // Canceled with this job while it was in the queue: it must not run later.
                    if !isStopping {
                        let reason = Self.wordsForCalled(
                            by: parent.job.id, running.cancelReason(parent.job.id))
                        _ = try? await store.cancel(job: id, at: services.clock(), reason: reason)
                    }
                    throw error
                }
            }
            guard let detail = try await store.job(id) else { throw StoreError.noSuchJob(id) }
            if detail.summary.state.isFinished { return JobResult(detail) }
            let isDue = detail.summary.state != .waiting || (detail.summary.runAfter ?? .max) <= services.clock()
            if isDue, let result = try await resume(id), result.state.isFinished { return result }
            parent.leavesForCalls.store(true, ordering: .relaxed)
            return try await endOrLeave(id)
        }
    }

    /// The child waits or is parked: so does its caller.
    private func endOrLeave(_ id: JobID) async throws -> JobResult {
        guard let detail = try await store.job(id) else { throw StoreError.noSuchJob(id) }
        if detail.summary.state.isFinished { return JobResult(detail) }
        let now = services.clock()
        let due: Milliseconds =
            switch detail.summary.state {
            case .waiting: max(detail.summary.runAfter ?? .max, now + 1_000)
            case .needsDecision, .quarantined: now + 60_000
            default: now + 1_000
            }
        throw Departure.wait(
            until: due,
            reason: "waits for job \(id) (\(detail.summary.recipe)), which is \(detail.summary.state)")
    }

    /// How many calls deep a job is.
    func callDepth(of job: ClaimedJob) async throws -> Int {
        var depth = 0
        var parent = job.parent?.job
        while let id = parent, depth <= services.limits.callDepth {
            depth += 1
            parent = try await store.job(id)?.summary.parent
        }
        return depth
    }
}
