// Calendar dates of the proleptic Gregorian calendar, and local times.

/// A day, without a time or a zone.
public struct CivilDate: Sendable, Hashable, Comparable {
    /// Days since 1970-01-01.
    public let days: Int

    public init(days: Int) { self.days = days }

    /// Years a date may have.
    static let years = -9_999...99_999

    /// nil when there is no such day. Years are those from -9999 to 99999, months and days count from 1.
    public init?(year: Int, month: Int, day: Int) {
        guard Self.years.contains(year), (1...12).contains(month), day >= 1,
            day <= Self.daysIn(year: year, month: month)
        else { return nil }
        self.init(unchecked: year, month, day)
    }

    private init(unchecked year: Int, _ month: Int, _ day: Int) {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        days = era * 146_097 + dayOfEra - 719_468
    }

    /// The day `month` months (any number, also below 1) into `year`, its day clamped to the month's length; nil out of range.
    init?(year: Int, anyMonth month: Int, clampedDay day: Int) {
        let zeroBased = month - 1
        let carried = year + (zeroBased >= 0 ? zeroBased / 12 : (zeroBased - 11) / 12)
        let wrapped = zeroBased - (carried - year) * 12 + 1
        guard Self.years.contains(carried) else { return nil }
        self.init(unchecked: carried, wrapped, min(day, Self.daysIn(year: carried, month: wrapped)))
    }

    static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    static func daysIn(year: Int, month: Int) -> Int {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Year, month and day.
    public var parts: (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthShifted = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthShifted + 2) / 5 + 1
        let month = monthShifted < 10 ? monthShifted + 3 : monthShifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    /// 0 is Sunday.
    var weekday: Int { (((days + 4) % 7) + 7) % 7 }
    /// 1 is the first of January.
    var dayOfYear: Int { days - CivilDate(unchecked: parts.year, 1, 1).days + 1 }
    /// The ISO 8601 week and the year it belongs to.
    var isoWeek: (year: Int, week: Int) {
        let thursday = CivilDate(days: days - (weekday + 6) % 7 + 3)
        return (thursday.parts.year, (thursday.dayOfYear - 1) / 7 + 1)
    }

    /// Moved by days; nil out of range.
    func adding(days count: Int) -> CivilDate? {
        let (sum, over) = days.addingReportingOverflow(count)
        let moved = CivilDate(days: sum)
        return over || sum.magnitude > 36_000_000 || !Self.years.contains(moved.parts.year) ? nil : moved
    }

    /// Moved by months, the day clamped to the month's length; nil out of range.
    func adding(months count: Int) -> CivilDate? {
        guard count.magnitude < 2_000_000 else { return nil }
        let (year, month, day) = parts
        return CivilDate(year: year, anyMonth: month + count, clampedDay: day)
    }

    /// `2024-03-08`.
    public var isoText: String {
        let (year, month, day) = parts
        return Self.padded(year, 4) + "-" + Self.padded(month, 2) + "-" + Self.padded(day, 2)
    }

    static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(abs(number))
        let zeros = String(repeating: "0", count: max(0, width - digits.utf8.count))
        return (number < 0 ? "-" : "") + zeros + digits
    }

    public static func < (one: CivilDate, other: CivilDate) -> Bool { one.days < other.days }
}

/// A date with a time of day, in no zone.
struct LocalTime: Sendable, Hashable {
    var date: CivilDate
    /// Seconds since midnight, in `0..<86_400`.
    var secondOfDay: Int
    var nanoseconds: Int

    init(date: CivilDate, secondOfDay: Int = 0, nanoseconds: Int = 0) {
        (self.date, self.secondOfDay, self.nanoseconds) = (date, secondOfDay, nanoseconds)
    }

    /// From seconds since 1970 as a local clock counts them.
    init(seconds: Int, nanoseconds: Int) {
        let days = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
        self.init(date: CivilDate(days: days), secondOfDay: seconds - days * 86_400, nanoseconds: nanoseconds)
    }

    /// Seconds since 1970 as a local clock counts them.
    var seconds: Int { date.days * 86_400 + secondOfDay }
    var hour: Int { secondOfDay / 3600 }
    var minute: Int { secondOfDay / 60 % 60 }
    var second: Int { secondOfDay % 60 }
}
