// Moves within the calendar: starts and ends, weeks, changed parts.

import BigInt
import JSONCore

/// Moves within the calendar.
enum CalendarMoves {
    static let units: [(CalendarDuration.Unit, [String])] = [
        (.seconds, ["seconds", "second"]), (.minutes, ["minutes", "minute"]), (.hours, ["hours", "hour"]),
        (.days, ["days", "day"]), (.weeks, ["weeks", "week"]), (.months, ["months", "month"]),
        (.years, ["years", "year"]),
    ]

    static func shift(_ value: Value, _ duration: CalendarDuration, _ sign: Int, _ call: Call) throws -> Value {
        switch value {
        case .date(let date): return try TimeArithmetic.shifted(date, duration, sign, call.run, call.range)
        case .time(let time):
            guard let moved = duration.applied(to: time, sign: sign) else {
                throw TimeArithmetic.outOfRange(call.range)
            }
            return .time(moved)
        default: throw call.wrong(value, wanted: "a date or time")
        }
    }

    /// Moves the date by all its parts first and finds the time of that day in the zone once, then moves the clock.
    static func advance(_ value: Value, _ parts: [CalendarDuration.Part], _ call: Call) throws -> Value {
        guard case .time(let time) = value,
            parts.allSatisfy({ $0.unit.rawValue >= CalendarDuration.Unit.hours.rawValue || $0.count.integer != nil })
        else { return try shift(value, CalendarDuration(parts), 1, call) }
        let days = CalendarDuration(parts.filter { $0.unit.rawValue < CalendarDuration.Unit.hours.rawValue })
        let clock = CalendarDuration(parts.filter { $0.unit.rawValue >= CalendarDuration.Unit.hours.rawValue })
        var local = time.local
        guard let date = days.applied(to: local.date) else { throw TimeArithmetic.outOfRange(call.range) }
        guard date != local.date else { return try shift(value, clock, 1, call) }
        local.date = date
        return try shift(.time(time.moved(to: local)), clock, 1, call)
    }

    static func weekday(_ name: String, _ call: Call) throws -> Int {
        guard let index = TimePattern.weekdays.firstIndex(where: { $0.lowercased() == name.lowercased() }) else {
            throw call.bad("\(Call.shown(name)) is no day of the week", "write :monday, :tuesday, …")
        }
        return index
    }

    static func edge(_ call: Call, _ unit: String, isEnd: Bool) throws -> Value {
        var local = Moments.local(call.receiver)
        let (year, month, day) = local.date.parts
        var (first, last) = (local.date, local.date)
        switch unit {
        case "week":
            let start = try call[0].map { try weekday(call.string($0), call) } ?? 1
            first = CivilDate(days: local.date.days - (local.date.weekday - start + 7) % 7)
            last = CivilDate(days: first.days + 6)
        case "month":
            first = CivilDate(days: local.date.days - day + 1)
            last = CivilDate(days: first.days + CivilDate.daysIn(year: year, month: month) - 1)
        case "quarter":
            let opening = (month - 1) / 3 * 3 + 1
            first = CivilDate(year: year, month: opening, day: 1) ?? first
            last = CivilDate(year: year, anyMonth: opening + 2, clampedDay: 31) ?? last
        case "year":
            first = CivilDate(year: year, month: 1, day: 1) ?? first
            last = CivilDate(year: year, month: 12, day: 31) ?? last
        default: break
        }
        guard case .time(let time) = call.receiver else {
            if unit == "day" {
                let zone = call.run.zone
                let made = LocalTime(
                    date: local.date, secondOfDay: isEnd ? 86_399 : 0, nanoseconds: isEnd ? 999_999_999 : 0)
                return .time(ZonedTime(local: made, zone: zone))
            }
            return .date(isEnd ? last : first)
        }
        local.date = isEnd ? last : first
        local.nanoseconds = isEnd ? 999_999_999 : 0
        switch unit {
        case "hour": local.secondOfDay = local.hour * 3600 + (isEnd ? 3599 : 0)
        case "minute": local.secondOfDay = local.secondOfDay / 60 * 60 + (isEnd ? 59 : 0)
        default: local.secondOfDay = isEnd ? 86_399 : 0
        }
        return .time(time.moved(to: local))
    }

