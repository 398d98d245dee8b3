// The shape of the store as the engine uses it; the bodies follow.

import JSONCore
import RecipeLanguage

/// The durable history of a workspace: every event, job and step.
///
/// One process owns it and writes; any number read beside it. `folder` is the data folder itself (`.galley`).
public final class JobStore: Sendable {
    /// Takes the lock, creates or migrates `history.db`, raises the epoch and takes over what was running.
    /// - Throws: `StoreError.owned` at once when another process owns it; `newerSchema`, `corrupt`, `full`, `disk`.
    public static func openOwner(folder: String, options: StoreOptions = StoreOptions()) throws -> JobStore {
        fatalError()
    }
    /// Opens read-only connections; works beside an owner and without one. Writing methods throw `StoreError.notOwner`.
    /// - Throws: `noHistory` when nothing was ever run here, `olderSchema` when an owner has to migrate first.
    public static func openReader(folder: String) throws -> JobStore { fatalError() }

    /// The claim all writes of this owner are made under; of a reader: the epoch at opening.
    public var epoch: Int64 { fatalError() }
    /// What opening as owner took over; zeros for a reader.
    public var takeover: Takeover { fatalError() }
    /// A random name made with the database, for idempotency keys that differ between workspaces: 32 hex digits.
    public var workspaceID: String { fatalError() }
    public var isOwner: Bool { fatalError() }
    public var health: StoreHealth { fatalError() }

    /// The number of the next job; never given twice. Numbers may have gaps after a crash.
    public func nextJobID() -> JobID { fatalError() }

    /// Writes rows together with those of other callers; returns when the transaction that holds them is durable.
    ///
    /// The rows of one call stand or fall together. While the disk is full it waits and tries again.
    public func commit(_ writes: [HistoryWrite]) async throws { fatalError() }

    /// Makes one job of an event, durable on return, unless its recipe had the dedupe key before.
    /// - Parameter claim: insert it as running, with one death counted, at `startedAt`.
    public func accept(_ job: NewJob, claim: Bool = false, startedAt: Milliseconds = 0) async throws -> Intake {
        fatalError()
    }
    /// As `accept` without a claim, for many events in one transaction (a poll's page): all or none.
    public func accept(_ jobs: [NewJob]) async throws -> [Intake] { fatalError() }

    /// Claims queued jobs and due waiting ones of one recipe, oldest first.
    public func claim(recipe: String, limit: Int, now: Milliseconds) async throws -> [ClaimedJob] { fatalError() }
    /// Claims this job if it is queued or waiting, whether due or not; nil otherwise.
    public func claim(job: JobID, now: Milliseconds) async throws -> ClaimedJob? { fatalError() }
    public func backlog(now: Milliseconds) async throws -> Backlog { fatalError() }

    /// The version with this source, made if it is new.
    public func register(recipe: String, source: [UInt8], at: Milliseconds) async throws -> (id: Int64, number: Int) {
        fatalError()
    }
    public func versionSource(_ id: Int64) async throws -> [UInt8] { fatalError() }
    /// Newest first.
    public func versions(of recipe: String) async throws -> [RecipeVersion] { fatalError() }

    /// Records of a job with a larger `seq` than `after`, in order.
    public func steps(of job: JobID, after seq: Int? = nil, limit: Int, includingSuperseded: Bool = false) async throws
        -> [StepRecord]
    { fatalError() }
    /// The largest `seq` of a job's records; nil when it has none.
    public func lastSeq(of job: JobID) async throws -> Int? { fatalError() }
    /// Newest first, without payloads.
    public func jobs(_ filter: JobFilter) async throws -> [JobSummary] { fatalError() }
    public func job(_ id: JobID) async throws -> JobDetail? { fatalError() }
    /// How many jobs a filter without its `before` and `limit` has in each state; states without jobs are left out.
    public func counts(_ filter: JobFilter = JobFilter()) async throws -> [JobState: Int] { fatalError() }

    /// Puts a failed, canceled or parked job back into the queue.
    /// - Parameter version: pins it to another version (`retry --latest`).
    public func requeue(job: JobID, supersede: Superseding = Superseding(), version: Int64? = nil, at: Milliseconds)
        async throws
    { fatalError() }
    /// Settles an unsafe step of a job in `needs_decision`; when none is left open the job is queued (or failed).
    /// - Returns: the state the job has now.
    @discardableResult
    public func decide(job: JobID, seq: Int, outcome: Decision, at: Milliseconds) async throws -> JobState {
        fatalError()
    }
    /// Cancels a queued, waiting or parked job at once; a running one is left to the engine.
    /// - Returns: the state the job has now: canceled, or running.
    public func cancel(job: JobID, at: Milliseconds, reason: String) async throws -> JobState { fatalError() }

    /// Deletes at most `batch` finished jobs, oldest first, with their records and the payloads that nobody else uses.
    /// - Returns: how many jobs went; fewer than `batch` when nothing is left to prune.
    public func prune(finishedBefore: Milliseconds, batch: Int = 200) async throws -> Int { fatalError() }
    /// A consistent copy while work goes on. Refuses to overwrite.
    public func backup(to path: String) async throws { fatalError() }
    /// Finishes what was handed in, copies the log into the database and gives up the lock.
    public func close() async { fatalError() }
}
