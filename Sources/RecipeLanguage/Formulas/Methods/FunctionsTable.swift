// Functions without a receiver: time, properties, look-ups, conversions.

import BigInt
import JSONCore

extension FunctionTables {
    static func functions() -> MethodTable {
        var table = MethodTable("functions")
        table.add(
            "now", on: [], gives: .time, "The job's time, the same for the whole job, in the workspace's zone.",
            "now.year >= 2024", "true"
        ) {
            .time($0.run.now)
        }
        table.add(
            "today", on: [], gives: .date, "The job's date in the workspace's zone.", "today == now.to_date", "true"
        ) {
            .date($0.run.now.local.date)
        }
        table.add(
            "properties", on: [], gives: .object, "The workspace's properties, by name: properties.region.",
            "properties.to_h.keys",
            "[]"
        ) { .jsonObject($0.run.environment.properties) }
        table.add(
            "lookup", on: [], "table: text, **columns: any", gives: [.object, .null],
            "The first row of a table whose columns have the given values; nil when none has.",
            "lookup('territories', country: 'NO')", "nil"
        ) { call throws(FormulaError) in try Lookup.row(call) }
        return table
    }
}

/// Rows of the workspace's tables.
enum Lookup {
    static func row(_ call: Call) throws(FormulaError) -> Value {
        let table = try call.string(0)
        guard let conditions = call[1]?.members else {
            throw call.bad(
                "lookup needs a column to look in", "write: lookup('\(table)', column: value)['other column']")
        }
        guard let tables = call.run.environment.tables else { return .null }
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
