// Limits of one connection: so many calls a second, so many at once, shared by every recipe of the process.

import Synchronization

/// How often, and how many at once, a connection may be called; shared by all recipes of the process.
public struct CallLimits: Sendable, Hashable {
    public var perSecond: Double?
    public var atOnce: Int?
    public var breaker = BreakerSettings()

    public init(perSecond: Double? = nil, atOnce: Int? = nil) { (self.perSecond, self.atOnce) = (perSecond, atOnce) }
}

/// The gates of a connection, one for each set of limits: they change when the connector's file does.
public final class CallGates: Sendable {
    private let gates = Mutex<[CallLimits: CallGate]>([:])

    public init() {}

    /// Runs `call` when the limits allow it.
    func run<Answer: Sendable>(
        _ limits: CallLimits, _ call: @Sendable () async throws -> Answer
    ) async throws -> Answer {
        guard limits.perSecond != nil || limits.atOnce != nil else { return try await call() }
        let gate = gates.withLock { gates in
            if let gate = gates[limits] { return gate }
            let gate = CallGate(limits)
            gates[limits] = gate
            return gate
        }
        try await gate.enter()
        defer { gate.leave() }
        return try await call()
    }
}

/// One connection's gate. Callers pass in the order they came.
final class CallGate: Sendable {
    private struct Waiter {
        let number: Int
        let continuation: CheckedContinuation<Void, any Error>
    }
    private struct State {
        var inside = 0
        var nextNumber = 0
        var waiters: [Waiter] = []
        /// Those cancelled before they came to wait.
        var cancelled: Set<Int> = []
        /// When the latest calls started or will start, oldest first.
        var starts: [ContinuousClock.Instant] = []
    }
    private let state = Mutex(State())
    private let atOnce: Int
    /// Of any calls in a row, this many may start within `window`.
    private let burst: Int
    private let window: Duration

    init(_ limits: CallLimits) {
        atOnce = limits.atOnce ?? .max
        let rate = limits.perSecond ?? 0
        burst = rate > 0 ? max(1, Int(rate)) : .max
        window = rate > 0 ? .seconds(Double(max(1, Int(rate))) / rate) : .zero
    }

    /// Waits for a free place and then for the moment that the rate allows.
    func enter() async throws {
        try await takePlace()
        do {
            let start = reserveStart(now: .now)
            if start > .now { try await Task.sleep(until: start, clock: .continuous) }
        } catch {
            leave()
            throw error
        }
    }

    /// Gives the place to who waits longest.
    func leave() {
        let next = state.withLock { state -> Waiter? in
            guard !state.waiters.isEmpty else {
                state.inside -= 1
                return nil
            }
            return state.waiters.removeFirst()
        }
        next?.continuation.resume()
    }

    /// The moment at which one more call may start; it is taken by this.
    func reserveStart(now: ContinuousClock.Instant) -> ContinuousClock.Instant {
        guard burst < .max else { return now }
        return state.withLock { state in
            let start = state.starts.count < burst ? now : max(now, state.starts[0] + window)
            state.starts.append(start)
            if state.starts.count > burst { state.starts.removeFirst() }
            return start
        }
    }

    private func takePlace() async throws {
        let number = state.withLock { state -> Int? in
            if state.inside < atOnce {
                state.inside += 1
                return nil
            }
            state.nextNumber += 1
            return state.nextNumber
        }
        guard let number else { return }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                wait(number, continuation)
            }
        } onCancel: {
            cancel(number)
        }
    }

    private func wait(_ number: Int, _ continuation: CheckedContinuation<Void, any Error>) {
        enum Turn { case now, never, later }
        let turn = state.withLock { state -> Turn in
            if state.cancelled.remove(number) != nil { return .never }
            if state.inside < atOnce {
                state.inside += 1
                return .now
            }
            state.waiters.append(Waiter(number: number, continuation: continuation))
            return .later
        }
        switch turn {
        case .now: continuation.resume()
        case .never: continuation.resume(throwing: CancellationError())
        case .later: break
        }
    }

    private func cancel(_ number: Int) {
        let waiter = state.withLock { state -> Waiter? in
            guard let place = state.waiters.firstIndex(where: { $0.number == number }) else {
                state.cancelled.insert(number)
                return nil
            }
            return state.waiters.remove(at: place)
        }
        waiter?.continuation.resume(throwing: CancellationError())
    }
}
