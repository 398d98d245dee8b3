// What operators do with each kind of value.

import BigInt
import JSONCore

/// The operators between values.
enum Arithmetic {
    static func apply(_ link: ChainNode.Link, _ left: Value, _ right: Value, _ run: Evaluation) throws(FormulaError)
        -> Value
    {
        if case .integer(let one) = left, case .integer(let two) = right, let value = quick(link.operation, one, two) {
            return value
        }
        switch link.operation {
        case .equal: return .bool(left.equals(right))
        case .notEqual: return .bool(!left.equals(right))
        case .compare: return left.compare(right).map { .integer($0) } ?? .null
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            if let one = left.short, let two = right.short, let order = ShortDecimal.compare(one, two) {
                return .bool(holds(link.operation, order))
            }
            if let one = left.members, let two = right.members { return .bool(holds(link.operation, one, two)) }
            return .bool(try isInOrder(link, left, right))
        case .caseEqual: return .bool(try caseEqual(left, right, run, link.range))
        case .match, .notMatch: return try match(link, left, right, run)
        default: break
        }
        if case .null = left {
            switch link.operation {
            case .and: return .bool(false)
            case .or, .xor: return .bool(right.isTrue)
            default: throw nilSide(link, link.left)
            }
        }
        switch left {
        case .string, .bytes: return try onText(link, left, right, run)
        case .list, .jsonList: return try onList(link, left, right, run)
        case .date, .time, .duration: return try TimeArithmetic.apply(link, left, right, run)
        case .bool(let one):
            switch link.operation {
            case .and: return .bool(one && right.isTrue)
            case .or: return .bool(one || right.isTrue)
            case .xor: return .bool(one != right.isTrue)
            default: throw mismatch(link, left, right)
            }
        default: break
        }
        guard left.kind.isNumeric else { throw mismatch(link, left, right) }
        if case .duration(let duration) = right { return try TimeArithmetic.number(link, left, duration) }
        return try onNumbers(link, left, right)
    }

    /// Whole numbers that don't overflow. Quotients are rounded down, so that rests have the sign of the divisor, as in Ruby.
    @inline(__always)
    private static func quick(_ operation: BinaryOperator, _ one: Int, _ two: Int) -> Value? {
        switch operation {
        case .add:
            let (sum, over) = one.addingReportingOverflow(two)
            return over ? nil : .integer(sum)
        case .subtract:
            let (difference, over) = one.subtractingReportingOverflow(two)
            return over ? nil : .integer(difference)
        case .multiply:
            let (product, over) = one.multipliedReportingOverflow(by: two)
            return over ? nil : .integer(product)
        case .divide where two != 0 && two != -1:
            let (quotient, rest) = one.quotientAndRemainder(dividingBy: two)
            return .integer(rest != 0 && (rest < 0) != (two < 0) ? quotient - 1 : quotient)
        case .modulo where two != 0 && two != -1:
            let rest = one % two
            return .integer(rest != 0 && (rest < 0) != (two < 0) ? rest + two : rest)
        case .less: return .bool(one < two)
        case .lessOrEqual: return .bool(one <= two)
        case .greater: return .bool(one > two)
        case .greaterOrEqual: return .bool(one >= two)
        case .equal: return .bool(one == two)
        case .notEqual: return .bool(one != two)
        case .and: return .integer(one & two)
        case .or: return .integer(one | two)
        case .xor: return .integer(one ^ two)
        default: return nil
        }
    }

    static func negate(_ value: Value, _ range: Range<Int>) throws(FormulaError) -> Value {
        if case .duration(let duration) = value { return .duration(duration.negated) }
        guard value.kind.isNumeric, let number = value.number else {
            throw FormulaError(
                code: value.isNull ? "nil_value" : "wrong_type", "\(value.kind.phrase) has no negative", range: range)
        }
        return Value(number.negated)
    }

    private static func onNumbers(_ link: ChainNode.Link, _ left: Value, _ right: Value) throws(FormulaError) -> Value {
        // Two integers have been dealt with, so that at least one side has a fraction, and so has the result.
        if let one = left.short, let two = right.short, let result = quick(link.operation, one, two) {
            return .decimal(result)
        }
        guard right.kind.isNumeric else { throw mismatch(link, left, right) }
        guard let one = left.number, let two = right.number else {
            throw FormulaError(
                code: "limit", "the number has more than \(DecimalNumber.mostDigits) digits (formula.digits)",
                range: link.range)
        }
        do throws(NumberFault) {
            switch link.operation {
            case .add: return Value(try Number.add(one, two))
            case .subtract: return Value(try Number.subtract(one, two))
            case .multiply: return Value(try Number.multiply(one, two))
            case .divide: return Value(try Number.divide(one, two))
            case .modulo: return Value(try Number.modulo(one, two))
            case .power: return Value(try Number.power(one, two))
            default: break
            }
        } catch {
            throw self.error(error, link.range)
        }
        guard let a = one.whole, let b = two.whole else { throw mismatch(link, left, right) }
        switch link.operation {
        case .and: return Value(whole: a & b)
        case .or: return Value(whole: a | b)
        case .xor: return Value(whole: a ^ b)
        default:
            guard let shift = Int(exactly: link.operation == .shiftLeft ? b : -b), shift.magnitude < 10_000 else {
                throw error(.tooLong, link.range)
            }
            // To the right rounds down, also below zero.
            return Value(
                whole: shift >= 0 ? a << shift : Number.floorDivide(a, BigInt(1) << -shift).quotient)
        }
    }

