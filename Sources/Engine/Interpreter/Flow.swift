// How a block of steps ends, and the ways a job leaves its task without failing.

import JSONCore

/// What comes after a block.
enum Flow: Sendable {
    case next
    /// `return`, `stop` or `--until` ended the job.
    case ended(Ending)
}

/// An end that a recipe asked for.
enum Ending: Sendable {
    case returned(JSON)
    case stopped(succeeded: Bool, reason: String?, after: String?)
    case until(JSON)
}

/// Leaves the job's task to go on later; not a failure, so `try` doesn't see it.
enum Departure: Error, Sendable {
    /// A durable wait: milliseconds since 1970 (the largest number there is: for no time) and the reason in words.
    case wait(until: Int64, reason: String, approval: Int64? = nil)
    /// The server is stopping: back to the queue.
    case shutdown
    /// An unsafe step's outcome is unknown and nobody caught it.
    case decision(reason: String)
}
