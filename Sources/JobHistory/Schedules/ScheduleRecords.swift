// What the history holds of schedules and of their fires, as values.

import JSONCore

/// Why something that would start by itself does not, because a person said so.
public struct Pause: Sendable, Hashable {
    public let at: Milliseconds
    public let reason: String

    public init(at: Milliseconds, reason: String) { (self.at, self.reason) = (at, reason) }
}

/// Where one recipe's schedule stands.
public struct ScheduleState: Sendable, Hashable {
    public let recipe: String
    /// Of the settings that its times follow from: another one means that `next` has to be worked out anew.
    public var fingerprint: String
    /// The earliest due time that was not dealt with; nil when there is none (it is over, or its recipe is off).
    public var next: Milliseconds?
    /// When `next` is to be dealt with: later than `next` by the recipe's jitter. nil while it is paused, too.
    public var start: Milliseconds?
    /// The due time of the newest job.
    public var last: Milliseconds?
    /// Due times since `last` that made no job.
    public var pending = 0
    /// Due times that were missed, ever.
    public var missed = 0
    /// Due times that were skipped because the job before was still running, ever.
    public var skipped = 0
    public var pause: Pause?
    /// Fires up to this due time may have been forgotten.
    public var forgottenThrough: Milliseconds?

    public init(recipe: String, fingerprint: String, next: Milliseconds? = nil, start: Milliseconds? = nil) {
        (self.recipe, self.fingerprint, self.next, self.start) = (recipe, fingerprint, next, start)
    }
}

/// One due time that was dealt with: unique by recipe and due time.
public struct Fire: Sendable, Hashable {
    /// Raw values are what the database holds.
    public enum Verdict: Int, Sendable, CaseIterable {
        /// It made a job.
        case started = 0
        /// The job before was still running.
        case skipped = 1
        /// The recipe's `when` did not hold.
        case unwanted = 2
        /// `when` or `dedupe` could not be evaluated; `reason` says why.
        case refused = 3
        /// The recipe had a job with this dedupe key.
        case duplicate = 4
    }

    public let due: Milliseconds
    public let firedAt: Milliseconds
    public let verdict: Verdict
    public let job: JobID?
    public let reason: String?
}

/// A due time as the scheduler wants it dealt with.
public struct PlannedFire: Sendable {
    public enum Outcome: Sendable {
        /// Make this job. With `yields`, only when no job of this recipe that a schedule started is still open.
        case job(NewJob, yields: Bool)
        case nothing(Fire.Verdict, reason: String?)
    }
    public var due: Milliseconds
    public var outcome: Outcome

    public init(due: Milliseconds, _ outcome: Outcome) { (self.due, self.outcome) = (due, outcome) }
}

/// What becomes of everything of one schedule that is due, and where it stands after that.
public struct FirePlan: Sendable {
    /// As it was read: when it has changed meanwhile, nothing is done.
    public let state: ScheduleState
    public let firedAt: Milliseconds
    /// Due times before the first of `fires` that are passed over.
    public var missed = 0
    /// In order.
    public var fires: [PlannedFire] = []
    public var next: Milliseconds?
    public var start: Milliseconds?

    public init(_ state: ScheduleState, firedAt: Milliseconds) { (self.state, self.firedAt) = (state, firedAt) }
}

/// What became of one plan.
public struct FireResult: Sendable {
    public let recipe: String
    /// The state had changed: nothing was done.
    public var isStale = false
    public var fires: [Fire] = []
    /// Due times that had been dealt with before.
    public var repeated = 0
    public var missed = 0
}
