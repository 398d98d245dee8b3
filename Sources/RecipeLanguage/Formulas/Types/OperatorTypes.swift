// What operators give for each kind of value on either side; mirrors `Arithmetic`.

/// The kinds an operator can give, from the kinds of its two sides.
enum OperatorTypes {
    /// Empty when the operator fails for all of these kinds.
    static func kinds(_ operation: BinaryOperator, _ left: KindSet, _ right: KindSet) -> KindSet {
        guard let table = tables[operation] else { return .every }
        var made = KindSet()
        let others = right.kinds
        for one in left.kinds {
            for two in others { made.formUnion(table[Int(one.rawValue)][Int(two.rawValue)]) }
        }
        return made
    }

    private static let tables: [BinaryOperator: [[KindSet]]] = Dictionary(
        uniqueKeysWithValues: BinaryOperator.all.map { operation in
            (operation, ValueKind.allCases.map { left in ValueKind.allCases.map { result(operation, left, $0) } })
        })

    private static func result(_ operation: BinaryOperator, _ left: ValueKind, _ right: ValueKind) -> KindSet {
        switch operation {
        case .equal, .notEqual, .caseEqual: return .boolean
        case .compare: return [.integer, .null]
        case .less, .lessOrEqual, .greater, .greaterOrEqual: return mayCompare(left, right) ? .boolean : []
        case .match, .notMatch:
            // Against a regex everything has an answer: what is no text matches nothing.
            guard left == .regex || right == .regex else { return [] }
            return operation == .match ? [.integer, .null] : .boolean
        default: break
        }
        switch left {
        case .null: return [.and, .or, .xor].contains(operation) ? .boolean : []
        case .boolean: return [.and, .or, .xor].contains(operation) ? .boolean : []
        case .string, .bytes: return onText(operation, left, right)
        case .list: return onList(operation, right)
        case .date, .time, .duration: return onMoments(operation, left, right)
        case .integer, .decimal, .rational: return onNumbers(operation, left, right)
        case .object, .range, .regex, .pending, .marker: return []
        }
    }

    /// Whether two values of these kinds can have an order.
    static func mayCompare(_ left: ValueKind, _ right: ValueKind) -> Bool {
        if left == .null || right == .null { return false }
        func isLength(_ kind: ValueKind) -> Bool { kind.isNumeric || kind == .duration }
        func isMoment(_ kind: ValueKind) -> Bool { kind == .date || kind == .time }
        func isText(_ kind: ValueKind) -> Bool { kind == .string || kind == .bytes }
        if isLength(left) && isLength(right) || isMoment(left) && isMoment(right) || isText(left) && isText(right) {
            return true
        }
        return left == right && left != .pending
    }

    private static func onText(_ operation: BinaryOperator, _ left: ValueKind, _ right: ValueKind) -> KindSet {
        switch operation {
        case .add, .shiftLeft:
            if left == .bytes, right == .bytes { return .bytes }
            if left == .bytes, operation == .add, ![.null, .marker, .pending].contains(right) { return .text }
            if left == .bytes, right == .string { return .text }
            if right == .string || right == .bytes { return .string }
            return operation == .add && ![.null, .marker, .pending].contains(right) ? .string : []
        case .multiply: return right.isNumeric ? left == .bytes ? .text : .string : []
        case .modulo: return .string
        default: return []
        }
    }

    private static func onList(_ operation: BinaryOperator, _ right: ValueKind) -> KindSet {
        switch operation {
        case .shiftLeft: .list
        case .multiply: right == .string ? .string : right.isNumeric ? .list : []
        case .add, .subtract, .and, .or: right == .list ? .list : []
        default: []
        }
    }

    private static func onMoments(_ operation: BinaryOperator, _ left: ValueKind, _ right: ValueKind) -> KindSet {
        let isSum = operation == .add || operation == .subtract
        switch (left, right) {
        case (.date, .duration): return isSum ? .moment : []
        case (.time, .duration): return isSum ? .time : []
        case (.date, .date): return operation == .subtract ? .number : []
        case (.time, .time): return operation == .subtract ? .number : []
        case (.duration, .duration):
            return isSum || operation == .modulo ? .duration : operation == .divide ? .number : []
        case (.duration, .date): return operation == .add ? .moment : []
        case (.duration, .time): return operation == .add ? .time : []
        default: break
        }
        guard right.isNumeric else { return [] }
        if left == .duration {
            return [.add, .subtract, .multiply, .divide, .modulo].contains(operation) ? .duration : []
        }
        // `date >> 1` is a month later.
        let isMonths = left == .date && (operation == .shiftLeft || operation == .shiftRight)
        return isSum || isMonths ? KindSet(left) : []
    }

    private static func onNumbers(_ operation: BinaryOperator, _ left: ValueKind, _ right: ValueKind) -> KindSet {
        if right == .duration {
            if operation == .divide { return .number }
            return [.add, .subtract, .multiply, .modulo].contains(operation) ? .duration : []
        }
        guard right.isNumeric else { return [] }
        let areWhole = left == .integer && right == .integer
        switch operation {
        case .and, .or, .xor, .shiftLeft, .shiftRight: return areWhole ? .integer : []
        case .power: return .number
        default:
            if areWhole { return .integer }
            return left == .rational || right == .rational ? .number : .real
        }
    }
}

extension BinaryOperator {
    static let all: [BinaryOperator] = [
        .add, .subtract, .multiply, .divide, .modulo, .power, .shiftLeft, .shiftRight, .and, .or, .xor, .less,
        .lessOrEqual, .greater, .greaterOrEqual, .compare, .equal, .notEqual, .caseEqual, .match, .notMatch,
    ]
}
