// Methods of dates and times: parts, zones, printing, reading.

import BigInt
import JSONCore

extension FunctionTables {
    static func times() -> MethodTable {
        var table = MethodTable("date and time")
        let parts:
            [(names: [String], kinds: KindSet, help: String, answer: String, read: @Sendable (LocalTime) -> Int)] = [
                (["year"], .moment, "The year.", "2024", { $0.date.parts.year }),
                (["month", "mon"], .moment, "The month, 1 to 12.", "3", { $0.date.parts.month }),
                (["day", "mday"], .moment, "The day of the month.", "8", { $0.date.parts.day }),
                (["wday"], .moment, "The day of the week; Sunday is 0.", "5", { $0.date.weekday }),
                (
                    ["cwday"], .date, "The day of the week; Monday is 1, Sunday 7.", "5",
                    { $0.date.weekday == 0 ? 7 : $0.date.weekday }
                ),
                (["yday"], .moment, "The day of the year.", "68", { $0.date.dayOfYear }),
                (["yweek", "cweek"], .moment, "The ISO week of the year.", "10", { $0.date.isoWeek.week }),
                (["cwyear"], .date, "The year its ISO week belongs to.", "2024", { $0.date.isoWeek.year }),
                (["hour"], .time, "The hour, 0 to 23.", "0", { $0.hour }),
                (["min"], .time, "The minute.", "0", { $0.minute }),
                (["sec"], .time, "The second.", "0", { $0.second }),
                (["usec"], .time, "The microseconds.", "0", { $0.nanoseconds / 1000 }),
                (["nsec"], .time, "The nanoseconds.", "0", { $0.nanoseconds }),
                (["seconds_since_midnight"], .time, "Seconds since the day began.", "0", { $0.secondOfDay }),
            ]
        for part in parts {
            for name in part.names {
                let isClock = part.kinds == .time
                table.add(
                    name, on: part.kinds, gives: .integer, part.help,
                    "'2024-03-08'\(isClock ? ".to_time" : ".to_date").\(name)", part.answer
                ) { call in
                    .integer(part.read(Moments.local(call.receiver)))
                }
            }
        }
        table.add(
            "quarter", on: .moment, gives: .integer, "The quarter of the year.", "'2024-05-01'.to_date.quarter", "2"
        ) { .integer((Moments.local($0.receiver).date.parts.month + 2) / 3) }
        for (index, name) in TimePattern.weekdays.enumerated() {
            table.add(
                "\(name.lowercased())?", on: .moment, gives: .boolean, "Whether it is a \(name).",
                "'2024-03-08'.to_date.\(name.lowercased())?", index == 5 ? "true" : "false"
            ) {
                .bool(Moments.local($0.receiver).date.weekday == index)
            }
        }
        table.add(
            "on_weekend?", on: .moment, gives: .boolean, "Whether it is a Saturday or Sunday.",
            "'2024-03-08'.to_date.on_weekend?", "false"
        ) { .bool([0, 6].contains(Moments.local($0.receiver).date.weekday)) }
        table.add(
            "on_weekday?", on: .moment, gives: .boolean, "Whether it is none.", "'2024-03-08'.to_date.on_weekday?",
            "true"
        ) { .bool(![0, 6].contains(Moments.local($0.receiver).date.weekday)) }
        table.add(
            "leap?", on: .date, gives: .boolean, "Whether its year has 366 days.", "'2024-03-08'.to_date.leap?", "true"
        ) { .bool(CivilDate.isLeap(Moments.local($0.receiver).date.parts.year)) }
        for (name, order) in [("past?", -1), ("future?", 1)] {
            table.add(
                name, on: .moment, gives: .boolean, "Whether it lies \(order < 0 ? "before" : "after") now.",
                "'2000-01-01'.to_date.\(name)", order < 0 ? "true" : "false"
            ) { call in
                if case .date(let date) = call.receiver {
                    let today = call.run.now.local.date
                    return .bool(order < 0 ? date < today : date > today)
                }
                guard case .time(let time) = call.receiver else { return .null }
                return .bool(ZonedTime.compare(time, call.run.now) == order)
            }
        }
        table.add("today?", on: .moment, gives: .boolean, "Whether it is today.", "today.today?", "true") { call in
            if case .time(let time) = call.receiver {
                return .bool(time.shown(in: call.run.zone).local.date == call.run.now.local.date)
            }
            return .bool(Moments.local(call.receiver).date == call.run.now.local.date)
        }
        for name in ["before?", "after?"] {
            table.add(
                name, on: .moment, "other: any", gives: .boolean, "Whether it lies \(name.dropLast()) another.",
                "'2024-01-01'.to_date.\(name)('2024-02-01'.to_date)", name == "before?" ? "true" : "false"
            ) { call in
                guard let order = call[0].flatMap({ call.receiver.compare($0) }) else {
                    throw call.wrong(call[0] ?? .null, wanted: "a date or time")
                }
                return .bool(name == "before?" ? order < 0 : order > 0)
            }
        }
        table.add(
            "strftime", on: .moment, "format: text", gives: .string,
            "As text by a pattern: %Y year, %m month, %d day, %H hour, %M minute, %S second, …",
            "'2024-03-08'.to_date.strftime('%d.%m.%Y')", "\"08.03.2024\""
        ) { call in
            let time = Moments.time(call.receiver)
            return try call.made(TimePattern.write(call.string(0), time, isDate: call.receiver.kind == .date))
        }
        for name in ["to_s", "to_fs", "to_formatted_s"] {
            table.add(
                name, on: .moment, "format: text?", gives: .string,
                "As text: ISO order, or :short, :long, :db, :number, :iso8601, …",
                "'2024-03-08'.to_date.\(name)(:long)", "\"March 8, 2024\""
            ) { try Moments.text($0) }
        }
        for name in ["iso8601", "xmlschema"] {
            table.add(
                name, on: .moment, "digits: integer?", gives: .string, "As ISO 8601 text.",
                "'2024-03-08'.to_date.\(name)", "\"2024-03-08\""
            ) { call in
                if case .time(let time) = call.receiver {
                    return .string(time.isoText(digits: max(0, min(9, try call[0].map { try call.integer($0) } ?? 0))))
                }
                return .string(call.receiver.text)
            }
        }
        for name in ["rfc2822", "rfc822"] {
            table.add(
                name, on: .time, gives: .string, "As mail headers write it.", "'2024-03-08 10:00'.to_time.\(name)",
                "\"Fri, 08 Mar 2024 10:00:00 -0000\""
            ) { call in
                let time = Moments.time(call.receiver)
                let offset = time.zone.name == nil && time.isUTC ? "-0000" : "%z"
                return .string(TimePattern.write("%a, %d %b %Y %H:%M:%S " + offset, time))
            }
        }
        table.add(
            "httpdate", on: .time, gives: .string, "As HTTP headers write it.", "'2024-03-08 10:00'.to_time.httpdate",
            "\"Fri, 08 Mar 2024 10:00:00 GMT\""
        ) { .string(TimePattern.write("%a, %d %b %Y %H:%M:%S GMT", Moments.time($0.receiver).shown(in: .utc))) }
        table.add("to_i", on: .time, gives: .integer, "Seconds since 1970.", "'1970-01-02'.to_time.to_i", "86400") {
            .integer(Moments.time($0.receiver).seconds)
        }
        table.add(
            "to_f", on: .time, gives: .decimal, "Seconds since 1970 with their fraction.", "'1970-01-02'.to_time.to_f",
            "86400.0"
        ) { call in
            Value(
                TimeArithmetic.difference(
                    Moments.time(call.receiver), ZonedTime(seconds: 0, nanoseconds: 0, zone: .utc)))
        }
        table.add(
            "to_r", on: .time, gives: .rational, "Seconds since 1970 as a fraction.", "'1970-01-02'.to_time.to_r",
            "(86400/1)"
        ) { call in
            .big(
                BigNumber(
                    .rational(
                        Rational(
                            TimeArithmetic.difference(
                                Moments.time(call.receiver), ZonedTime(seconds: 0, nanoseconds: 0, zone: .utc))))))
        }
        table.add("to_date", on: .moment, gives: .date, "The date.", "'2024-03-08 10:00'.to_time.to_date", "2024-03-08")
        { .date(Moments.local($0.receiver).date) }
        table.add(
            "to_date", on: .text, "format=text", gives: [.date, .null],
            "Reads a date; the format says in which order: 'DD/MM/YYYY' or '%d/%m/%Y'.",
            "'08/03/2024'.to_date(format: 'DD/MM/YYYY')", "2024-03-08"
        ) { try Moments.readDate($0) }
        table.add(
            "to_time", on: .text, "form: text?, format=text", gives: [.time, .null],
            "Reads a time; without an offset it counts as UTC.", "'2024-03-08 10:00'.to_time.hour", "10"
        ) { try Moments.readTime($0) }
        table.add(
            "to_datetime", on: .text, gives: [.time, .null], "Reads a time; without an offset it counts as UTC.",
            "'2024-03-08 10:00'.to_datetime.hour", "10"
        ) { try Moments.readTime($0) }
        for name in ["to_time", "to_datetime"] {
            table.add(
                name, on: .moment, "form: text?", gives: .time, "As a time; a date is its start in UTC.",
                "'2024-03-08'.to_date.\(name).hour", "0"
            ) { call in
                if case .time = call.receiver { return call.receiver }
                return .time(Moments.time(call.receiver))
            }
        }
        table.add(
            "to_time", on: .number, gives: .time, "Seconds since 1970 as a time in UTC.", "0.to_time.year", "1970"
        ) { call in
            guard let (whole, fraction) = try call.number.decimal.secondsAndNanoseconds,
                let time = ZonedTime(seconds: 0, nanoseconds: 0, zone: .utc).adding(
                    seconds: whole, nanoseconds: fraction)
            else {
                throw call.bad("the number is no time within reach")
            }
            return .time(time)
        }
        for name in ["in_time_zone", "localtime"] {
            table.add(
                name, on: [.time, .date, .text], "zone: text?", gives: .time,
                "The same instant in another zone, an IANA name; the workspace's zone when none is given.",
                "'2024-03-08 10:00'.to_time.\(name)('Europe/Paris').hour", "11"
            ) { try Moments.inZone($0) }
        }
        for name in ["utc", "getutc", "gmtime", "getgm"] {
            table.add(
                name, on: .time, gives: .time, "The same instant in UTC.",
                "'2024-03-08T10:00+02:00'.to_time.\(name).hour", "8"
            ) { .time(Moments.time($0.receiver).shown(in: .utc)) }
        }
        for name in ["utc?", "gmt?"] {
            table.add(name, on: .time, gives: .boolean, "Whether it is in UTC.", "'2024-03-08'.to_time.\(name)", "true")
            { .bool(Moments.time($0.receiver).isUTC) }
        }
        for name in ["utc_offset", "gmt_offset"] {
            table.add(
                name, on: .time, gives: .integer, "Seconds east of UTC.", "'2024-03-08T10:00+02:00'.to_time.\(name)",
                "7200"
            ) { .integer(Moments.time($0.receiver).offset.seconds) }
        }
        table.add(
            "formatted_offset", on: .time, "colon: boolean?", gives: .string, "The offset from UTC as text.",
            "'2024-03-08T10:00+02:00'.to_time.formatted_offset", "\"+02:00\""
        ) { .string(ZonedTime.offsetText(Moments.time($0.receiver).offset.seconds, colon: $0[0]?.isTrue ?? true)) }
        table.add(
            "zone", on: .time, gives: [.string, .null], "The abbreviation of its zone.", "'2024-03-08'.to_time.zone",
            "\"UTC\""
        ) { call in
            let name = TimePattern.zoneName(Moments.time(call.receiver))
            return name.isEmpty ? .null : .string(name)
        }
        for name in ["dst?", "isdst"] {
            table.add(
                name, on: .time, gives: .boolean, "Whether clocks are on summer time.",
                "'2024-07-01'.to_time.in_time_zone('Europe/Paris').\(name)", "true"
            ) { .bool(Moments.time($0.receiver).offset.isDaylight) }
        }
        return table
    }
}

