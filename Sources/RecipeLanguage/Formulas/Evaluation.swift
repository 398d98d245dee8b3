// The counters of one step's evaluations: time, output, random draws.

import Glibc
import JSONCore

/// The evaluation of one step's formulas: counts time, output and random draws. Not shared between tasks.
public final class Evaluation {
    public let environment: FormulaEnvironment
    /// The step's address.
    public let address: String

    /// Values of block parameters, by the place the parser gave them: in memory of this evaluation's own, because every
    /// block reads and writes them for each element.
    private(set) var locals = UnsafeMutablePointer<Value>.allocate(capacity: 0)
    private var localCount = 0
    private var draws = 0
    private var untilClock = Evaluation.clockEvery
    /// Nanoseconds of the monotonic clock; 0 before the first look at it.
    private var deadline: Int64 = 0
    private var outputLeft: Int
    private var knownZone: Zone?

    /// Operations between two looks at the clock.
    private static let clockEvery = 200

    public init(_ environment: FormulaEnvironment, address: String) {
        (self.environment, self.address) = (environment, address)
        outputLeft = environment.limits.outputBytes
    }

    deinit { forgetLocals() }

    private func forgetLocals() {
        locals.deinitialize(count: localCount)
        locals.deallocate()
    }

    /// Makes room for the block parameters of one formula.
    @inline(never)
    private func makeLocals(_ count: Int) {
        forgetLocals()
        locals = .allocate(capacity: count)
        locals.initialize(repeating: .null, count: count)
        localCount = count
    }

    /// Starts the bounds anew for one formula, which has `localCount` block parameters.
    @inline(__always)
    func begin(localCount: Int) {
        if localCount > self.localCount { makeLocals(localCount) }
        untilClock = Self.clockEvery
        deadline = 0
        outputLeft = environment.limits.outputBytes
    }

    /// Counts one operation; now and then looks at the clock.
    @inline(__always)
    func tick(_ range: Range<Int>) throws(FormulaError) {
        untilClock -= 1
        if untilClock <= 0 { try checkClock(range) }
    }

    /// Counts many operations at once, as one pass over `count` elements is.
    @inline(__always)
    func tick(_ count: Int, _ range: Range<Int>) throws(FormulaError) {
        untilClock -= count
        if untilClock <= 0 { try checkClock(range) }
    }

    /// Whether the formula has used up its time. Its clock starts at the first look.
    func isOutOfTime() -> Bool { timeLeft() <= 0 }

    /// Whether a regex has used up its share of the time: so that what is said of it comes within the formula's time.
    func isOutOfTimeForRegex() -> Bool { timeLeft() <= limit / 4 }

    private var limit: Int64 { Int64(min(environment.limits.time / .nanoseconds(1), 1e18)) }

    /// In nanoseconds.
    private func timeLeft() -> Int64 {
        untilClock = Self.clockEvery
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        let now = Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
        if deadline == 0 { deadline = now + limit }
        return deadline - now
    }

    private func checkClock(_ range: Range<Int>) throws(FormulaError) {
        guard isOutOfTime() else { return }
        throw FormulaError(
            code: "limit", "the formula took longer than \(environment.limits.time) (formula.time)",
            suggestion: "work on less data, or split it over several steps", range: range)
    }

    /// Counts `bytes` of text or elements about to be made.
    func charge(_ bytes: Int, _ range: Range<Int>) throws(FormulaError) {
        let (left, over) = outputLeft.subtractingReportingOverflow(bytes)
        guard !over, left >= 0 else {
            throw FormulaError(
                code: "limit",
                "the formula makes more than \(environment.limits.outputBytes >> 20) MiB (formula.output)",
                suggestion: "work on less data, or split it over several steps", range: range)
        }
        outputLeft = left
    }

    /// The number of this draw of a random value: the same again when a resumed job evaluates the step again.
    func nextDraw() -> Int {
        draws += 1
        return draws
    }

    /// The workspace's zone; UTC when the system does not know it.
    var zone: Zone {
        if let knownZone { return knownZone }
        let zone = Zone.named(environment.timeZone) ?? .utc
        knownZone = zone
        return zone
    }

    /// `now`, in the workspace's zone.
    var now: ZonedTime { ZonedTime(unixNanoseconds: environment.nowNanoseconds, zone: zone) }
}
