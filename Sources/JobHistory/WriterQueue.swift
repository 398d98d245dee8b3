// Where callers leave their tasks and the writer's thread finds them.

import Dispatch
import Synchronization

/// A queue with one taker, which sleeps until there is something and never ticks. While the taker has nothing to do, one
/// caller at a time may have its turn.
final class WriterQueue: Sendable {
    private struct State {
        var tasks: [any WriterTask] = []
        var isClosing = false
        /// Set while the taker sleeps: it is woken when so many tasks wait.
        var wakesAt: Int?
        /// Whether the taker sleeps because there is nothing to do, or a caller does it.
        var isIdle = false
        /// Whether a caller has the turn: what comes meanwhile waits for the taker.
        var isCallersTurn = false
        /// How many tasks were taken last, with that of a caller's turn: callers who come one at a time are the ones who may.
        var lastTaken = 0
        /// When nobody waits for space any longer; nil for no end.
        var patienceEnd: ContinuousClock.Instant?
        /// What every later task is refused with.
        var refusal: StoreError?
    }

    private let state = Mutex(State())
    private let bell = DispatchSemaphore(value: 0)

    /// Leaves a task; tells its caller at once when the store is closing or broken.
    func submit(_ task: any WriterTask) {
        let (refusal, rings) = state.withLock { state -> (StoreError?, Bool) in
            if let refusal = state.refusal { return (refusal, false) }
            if state.isClosing { return (.closed, false) }
            state.tasks.append(task)
            guard !state.isCallersTurn, let count = state.wakesAt, state.tasks.count >= count else {
                return (nil, false)
            }
            state.wakesAt = nil
            return (nil, true)
        }
        if let refusal { task.fail(refusal) }
        if rings { bell.signal() }
    }

    /// Gives a caller the taker's turn, when nothing else waits and tasks have come one at a time.
    /// - Returns: whether it has it; then it ends it with `endTurn`.
    func takeTurn() -> Bool {
        state.withLock { state in
            guard state.isIdle, !state.isCallersTurn, state.tasks.isEmpty, state.lastTaken <= 1, !state.isClosing,
                state.refusal == nil
            else { return false }
            state.isCallersTurn = true
            return true
        }
    }

    /// - Parameter tasks: what the caller could not do: the taker does it before what has come meanwhile.
    func endTurn(leaving tasks: [any WriterTask]) {
        let (refusal, rings) = state.withLock { state -> (StoreError?, Bool) in
            state.isCallersTurn = false
            state.lastTaken = 1
            if state.refusal == nil { state.tasks.insert(contentsOf: tasks, at: 0) }
            guard !state.tasks.isEmpty || state.isClosing || state.refusal != nil, state.wakesAt != nil else {
                return (state.refusal, false)
            }
            state.wakesAt = nil
            return (state.refusal, true)
        }
        if let refusal { for task in tasks { task.fail(refusal) } }
        if rings { bell.signal() }
    }

    /// No more tasks are taken; those that wait are still done.
    func close() {
        let rings = state.withLock { state in
            state.isClosing = true
            return !state.isCallersTurn && state.wakesAt.take() != nil
        }
        if rings { bell.signal() }
    }

    /// From `end` on, no task waits for space.
    func limitPatience(until end: ContinuousClock.Instant) {
        state.withLock { $0.patienceEnd = min($0.patienceEnd ?? end, end) }
    }

    /// When tasks have to give up waiting for space: at once when the store closes.
    var patienceEnd: ContinuousClock.Instant? { state.withLock { $0.isClosing ? .now : $0.patienceEnd } }

    /// Refuses every task from now on, and those that wait.
    func refuse(with error: StoreError) {
        let tasks = state.withLock { state in
            state.refusal = error
            return take(&state)
        }
        for task in tasks { task.fail(error) }
    }

    /// Whether the store is broken.
    var isRefusing: Bool { state.withLock { $0.refusal != nil } }
    var waitingCount: Int { state.withLock { $0.tasks.count } }

    /// Sleeps until there is a task; nil when there is none and none will come.
    func takeAll() -> [any WriterTask]? {
        while true {
            let (tasks, ends) = state.withLock { state -> ([any WriterTask], Bool) in
                let ends = state.isClosing || state.refusal != nil
                state.isIdle = state.isCallersTurn || state.tasks.isEmpty && !ends
                guard !state.isIdle else {
                    state.wakesAt = 1
                    return ([], false)
                }
                return (take(&state), ends)
            }
            if !tasks.isEmpty { return tasks }
            if ends { return nil }
            bell.wait()
        }
    }

    /// Sleeps until `count` tasks wait, the store closes or the time is over.
    func wait(for count: Int, atMost time: DispatchTimeInterval) {
        let sleeps = state.withLock { state in
            guard state.tasks.count < count, !state.isClosing else { return false }
            state.wakesAt = count
            return true
        }
        guard sleeps, bell.wait(timeout: .now() + time) == .timedOut else { return }
        // Whoever took `wakesAt` since is about to ring: that ring is for this wait, so it is taken.
        if state.withLock({ $0.wakesAt.take() == nil }) { bell.wait() }
    }

    private func take(_ state: inout State) -> [any WriterTask] {
        let tasks = state.tasks
        state.tasks = []
        state.lastTaken = tasks.count
        if !tasks.isEmpty { state.tasks.reserveCapacity(tasks.count) }
        return tasks
    }
}
