// What everybody who uses one connection in this process shares, and the way of each call through it.

import Synchronization

/// The tokens, the limits and the breaker of one connection. One value for all recipes, jobs and steps.
public final class SharedConnection: Sendable {
    public let tokens: ConnectionTokens
    private let gates = CallGates()
    private let breaker = CircuitBreaker()
    /// Until when the system asked to be left alone.
    private let pause = Mutex<ContinuousClock.Instant?>(nil)

    /// A pause up to this long is waited for; a longer one fails the call, which can be tried again then.
    private static let longestPause = Duration.seconds(15)
    /// What a system asks for is believed up to here; it can ask again.
    private static let longestBelieved: Double = 3_600

    public init(tokens: ConnectionTokens = ConnectionTokens()) { self.tokens = tokens }

    /// Sends a request when the breaker, the system's own wish and the limits allow it, in this order.
    /// - Parameter connection: its name, for messages.
    /// - Throws: what sending throws; `ConnectorError` of type `unavailable` or `rate_limited`, both transient, when nothing
    ///   was sent.
    func send(
        _ request: HTTPRequest, _ connection: String, _ limits: CallLimits, through client: any HTTPClient
    ) async throws -> HTTPAnswer {
        try await waitForPause(connection)
        return try await gates.run(limits) { [self] in
            // Whoever waited for a place may find another state.
            try await waitForPause(connection)
            try breaker.enter(connection)
            let result: Result<HTTPAnswer, any Error>
            do { result = .success(try await client.send(request)) } catch { result = .failure(error) }
            breaker.leave(CircuitBreaker.Outcome(result), limits.breaker)
            if case .success(let answer) = result { note(answer) }
            return try result.get()
        }
    }

    /// Why calls are held back now, in this process.
    public enum HeldBack: Sendable, Hashable {
        /// The system is down: the breaker is open. `seconds`: until one call is let through to see.
        case down(seconds: Int, reason: String)
        /// The system asked to be left alone.
        case paused(seconds: Int)
    }

    /// nil: calls pass.
    public var heldBack: HeldBack? {
        if let (seconds, reason) = breaker.standing() { return .down(seconds: seconds, reason: reason) }
        guard let end = pause.withLock({ $0 }), end > .now else { return nil }
        return .paused(seconds: Int((end - .now).components.seconds) + 1)
    }

    private func note(_ answer: HTTPAnswer) {
        guard let seconds = RateLimitHeaders.wait(answer) else { return }
        let end = ContinuousClock.now + .milliseconds(Int64(min(seconds, Self.longestBelieved) * 1_000))
        pause.withLock { $0 = max($0 ?? end, end) }
    }

    private func waitForPause(_ connection: String) async throws {
        while let end = pause.withLock({ $0 }), end > .now {
            let rest = end - .now
            guard rest <= Self.longestPause else {
                let seconds = Double(rest.components.seconds) + 1
                throw ConnectorError(
                    type: "rate_limited",
                    "the system behind \(connection) asked not to be called for \(Int(seconds)) s more (its rate limit)",
                    retryAfter: seconds, isTransient: true)
            }
            try await Task.sleep(until: end, clock: .continuous)
        }
    }
}
