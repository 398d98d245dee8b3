// How a run differs from the ordinary: watched, stopped early, mocked, or not recorded.

import JSONCore
import RecipeLanguage

/// Options of one run.
public struct RunOptions: Sendable {
    /// Sees each step start and end; called from the job's task.
    public var observer: (@Sendable (StepEvent) -> Void)?
    /// The name of a step after which the job ends, with every pill there is as the result.
    public var until: String?
    /// Effects other than `pure` and `read` are shown, not run; nothing is recorded.
    public var isDryRun = false
    /// Outputs or errors in place of steps, by step name or address.
    public var mocks: [String: StepMock] = [:]
    /// Whether the job goes into the history.
    public var isRecorded = true
    /// `now` of the job's formulas, in milliseconds since 1970, in place of the clock.
    public var now: Int64?
    /// Waits are passed over (recipe tests).
    public var skipsWaits = false

    public init() {}
}

/// What a mocked step does, call by call; the last one goes on.
public struct StepMock: Sendable {
    /// One call.
    public enum Answer: Sendable {
        case output(JSON)
        case error(JSON)
    }

    public let answers: [Answer]

    public init(_ answers: [Answer]) { self.answers = answers }
}

/// Something a watcher of a run may want to show.
public enum StepEvent: Sendable {
    /// A step starts; `depth` is how deep it is nested.
    case started(step: Step, address: String, depth: Int)
    /// A step ended: `note` says what was decided or found in a few words.
    case ended(step: Step, address: String, depth: Int, outcome: StepOutcome)
    /// `done` of `total` items of a loop are finished.
    case progress(address: String, done: Int, total: Int)
    /// A failed try will run again after a wait.
    case retrying(address: String, attempt: Int, of: Int, wait: Duration, error: String)
}

/// How a step ended, for a watcher.
public struct StepOutcome: Sendable {
    public var state: String
    public var microseconds: Int64
    public var input: JSON?
    public var output: JSON?
    public var error: JSON?
    /// A few words: the branch taken, items done, why it was not run.
    public var note: String?
    /// Taken from the history of an earlier run of the job.
    public var isReplayed = false
}
