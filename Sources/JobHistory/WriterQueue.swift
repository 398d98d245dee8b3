// Where callers leave their tasks and the writer's thread finds them.

import Dispatch
import Synchronization

/// A queue with one taker, which sleeps until there is something and never ticks.
final class WriterQueue: Sendable {
    private struct State {
        var tasks: [any WriterTask] = []
        var isClosing = false
        /// Set while the taker sleeps: it is woken when so many tasks wait.
        var wakesAt: Int?
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
            guard let count = state.wakesAt, state.tasks.count >= count else { return (nil, false) }
            state.wakesAt = nil
            return (nil, true)
        }
        if let refusal { task.fail(refusal) }
        if rings { bell.signal() }
    }

    /// No more tasks are taken; those that wait are still done.
    func close() {
        let rings = state.withLock { state in
            state.isClosing = true
            return state.wakesAt.take() != nil
        }
        if rings { bell.signal() }
    }

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
    var isClosing: Bool { state.withLock { $0.isClosing } }
    var waitingCount: Int { state.withLock { $0.tasks.count } }

    /// Sleeps until there is a task; nil when there is none and none will come.
    func takeAll() -> [any WriterTask]? {
        while true {
            let (tasks, isClosing) = state.withLock { state -> ([any WriterTask], Bool) in
                if state.tasks.isEmpty, !state.isClosing { state.wakesAt = 1 }
                return (take(&state), state.isClosing)
            }
            if !tasks.isEmpty { return tasks }
            if isClosing { return nil }
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
        if !tasks.isEmpty { state.tasks.reserveCapacity(tasks.count) }
        return tasks
    }
}
