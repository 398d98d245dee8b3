// Functions without a receiver: time, properties, look-ups, ids.

import BigInt
import Crypto
import JSONCore

extension FunctionTables {
    static func functions() -> MethodTable {
        var table = MethodTable("functions")
        for name in ["now", "Time.now", "Time.current", "Time.zone.now", "DateTime.now", "DateTime.current"] {
            table.add(
                name, on: [], gives: .time, "The job's time, the same for the whole job, in the workspace's zone.",
                "\(name) == now", "true"
            ) { .time($0.run.now) }
        }
        for name in ["today", "Date.today", "Date.current", "Time.zone.today"] {
            table.add(
                name, on: [], gives: .date, "The job's date in the workspace's zone.", "\(name) == now.to_date", "true"
            ) { .date($0.run.now.local.date) }
        }
        for name in ["Time.zone.parse", "Time.parse", "DateTime.parse"] {
            let isZoned = name == "Time.zone.parse"
            table.add(
                name, on: [], "text: text", gives: isZoned ? [.time, .null] : .time,
                "Reads a time; without an offset it counts as \(isZoned ? "the workspace's zone" : "UTC").",
                "\(name)('2024-07-01 12:00').hour", "12"
            ) { call in
                let text = try call.string(0)
                let today = isZoned ? call.run.now.local.date : call.run.now.shown(in: .utc).local.date
                guard
                    let read = TimeText.parse(
                        text, today: today, completesYears: !isZoned, overflows: name != "DateTime.parse")
                else {
                    // As in Ruby, a text with nothing of a date in it is nil.
                    if isZoned, !text.utf8.contains(where: { (0x30...0x39).contains($0) }) { return .null }
                    throw call.fail(
                        "bad_date", "\(name) could not read \(Call.shown(text))", "write it like 2024-03-08 10:00")
                }
                let time = read.time(defaultZone: isZoned ? call.run.zone : .local)
                return .time(isZoned ? time.shown(in: call.run.zone) : time)
            }
        }
        table.add(
            "Date.parse", on: [], "text: text", gives: .date, "Reads a date.", "Date.parse('8 March 2024')",
            "2024-03-08"
        ) { call in
            let text = try call.string(0)
            guard
                let read = TimeText.parse(
                    text, ignoresClock: true, today: call.run.now.local.date, completesYears: true)
            else {
                throw call.fail("bad_date", "Date.parse could not read \(Call.shown(text))", "write it like 2024-03-08")
            }
            return .date(read.date)
        }
        for name in ["Date.strptime", "Time.strptime", "DateTime.strptime", "Time.zone.strptime"] {
            table.add(
                name, on: [], "text: text, format: text", gives: [.date, .time], "Reads a date or time by a pattern.",
                "\(name)('08.03.2024', '%d.%m.%Y').year", "2024"
            ) { call in
                let (text, format) = (try call.string(0), try call.string(1))
                let isZoned = name == "Time.zone.strptime"
                let now = call.run.now.shown(in: isZoned ? call.run.zone : .utc).local
                guard let read = TimePatternReader.read(text, format, now: now, isDate: name == "Date.strptime") else {
                    throw call.fail(
                        "bad_date", "\(name) could not read \(Call.shown(text)) as \(Call.shown(format))",
                        "check the format")
                }
                if name == "Date.strptime" { return .date(read.date) }
                let time = read.time(defaultZone: isZoned ? call.run.zone : .local)
                return .time(isZoned ? time.shown(in: call.run.zone) : time)
            }
        }
        for name in ["Date.new", "Time.new", "Time.utc", "Time.zone.local", "DateTime.new"] {
            table.add(
                name, on: [],
                "year: integer, month: integer?, day: integer?, hour: integer?, minute: integer?, second: integer?",
                gives: [.date, .time], "A date or time from its parts.", "\(name)(2024, 3, 8).day", "8"
            ) { call in
                let parts = try call.arguments.map { try call.integer($0) }
                func part(_ index: Int, _ fallback: Int) -> Int { index < parts.count ? parts[index] : fallback }
                let isDate = name.hasPrefix("Date")
                guard let date = CivilDate.counted(part(0, 0), part(1, 1), part(2, 1), fromEnd: isDate) else {
                    throw call.bad("there is no such date")
                }
                if name == "Date.new" { return .date(date) }
                guard (0...23).contains(part(3, 0)), (0...59).contains(part(4, 0)), (0...59).contains(part(5, 0)) else {
                    throw call.bad("there is no such time of day")
                }
                let local = LocalTime(date: date, secondOfDay: part(3, 0) * 3600 + part(4, 0) * 60 + part(5, 0))
                return .time(
                    ZonedTime(
                        local: local,
                        zone: name == "Time.zone.local" ? call.run.zone : name == "Time.new" ? .local : .utc))
            }
        }
        for name in ["Date.valid_date?", "Date.valid_civil?"] {
            table.add(
                name, on: [], "year: integer, month: integer, day: integer", gives: .boolean,
                "Whether there is such a date.", "\(name)(2024, 2, 30)", "false"
            ) { call in
                let (year, month, day) = (try call.integer(0), try call.integer(1), try call.integer(2))
                return .bool(CivilDate.counted(year, month, day, fromEnd: true) != nil)
            }
        }
        for name in ["Date.leap?", "Date.gregorian_leap?"] {
            table.add(
                name, on: [], "year: integer", gives: .boolean, "Whether a year has a 29th of February.",
                "\(name)(2024)", "true"
            ) { .bool(CivilDate(year: try $0.integer(0), month: 2, day: 29) != nil) }
        }
        for name in ["Time.at", "Time.zone.at"] {
            table.add(
                name, on: [], "seconds: number", gives: .time, "Seconds since 1970 as a time.", "\(name)(0).utc.year",
                "1970"
            ) { call in
                guard let (whole, fraction) = try call.number(call[0] ?? .null).decimal.secondsAndNanoseconds,
                    let time = ZonedTime(seconds: 0, nanoseconds: 0, zone: name == "Time.at" ? .local : call.run.zone)
                        .adding(seconds: whole, nanoseconds: fraction)
                else {
                    throw call.bad("the number is no time within reach")
                }
                return .time(time)
            }
        }
        table.add(
            "Time.zone.name", on: [], gives: .string, "The name of the workspace's zone.", "Time.zone.name",
            "\"America/Los_Angeles\""
        ) { .string($0.run.environment.timeZone) }
        table.add(
            "properties", on: [], gives: .object, "The workspace's properties, by name: properties.region.",
            "properties.region", "\"north\""
        ) { .jsonObject($0.run.environment.properties) }
        table.add(
            "lookup", on: [], "table: text, **columns: any", gives: [.object, .null],
            "The first row of a table whose columns have the given values; nil when none has.",
            "lookup('territories', country: 'NO')['owner']", "\"ann\""
        ) { try Lookup.row($0) }
        table.add(
            "data_table_lookup", on: [], "project: any, table: text, **columns: any", gives: [.object, .null],
            "As lookup; the project does not count, as a workspace is one.",
            "data_table_lookup('sales', 'territories', country: 'NO')['owner']", "\"ann\""
        ) { try Lookup.row($0) }
        for name in ["uuid", "workato.uuid"] {
            table.add(
                name, on: [], gives: .string, "A new id; the same again when a job resumes.", "\(name).length", "36"
            ) { .string(DerivedRandom.uuid($0.run)) }
        }
        table.add(
            "rand", on: [], "limit: any?", gives: .number, "Refused: a resumed job would see another number; use uuid.",
            "uuid.length", "36"
        ) { call in
            throw call.fail("unknown_function", FormulaParser.noRandom, "use uuid")
        }
        return table
    }
}

