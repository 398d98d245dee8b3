// Methods of dates and times: counted moves, other names of starts and ends, day numbers, rounding.

import BigInt
import JSONCore

extension FunctionTables {
    static func calendarCounts() -> MethodTable {
        var table = MethodTable("calendar")
        for unit in ["days", "weeks", "months", "years"] {
            for (name, sign) in [("\(unit)_ago", -1), ("\(unit)_since", 1)] {
                table.add(
                    name, on: .moment, "count: integer", gives: .moment,
                    "Moved by so many \(unit) \(sign < 0 ? "back" : "on").", "'2024-06-15'.to_date.\(name)(0)",
                    "2024-06-15"
                ) { call in
                    let kind = CalendarDuration.Unit.allCases.first { $0.name == unit } ?? .days
                    return try CalendarMoves.shift(
                        call.receiver, CalendarDuration(try call.number(call[0] ?? .null).decimal, kind), sign, call)
                }
            }
        }
        for unit in ["day", "hour", "minute", "week", "month", "quarter", "year"] {
            let kinds: KindSet = unit == "hour" || unit == "minute" ? .time : .moment
            table.add(
                "at_end_of_\(unit)", on: kinds, unit == "week" ? "first_day: text?" : "",
                gives: unit == "day" ? .time : kinds, "The end of its \(unit).",
                "'2024-03-08T00:00:00Z'.to_time.at_end_of_\(unit).year", "2024"
            ) { try CalendarMoves.edge($0, unit, isEnd: true) }
        }
        for name in ["at_midday", "at_middle_of_day"] {
            table.add(
                name, on: .moment, gives: .time, "12 o'clock of its day.", "'2024-03-08'.to_date.\(name).hour", "12"
            ) { try $0.send("noon", []) }
        }
        for (name, days) in [("tomorrow?", 1), ("next_day?", 1), ("yesterday?", -1), ("prev_day?", -1)] {
            table.add(
                name, on: .moment, gives: .boolean, "Whether it is \(days > 0 ? "tomorrow" : "yesterday").",
                "today.\(name)", "false"
            ) { call in
                .bool(Moments.local(call.receiver).date.days == call.run.now.local.date.days + days)
            }
        }
        for (name, shift, help) in [
            ("jd", 2_440_588, "The number of its Julian day."),
            ("mjd", 40_587, "The number of its modified Julian day."),
            ("ld", 141_428, "Its number in the calendar of Lilius."),
        ] {
            table.add(
                name, on: .date, gives: .integer, help, "'2024-03-08'.to_date.\(name)", String(19_790 + shift)
            ) { .integer(Moments.local($0.receiver).date.days + shift) }
        }
        for name in ["ctime", "asctime"] {
            table.add(
                name, on: .moment, gives: .string, "As C programs write it.", "'2024-03-08'.to_date.\(name)",
                "\"Fri Mar  8 00:00:00 2024\""
            ) { .string(TimePattern.write("%a %b %e %H:%M:%S %Y", Moments.time($0.receiver))) }
        }
        table.add(
            "gmtoff", on: .time, gives: .integer, "Seconds east of UTC.",
            "'2024-03-08'.to_time.in_time_zone('Asia/Kolkata').gmtoff", "19800"
        ) { .integer(Moments.time($0.receiver).offset.seconds) }
        for (name, kinds) in [("subsec", .time), ("sec_fraction", .time)] as [(String, KindSet)] where name == "subsec"
        {
            table.add(
                name, on: kinds, gives: [.rational, .integer], "The fraction of the second.",
                "'2024-03-08T00:00:00.25Z'.to_time.\(name)", "(1/4)"
            ) { call in
                let rest = Moments.time(call.receiver).nanoseconds
                if rest == 0 { return .integer(0) }
                return .big(BigNumber(.rational(Rational(BigInt(rest), 1_000_000_000))))
            }
        }
        table.add(
            "seconds_until_end_of_day", on: .time, gives: .integer, "Whole seconds until the last one of its day.",
            "'2024-03-08T23:59:00Z'.to_time.seconds_until_end_of_day", "59"
        ) { call in
            guard case .time(let end) = try CalendarMoves.edge(call, "day", isEnd: true) else { return .null }
            // By the clock on the wall, as ActiveSupport counts it on days that clocks change.
            return .integer(end.local.seconds - Moments.local(call.receiver).seconds)
        }
        for (name, rule) in [("round", Rounding.halfUp), ("floor", .floor), ("ceil", .ceiling)] {
            table.add(
                name, on: .time, "digits: integer?", gives: .time, "With so many digits of the second's fraction.",
                "'2024-03-08T00:00:00.75Z'.to_time.\(name).sec", name == "floor" ? "0" : "1"
            ) { call in
                let time = Moments.time(call.receiver)
                let digits = try call[0].map { try call.integer($0) } ?? 0
                guard (0...9).contains(digits) else { throw call.bad("\(name) takes 0 to 9 digits") }
                let rounded = DecimalNumber(BigInt(time.nanoseconds), -9).rounded(digits, rule)
                guard let (seconds, rest) = rounded.secondsAndNanoseconds,
                    let made = ZonedTime(seconds: time.seconds, nanoseconds: 0, zone: time.zone).adding(
                        seconds: seconds, nanoseconds: rest)
                else { throw TimeArithmetic.outOfRange(call.range) }
                return .time(made)
            }
        }
        table.add(
            "to_a", on: .time, gives: .list,
            "Second, minute, hour, day, month, year, weekday, day of the year, summer time, zone.",
            "'2024-03-08'.to_time.to_a.first(6)", "[0, 0, 0, 8, 3, 2024]"
        ) { call in
            let time = Moments.time(call.receiver)
            let (local, parts) = (time.local, time.local.date.parts)
            return .list(
                [
                    local.second, local.minute, local.hour, parts.day, parts.month, parts.year, local.date.weekday,
                    local.date.dayOfYear,
                ]
                .map { .integer($0) } + [.bool(time.offset.isDaylight), .string(TimePattern.zoneName(time))])
        }
        for (name, sign) in [("upto", 1), ("downto", -1)] {
            table.add(
                name, on: .date, "last: date", gives: .list, "The days from it \(sign > 0 ? "up" : "down") to another.",
                sign > 0
                    ? "'2024-02-28'.to_date.upto('2024-03-01'.to_date).to_a.length"
                    : "'2024-03-01'.to_date.downto('2024-02-28'.to_date).to_a.length", "3"
            ) { call in
                let from = Moments.local(call.receiver).date.days
                guard case .date(let last)? = call[0] else { throw call.wrong(call[0] ?? .null, wanted: "a date") }
                try call.run.charge(abs(last.days - from) * 8, call.range)
                return .pending(
                    PendingCall(
                        "each",
                        ValueList(
                            stride(from: from, through: last.days, by: sign).map { .date(CivilDate(days: $0)) })))
            }
        }
        return table
    }
}
