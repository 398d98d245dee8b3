// One timer for all deadlines of a process.

import Synchronization

/// Calls what is to be done at deadlines that pass.
///
/// A sleeping task for each call would cost more than most calls do, and a canceled sleep keeps its timer to its end: with
/// thousands of calls a second and a limit of half a minute there would be a hundred thousand.
final class DeadlineWatch: Sendable {
    static let shared = DeadlineWatch()

    private struct State: Sendable {
        var actions: [Int: (time: ContinuousClock.Instant, action: @Sendable () -> Void)] = [:]
        var nextID = 0
        /// Nil while there is nothing to wait for.
        var sleeper: (until: ContinuousClock.Instant, task: Task<Void, Never>)?
    }
    private let state = Mutex(State())

    /// - Parameter action: called once, when `time` has come before `remove`; must not block.
    func add(_ time: ContinuousClock.Instant, _ action: @escaping @Sendable () -> Void) -> Int {
        state.withLock { state in
            state.nextID += 1
            state.actions[state.nextID] = (time, action)
            if let sleeper = state.sleeper, sleeper.until <= time { return state.nextID }
            state.sleeper?.task.cancel()
            state.sleeper = (time, Task { await self.sleep(until: time) })
            return state.nextID
        }
    }

    func remove(_ id: Int) { state.withLock { _ = $0.actions.removeValue(forKey: id) } }

    private func sleep(until first: ContinuousClock.Instant) async {
        var time = first
        while true {
            // Canceled: another one sleeps, until an earlier time.
            guard (try? await Task.sleep(until: time, clock: .continuous)) != nil else { return }
            let (due, next) = state.withLock { state -> ([@Sendable () -> Void], ContinuousClock.Instant?) in
                guard !Task.isCancelled else { return ([], nil) }
                let now = ContinuousClock.now
                let due = state.actions.filter { $0.value.time <= now }
                for id in due.keys { state.actions[id] = nil }
                let next = state.actions.values.lazy.map(\.time).min()
                if let next { state.sleeper?.until = next } else { state.sleeper = nil }
                return (due.values.map(\.action), next)
            }
            for action in due { action() }
            guard let next else { return }
            time = next
        }
    }
}
