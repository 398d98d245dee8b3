// A schedule: what the `schedule` trigger's input says, as a value that knows its next times.

import JSONCore

/// When a recipe starts by the clock.
///
/// Pure: the same schedule and the same `after` give the same times, on every machine with the same zone data.
public struct Schedule: Hashable, Sendable {
    /// What the times come from.
    enum Rule: Hashable, Sendable {
        case cron(CronExpression)
        /// Dates and times of day given as lists.
        case calendar(ClockPattern)
        /// Every so many seconds, counted from and back from `anchor` (seconds since 1970).
        case interval(seconds: Int, anchor: Int)
    }

    /// Which of the times missed while nothing ran are made up for.
    public enum CatchUp: String, Sendable, Hashable, CaseIterable { case none, last, all }

    /// What happens when the job before is still running.
    public enum Overlap: String, Sendable, Hashable, CaseIterable { case skip, queue, cancel }

    let rule: Rule
    let place: ScheduleZone
    /// The rule that was asked for; nil for the default of its kind.
    let clockChangeRule: ClockChangeRule?
    /// No time before this one; seconds since 1970.
    let start: Int?
    /// No time after this one.
    let end: Int?
    /// Dates without a start, in days since 1970; sorted.
    let exceptions: [Int]
    /// The longest delay that is added to spread starts; whole milliseconds.
    public let jitter: Duration
    public let catchUp: CatchUp
    /// With `all`: at most so many of the missed times are made up for, the newest.
    public let catchUpLimit: Int
    public let overlap: Overlap
    /// Where an interval counts from, when the schedule says so itself.
    let statedAnchor: Int?

    /// The name of the zone its times are in.
    public var timeZone: String { place.name }
    var zone: Zone { place.zone }

    /// What `catchUpLimit` may be, and what it is when left out.
    static let catchUpLimits = (range: 1...10_000, usual: 100)

    /// The times that can be told apart: the years 1 to 9999.
    static let bounds = -62_135_596_800...253_402_300_799

    init(
        _ rule: Rule, in place: ScheduleZone, clockChangeRule: ClockChangeRule? = nil, start: Int? = nil,
        end: Int? = nil, exceptions: [Int] = [], jitter: Duration = .zero, catchUp: CatchUp = .last,
        catchUpLimit: Int = Schedule.catchUpLimits.usual, overlap: Overlap = .skip, statedAnchor: Int? = nil
    ) {
        (self.rule, self.place, self.clockChangeRule) = (rule, place, clockChangeRule)
        (self.start, self.end, self.exceptions) = (start, end, exceptions)
        (self.jitter, self.catchUp, self.catchUpLimit) = (jitter, catchUp, catchUpLimit)
        (self.overlap, self.statedAnchor) = (overlap, statedAnchor)
    }

    /// The local times it names, where it goes by the clock.
    var pattern: ClockPattern? {
        switch rule {
        case .cron(let cron): cron.pattern
        case .calendar(let pattern): pattern
        case .interval: nil
        }
    }

    /// What it does when the clocks change. The default is `run_once`; with a field for seconds `run_both`, and Quartz's own
    /// rule for Quartz's expressions, because that is what those expressions do where they come from.
    var clockChanges: ClockChanges {
        let hasEveryHour = pattern?.times.hasEveryHour ?? false
        guard case .cron(let cron) = rule else {
            return ClockChanges(clockChangeRule ?? .runOnce, isFrequent: false, hasEveryHour: hasEveryHour)
        }
        if clockChangeRule == nil, cron.dialect == .quartz { return .quartz }
        return ClockChanges(
            clockChangeRule ?? (cron.hasSeconds ? .runBoth : .runOnce), isFrequent: cron.isFrequent,
            hasEveryHour: hasEveryHour)
    }

    /// The delay that spreads the starts of many schedules: always the same one for `key` (a recipe's id), from nothing up to
    /// `jitter`; whole milliseconds.
    public func delay(of key: String) -> Duration {
        let (seconds, attoseconds) = jitter.components
        let longest = UInt64(max(0, seconds)) * 1_000 + UInt64(max(0, attoseconds) / 1_000_000_000_000_000)
        // FNV-1a, then the finaliser of MurmurHash3, which spreads keys that differ in one letter.
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in key.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        hash = (hash ^ hash >> 33) &* 0xFF51_AFD7_ED55_8CCD
        hash = (hash ^ hash >> 33) &* 0xC4CE_B9FE_1A85_EC53
        hash ^= hash >> 33
        return .milliseconds(Int64(hash % (longest + 1)))
    }
}

/// A zone by its name, which is what makes two of them equal.
struct ScheduleZone: Hashable, Sendable {
    let name: String
    let zone: Zone

    /// nil when the system has no zone of that name.
    init?(_ name: String) {
        guard let zone = Zone.named(name) else { return nil }
        (self.name, self.zone) = (name, zone)
    }

    static func == (one: ScheduleZone, other: ScheduleZone) -> Bool { one.name == other.name }
    func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