extension CivilDate {
    /// The date of a year, month and day; with `fromEnd`, months and days below zero count from the end, as in `Date.new`.
    fileprivate static func counted(_ year: Int, _ month: Int, _ day: Int, fromEnd: Bool) -> CivilDate? {
        let month = fromEnd && (-12 ... -1).contains(month) ? month + 13 : month
        guard fromEnd, (-31 ... -1).contains(day) else { return CivilDate(year: year, month: month, day: day) }
        guard years.contains(year), (1...12).contains(month) else { return nil }
        return CivilDate(year: year, month: month, day: daysIn(year: year, month: month) + day + 1)
    }
}

/// Rows of the workspace's tables.
enum Lookup {
    static func row(_ call: Call) throws -> Value {
        // The table and its columns come last; a project may come first.
        let place = call.name == "data_table_lookup" ? 1 : 0
        let table = try call.string(place)
        guard let conditions = call[place + 1]?.members else {
            throw call.bad(
                "\(call.name) needs a column to look in", "write: lookup('\(table)', column: value)['other column']")
        }
        guard let tables = call.run.environment.tables else {
            throw call.bad("there is no table \(Call.shown(table))", "put it into Tables/\(table).csv")
        }
        var wanted: [(column: String, value: JSON)] = []
        for entry in conditions.entries {
            do { wanted.append((entry.key.text, try entry.value.json())) } catch { throw error.at(call.range) }
        }
        do {
            return try tables.firstRow(of: table, where: wanted).map { .jsonObject($0) } ?? .null
        } catch {
            throw call.bad("\(error)")
        }
    }
}

/// Values that look random and are the same whenever the same step of the same job is evaluated again.
enum DerivedRandom {
    /// A version 4 UUID from the job's seed, the step's address and the number of the draw.
    static func uuid(_ run: Evaluation) -> String {
        let text = "\(run.environment.seed)\u{0}\(run.address)\u{0}\(run.nextDraw())"
        var bytes = Array(SHA256.hash(data: Array(text.utf8)).prefix(16))
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        let hex = Array(Encodings.hex(bytes))
        return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(hex[$0]) }.joined(separator: "-")
    }
}
