// Jobs in words: why one is in its state, what went wrong, how long it took. The same on the command line and in the dashboard.

import JSONCore
import JobHistory

extension JobDetail {
    /// The state with its reason: a sentence that starts after "job 7".
    public var why: String {
        switch summary.state {
        case .queued: "is queued: " + (summary.reason ?? "it starts when its recipe has a free place")
        case .running: "is running"
        case .waiting: "is waiting: " + (summary.reason ?? "for its time")
        case .needsDecision: "needs a decision: " + (summary.reason ?? "an outcome is unknown")
        case .quarantined: "is quarantined: " + (summary.reason ?? "its process died three times while it ran")
        case .succeeded: "succeeded" + (summary.reason.map { ": \($0)" } ?? "")
        case .failed: "failed: " + (error.map(RunError.sentence) ?? summary.reason ?? "")
        case .canceled: "was canceled" + (summary.reason.map { $0 == "canceled" ? "" : ": \($0)" } ?? "")
        }
    }
}

/// The sentence about a job's error: message, step and place.
public enum RunError {
    public static func sentence(_ error: JSON) -> String {
        var text = error["message"]?.string ?? "it failed"
        if let step = error["step"]?.string, !step.isEmpty {
            text = "\(StepAddress.withoutRounds(step)): \(text)"
        }
        if let place = error["at"]?.string { text += "  [recipe \(place)]" }
        return text
    }
}

/// A duration for people: `850 µs`, `12 ms`, `3.4 s`, `2 m 5 s`, `3 h 20 m`.
public func words(microseconds: Int64) -> String {
    switch microseconds {
    case ..<1_000: "\(microseconds) µs"
    case ..<1_000_000: "\(microseconds / 1_000) ms"
    case ..<60_000_000: "\(microseconds / 1_000_000).\(microseconds / 100_000 % 10) s"
    case ..<3_600_000_000: "\(microseconds / 60_000_000) m \(microseconds / 1_000_000 % 60) s"
    default: "\(microseconds / 3_600_000_000) h \(microseconds / 60_000_000 % 60) m"
    }
}
