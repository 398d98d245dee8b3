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
    /// Actions that are not `pure` and have no mock fail instead of being called (recipe tests).
    public var needsMocks = false
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
