// Days in plain English.

/// What the dates of a `ClockPattern` mean: "on weekdays", "on the 1st and the 15th of the month".
struct DayWords {
    let days: DayPattern
    let months: UInt64
    let years: [Int]?
    /// What Monday to Friday are called: "weekday" in cron, "business day" in calendars.
    let weekday: String

    /// `29 March 2026`
    static func date(_ date: CivilDate) -> String {
        let (year, month, day) = date.parts
        return "\(day) \(TimePattern.months[month - 1]) \(year)"
    }

    /// nil for every day of every year.
    var text: String? {
        let (dates, byWeekday) = (self.dates, weekdays)
        let days: String? =
            switch (dates, byWeekday) {
            case (nil, nil): months == ClockPattern.allMonths ? nil : "every day" + inMonths
            case (let dates?, nil): "on \(dates) \(ofMonths)"
            case (nil, let weekdays?): weekdays + (self.days.nthWeekdays.isEmpty ? inMonths : "")
            case (let dates?, let weekdays?):
                self.days.eitherFits
                    ? "on \(dates) \(ofMonths) and \(weekdays)" + (self.days.nthWeekdays.isEmpty ? inMonths : "")
                    : "on \(dates) \(ofMonths) when that is \(oneWeekday)"
            }
        guard let years else { return days }
        let span = years.count > 2 && years[years.count - 1] - years[0] == years.count - 1
        let list = span ? "\(years[0]) to \(years[years.count - 1])" : TimeWords.list(years.prefix(12).map { "\($0)" })
        return (days ?? "every day") + " in \(list)"
    }

    // MARK: - Months

    private var isEveryMonth: Bool { months == ClockPattern.allMonths }
    private var monthList: String { TimeWords.list(TimeWords.runs(months) { TimePattern.months[$0 - 1] }) }
    private var inMonths: String { isEveryMonth ? "" : " in \(monthList)" }
    private var ofMonths: String { isEveryMonth ? "of the month" : "of \(monthList)" }

    // MARK: - Days of the month

    private var dates: String? {
        if days.isEveryDate { return nil }
        var words = TimeWords.runs(days.days) { "the \(Self.ordinal($0))" }
        for day in days.nearestWeekdays.setBits {
            words.append(day == 1 ? "the first \(weekday)" : "the \(weekday) nearest the \(Self.ordinal(day))")
        }
        for distance in days.beforeLast.setBits.reversed() { words.append(Self.beforeLast(distance)) }
        for distance in days.nearestWeekdaysBeforeLast.setBits.reversed() {
            words.append(
                distance == 0 ? "the last \(weekday)" : "the \(weekday) nearest \(Self.beforeLast(distance))")
        }
        return TimeWords.list(words)
    }

    private static func beforeLast(_ distance: Int) -> String {
        switch distance {
        case 0: "the last day"
        case 1: "the day before the last"
        default: "the day \(distance) days before the last"
        }
    }

    static func ordinal(_ number: Int) -> String {
        let isTeen = (11...13).contains(number % 100)
        let ending = isTeen ? "th" : number % 10 == 1 ? "st" : number % 10 == 2 ? "nd" : number % 10 == 3 ? "rd" : "th"
        return "\(number)\(ending)"
    }

    // MARK: - Days of the week

    private static let places = ["last", "first", "second", "third", "fourth", "fifth"]

    /// `the second Friday`, in the order of the week.
    private var nthWeekdays: [String] {
        days.nthWeekdays.indices.flatMap { weekday in
            UInt64(days.nthWeekdays[weekday]).setBits.map { "the \(Self.places[$0]) \(TimePattern.weekdays[weekday])" }
        }
    }

    /// From Monday on, as people count.
    private var plainWeekdays: [String] {
        days.weekdays.setBits.sorted { ($0 + 6) % 7 < ($1 + 6) % 7 }.map { TimePattern.weekdays[$0] }
    }

    private var weekdays: String? {
        if days.isEveryWeekday { return nil }
        var words: [String] = []
        switch days.weekdays {
        case 0: break
        case DayPattern.businessDays: words.append("on weekdays")
        case 0x41: words.append("on weekends")
        default: words.append("on " + TimeWords.list(plainWeekdays.map { $0 + "s" }))
        }
        if !nthWeekdays.isEmpty { words.append("on \(TimeWords.list(nthWeekdays)) \(ofMonths)") }
        return words.joined(separator: " and ")
    }

    /// `a Monday or a Friday`
    private var oneWeekday: String {
        if days.weekdays == DayPattern.businessDays, nthWeekdays.isEmpty { return "a weekday" }
        return TimeWords.list(plainWeekdays.map { "a \($0)" } + nthWeekdays, last: "or")
    }
}
