// How an action fails: a type that recipes can branch on, a sentence, and what is known about the outcome.

import JSONCore

/// The failure of one action, which `catch` sees as `error`.
public struct ConnectorError: Error, Sendable, Hashable {
    /// What is known about the effect of the call.
    public enum Outcome: String, Sendable {
        /// The other side refused, or was never reached: nothing was done.
        case refused
        /// It may or may not have been done (time-out or reset after sending).
        case unknown
    }

    /// `timeout`, `connection`, `dns`, `tls`, `auth`, `not_found`, `conflict`, `rate_limited`, `unavailable`, `server`, `refused`, `bad_answer`,
    /// `too_large`, `bad_input`, `file`, `soap_fault`, `internal`, or a connector's own word.
    public let type: String
    /// One sentence; no secrets.
    public let message: String
    /// The HTTP status, when there was one.
    public let status: Int?
    /// Seconds the other side asks to wait, from `Retry-After`.
    public let retryAfter: Double?
    /// Whether trying again may help.
    public let isTransient: Bool
    public let outcome: Outcome
    /// More for the recipe, like a fault's detail.
    public let details: JSON?

    public init(
        type: String, _ message: String, status: Int? = nil, retryAfter: Double? = nil, isTransient: Bool = false,
        outcome: Outcome = .refused, details: JSON? = nil
    ) {
        (self.type, self.message, self.status, self.retryAfter) = (type, message, status, retryAfter)
        (self.isTransient, self.outcome, self.details) = (isTransient, outcome, details)
    }
}
