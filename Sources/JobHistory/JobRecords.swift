// What the history holds of a job and of its steps, as values.

import JSONCore
import RecipeLanguage

/// A job's number: assigned in order of intake, never used again in this workspace.
public typealias JobID = Int64

/// Milliseconds since 1970, UTC.
public typealias Milliseconds = Int64

/// A new job, as intake makes it.
public struct NewJob: Sendable {
    public var recipe: String
    /// The version it is pinned to, from `JobStore.register`.
    public var version: Int64
    public var createdAt: Milliseconds
    /// What the trigger delivered.
    public var event: JSON
    /// At most one job per recipe and key, for ever.
    public var dedupeKey: String?
    /// Not to be started before this.
    public var runAfter: Milliseconds = 0
    public var parent: (job: JobID, address: String)?
    /// `manual`, `webhook`, `schedule`, `call`, `rerun`, `test`…: what brought the event.
    public var origin: String
    /// The job whose event this runs again.
    public var rerunOf: JobID?

    public init(
        recipe: String, version: Int64, createdAt: Milliseconds, event: JSON, dedupeKey: String? = nil,
        origin: String = "manual", parent: (job: JobID, address: String)? = nil, rerunOf: JobID? = nil
    ) {
        (self.recipe, self.version, self.createdAt, self.event) = (recipe, version, createdAt, event)
        (self.dedupeKey, self.origin, self.parent, self.rerunOf) = (dedupeKey, origin, parent, rerunOf)
    }
}

/// What a job is running or resuming with.
public struct ClaimedJob: Sendable {
    public let id: JobID
    public let recipe: String
    public let version: Int64
    public let createdAt: Milliseconds
    public let event: JSON
    /// Times a runner started it without coming to an end, this one included.
    public let deaths: Int
    /// Whether steps of it are recorded already.
    public let isResumed: Bool
    /// Milliseconds it was running in earlier claims.
    public let activeMilliseconds: Int64
    public let parent: (job: JobID, address: String)?
    /// `now` of the job's formulas, frozen at its first start; nil before that.
    public let startedAt: Milliseconds?

    public init(
        id: JobID, recipe: String, version: Int64, createdAt: Milliseconds, event: JSON, deaths: Int, isResumed: Bool,
        activeMilliseconds: Int64, parent: (job: JobID, address: String)?, startedAt: Milliseconds?
    ) {
        (self.id, self.recipe, self.version, self.createdAt, self.event) = (id, recipe, version, createdAt, event)
        (self.deaths, self.isResumed, self.activeMilliseconds) = (deaths, isResumed, activeMilliseconds)
        (self.parent, self.startedAt) = (parent, startedAt)
    }
}

/// How far a step got.
public enum StepState: Int, Sendable, CaseIterable {
    /// Its intent is on disk: it may have happened.
    case started = 0
    case succeeded = 1
    case failed = 2
    /// `skip: true`.
    case skipped = 3
    /// Stopped from outside while running.
    case canceled = 4
    /// A durable wait that is not over.
    case waiting = 5
}

/// One record of one step at one address. `seq` orders a job's records by start and is the key with `job`.
public struct StepRecord: Sendable {
    public var job: JobID
    /// From 0, in order of start.
    public var seq: Int
    /// `lines[3]/charge`; a `try` that runs again adds `name~2/`.
    public var address: String
    /// `Step.number` in the recipe's version.
    public var number: Int
    public var state: StepState
    public var effect: Effect
    /// Times it was started at this address and round.
    public var attempt: Int
    /// Raised when the idempotency key changes.
    public var round: Int
    public var startedAt: Milliseconds
    /// Microseconds from start to end; nil while it runs.
    public var duration: Int64?
    /// nil: not recorded (masked, or a step of the language whose output says all).
    public var input: JSON?
    public var output: JSON?
    /// The `error` pill as it was: message, type, status, step, connector, retry_after, attempts, outcome.
    public var error: JSON?
    public var idempotencyKey: String?
    /// Taken back by a retry: kept for the reader, ignored when the job resumes.
    public var isSuperseded = false

    public init(
        job: JobID, seq: Int, address: String, number: Int, state: StepState, effect: Effect = .pure, attempt: Int = 1,
        round: Int = 1, startedAt: Milliseconds, duration: Int64? = nil, input: JSON? = nil, output: JSON? = nil,
        error: JSON? = nil, idempotencyKey: String? = nil
    ) {
        (self.job, self.seq, self.address, self.number, self.state) = (job, seq, address, number, state)
        (self.effect, self.attempt, self.round, self.startedAt) = (effect, attempt, round, startedAt)
        (self.duration, self.input, self.output, self.error) = (duration, input, output, error)
        self.idempotencyKey = idempotencyKey
    }
}

