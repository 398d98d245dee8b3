// What a schedule does at the changes of the clocks to come, for people: which of its times are skipped or repeated then.

import Foundation

extension Schedule {
    /// One change of the clocks that touches times of a schedule.
    struct ClockChange: Hashable, Sendable {
        /// The local date.
        let date: CivilDate
        /// The first times that are skipped or repeated, in seconds since midnight.
        let times: [Int]
        let hasMoreTimes: Bool
        /// The local clock just before and just after.
        let from: Int
        let to: Int
        let effect: Effect

        enum Effect: Hashable, Sendable {
            case skipped
            /// Runs when the clocks have jumped.
            case moved
            case twice, firstOnly, secondOnly
        }

        var isGap: Bool { effect == .skipped || effect == .moved }

        /// `02:30 on 29 March 2026`
        var when: String { "\(timesText) on \(DayWords.date(date))" }
        var timesText: String { TimeWords.list(times.map(TimeWords.clock)) + (hasMoreTimes ? " and more" : "") }

        /// `skips 02:30 on 29 March 2026`
        var words: String {
            switch effect {
            case .skipped: "skips \(when)"
            case .moved: "runs at \(TimeWords.clock(to)) instead of \(when)"
            case .twice: "runs twice at \(when)"
            case .firstOnly: "runs only the first time at \(when), which comes twice"
            case .secondOnly: "runs only the second time at \(when), which comes twice"
            }
        }
    }

    /// What changes of the clocks do to its times within a year after `time` (seconds since 1970).
    ///
    /// None for a schedule that runs in every hour, and none for intervals.
    func clockChanges(after time: Int) -> [ClockChange] {
        guard let pattern, !pattern.times.hasEveryHour else { return [] }
        let begin = max(time, start ?? time, Self.bounds.lowerBound)
        let until = min(begin.addingReportingOverflow(366 * 86_400).partialValue, end ?? .max, Self.bounds.upperBound)
        guard begin < until else { return [] }
        var (found, stretch) = ([ClockChange](), zone.stretch(at: begin))
        while let turn = stretch.end, turn <= until, found.count < 8 {
            let following = zone.stretch(at: turn)
            if let change = change(at: turn, from: stretch.offset, to: following.offset, pattern) {
                found.append(change)
            }
            stretch = following
        }
        return found
    }

    /// The change at `turn`, when it touches times of `pattern`.
    private func change(at turn: Int, from before: Int, to after: Int, _ pattern: ClockPattern) -> ClockChange? {
        guard before != after else { return nil }
        let affected = turn + min(before, after)..<turn + max(before, after)
        guard let first = pattern.next(atOrAfter: affected.lowerBound), affected.contains(first) else { return nil }
        let date = LocalTime(seconds: first, nanoseconds: 0).date
        guard !exceptions.hasSorted(date.days) else { return nil }
        var times: [Int] = []
        var next: Int? = first
        while let local = next, affected.contains(local), times.count < 4 {
            times.append(local - date.days * 86_400)
            next = pattern.next(atOrAfter: local + 1)
        }
        let hasMore = times.count == 4
        let isGap = after > before
        let changes = clockChanges
        let effect: ClockChange.Effect =
            isGap
            ? changes.makesUp ? .moved : .skipped
            : changes.repeated == .both ? .twice : changes.repeated == .first ? .firstOnly : .secondOnly
        let clock = { LocalTime(seconds: turn + $0, nanoseconds: 0).secondOfDay }
        return ClockChange(
            date: date, times: hasMore ? Array(times.prefix(3)) : times, hasMoreTimes: hasMore, from: clock(before),
            to: clock(after), effect: effect)
    }
}
