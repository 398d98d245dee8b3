// Methods of durations.

import BigInt
import JSONCore

extension FunctionTables {
    static func durations() -> MethodTable {
        var table = MethodTable("duration")
        for (names, sign) in [(["from_now", "since", "after"], 1), (["ago", "until", "before"], -1)] {
            for name in names {
                table.add(
                    name, on: .duration, "time: any?", gives: [.time, .date],
                    "The time so far \(sign > 0 ? "after" : "before") now, or a given time.",
                    "1.day.\(name)('2024-03-08'.to_date)", sign > 0 ? "2024-03-09" : "2024-03-07"
                ) { call in
                    guard case .duration(let duration) = call.receiver else { return .null }
                    return try CalendarMoves.shift(call[0] ?? .time(call.run.now), duration, sign, call)
                }
            }
        }
        table.add("to_i", on: .duration, gives: .integer, "Its seconds, whole.", "2.hours.to_i", "7200") { call in
            Value(whole: try call.number.decimal.rounded(0, .towardsZero).integer ?? 0)
        }
        table.add("to_f", on: .duration, gives: .decimal, "Its seconds.", "2.hours.to_f", "7200.0") { call in
            let seconds = try call.number.decimal
            return Value(seconds.withPoint)
        }
        for unit in CalendarDuration.Unit.allCases {
            table.add(
                "in_\(unit.name)", on: .duration, gives: .number, "Its length in \(unit.name).",
                "2.\(unit.name).in_\(unit.name)", unit == .seconds ? "2" : "2.0"
            ) { call in
                let whole = try call.number.decimal.rounded(0, .towardsZero)
                if unit == .seconds { return Value(whole: whole.integer ?? 0) }
                return try call.calculate { () throws(NumberFault) in
                    let result = try Number.quotient(.decimal(whole), .integer(unit.seconds)).decimal
                    return .decimal(result.withPoint)
                }
            }
        }
        table.add(
            "iso8601", on: .duration, gives: .string, "As ISO 8601 text.", "(2.hours + 30.minutes).iso8601",
            "\"PT2H30M\""
        ) { call in
            if case .duration(let duration) = call.receiver { .string(duration.isoText) } else { .null }
        }
        return table
    }
}
