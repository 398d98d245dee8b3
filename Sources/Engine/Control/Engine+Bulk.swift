// Retrying and canceling many jobs at once: how many there are first, then the work.

import JSONCore
import JobHistory

/// What can be done with many jobs at once.
public enum BulkAction: String, Sendable, CaseIterable {
    case retry, cancel

    /// More jobs than this take more than one go.
    public static let most = 1_000

    /// Jobs that it can be done with.
    public var states: Set<JobState> {
        switch self {
        case .retry: [.failed, .canceled, .quarantined]
        case .cancel: [.queued, .running, .waiting, .needsDecision, .quarantined]
        }
    }

    /// The filter narrowed to jobs that it can be done with.
    /// - Throws: `OwnerFailure` when there can be none.
    public func narrowed(_ filter: JobFilter) throws(OwnerFailure) -> JobFilter {
        var filter = filter
        filter.states = filter.states.isEmpty ? states : filter.states.intersection(states)
        guard !filter.states.isEmpty else {
            throw OwnerFailure(
                kind: "invalid", "none of these jobs can be treated that way: choose another state")
        }
        filter.limit = Self.most
        return filter
    }
}

/// How many jobs a bulk action is about, and what became of them.
public struct BulkOutcome: Sendable, Hashable {
    /// Jobs that were chosen.
    public var count = 0
    /// Jobs that it was done with.
    public var done = 0
    /// Jobs that had gone on by themselves meanwhile.
    public var left = 0
    /// With this as `before` the same jobs are chosen again, and none that came later.
    public var before: JobID = 1

    public var json: JSON {
        [
            "count": .integer(count), "done": .integer(done), "left": .integer(left), "before": .integer(Int(before)),
            "more": .bool(count == BulkAction.most),
        ]
    }
}

extension Engine {
    /// Retries or cancels the jobs that a filter chooses, the newest `BulkAction.most` of them.
    /// - Parameter apply: false: only says how many there are.
    /// - Throws: `OwnerFailure`, `StoreError`.
    public func bulk(
        _ action: BulkAction, _ filter: JobFilter, reason: String, apply: Bool
    ) async throws -> BulkOutcome {
        let jobs = try await store.jobs(try action.narrowed(filter))
        var outcome = BulkOutcome()
        (outcome.count, outcome.before) = (jobs.count, jobs.first.map { $0.id + 1 } ?? filter.before ?? 1)
        guard apply else { return outcome }
        for job in jobs {
            do {
                switch action {
                case .retry: try await retry(job.id)
                case .cancel: _ = try await cancel(job.id, reason: reason)
                }
                outcome.done += 1
            } catch is ControlError {
                outcome.left += 1
            } catch StoreError.illegalMove {
                outcome.left += 1
            }
        }
        return outcome
    }

    /// Deletes finished jobs that ended before `time`, in small batches, and messages of topics published before it.
    /// - Parameter time: nil: by the workspace's retention setting.
    /// - Returns: how many jobs.
    /// - Throws: `OwnerFailure` when neither says how old they have to be.
    public func prune(finishedBefore time: Milliseconds?) async throws -> Int {
        guard let time = time ?? services.retentionDays().map({ services.clock() - Int64($0) * 86_400_000 }) else {
            throw OwnerFailure(
                kind: "invalid", "say how old jobs must be to go (30d), or set retention_days in galley.json")
        }
        _ = try await store.pruneMessages(publishedBefore: time)
        var pruned = 0
        while true {
            let batch = try await store.prune(finishedBefore: time, batch: 200)
            pruned += batch
            if batch < 200 { return pruned }
        }
    }
}
