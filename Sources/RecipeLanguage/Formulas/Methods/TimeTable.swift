// Methods of dates and times: their parts, and questions about them.

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
                (["yweek"], .moment, "The ISO week of the year.", "10", { $0.date.isoWeek.week }),
                (["cweek"], .date, "The ISO week of the year.", "10", { $0.date.isoWeek.week }),
                (["cwyear"], .date, "The year its ISO week belongs to.", "2024", { $0.date.isoWeek.year }),
                (["hour"], .time, "The hour, 0 to 23.", "0", { $0.hour }),
                (["min"], .time, "The minute.", "0", { $0.minute }),
                (["sec"], .time, "The second.", "0", { $0.second }),
                (["usec"], .time, "The microseconds.", "0", { $0.nanoseconds / 1000 }),
                (["nsec"], .time, "The nanoseconds.", "0", { $0.nanoseconds }),
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
            "seconds_since_midnight", on: .time, gives: .decimal, "Seconds since the day began.",
            "'2024-03-08 01:00'.to_time.seconds_since_midnight", "3600.0"
        ) { call in
            let local = Moments.local(call.receiver)
            return Value(
                DecimalNumber(BigInt(local.secondOfDay) * 1_000_000_000 + BigInt(local.nanoseconds), -9).normalised
                    .withPoint)
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
            .bool(Moments.local(call.receiver).date == call.run.now.local.date)
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
        return table
    }
}
