// Methods of lists of objects: where, pluck, format_map and the like.

import JSONCore

extension FunctionTables {
    static func rows() -> MethodTable {
        var table = MethodTable("list of objects")
        table.add(
            "where", on: [.list, .range, .object], "**conditions: any", gives: .list,
            "The rows that meet all conditions; a key may end with an operator: 'id >': 5. A list means any of its values.",
            "[{id: 1}, {id: 7}].where('id >': 5)", "[{\"id\"=>7}]"
        ) { call in
            guard let conditions = call[0]?.members, conditions.count > 0 else { return try Rows.rows(call).value }
            return try Rows.filter(Rows.rows(call), conditions, negated: false, call)
        }
        table.add(
            "not", on: .list, "**conditions: any", gives: .list,
            "After where: the rows that don't meet the conditions.", "[{id: 1}, {id: 7}].where.not(id: 7)",
            "[{\"id\"=>1}]"
        ) {
            call in
            guard let conditions = call[0]?.members, conditions.count > 0 else { return try Rows.rows(call).value }
            return try Rows.filter(Rows.rows(call), conditions, negated: true, call)
        }
        table.add(
            "pluck", on: .list, "keys: any…", gives: .list,
            "The values of one key of all rows; lists of values for several keys.", "[{id: 1}, {id: 2}].pluck('id')",
            "[1, 2]"
        ) { call in
            let keys = try call.arguments.map { key in
                if let path = key.list { return Array(path) }
                guard key.kind == .string || key.kind == .integer else {
                    throw call.wrong(key, wanted: "the name of a key, or a position for rows that are lists")
                }
                return [key]
            }
            guard let first = keys.first else { throw call.bad("pluck needs the name of a key", "write: .pluck('id')") }
            let list = try call.list
            try call.run.charge(list.count * keys.count * 8, call.range)
            try call.run.tick(list.count, call.range)
            var made: [Value] = []
            made.reserveCapacity(list.count)
            for row in list {
                if keys.count == 1 {
                    made.append(try HashParts.dig(row, first, call))
                } else {
                    made.append(.list(try keys.map { try HashParts.dig(row, $0, call) }))
                }
            }
            return .list(made)
        }
        table.add(
            "pick", on: .list, "keys: any…", gives: .any, "The value of a key of the first row.",
            "[{id: 1}, {id: 2}].pick('id')", "1"
        ) { call in
            guard let row = try call.list.first else { return .null }
            let values = try call.arguments.map { try HashParts.dig(row, [$0], call) }
            return values.count == 1 ? values[0] : .list(values)
        }
        table.add(
            "format_map", on: .list, "format: any", gives: .list,
            "A text for each row: %{name} stands for the value of a key.", "[{id: 1}].format_map('no. %{id}')",
            "[\"no. 1\"]"
        ) { call in
            if Blank.isBlank(call[0] ?? .null) { return call.receiver }
            let format = try call.string(0)
            return try call.made(
                call.list.map { row in
                    let values = row.isNull ? [] : row.list.map(Array.init) ?? [row]
                    return try TextFormat.format(format, values, row.members, call.run, call.range)
                })
        }
        table.add(
            "ignored", on: .list, "names: text…", gives: .list, "The rows whose \"name\" is none of these.",
            "[{name: 'a'}, {name: 'b'}].ignored('a')", "[{\"name\"=>\"b\"}]"
        ) { call in
            let names = try call.arguments.map { try call.string($0) }
            return try call.made(call.list.filter { !names.contains($0.members?["name"]?.text ?? "") })
        }
        table.add(
            "only", on: .list, "names: text…", gives: .list, "The rows whose \"name\" is one of these.",
            "[{name: 'a'}, {name: 'b'}].only('a')", "[{\"name\"=>\"a\"}]"
        ) { call in
            let names = try call.arguments.map { try call.string($0) }
            return try call.made(call.list.filter { $0.members?["name"].map { names.contains($0.text) } ?? false })
        }
        return table
    }
}