/// Reading and showing dates and times.
enum Moments {
    /// A date as its start in UTC.
    static func time(_ value: Value) -> ZonedTime {
        switch value {
        case .time(let time): time
        case .date(let date): ZonedTime(local: LocalTime(date: date), zone: .utc)
        default: ZonedTime(seconds: 0, nanoseconds: 0, zone: .utc)
        }
    }

    static func local(_ value: Value) -> LocalTime {
        if case .date(let date) = value { return LocalTime(date: date) }
        return time(value).local
    }

    static func readDate(_ call: Call) throws -> Value {
        let text = try call.text
        if let format = call.keyword("format"), !Blank.isBlank(format) {
            guard let read = TimePatternReader.read(text, try call.string(format)) else {
                throw call.fail(
                    "bad_date", "to_date could not read \(Call.shown(text)) as \(Call.shown(format.text))",
                    "check the format")
            }
            return .date(read.date)
        }
        if Blank.isBlank(.string(text)) { return .null }
        guard let read = TimeText.parse(text) else {
            throw call.fail(
                "bad_date", "to_date could not read \(Call.shown(text))",
                "add format: 'DD/MM/YYYY' (or the order it has)")
        }
        return .date(read.date)
    }

    static func readTime(_ call: Call) throws -> Value {
        let text = try call.text
        if let format = call.keyword("format"), !Blank.isBlank(format) {
            guard let read = TimePatternReader.read(text, try call.string(format)) else {
                throw call.fail(
                    "bad_date", "to_time could not read \(Call.shown(text)) as \(Call.shown(format.text))",
                    "check the format")
            }
            return .time(read.time(defaultZone: .utc))
        }
        if Blank.isBlank(.string(text)) { return .null }
        guard let read = TimeText.parse(text) else {
            throw call.fail(
                "bad_date", "\(call.name) could not read \(Call.shown(text))",
                "add format: '%d/%m/%Y %H:%M' (or the form it has)")
        }
        return .time(read.time(defaultZone: .utc))
    }

