// Why an operator can't be used with two values, in words: the same before a run and in it.

/// The sentence and the hint for an operator between values that don't go together.
struct OperatorRefusal {
    let code: String
    let message: String
    let hint: String?

    init(
        _ operation: BinaryOperator, _ left: (type: FormulaType, written: Written),
        _ right: (type: FormulaType, written: Written)
    ) {
        if let side = [left, right].first(where: { $0.type.kinds == .null }) {
            code = "nil_value"
            message = "\(side.written) is nil (empty), so it can't be used with \(operation.rawValue)"
            hint = "give it a value for that case: (\(side.written) || 0) or (\(side.written) || '')"
            return
        }
        code = "wrong_type"
        let one = Self.words(left.type, left.written)
        let two = Self.words(right.type, right.written)
        switch operation {
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            message = "\(one) can't be compared with \(two)"
        case .match, .notMatch:
            message = "\(operation.rawValue) needs a text and a regex like /\\d+/, but was given \(one) and \(two)"
        default: message = "\(operation.rawValue) can't be used with \(one) and \(two)"
        }
        hint = Self.hint(operation, left, right)
    }

    private static func words(_ type: FormulaType, _ written: Written) -> String {
        written.isEmpty ? type.words : "\(written) (\(type.words))"
    }

    private static func hint(
        _ operation: BinaryOperator, _ left: (type: FormulaType, written: Written),
        _ right: (type: FormulaType, written: Written)
    ) -> String? {
        let (one, two) = (left.type.kinds.subtracting(.null), right.type.kinds.subtracting(.null))
        switch operation {
        case .add where one.isSubset(of: .text):
            return "add .to_s to make it a text: \(left.written) + \(call("to_s", on: right.written))"
        case .and where one.isSubset(of: .text) || two.isSubset(of: .text):
            return "to join texts write +; for \"and\" write &&"
        case .or where one.isSubset(of: .text) || two.isSubset(of: .text): return "for \"or\" write ||"
        case .match, .notMatch: return nil
        default: break
        }
        if one.isSubset(of: .number), two.isSubset(of: .string) {
            return "make it a number with .to_i or .to_f: \(call("to_f", on: right.written))"
        }
        if one.isSubset(of: .string), two.isSubset(of: .number) {
            return "make it a number with .to_i or .to_f: \(call("to_f", on: left.written))"
        }
        if one.isSubset(of: .moment), two.isSubset(of: .string) {
            return "make it a date first: \(call("to_date", on: right.written))"
        }
        if one.isSubset(of: .string), !two.isDisjoint(with: [.date, .time, .duration]) {
            return "make it a date first: \(call("to_date", on: left.written))"
        }
        if one.isSubset(of: .list), operation == .add {
            return "to add one element write: \(left.written) + [\(right.written)]"
        }
        if operation == .add, !one.isDisjoint(with: .number), two.isSubset(of: .list) {
            return "to add up a list write: \(call("sum", on: right.written))"
        }
        return nil
    }

    private static func call(_ method: String, on written: Written) -> String {
        written.isOperation ? "(\(written)).\(method)" : "\(written).\(method)"
    }
}