    static func week(_ call: Call, _ sign: Int) throws -> Value {
        let target = try call[0].map { try weekday(call.string($0), call) } ?? 1
        let date = Moments.local(call.receiver).date
        let monday = date.days - (date.weekday + 6) % 7 + 7 * sign
        let moved = CivilDate(days: monday + (target + 6) % 7)
        guard case .time(let time) = call.receiver else { return .date(moved) }
        return .time(time.moved(to: LocalTime(date: moved)))
    }

    static func change(_ call: Call) throws -> Value {
        var local = Moments.local(call.receiver)
        func part(_ name: String) throws -> Int? { try call.keyword(name).map { try call.integer($0) } }
        let (year, month, day) = local.date.parts
        let wanted = (
            year: try part("year") ?? year, month: try part("month") ?? month, day: try part("day") ?? day
        )
        var found = CivilDate(year: wanted.year, month: wanted.month, day: wanted.day)
        if found == nil, call.receiver.kind == .time, (29...31).contains(wanted.day) {
            // As in Ruby, a time's 30 February is 1 or 2 March; a date has none.
            found = CivilDate(year: wanted.year, month: wanted.month, day: 1)?.adding(days: wanted.day - 1)
        }
        guard let date = found else { throw call.bad("there is no such date") }
        guard case .time(let time) = call.receiver else { return .date(date) }
        local.date = date
        let (hour, minute, second) = (try part("hour"), try part("min"), try part("sec"))
        let newMinute = minute ?? (hour != nil ? 0 : local.minute)
        let newSecond = second ?? (hour != nil || minute != nil ? 0 : local.second)
        let newHour = hour ?? local.hour
        guard (0...23).contains(newHour), (0...59).contains(newMinute), (0...59).contains(newSecond) else {
            throw call.bad("there is no such time of day")
        }
        if let usec = try part("usec") {
            guard (0..<1_000_000).contains(usec) else { throw call.bad("usec must be from 0 to 999999") }
            local.nanoseconds = usec * 1000
        } else if let nsec = try part("nsec") {
            guard (0..<1_000_000_000).contains(nsec) else { throw call.bad("nsec must be from 0 to 999999999") }
            local.nanoseconds = nsec
        } else if hour != nil || minute != nil || second != nil {
            local.nanoseconds = 0
        }
        local.secondOfDay = newHour * 3600 + newMinute * 60 + newSecond
        if let name = call.keyword("zone") {
            guard call.keyword("offset") == nil else { throw call.bad("change takes offset: or zone:, not both") }
            let zone = try Moments.zone(call, name)
            if zone.name != time.zone.name { return .time(ZonedTime(local: local, zone: zone)) }
        }
        if let given = call.keyword("offset") {
            return .time(ZonedTime(local: local, zone: try zone(given, of: time, call)))
        }
        return .time(time.moved(to: local))
    }

    /// The zone of an offset, like `'+02:00'` or 7200 seconds. As in ActiveSupport, a time in a named zone comes into the
    /// first named zone of that offset.
    private static func zone(_ offset: Value, of time: ZonedTime, _ call: Call) throws -> Zone {
        var seconds: Int?
        if offset.kind.isNumeric {
            seconds = try call.integer(offset)
        } else if case .string(let text) = offset {
            if ["UTC", "Z"].contains(text) { return .utc }
            let bytes = Array(text.utf8)
            let isOffset = bytes.count == 6 && (bytes[0] == 0x2B || bytes[0] == 0x2D) && bytes[3] == 0x3A
            var reader = TimeTextReader(text)
            if isOffset, let (found, used) = reader.offsetAlone(), used == bytes.count { seconds = found }
        }
        guard let seconds, abs(seconds) < 86_400 else {
            throw call.bad("\(Call.shown(offset.text)) is no offset", "write it like '+02:00' or 7200 (seconds)")
        }
        guard time.zone.name != nil, seconds % 3600 == 0, let name = ZoneNames.first(hours: seconds / 3600) else {
            return Zone(fixed: seconds)
        }
        return Zone.named(name) ?? Zone(fixed: seconds)
    }
}