    static func zone(_ call: Call, _ value: Value?) throws -> Zone {
        guard let value else { return call.run.zone }
        let name = try call.string(value)
        guard let zone = Zone.named(ZoneNames.iana(name)) else {
            throw call.bad("there is no time zone \(Call.shown(name))", "use a name like 'Europe/Paris' or 'UTC'")
        }
        return zone
    }

    static func inZone(_ call: Call) throws -> Value {
        let zone = try zone(call, call[0])
        switch call.receiver {
        case .time(let time): return .time(time.shown(in: zone))
        case .date(let date): return .time(ZonedTime(local: LocalTime(date: date), zone: zone))
        default:
            guard let read = TimeText.parse(try call.text) else {
                throw call.fail(
                    "bad_date", "in_time_zone could not read \(Call.shown(try call.text))",
                    "write it like 2024-03-08 10:00")
            }
            return .time(read.time(defaultZone: zone).shown(in: zone))
        }
    }

    private static let dateFormats = [
        "short": "%d %b", "long": "%B %d, %Y", "db": "%Y-%m-%d", "number": "%Y%m%d", "rfc822": "%d %b %Y",
        "inspect": "%Y-%m-%d",
        "iso8601": "%Y-%m-%d",
    ]
    private static let timeFormats = [
        "short": "%d %b %H:%M", "long": "%B %d, %Y %H:%M", "number": "%Y%m%d%H%M%S", "nsec": "%Y%m%d%H%M%S%9N",
        "usec": "%Y%m%d%H%M%S%6N", "time": "%H:%M", "rfc822": "%a, %d %b %Y %H:%M:%S %z",
    ]

