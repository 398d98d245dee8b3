// Conditions on lists of objects.

import JSONCore

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
        // The pairs of an object are no rows.
        guard let first = list.first, call.receiver.members == nil else { return ValueList([]) }
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
        let (path, operation) = path(key)
        let trimmed = TextCase.strip(key, left: false, right: true)
        if trimmed.hasSuffix("="), !["==", "!=", ">=", "<="].contains(where: trimmed.hasSuffix) {
            throw call.bad("\(call.name) has no operator =", "leave it out, or write ==")
        }
        guard !path.isEmpty else { throw call.bad("\(call.name) needs the name of a key before the operator") }
        return Condition(name: path.joined(separator: "."), path: path, operation: operation, wanted: wanted)
    }

    /// The names and the operator in a condition's key: `'address.zip >='`.
    static func path(_ key: String) -> (path: [String], operation: BinaryOperator?) {
        var name = key
        var operation: BinaryOperator?
        let trimmed = TextCase.strip(key, left: false, right: true)
        for candidate in ["==", "!=", ">=", "<=", ">", "<", "="] where trimmed.hasSuffix(candidate) {
            operation = BinaryOperator(rawValue: candidate == "=" ? "==" : candidate)
            name = String(trimmed.dropLast(candidate.count))
            break
        }
        let path = name.split(separator: ".").map { TextCase.strip(String($0), left: true, right: true) }
        return (path.filter { !$0.isEmpty }, operation)
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
                return try call.includes(range, found)
            case .regex(let regex):
                if found.isNull { throw missing(condition, call) }
                return try TextSearch.matches(regex, call.string(found), call.run, call.range)
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
