// Calendars: days and times of day given as lists.

import JSONCore

extension ScheduleReader {
    /// `"days_of_month"`, `"weekdays"`, `"months"` and `"at"`; a day must fit all of them that are there.
    mutating func readCalendar() -> ClockPattern? {
        var days = DayPattern.everyDay
        if let list = elements("days_of_month") {
            days.days = 0
            for (index, element) in list.enumerated() { readDay(element, at: index, into: &days) }
        }
        if let list = elements("weekdays") {
            days.weekdays = 0
            for (index, element) in list.enumerated() {
                if let weekday = name(element, TimePattern.weekdays, "weekdays", index, "a day of the week") {
                    days.weekdays |= 1 << UInt64(weekday)
                }
            }
        }
        var months = ClockPattern.allMonths
        if let list = elements("months") {
            months = 0
            for (index, element) in list.enumerated() {
                if let number = element.integer, (1...12).contains(number) {
                    months |= 1 << UInt64(number)
                } else if let month = name(element, TimePattern.months, "months", index, "a month") {
                    months |= 1 << UInt64(month + 1)
                }
            }
        }
        guard let times = readTimes() else { return nil }
        return ClockPattern(days: days, months: months, years: nil, times: .list(times))
    }

    private static let dayForm = "a day from 1 to 31, \"last\", \"first_business_day\" or \"last_business_day\""

    private mutating func readDay(_ element: JSON, at index: Int, into days: inout DayPattern) {
        switch element {
        case .integer(let number) where (1...31).contains(number): days.days |= 1 << UInt64(number)
        case .string("last"): days.beforeLast |= 1
        case .string("first_business_day"): days.nearestWeekdays |= 1 << 1
        case .string("last_business_day"): days.nearestWeekdaysBeforeLast |= 1
        case .integer(let number):
            report(
                .badChoice("days_of_month", wanted: Self.dayForm, found: "\(number)"), at: "days_of_month", "\(index)")
        case .string(let text):
            let hint =
                text.utf8.allSatisfy { (0x30...0x39).contains($0) }
                ? "write numbers without quotes"
                : Suggestion.didYouMean(text, among: ["last", "first_business_day", "last_business_day"])
            report(
                .badChoice("days_of_month", wanted: Self.dayForm, found: text, hint: hint), at: "days_of_month",
                "\(index)")
        default: break  // of the wrong type: found by the schema
        }
    }

    /// The place of a name among the English ones, which may be cut to three letters.
    private mutating func name(
        _ element: JSON, _ names: [String], _ key: String, _ index: Int, _ what: String
    ) -> Int? {
        guard element.string != nil || element.integer != nil else { return nil }
        let text = element.string ?? element.compact
        let wanted = text.lowercased()
        let names = names.map { $0.lowercased() }
        if let found = names.firstIndex(where: { $0 == wanted || $0.prefix(3) == wanted }) { return found }
        report(
            .badChoice(
                key, wanted: "\(what) like \"\(names[1].prefix(3))\" or \"\(names[1])\"", found: text,
                hint: Suggestion.didYouMean(wanted, among: names.map { String($0.prefix(3)) } + names)), at: key,
            "\(index)")
        return nil
    }

    private mutating func readTimes() -> [Int]? {
        guard let list = elements("at") else {
            if !hasField("at") { report(.calendarNeedsTime()) }
            return nil
        }
        var times: Set<Int> = []
        for (index, element) in list.enumerated() {
            guard let text = element.string else { continue }
            if let time = ScheduleTime.timeOfDay(parsing: text) {
                times.insert(time)
            } else {
                report(
                    .badChoice("at", wanted: "a time of day like \"09:30\" or \"17:00:15\"", found: text), at: "at",
                    "\(index)")
            }
        }
        return times.isEmpty ? nil : times.sorted()
    }
}