    /// Decimals of one word, when nothing overflows.
    @inline(__always)
    private static func quick(
        _ operation: BinaryOperator, _ one: ShortDecimal, _ two: ShortDecimal
    ) -> ShortDecimal? {
        guard one.exponent != 0 || two.exponent != 0 else { return nil }
        return switch operation {
        case .add: ShortDecimal.add(one, two)
        case .subtract: ShortDecimal.subtract(one, two)
        case .multiply: ShortDecimal.multiply(one, two)
        default: nil
        }
    }

    private static func isInOrder(_ link: ChainNode.Link, _ left: Value, _ right: Value) throws(FormulaError) -> Bool {
        holds(link.operation, try order(link, left, right))
    }

    private static func holds(_ operation: BinaryOperator, _ order: Int) -> Bool {
        switch operation {
        case .less: order < 0
        case .lessOrEqual: order <= 0
        case .greater: order > 0
        default: order >= 0
        }
    }

    /// Objects compare by what they hold: one is less than another that has all its members and more.
    private static func holds(_ operation: BinaryOperator, _ one: ValueMembers, _ two: ValueMembers) -> Bool {
        switch operation {
        case .less: one.count < two.count && HashDeep.holds(two, one)
        case .lessOrEqual: HashDeep.holds(two, one)
        case .greater: two.count < one.count && HashDeep.holds(one, two)
        default: HashDeep.holds(one, two)
        }
    }

    private static func order(_ link: ChainNode.Link, _ left: Value, _ right: Value) throws(FormulaError) -> Int {
        if let order = left.compare(right), !left.isNull { return order }
        if left.isNull { throw nilSide(link, link.left) }
        if right.isNull { throw nilSide(link, link.right) }
        throw mismatch(link, left, right)
    }

    /// What `when` and `===` ask: a range contains, a regex matches, anything else equals.
    static func caseEqual(
        _ pattern: Value, _ value: Value, _ run: Evaluation, _ range: Range<Int>
    ) throws(FormulaError) -> Bool {
        switch pattern {
        case .range(let range): return range.contains(value)
        case .regex(let regex):
            guard case .string(let text) = value else { return false }
            return try TextSearch.matches(regex, text, run, range)
        default: return pattern.equals(value)
        }
    }

    private static func match(
        _ link: ChainNode.Link, _ left: Value, _ right: Value, _ run: Evaluation
    ) throws(FormulaError) -> Value {
        let (text, regex): (Value, Value) = if case .regex = left { (right, left) } else { (left, right) }
        guard case .regex(let pattern) = regex else {
            throw mismatch(link, left, right)
        }
        guard text.kind == .string || text.kind == .bytes else {
            // Ruby's other values match nothing.
            return link.operation == .match ? .null : .bool(true)
        }
        let string = text.text
        let search = TextSearch(string, run, link.range)
        let found = try search.first(.regex(pattern))
        if link.operation == .notMatch { return .bool(found == nil) }
        return found.map { .integer(search.characters(before: $0.whole.lowerBound)) } ?? .null
    }

    // MARK: Mistakes

    static func error(_ fault: NumberFault, _ range: Range<Int>) -> FormulaError {
        switch fault {
        case .divisionByZero:
            FormulaError(
                code: "zero_division", "a number is divided by zero",
                suggestion: "check the divisor first: n == 0 ? nil : x / n",
                range: range)
        case .tooLong:
            FormulaError(
                code: "limit", "the result has more than \(DecimalNumber.mostDigits) digits (formula.digits)",
                range: range)
        case .noRealResult: FormulaError(code: "bad_argument", "there is no such number", range: range)
        }
    }

    static func nilSide(_ link: ChainNode.Link, _ written: Written) -> FormulaError {
        FormulaError(
            code: "nil_value", "\(written) is nil (empty), so it can't be used with \(link.operation.rawValue)",
            suggestion: "give it a value for that case: (\(written) || 0) or (\(written) || '')", range: link.range)
    }

    static func mismatch(_ link: ChainNode.Link, _ left: Value, _ right: Value) -> FormulaError {
        for (value, written) in [(left, link.left), (right, link.right)] where value.isBeyondNumbers {
            return FormulaError(
                code: "limit",
                "\(written.isEmpty ? "the number" : "\(written)") has more than \(DecimalNumber.mostDigits) digits (formula.digits)",
                range: link.range)
        }
        let refusal = OperatorRefusal(
            link.operation, (FormulaType(KindSet(left.kind)), link.left),
            (FormulaType(KindSet(right.kind)), link.right))
        return FormulaError(code: refusal.code, refusal.message, suggestion: refusal.hint, range: link.range)
    }
}
