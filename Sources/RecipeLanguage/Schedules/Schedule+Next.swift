// The next times of a schedule: from one local time that it names to the next, through the changes of the clocks.

import Foundation

extension Schedule {
    /// The first time after `time`; nil when there is none before the year 10000.
    public func next(after time: Date) -> Date? {
        next(after: Self.seconds(time)).map { Date(timeIntervalSince1970: Double($0)) }
    }

    /// At most `count` times after `time`, in order.
    public func next(after time: Date, count: Int) -> [Date] {
        var (times, last) = ([Date](), time)
        while times.count < count, let next = next(after: last) {
            times.append(next)
            last = next
        }
        return times
    }

    /// The same in seconds since 1970.
    func next(after time: Int) -> Int? {
        var after = max(time, (start ?? Self.bounds.lowerBound) - 1, Self.bounds.lowerBound - 1)
        while let next = nextIgnoringExceptions(after: after), next <= end ?? Self.bounds.upperBound {
            guard let rest = restOfException(next) else { return next }
            after = rest
        }
        return nil
    }

    private func nextIgnoringExceptions(after: Int) -> Int? {
        guard after < Self.bounds.upperBound else { return nil }
        switch rule {
        case .interval(let seconds, let anchor):
            let passed = after + 1 - anchor
            let whole = passed / seconds * seconds
            return anchor + (whole < passed ? whole + seconds : whole)
        case .cron(let cron): return ClockSearch(pattern: cron.pattern, changes: clockChanges, zone: zone).next(after)
        case .calendar(let pattern): return ClockSearch(pattern: pattern, changes: clockChanges, zone: zone).next(after)
        }
    }

    /// The last second of the day of `time` (or of the stretch of one offset), when that day is an exception.
    private func restOfException(_ time: Int) -> Int? {
        guard !exceptions.isEmpty else { return nil }
        let stretch = zone.stretch(at: time)
        let day = LocalTime(seconds: time + stretch.offset, nanoseconds: 0).date.days
        guard exceptions.hasSorted(day) else { return nil }
        return min((day + 1) * 86_400 - stretch.offset, stretch.end ?? .max) - 1
    }
}

/// One search for the next time of a pattern.
struct ClockSearch {
    let pattern: ClockPattern
    let changes: ClockChanges
    let zone: Zone

    /// No offset is as large as this many seconds.
    private static let mostOffset = 100_000
    private static let horizon = ClockPattern.cycle * 366 * 86_400

    /// The first time after `after`, in seconds since 1970; nil when there is none within 400 years.
    func next(_ after: Int) -> Int? {
        var stretch = zone.stretch(at: after)
        var low = after + 1 + stretch.offset
        if changes.repeated == .first, let start = stretch.start {
            low = max(low, start + zone.stretch(at: start - 1).offset)
        }
        let last = low + Self.horizon
        while let local = pattern.next(atOrAfter: low), local <= last {
            let instant = local - stretch.offset
            guard let end = stretch.end else { return instant }
            let following = zone.stretch(at: end)
            let turn = following.offset - stretch.offset
            // With the second of two equal times, those before the clocks go back do not count.
            if instant < (changes.repeated == .second ? min(end, end + turn) : end) { return instant }
            // Times before `low` come again when the clocks go back over it.
            let goesOn = changes.repeated == .first || low <= end + following.offset
            if goesOn, local - Self.mostOffset > end {
                // Nothing is named in between, so the changes of the clocks in between do not matter.
                stretch = zone.stretch(at: local - Self.mostOffset)
                low = local
                continue
            }
            if turn > 0, changes.makesUp, local < end + following.offset { return end }
            low = end + (turn > 0 || changes.repeated != .first ? following.offset : stretch.offset)
            stretch = following
        }
        return nil
    }
}

extension [Int] {
    /// Whether a sorted list holds `value`.
    func hasSorted(_ value: Int) -> Bool {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low < count && self[low] == value
    }
}
