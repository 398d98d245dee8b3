// Methods of dates and times: printing, reading, zones.

import BigInt
import JSONCore

extension FunctionTables {
    static func timeTexts() -> MethodTable {
        var table = MethodTable("date and time")
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
                name, on: .moment, "format: any?", gives: .string,
                "As text: ISO order, or :short, :long, :db, :number, :iso8601, …",
                "'2024-03-08'.to_date.\(name)(:long)", "\"March 08, 2024\""
            ) { try Moments.text($0) }
        }
        for name in ["iso8601", "xmlschema"] {
            table.add(
                name, on: .moment, "digits: integer?", gives: .string, "As ISO 8601 text.",
                "'2024-03-08T10:00:00Z'.to_time.utc.\(name)", "\"2024-03-08T10:00:00Z\""
            ) { call in
                if case .time(let time) = call.receiver {
                    return .string(time.isoText(digits: max(0, min(9, try call[0].map { try call.integer($0) } ?? 0))))
                }
                guard call[0] == nil else { throw call.bad("a date has no digits of a second") }
                guard name == "xmlschema", case .date(let date) = call.receiver else {
                    return .string(call.receiver.text)
                }
                return .string(ZonedTime(local: LocalTime(date: date), zone: call.run.zone).isoText(digits: 0))
            }
        }
        table.add(
            "rfc3339", on: .moment, gives: .string, "As RFC 3339 text, an ISO 8601 form.",
            "'2024-03-08'.to_date.rfc3339", "\"2024-03-08T00:00:00+00:00\""
        ) { call in
            if case .time(let time) = call.receiver { return .string(time.isoText(digits: 0)) }
            return .string(call.receiver.text + "T00:00:00+00:00")
        }
        for name in ["rfc2822", "rfc822"] {
            table.add(
                name, on: .moment, gives: .string, "As mail headers write it.", "'2024-03-08 10:00'.to_time.\(name)",
                "\"Fri, 08 Mar 2024 10:00:00 +0000\""
            ) { call in
                let time = Moments.time(call.receiver)
                let isPlainUTC = call.receiver.kind == .time && time.zone.name == nil && time.isUTC
                let day = call.receiver.kind == .date ? "%-d" : "%d"
                let offset = isPlainUTC ? "-0000" : "%z"
                return .string(TimePattern.write("%a, " + day + " %b %Y %H:%M:%S " + offset, time))
            }
        }
        table.add(
            "httpdate", on: .moment, gives: .string, "As HTTP headers write it.", "'2024-03-08 10:00'.to_time.httpdate",
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
            "to_time", on: .text, "form: any?, format=text", gives: [.time, .null],
            "Reads a time; without an offset it counts as UTC.", "'2024-03-08 10:00'.to_time.hour", "10"
        ) { try Moments.readTime($0) }
        table.add(
            "to_datetime", on: .text, gives: [.time, .null], "Reads a time; without an offset it counts as UTC.",
            "'2024-03-08 10:00'.to_datetime.hour", "10"
        ) { try Moments.readTime($0) }
        for name in ["to_time", "to_datetime"] {
            table.add(
                name, on: .moment, "form: any?", gives: .time, "As a time; a date is its start in UTC.",
                "'2024-03-08'.to_date.\(name).hour", "0"
            ) { call in
                if case .time(let time) = call.receiver {
                    // As Ruby on a server set to UTC, whose own zone a plain time is in.
                    return name == "to_time" ? .time(time.shown(in: .local)) : call.receiver
                }
                return .time(Moments.time(call.receiver))
            }
        }
        table.add(
            "to_time", on: .number, gives: .time, "Seconds since 1970 as a time in the workspace's zone.",
            "1709922615.to_time.hour", "10"
        ) { call in
            guard let (whole, fraction) = try call.number.decimal.secondsAndNanoseconds,
                let time = ZonedTime(seconds: 0, nanoseconds: 0, zone: .utc).adding(
                    seconds: whole, nanoseconds: fraction)
            else {
                throw call.bad("the number is no time within reach")
            }
            return .time(time.shown(in: call.run.zone))
        }
        for name in ["in_time_zone", "localtime"] {
            table.add(
                name, on: [.time, .date, .text], "zone: any?", gives: [.time, .null],
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
            table.add(
                name, on: .time, gives: .boolean, "Whether it is in UTC.", "'2024-03-08'.to_time.utc.\(name)", "true"
            ) { .bool(Moments.time($0.receiver).isUTC) }
        }
        for name in ["utc_offset", "gmt_offset"] {
            table.add(
                name, on: .time, gives: .integer, "Seconds east of UTC.",
                "'2024-03-08'.to_time.in_time_zone('Asia/Kolkata').\(name)", "19800"
            ) { .integer(Moments.time($0.receiver).offset.seconds) }
        }
        table.add(
            "formatted_offset", on: .time, "colon: boolean?", gives: .string, "The offset from UTC as text.",
            "'2024-03-08'.to_time.in_time_zone('Asia/Kolkata').formatted_offset", "\"+05:30\""
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
