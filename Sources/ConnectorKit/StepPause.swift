// How an action says that it waits for something that the history will know.

/// Thrown by an action that has nothing to give yet: the job leaves memory, and the action is called again, under the same
/// idempotency key, when there is something, or when `until` has come.
public struct StepPause: Error, Sendable {
    /// The approval that is waited for.
    public let approval: Int64
    /// Milliseconds since 1970; nil: only an answer goes on.
    public let until: Int64?
    /// What it waits for, in words that follow the step's name: `waits for an answer to "Pay invoice 17"`.
    public let reason: String

    public init(approval: Int64, until: Int64?, reason: String) {
        (self.approval, self.until, self.reason) = (approval, until, reason)
    }
}
