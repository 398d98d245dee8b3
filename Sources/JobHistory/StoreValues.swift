// The small values that go in and out of the store: options, outcomes of intake, moves by people, versions.

import Glibc
import JSONCore

/// How a store is opened.
public struct StoreOptions: Sendable {
    /// Whether a caller who is alone writes on its own thread, which then stands still for the disk: for a process that has
    /// nothing else to do. A server answers others meanwhile.
    public var writesOnCaller = false
    /// Called once, from the thread that writes, when the disk failed in a way after which nothing can be believed
    /// (a failed fsync, an I/O error): the command exits with 74 here. Later calls throw `StoreError.disk`.
    public var onDiskFailure: @Sendable (String) -> Void = { _ in }
    /// Called once, from the thread that writes, when another process has taken over: the command ends here, as nothing that
    /// it does can be recorded any more. Later calls throw `StoreError.notOwner`.
    public var onTakeover: @Sendable () -> Void = {}
    /// Called when the disk is full and something begins to wait for space; at most once a minute, from the thread that writes.
    public var onFull: @Sendable () -> Void = {}
    /// JSON texts of more bytes than this are stored once, by SHA-256.
    public var largePayloadBytes = 32 << 10
    /// Pages in the write-ahead log after which they are copied into the database.
    public var checkpointPages = 4_000
    /// The first and the longest wait between tries while the disk is full.
    public var fullDiskWait: (first: Duration, longest: Duration) = (.milliseconds(100), .seconds(2))
    /// How long a statement waits for a lock that something else holds (a `sqlite3` shell, a backup tool).
    public var busyTimeout: Duration = .seconds(5)
    /// The database grows to no more pages than this (of 4 KiB); nil for no bound. Reaching it is a full disk.
    public var maximumPages: Int?
    /// The time by which hours are over for the counts of statistics.
    public var clock: @Sendable () -> Milliseconds = {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Milliseconds(time.tv_sec) * 1000 + Milliseconds(time.tv_nsec) / 1_000_000
    }

    public init() {}
}

/// What a new owner found running under an older epoch.
public struct Takeover: Sendable, Hashable {
    /// Jobs that go on from their records.
    public let requeued: Int
    /// Jobs whose unsafe step may have happened.
    public let needsDecision: Int
    /// Jobs whose runner died three times.
    public let quarantined: Int
}

/// What became of an event.
public enum Intake: Sendable, Hashable {
    case accepted(JobID)
    /// The recipe already had a job with this key.
    case duplicate(of: JobID)

    /// Whether it made a job.
    public var isNew: Bool {
        if case .accepted = self { true } else { false }
    }

    /// The job that stands for the event.
    public var job: JobID {
        switch self {
        case .accepted(let job), .duplicate(let job): job
        }
    }
}

/// Whether rows can be written.
public enum StoreHealth: Sendable, Hashable {
    case ok
    /// No space: intake is refused, running jobs wait.
    case full
    /// The disk failed; the process has to end.
    case failed(String)
    /// Another process has taken over.
    case notOwner
}

/// Jobs that could start.
public struct Backlog: Sendable {
    /// Queued and due jobs by recipe, counted up to 1,000 each.
    public var recipes: [String: Int]
    /// When the next job that is not due yet (waiting, or queued for later) may start.
    public var nextDue: Milliseconds?
}

/// A version of a recipe that was registered.
public struct RecipeVersion: Sendable, Hashable {
    /// What jobs are pinned to.
    public let id: Int64
    /// From 1 within its recipe.
    public let number: Int
    /// SHA-256 of the source, in hex.
    public let hash: String
    public let registeredAt: Milliseconds
    public let sizeBytes: Int
}

/// A job with its payloads.
public struct JobDetail: Sendable {
    public let summary: JobSummary
    /// `NewJob.version`.
    public let versionID: Int64
    public let event: JSON
    public let result: JSON?
    public let error: JSON?
    public let response: JSON?
    /// Where in the parent's recipe it was called.
    public let parentAddress: String?
    /// Jobs that this one called, oldest first.
    public let children: [JobID]
    /// What it asks people and is not decided.
    public let approvals: [Int64]
}

/// The records that a retry takes back: those that meet any of the conditions. None by default.
public struct Superseding: Sendable {
    /// Every record from this `seq` on.
    public var fromSeq: Int?
    /// Single records by `seq`.
    public var seqs: [Int] = []
    /// Every record of these steps by `StepRecord.number`.
    public var numbers: [Int] = []

    public init(fromSeq: Int? = nil, seqs: [Int] = [], numbers: [Int] = []) {
        (self.fromSeq, self.seqs, self.numbers) = (fromSeq, seqs, numbers)
    }
}

/// What a person says of an unsafe step whose outcome is unknown.
public enum Decision: Sendable {
    case runAgain
    /// It happened, with this output.
    case done(output: JSON)
    /// The job fails with this message.
    case fail(message: String)
}
