// Stops calls of one connection while the system behind it is down, so that it and the recipes are left in peace.

import Synchronization

/// When a connection counts as down, and how long it is left alone.
public struct BreakerSettings: Sendable, Hashable {
    /// Failures in a row that open it; in `1...1000`.
    public var failures = 10
    /// From its opening to the first try; doubled after each try that fails, up to `longestWait`.
    public var wait = Duration.seconds(30)
    /// false: it never opens.
    public var isOn = true

    static let longestWait = Duration.seconds(300)

    public init() {}
}

/// Closed: calls pass. Open: they fail at once. Half open, when the wait is over: one call is let through to see, and closes it
/// or opens it again.
final class CircuitBreaker: Sendable {
    private struct State {
        var failuresInARow = 0
        var wait = Duration.zero
        /// nil: closed.
        var openUntil: ContinuousClock.Instant?
        var isTrying = false
        var lastReason = ""
    }
    private let state = Mutex(State())

    /// What came of a call.
    enum Outcome { case works, isDown(String), unknown }

    /// Lets a call pass.
    /// - Throws: `ConnectorError` of type `unavailable`, transient, with the seconds until a try makes sense.
    func enter(_ connection: String, now: ContinuousClock.Instant = .now) throws(ConnectorError) {
        let refusal = state.withLock { state -> (Duration, String)? in
            guard let until = state.openUntil else { return nil }
            if now < until { return (until - now, state.lastReason) }
            guard !state.isTrying else { return (.seconds(1), state.lastReason) }
            state.isTrying = true
            return nil
        }
        guard let (rest, reason) = refusal else { return }
        let seconds = max(1, Double(rest.components.seconds) + 1)
        throw ConnectorError(
            type: "unavailable",
            "the system behind \(connection) is down, so it is not called for \(Int(seconds)) s more: \(reason)",
            retryAfter: seconds, isTransient: true)
    }

    /// For how long no call passes, and why; nil when calls pass.
    func standing(now: ContinuousClock.Instant = .now) -> (seconds: Int, reason: String)? {
        state.withLock { state in
            guard let until = state.openUntil else { return nil }
            return (max(0, Int((until - now).components.seconds) + 1), state.lastReason)
        }
    }

    /// Takes in what came of a call that was let pass.
    func leave(_ outcome: Outcome, _ settings: BreakerSettings, now: ContinuousClock.Instant = .now) {
        state.withLock { state in
            let wasTrying = state.isTrying
            state.isTrying = false
            switch outcome {
            case .works: state = State()
            // What a try doesn't show, the next one may.
            case .unknown: break
            case .isDown(let reason):
                (state.failuresInARow, state.lastReason) = (min(state.failuresInARow + 1, 1_000_000), reason)
                guard settings.isOn, wasTrying || state.failuresInARow >= settings.failures else { return }
                // Calls that were under way when it opened don't open it for longer.
                if let until = state.openUntil, !wasTrying, now < until { return }
                let wait = state.wait == .zero ? settings.wait : state.wait * 2
                state.wait = min(wait, max(settings.wait, BreakerSettings.longestWait))
                state.openUntil = now + state.wait
            }
        }
    }
}

extension CircuitBreaker.Outcome {
    /// A system that answers, be it with a refusal, is there; a gateway that answers for it says that it isn't.
    init(_ result: Result<HTTPAnswer, any Error>) {
        switch result {
        case .success(let answer):
            switch answer.status {
            case 502, 503, 504: self = .isDown("it answered \(answer.status)")
            // An error inside says nothing about others: it may be about this one call.
            case 500...: self = .unknown
            default: self = .works
            }
        case .failure(let error as ConnectorError):
            switch error.type {
            case "connection", "timeout", "dns": self = .isDown(error.message)
            default: self = .unknown
            }
        case .failure: self = .unknown
        }
    }
}