    static func text(_ call: Call) throws -> Value {
        guard let given = call[0] else { return .string(call.receiver.text) }
        let format = try call.string(given)
        let time = time(call.receiver)
        let day = TimePattern.write("%-d", time)
        if case .date = call.receiver {
            if format == "long" { return .string(TimePattern.write("%B %-d, %Y", time)) }
            if format == "long_ordinal" {
                return .string(TimePattern.write("%B ", time) + ordinal(day) + TimePattern.write(", %Y", time))
            }
            return .string(dateFormats[format].map { TimePattern.write($0, time) } ?? call.receiver.text)
        }
        switch format {
        case "db": return .string(TimePattern.write("%Y-%m-%d %H:%M:%S", time.shown(in: .utc)))
        case "iso8601", "xmlschema": return .string(time.isoText(digits: 0))
        case "long_ordinal":
            return .string(TimePattern.write("%B ", time) + ordinal(day) + TimePattern.write(", %Y %H:%M", time))
        default: return .string(timeFormats[format].map { TimePattern.write($0, time) } ?? time.rubyText)
        }
    }

    private static func ordinal(_ day: String) -> String {
        switch day {
        case "1", "21", "31": day + "st"
        case "2", "22": day + "nd"
        case "3", "23": day + "rd"
        default: day + "th"
        }
    }
}
