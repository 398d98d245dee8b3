// The alarm on clocks that are set: a sleep ends when its time has come or the clock was set, and not because time passes.

import JobHistory
import Synchronization
import Testing

@testable import Engine

@Suite(.timeLimit(.minutes(1)))
struct AlarmTests {
    /// A wall clock that goes on by itself and can be set.
    private final class WallClock: Sendable {
        private let offset = Mutex<Milliseconds>(0)
        var now: Milliseconds { systemMilliseconds() + offset.withLock { $0 } }
        func set(by milliseconds: Milliseconds) { offset.withLock { $0 += milliseconds } }
    }

    private static func alarm(_ clock: WallClock) -> Alarm { Alarm(clock: { clock.now }, slice: .milliseconds(5)) }
    private static let hour: Milliseconds = 3_600_000

    @Test(arguments: [-24 * hour, -2_000, 24 * hour], [true, false])
    func `a clock that is set ends the sleep, whether it is set before or while it sleeps`(
        change: Milliseconds, isBefore: Bool
    ) async throws {
        let clock = WallClock()
        let alarm = Self.alarm(clock)
        let start = ContinuousClock.now
        alarm.reset()
        // What is due was worked out on the clock as it was.
        let due = clock.now + Self.hour
        if isBefore { clock.set(by: change) }
        let sleep = Task { try await alarm.sleep(until: due) }
        if !isBefore { clock.set(by: change) }
        try await sleep.value
        #expect(ContinuousClock.now - start < .seconds(120))
    }

    @Test func `without anything due, a clock that is set ends the sleep as well`() async throws {
        let clock = WallClock()
        let alarm = Self.alarm(clock)
        alarm.reset()
        clock.set(by: -Self.hour)
        try await alarm.sleep(until: nil)
    }

    @Test func `a time that comes ends the sleep, and not before`() async throws {
        let clock = WallClock()
        let alarm = Self.alarm(clock)
        alarm.reset()
        let due = clock.now + 60
        try await alarm.sleep(until: due)
        #expect(clock.now >= due)
    }

    @Test func `an earlier time that is set cuts the sleep short, also one that is set before it begins`() async throws
    {
        let alarm = Self.alarm(WallClock())
        alarm.reset()
        alarm.set(0)
        try await alarm.sleep(until: nil)
        alarm.reset()
        let sleep = Task { try await alarm.sleep(until: nil) }
        alarm.set(0)
        try await sleep.value
    }

    @Test func `canceling ends it with an error`() async throws {
        let alarm = Self.alarm(WallClock())
        alarm.reset()
        let sleep = Task { try await alarm.sleep(until: nil) }
        sleep.cancel()
        await #expect(throws: CancellationError.self) { try await sleep.value }
    }
}
