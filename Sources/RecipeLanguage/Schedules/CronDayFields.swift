// The two day fields of a cron expression, with the signs that only they know: `?`, `L`, `W` and `#`.

/// Reads the day of the month and the day of the week into a `DayPattern`.
struct CronDayFields {
    let dialect: CronDialect

    func read(dayOfMonth: Substring, weekday: Substring) throws(CronError) -> DayPattern {
        var days = DayPattern()
        switch dialect {
        case .quartz:
            guard (dayOfMonth == "?") != (weekday == "?") else {
                throw CronError(
                    "in Quartz's dialect exactly one of the two day fields is \"?\"",
                    suggestion: dayOfMonth == "?"
                        ? "write * or a day in one of them" : "write ? in the one that does not matter")
            }
        case .plain:
            let isLimited = { (field: Substring) in !field.hasPrefix("*") && field != "?" }
            days.eitherFits = isLimited(dayOfMonth) && isLimited(weekday)
        }
        try readDays(dayOfMonth, into: &days)
        try readWeekdays(weekday, into: &days)
        return days
    }

    // MARK: - Day of the month

    private func readDays(_ text: Substring, into pattern: inout DayPattern) throws(CronError) {
        if text == "?" {
            pattern.days = DayPattern.allDays
            return
        }
        let rule = dialect == .quartz ? CronFieldRule.day.stepping(most: 31) : .day
        let items = try rule.items(text)
        for item in items {
            let upper = item.uppercased()
            guard upper.contains("L") || upper.contains("W") else {
                pattern.days |= try rule.bits(of: item, in: text)
                continue
            }
            if dialect == .quartz, items.count > 1 {
                throw CronError("\"L\" and \"W\" stand alone in Quartz's day of the month, not in a list")
            }
            try readSpecialDay(upper[...], into: &pattern)
        }
    }

    private func readSpecialDay(_ item: Substring, into pattern: inout DayPattern) throws(CronError) {
        let isNearest = item.hasSuffix("W")
        let day = isNearest ? item.dropLast() : item
        if day == "L" {
            if isNearest { pattern.nearestWeekdaysBeforeLast |= 1 } else { pattern.beforeLast |= 1 }
        } else if day.hasPrefix("L-"), let distance = CronFieldRule.day.number(day.dropFirst(2)) {
            guard dialect == .quartz else {
                throw CronError(
                    "\"\(item.prefix(40))\" in the day of the month is Quartz's",
                    suggestion: "for Quartz's rules say \"dialect\": \"quartz\"")
            }
            guard distance <= 30 else {
                throw CronError("the distance from the last day is at most 30, not \(day.dropFirst(2).prefix(40))")
            }
            if isNearest {
                pattern.nearestWeekdaysBeforeLast |= 1 << UInt64(distance)
            } else {
                pattern.beforeLast |= 1 << UInt64(distance)
            }
        } else if isNearest, CronFieldRule.day.number(day) != nil {
            pattern.nearestWeekdays |= 1 << UInt64(try CronFieldRule.day.value(day))
        } else {
            throw CronError(
                "\"\(item.prefix(40))\" is no day of the month",
                suggestion: "L is the last day, LW the last weekday, 15W the weekday nearest the 15th")
        }
    }

    // MARK: - Day of the week

    private func readWeekdays(_ text: Substring, into pattern: inout DayPattern) throws(CronError) {
        if text == "?" {
            pattern.weekdays = DayPattern.allWeekdays
            return
        }
        let rule = dialect == .quartz ? CronFieldRule.quartzWeekday.stepping(most: 7) : .weekday
        let items = try rule.items(text)
        for item in items {
            let upper = item.uppercased()
            if let sign = item.firstIndex(of: "#") {
                try refuseList(items, sign: "#")
                let weekday = try weekday(item[..<sign], rule)
                let text = item[item.index(after: sign)...]
                guard let number = rule.number(text), (1...5).contains(number) else {
                    throw CronError("\"#\" needs a number from 1 to 5 behind it, not \"\(text.prefix(40))\"")
                }
                pattern.addWeekday(weekday, number: number)
            } else if upper == "L" {
                guard dialect == .quartz else {
                    throw CronError(
                        "\"L\" in the day of the week needs a day in front of it", suggestion: "5L is the last Friday")
                }
                try refuseList(items, sign: "L")
                pattern.weekdays |= 1 << 6
            } else if upper.hasSuffix("L") {
                try refuseList(items, sign: "L")
                pattern.addWeekday(try weekday(item.dropLast(), rule), number: 0)
            } else {
                let bits = try rule.bits(of: item, in: text)
                // Sunday is bit 0: of plain cron's 0 and 7, and of Quartz's 1.
                pattern.weekdays |= dialect == .quartz ? bits >> 1 : (bits | bits >> 7) & DayPattern.allWeekdays
            }
        }
    }

    /// The number of one weekday, 0 is Sunday.
    private func weekday(_ text: Substring, _ rule: CronFieldRule) throws(CronError) -> Int {
        let value = try rule.value(text)
        return dialect == .quartz ? value - 1 : value % 7
    }

    private func refuseList(_ items: [Substring], sign: String) throws(CronError) {
        guard dialect == .quartz, items.count > 1 else { return }
        throw CronError("\"\(sign)\" stands alone in Quartz's day of the week, not in a list")
    }
}
