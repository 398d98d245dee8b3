// Reading and showing dates and times.

import BigInt
import JSONCore

/// Reading and showing dates and times.
enum Moments {
    /// A date as its start in UTC, as Ruby has it on a server set to UTC.
    static func time(_ value: Value) -> ZonedTime {
        switch value {
        case .time(let time): time
        case .date(let date): ZonedTime(local: LocalTime(date: date), zone: .local)
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
            let now = call.run.now.local
            guard let read = TimePatternReader.read(text, try call.string(format), now: now, isDate: true) else {
                throw call.fail(
                    "bad_date", "to_date could not read \(Call.shown(text)) as \(Call.shown(format.text))",
                    "check the format")
            }
            return .date(read.date)
        }
        if Blank.isBlank(.string(text)) { return .null }
        guard let read = TimeText.parse(text, ignoresClock: true, today: call.run.now.local.date) else {
            throw call.fail(
                "bad_date", "to_date could not read \(Call.shown(text))",
                "add format: 'DD/MM/YYYY' (or the order it has)")
        }
        return .date(read.date)
    }

    static func readTime(_ call: Call) throws -> Value {
        let text = try call.text
        if let format = call.keyword("format"), !Blank.isBlank(format) {
            let now = call.run.now.shown(in: .utc).local
            guard let read = TimePatternReader.read(text, try call.string(format), now: now, isDate: false) else {
                throw call.fail(
                    "bad_date", "to_time could not read \(Call.shown(text)) as \(Call.shown(format.text))",
                    "check the format")
            }
            return .time(read.time(defaultZone: .local).shown(in: .local))
        }
        if Blank.isBlank(.string(text)) { return .null }
        let today = call.run.now.shown(in: .utc).local.date
        guard let read = TimeText.parse(text, today: today, overflows: call.name == "to_time") else {
            // As in Ruby, a text with nothing of a date in it is nil.
            guard text.utf8.contains(where: { (0x30...0x39).contains($0) }) else { return .null }
            throw call.fail(
                "bad_date", "\(call.name) could not read \(Call.shown(text))",
                "add format: '%d/%m/%Y %H:%M' (or the form it has)")
        }
        return .time(read.time(defaultZone: .local).shown(in: .local))
    }

    static func zone(_ call: Call, _ value: Value?) throws -> Zone {
        guard let value else { return call.run.zone }
        if value.isNull { return .utc }
        if value.kind.isNumeric {
            let hours = try call.integer(value)
            guard let zone = ZoneNames.first(hours: hours).flatMap(Zone.named) else {
                throw call.bad(
                    "there is no time zone \(hours) hours from UTC", "use a name like 'Europe/Paris' or 'UTC'")
            }
            return zone
        }
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
            let today = call.run.now.shown(in: zone).local.date
            guard let read = TimeText.parse(try call.text, today: today, overflows: true) else {
                guard try call.text.utf8.contains(where: { (0x30...0x39).contains($0) }) else { return .null }
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
        "inspect": "%Y-%m-%d %H:%M:%S.%9N %z",
    ]

    static func text(_ call: Call) throws -> Value {
        guard let given = call[0], given.kind == .string else { return .string(call.receiver.text) }
        let format = try call.string(given)
        let time = time(call.receiver)
        let day = TimePattern.write("%-d", time)
        if case .date = call.receiver {
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
