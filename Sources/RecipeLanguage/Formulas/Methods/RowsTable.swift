// Methods of lists of objects: where, pluck, format_map and the like.

import JSONCore

extension FunctionTables {
    static func rows() -> MethodTable {
        var table = MethodTable("list of objects")
        table.add(
            "where", on: [.list, .range], "**conditions: any", gives: .list,
            "The rows that meet all conditions; a key may end with an operator: 'id >': 5. A list means any of its values.",
            "[{id: 1}, {id: 7}].where('id >': 5)", "[{\"id\"=>7}]"
        ) { call in
            guard let conditions = call[0]?.members, conditions.count > 0 else {
                return .pending(PendingCall("where", try Rows.rows(call)))
            }
            return try Rows.filter(Rows.rows(call), conditions, negated: false, call)
        }
        table.add(
            "not", on: [.pending, .list], "**conditions: any", gives: .list,
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
                guard case .string = key else { throw call.wrong(key, wanted: "the name of a key") }
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
            "format_map", on: .list, "format: text", gives: .list,
            "A text for each row: %{name} stands for the value of a key.", "[{id: 1}].format_map('no. %{id}')",
            "[\"no. 1\"]"
        ) { call in
            let format = try call.string(0)
            if Blank.isBlank(.string(format)) { return call.receiver }
            return try call.made(
                call.list.map { row in
                    let values = row.list.map(Array.init) ?? [row]
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

/// Conditions on rows.
enum Rows {
    private struct Condition {
        let name: String
        let path: [String]
        let operation: BinaryOperator?
        let wanted: Value
    }

    static func rows(_ call: Call) throws -> ValueList {
        let list = try call.list
        guard let first = list.first else { return ValueList([]) }
        return first.members == nil ? ValueList([]) : list
    }

    static func filter(_ rows: ValueList, _ conditions: ValueMembers, negated: Bool, _ call: Call) throws -> Value {
        let parsed = try conditions.entries.map { try condition($0.key.text, $0.value, call) }
        try call.run.tick(rows.count, call.range)
        var kept: [Value] = []
        for row in rows where try parsed.allSatisfy({ try meets(row, $0, call) }) != negated { kept.append(row) }
        return try call.made(kept)
    }

    private static func condition(_ key: String, _ wanted: Value, _ call: Call) throws -> Condition {
        var name = key
        var operation: BinaryOperator?
        let trimmed = TextCase.strip(key, left: false, right: true)
        for candidate in ["==", "!=", ">=", "<=", ">", "<", "="] where trimmed.hasSuffix(candidate) {
            operation = BinaryOperator(rawValue: candidate == "=" ? "==" : candidate)
            name = String(trimmed.dropLast(candidate.count))
            break
        }
        let path = name.split(separator: ".").map { TextCase.strip(String($0), left: true, right: true) }.filter {
            !$0.isEmpty
        }
        guard !path.isEmpty else { throw call.bad("\(call.name) needs the name of a key before the operator") }
        return Condition(name: path.joined(separator: "."), path: path, operation: operation, wanted: wanted)
    }

    private static func meets(_ row: Value, _ condition: Condition, _ call: Call) throws -> Bool {
        var found = row
        for key in condition.path {
            if found.isNull { break }
            guard let members = found.members else {
                throw call.bad("\"\(key)\" can't be read from \(found.kind.phrase)")
            }
            found = members[key] ?? .null
        }
        guard let operation = condition.operation else {
            switch condition.wanted {
            case .list, .jsonList:
                let list = condition.wanted.list ?? ValueList([])
                if found.isNull { throw missing(condition, call) }
                return list.contains { $0.equals(found) }
            case .range(let range):
                if found.isNull { throw missing(condition, call) }
                return range.contains(found)
            case .regex(let regex):
                if found.isNull { throw missing(condition, call) }
                return try TextSearch(call.string(found), call.run, call.range).first(.regex(regex)) != nil
            default:
                let (left, right) = coerced(found, condition.wanted)
                return left.equals(right)
            }
        }
        if operation == .equal || operation == .notEqual {
            let (left, right) = coerced(found, condition.wanted)
            return left.equals(right) == (operation == .equal)
        }
        if found.isNull { throw missing(condition, call) }
        if condition.wanted.isNull {
            throw call.fail(
                "nil_value", "\"\(condition.name)\" can't be compared with nil (empty)", "check the value first")
        }
        let (left, right) = coerced(found, condition.wanted)
        guard let order = left.compare(right) else {
            throw call.fail(
                "wrong_type",
                "\"\(condition.name)\" is \(left.kind.phrase), which can't be compared with \(right.kind.phrase)")
        }
        switch operation {
        case .less: return order < 0
        case .lessOrEqual: return order <= 0
        case .greater: return order > 0
        default: return order >= 0
        }
    }

    private static func missing(_ condition: Condition, _ call: Call) -> FormulaError {
        call.fail(
            "nil_value", "\"\(condition.name)\" is nil (empty) in one of the rows, so it can't be compared",
            "leave such rows out first: .where('\(condition.name) !=': nil)")
    }

    /// A text that is a number becomes one when it meets a number.
    private static func coerced(_ left: Value, _ right: Value) -> (Value, Value) {
        if left.kind.isNumeric, case .string(let text) = right, let number = NumberText.plain(text) {
            return (left, number)
        }
        if right.kind.isNumeric, case .string(let text) = left, let number = NumberText.plain(text) {
            return (number, right)
        }
        return (left, right)
    }
}
