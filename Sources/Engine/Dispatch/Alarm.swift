// A sleep until something is due that anybody can cut short, and that a clock which is set can't make longer.

import JobHistory
import Synchronization

/// Sleeps until the earliest time anybody has set.
///
/// The wait itself is on the monotonic clock; due times are on the wall clock, which people and NTP set. So the wait is a row of
/// short ones, and between two of them both clocks are compared: no database is asked, and when they have drifted apart
/// the sleep ends, whichever way the clock was set.
final class Alarm: Sendable {
    /// Between two looks at the clocks: what a due time may be late by after the clock was set.
    private static let slice: Duration = .seconds(2)
    /// No sleep is shorter, so that many due times close together are one round.
    private static let shortest: Duration = .milliseconds(20)
    /// Clocks that differ by more have been set; less is the slewing of NTP, and seconds that leap.
    private static let tolerance: Milliseconds = 1_500

    private struct State: Sendable {
        /// The earliest time set since the last reset.
        var earliest: Milliseconds?
        var sleeper: (due: Milliseconds, task: Task<Void, Never>)?
        /// Both clocks at the last reset.
        var reference: Reference?
    }
    private let state = Mutex(State())
    private let clock: @Sendable () -> Milliseconds
    private let slice: Duration

    /// - Parameter clock: the wall clock.
    init(clock: @escaping @Sendable () -> Milliseconds, slice: Duration = Alarm.slice) {
        (self.clock, self.slice) = (clock, slice)
    }

    /// Forgets what was set. To be called before what is due is worked out: a clock that is set meanwhile ends the sleep too.
    func reset() {
        let now = Reference(wall: clock())
        state.withLock { ($0.earliest, $0.reference) = (nil, now) }
    }

    func set(_ due: Milliseconds) {
        state.withLock { state in
            state.earliest = min(state.earliest ?? .max, due)
            if let sleeper = state.sleeper, due < sleeper.due { sleeper.task.cancel() }
        }
    }

    /// Returns when `due` or an earlier time that was set has come, or when the clock was set; without any, when one is set.
    /// - Throws: `CancellationError`.
    func sleep(until due: Milliseconds?) async throws {
        let task = state.withLock { state in
            let due = min(due ?? .max, state.earliest ?? .max)
            let reference = state.reference
            let task = Task<Void, Never> { [clock, slice] in await Self.wait(until: due, reference, clock, slice) }
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

    private static func wait(
        until due: Milliseconds, _ reference: Reference?, _ clock: @Sendable () -> Milliseconds, _ slice: Duration
    ) async {
        var last = reference?.wall ?? .min
        while !Task.isCancelled {
            let wall = clock()
            // Back is back, whatever the other clock says.
            if wall < last || reference?.wasSet(wall) == true { return }
            last = wall
            let left = due == .max ? slice : .milliseconds(max(0, due - wall))
            let pause = min(max(left, shortest), slice)
            guard (try? await Task.sleep(for: pause, clock: .suspending)) != nil, due > clock() else { return }
        }
    }

    /// Both clocks at one moment. The one that nobody sets stands still while the machine sleeps: waking up is like a clock that
    /// was set, so that what came due meanwhile starts at once.
    private struct Reference: Sendable {
        let wall: Milliseconds
        let monotonic = SuspendingClock.now

        /// Whether the wall clock does not show what it would if nobody had touched it.
        func wasSet(_ wall: Milliseconds) -> Bool {
            let passed = (SuspendingClock.now - monotonic).milliseconds
            let (change, overflow) = wall.subtractingReportingOverflow(self.wall)
            return overflow || !(passed - tolerance...passed + tolerance).contains(change)
        }
    }
}
