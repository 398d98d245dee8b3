// The local times that a schedule names, and how the next one is found: by jumping over years, months and days that don't fit.

/// Local times: the dates by year, month and day, and the times of those days.
struct ClockPattern: Hashable, Sendable {
    var days: DayPattern
    /// Bit *m*: the month *m*, 1 to 12.
    var months: UInt64
    /// Sorted; nil is every year.
    var years: [Int]?
    var times: TimesOfDay

    static let allMonths: UInt64 = 0x1FFE

    /// The calendar repeats after so many years: what has not come by then never comes.
    static let cycle = 400
    static let lastYear = 9_999

    /// The first time at or after `local`, both in seconds since 1970 as a local clock counts them.
    func next(atOrAfter local: Int) -> Int? {
        let from = LocalTime(seconds: local, nanoseconds: 0)
        guard let day = nextDay(from: from.date.days) else { return nil }
        if day == from.date.days {
            if let time = times.next(atOrAfter: from.secondOfDay) { return day * 86_400 + time }
            guard let later = nextDay(from: day + 1) else { return nil }
            return times.next(atOrAfter: 0).map { later * 86_400 + $0 }
        }
        return times.next(atOrAfter: 0).map { day * 86_400 + $0 }
    }

    /// The first day that fits, from `start` on; in days since 1970.
    private func nextDay(from start: Int) -> Int? {
        var (year, month, day) = CivilDate(days: start).parts
        let horizon = min(Self.lastYear, year + Self.cycle)
        while year <= horizon {
            if let years {
                guard let fitting = years.first(where: { $0 >= year }) else { return nil }
                if fitting != year { (year, month, day) = (fitting, 1, 1) }
            }
            guard let fitting = months.bit(from: month) else {
                (year, month, day) = (year + 1, 1, 1)
                continue
            }
            if fitting != month { (month, day) = (fitting, 1) }
            if let found = days.bits(year: year, month: month).bit(from: day) {
                return CivilDate(year: year, month: month, day: found)?.days
            }
            (month, day) = (month + 1, 1)
        }
        return nil
    }
}
