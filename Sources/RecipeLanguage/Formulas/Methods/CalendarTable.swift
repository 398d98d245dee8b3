// Methods of dates and times that move within the calendar, and of numbers that become durations.

import BigInt
import JSONCore

extension FunctionTables {
    static func calendar() -> MethodTable {
        var table = MethodTable("calendar")
        for unit in ["hour", "day", "week", "month", "quarter", "year", "minute"] {
            let kinds: KindSet = unit == "hour" || unit == "minute" ? .time : .moment
            let parameters = unit == "week" ? "first_day: text?" : ""
            table.add(
                "beginning_of_\(unit)", on: kinds, parameters, gives: kinds, "The start of its \(unit).",
                "'2024-03-08T00:00:00Z'.to_time.beginning_of_\(unit).year", "2024"
            ) { try CalendarMoves.edge($0, unit, isEnd: false) }
            table.add(
                "end_of_\(unit)", on: kinds, parameters, gives: kinds,
                "The end of its \(unit): the last day, or the last microsecond.",
                "'2024-03-08T00:00:00Z'.to_time.end_of_\(unit).year", "2024"
            ) { try CalendarMoves.edge($0, unit, isEnd: true) }
            if unit == "day" || unit == "hour" || unit == "minute" {
                let others =
                    unit == "day" ? ["at_beginning_of_day", "midnight", "at_midnight"] : ["at_beginning_of_\(unit)"]
                for name in others {
                    table.add(
                        name, on: kinds, gives: kinds, "The start of its \(unit).",
                        "'2024-03-08T00:00:00Z'.to_time.\(name).year", "2024"
                    ) { try CalendarMoves.edge($0, unit, isEnd: false) }
                }
            } else {
                table.add(
                    "at_beginning_of_\(unit)", on: kinds, parameters, gives: kinds, "The start of its \(unit).",
                    "'2024-03-08T00:00:00Z'.to_time.at_beginning_of_\(unit).year", "2024"
                ) { try CalendarMoves.edge($0, unit, isEnd: false) }
            }
            guard unit != "hour", unit != "minute" else { continue }
            table.add(
                "all_\(unit)", on: .moment, parameters, gives: .range, "From the start to the end of its \(unit).",
                "'2024-03-08'.to_date.all_\(unit).first.year", "2024"
            ) { call in
                .range(
                    ValueRange(
                        try CalendarMoves.edge(call, unit, isEnd: false),
                        try CalendarMoves.edge(call, unit, isEnd: true), excludesLast: false))
            }
        }
        for name in ["succ", "next"] {
            table.add(name, on: .date, gives: .date, "The day after it.", "'2024-02-29'.to_date.\(name)", "2024-03-01")
            { call in
                try CalendarMoves.shift(call.receiver, CalendarDuration(DecimalNumber(1), .days), 1, call)
            }
        }
        for (names, unit, sign) in [
            (["next_day", "tomorrow"], CalendarDuration.Unit.days, 1),
            (["prev_day", "yesterday"], .days, -1),
            (["next_month"], .months, 1), (["prev_month", "last_month"], .months, -1), (["next_year"], .years, 1),
            (["prev_year", "last_year"], .years, -1),
        ] {
            for name in names {
                let takesCount = name.hasPrefix("next_") || name.hasPrefix("prev_")
                table.add(
                    name, on: .moment, takesCount ? "count: integer?" : "", gives: .moment,
                    "Moved by a \(unit.name.dropLast()) \(sign > 0 ? "on" : "back").",
                    "'2024-06-15'.to_date.\(name).year", unit == .years ? (sign > 0 ? "2025" : "2023") : "2024"
                ) { call in
                    let count = try call[0].map { try call.integer($0) } ?? 1
                    return try CalendarMoves.shift(
                        call.receiver, CalendarDuration(DecimalNumber(count), unit), sign, call)
                }
            }
        }
        for (names, sign) in [(["next_week"], 1), (["prev_week", "last_week"], -1)] {
            for name in names {
                table.add(
                    name, on: .moment, "day: text?", gives: .moment,
                    "A day of the week \(sign > 0 ? "after" : "before"), Monday when none is named.",
                    "'2024-03-08'.to_date.\(name)(:friday)", sign > 0 ? "2024-03-15" : "2024-03-01"
                ) { try CalendarMoves.week($0, sign) }
            }
        }
        for (names, sign) in [(["next_quarter"], 1), (["prev_quarter", "last_quarter"], -1)] {
            for name in names {
                table.add(
                    name, on: .moment, gives: .moment, "Moved by three months.", "'2024-06-15'.to_date.\(name)",
                    sign > 0 ? "2024-09-15" : "2024-03-15"
                ) { try CalendarMoves.shift($0.receiver, CalendarDuration(DecimalNumber(3), .months), sign, $0) }
            }
        }
        for (name, sign) in [("next_weekday", 1), ("prev_weekday", -1), ("last_weekday", -1)] {
            table.add(
                name, on: .moment, gives: .moment,
                "The next day that is no Saturday or Sunday, going \(sign > 0 ? "on" : "back").",
                "'2024-03-08'.to_date.\(name)", sign > 0 ? "2024-03-11" : "2024-03-07"
            ) { call in
                let weekday = Moments.local(call.receiver).date.weekday
                let days =
                    sign > 0 ? (weekday == 5 ? 3 : weekday == 6 ? 2 : 1) : (weekday == 1 ? 3 : weekday == 0 ? 2 : 1)
                return try CalendarMoves.shift(call.receiver, CalendarDuration(DecimalNumber(days), .days), sign, call)
            }
        }
        for (name, sign) in [("next_occurring", 1), ("prev_occurring", -1)] {
            table.add(
                name, on: .moment, "day: text", gives: .moment,
                "The next such day of the week, going \(sign > 0 ? "on" : "back").",
                "'2024-03-08'.to_date.\(name)(:monday)", sign > 0 ? "2024-03-11" : "2024-03-04"
            ) { call in
                let wanted = try CalendarMoves.weekday(call.string(0), call)
                let distance = (wanted - Moments.local(call.receiver).date.weekday) * sign
                let days = ((distance % 7) + 7) % 7
                return try CalendarMoves.shift(
                    call.receiver, CalendarDuration(DecimalNumber(days == 0 ? 7 : days), .days), sign, call)
            }
        }
        table.add(
            "days_to_week_start", on: .moment, "first_day: text?", gives: .integer, "Days since its week began.",
            "'2024-03-08'.to_date.days_to_week_start", "4"
        ) { call in
            let first = try call[0].map { try CalendarMoves.weekday(call.string($0), call) } ?? 1
            return .integer((Moments.local(call.receiver).date.weekday - first + 7) % 7)
        }
        for (name, first) in [("monday", true), ("sunday", false)] {
            table.add(
                name, on: .moment, gives: .moment, "The \(name) of its week.", "'2024-03-08'.to_date.\(name)",
                first ? "2024-03-04" : "2024-03-10"
            ) { try CalendarMoves.edge($0, "week", isEnd: !first) }
        }
        for name in ["noon", "midday", "middle_of_day", "at_noon"] {
            table.add(
                name, on: .moment, gives: .time, "12 o'clock of its day.", "'2024-03-08'.to_date.\(name).hour", "12"
            ) { call in
                var local = Moments.local(call.receiver)
                (local.secondOfDay, local.nanoseconds) = (43_200, 0)
                let zone = if case .time(let time) = call.receiver { time.zone } else { call.run.zone }
                return .time(ZonedTime(local: local, zone: zone))
            }
        }
        table.add(
            "change", on: .moment,
            "year=integer, month=integer, day=integer, hour=integer, min=integer, sec=integer, usec=integer, nsec=integer, offset=any, zone=any",
            gives: .moment, "With some parts changed; smaller parts of the clock become zero.",
            "'2024-03-08'.to_date.change(day: 1)", "2024-03-01"
        ) {
            try CalendarMoves.change($0)
        }
        table.add(
            "advance", on: .moment,
            "years=number, months=number, weeks=number, days=number, hours=number, minutes=number, seconds=number",
            gives: .moment, "Moved by several parts at once.", "'2024-01-31'.to_date.advance(months: 1)", "2024-02-29"
        ) { call in
            var parts: [CalendarDuration.Part] = []
            for unit in CalendarDuration.Unit.allCases {
                if let count = call.keyword(unit.name) {
                    parts.append(CalendarDuration.Part(unit: unit, count: try call.number(count).decimal))
                }
            }
            // A date has no clock to move.
            if call.receiver.kind == .date {
                parts.removeAll { $0.unit.rawValue >= CalendarDuration.Unit.hours.rawValue }
            }
            return try CalendarMoves.advance(call.receiver, parts, call)
        }
        for (name, sign) in [("since", 1), ("in", 1), ("ago", -1)] {
            table.add(
                name, on: .moment, "seconds: any", gives: .time, "Moved by seconds \(sign > 0 ? "on" : "back").",
                "'2024-03-08'.to_time.\(name)(60).min", sign > 0 ? "1" : "59"
            ) { call in
                let given = call[0] ?? .null
                let duration: CalendarDuration =
                    if case .duration(let duration) = given { duration } else {
                        CalendarDuration(try call.number(given).decimal, .seconds)
                    }
                if case .date(let date) = call.receiver {
                    let start = ZonedTime(local: LocalTime(date: date), zone: call.run.zone)
                    return try CalendarMoves.shift(.time(start), duration, sign, call)
                }
                return try CalendarMoves.shift(call.receiver, duration, sign, call)
            }
        }
        for (unit, names) in CalendarMoves.units {
            for name in names {
                let kinds: KindSet = unit == .months || unit == .years ? .integer : .number
                table.add(name, on: kinds, gives: .duration, "So many \(unit.name).", "2.\(name)", "2 \(unit.name)") {
                    call in
                    .duration(CalendarDuration(try call.number.decimal, unit))
                }
            }
        }
        table.add("fortnights", on: .number, gives: .duration, "So many times two weeks.", "1.fortnights", "2 weeks") {
            call in
            .duration(
                CalendarDuration(
                    try call.calculate { [number = try call.number] () throws(NumberFault) in
                        try Number.multiply(number, .integer(2))
                    }.number?.decimal ?? DecimalNumber(0), .weeks))
        }
        return table
    }
}