/// How a claim of a job ends.
public struct JobEnd: Sendable {
    public var job: JobID
    /// Any state but running.
    public var state: JobState
    public var at: Milliseconds
    /// Milliseconds this claim was running.
    public var activeMilliseconds: Int64
    /// What `return` gave, or the last word of a run.
    public var result: JSON?
    /// As `StepRecord.error`.
    public var error: JSON?
    /// Why it is in this state, in words.
    public var reason: String?
    /// Of a waiting job: when it goes on.
    public var runAfter: Milliseconds?
    /// The report columns.
    public var report: JSON?
    /// Of a finished job: the waiting one that called it, which goes on now.
    public var wakes: JobID?
    /// Of a job that waits for jobs it called: what ended since then was not seen.
    public var callsSince: Milliseconds?
    /// Of a job that waits for people: the approval. Not recorded here.
    public var approval: Int64?

    public init(
        job: JobID, state: JobState, at: Milliseconds, activeMilliseconds: Int64, result: JSON? = nil,
        error: JSON? = nil, reason: String? = nil, runAfter: Milliseconds? = nil, report: JSON? = nil
    ) {
        (self.job, self.state, self.at, self.activeMilliseconds) = (job, state, at, activeMilliseconds)
        (self.result, self.error, self.reason) = (result, error, reason)
        (self.runAfter, self.report) = (runAfter, report)
    }
}

/// One row to write. Rows of many jobs share a transaction; within one call their order is kept.
public enum HistoryWrite: Sendable {
    /// A job that is inserted as running under this owner's epoch, with one death counted: intake and claim in one.
    case startedJob(JobID, NewJob, startedAt: Milliseconds)
    /// A job that waits for its turn: the child of a `call`, in one transaction with its parent's record.
    case queuedJob(JobID, NewJob)
    /// Inserts the record, or replaces the one with the same job and seq.
    case step(StepRecord)
    /// Inserts the attempt, or replaces the one with the same job, seq and number.
    case attempt(AttemptRecord)
    /// The end of a claim: a finish, a wait, a return to the queue.
    case end(JobEnd)
    /// A `respond` that an API client or caller can have now.
    case response(JobID, JSON)
}

/// A job without its payloads, for lists.
public struct JobSummary: Sendable {
    public let id: JobID
    public let recipe: String
    /// The version's number within its recipe, from 1.
    public let version: Int
    public let state: JobState
    public let origin: String
    public let createdAt: Milliseconds
    public let startedAt: Milliseconds?
    public let finishedAt: Milliseconds?
    public let runAfter: Milliseconds?
    public let activeMilliseconds: Int64
    /// How often the process ended while it ran.
    public let deaths: Int
    public let reason: String?
    /// The `message` of the error.
    public let errorMessage: String?
    public let report: JSON?
    public let parent: JobID?
    public let rerunOf: JobID?

    public init(
        id: JobID, recipe: String, version: Int, state: JobState, origin: String, createdAt: Milliseconds,
        startedAt: Milliseconds?, finishedAt: Milliseconds?, runAfter: Milliseconds?, activeMilliseconds: Int64,
        deaths: Int, reason: String?, errorMessage: String?, report: JSON?, parent: JobID?, rerunOf: JobID?
    ) {
        (self.id, self.recipe, self.version, self.state, self.origin) = (id, recipe, version, state, origin)
        (self.createdAt, self.startedAt, self.finishedAt) = (createdAt, startedAt, finishedAt)
        (self.runAfter, self.activeMilliseconds, self.deaths) = (runAfter, activeMilliseconds, deaths)
        (self.reason, self.errorMessage, self.report) = (reason, errorMessage, report)
        (self.parent, self.rerunOf) = (parent, rerunOf)
    }
}

/// Which jobs a list shows, newest first.
public struct JobFilter: Sendable {
    public var recipe: String?
    public var states: Set<JobState> = []
    public var createdSince: Milliseconds?
    public var createdBefore: Milliseconds?
    /// Case-insensitive, in the event, the error, the report or the recipe's name.
    public var text: String?
    public var parent: JobID?
    /// Only jobs with a smaller id: the keyset cursor of the next page.
    public var before: JobID?
    /// Only jobs with this id or a larger one.
    public var from: JobID?
    public var limit: Int = 50

    public init() {}
}
