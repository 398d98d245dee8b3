// A sleep until something is due that anybody can cut short.

import JobHistory
import Synchronization

/// Sleeps until the earliest time anybody has set.
final class Alarm: Sendable {
    /// A sleep is never longer than this while something will be due: the clock on the wall may be set.
    private static let longest: Duration = .seconds(30)
    /// And never shorter, so that many due times close together are one round.
    private static let shortest: Duration = .milliseconds(20)

    private struct State: Sendable {
        /// The earliest time set since the last reset.
        var earliest: Milliseconds?
        var sleeper: (due: Milliseconds, task: Task<Void, Never>)?
    }
    private let state = Mutex(State())

    func reset() { state.withLock { $0.earliest = nil } }

    func set(_ due: Milliseconds) {
        state.withLock { state in
            state.earliest = min(state.earliest ?? .max, due)
            if let sleeper = state.sleeper, due < sleeper.due { sleeper.task.cancel() }
        }
    }

    /// Returns when `due` or an earlier time that was set has come, or after half a minute; without any, when one is set.
    /// - Throws: `CancellationError`.
    func sleep(until due: Milliseconds?, clock: @Sendable () -> Milliseconds) async throws {
        let now = clock()
        let task = state.withLock { state in
            let due = min(due ?? .max, state.earliest ?? .max)
            let left = due == .max ? Duration.seconds(365 * 86_400) : .milliseconds(max(0, due - now))
            let task = Task<Void, Never> {
                try? await Task.sleep(for: due == .max ? left : min(max(left, Self.shortest), Self.longest))
            }
            state.sleeper = (due, task)
            return task
        }
        await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
        state.withLock { $0.sleeper = nil }
        try Task.checkCancellation()
    }
}
