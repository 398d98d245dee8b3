// Operators on texts and lists.

import JSONCore

extension Arithmetic {
    static func onText(
        _ link: ChainNode.Link, _ left: Value, _ right: Value, _ run: Evaluation
    ) throws(FormulaError) -> Value {
        switch link.operation {
        case .add, .shiftLeft:
            if case .bytes(let one) = left, case .bytes(let two) = right {
                try run.charge(one.count + two.count, link.range)
                return .bytes(one + two)
            }
            // The vendor's own library lets anything but nil follow a text, where Ruby does not.
            let isText = right.kind == .string || right.kind == .bytes
            guard isText || link.operation == .add && ![.null, .marker, .pending].contains(right.kind) else {
                throw mismatch(link, left, right)
            }
            let (one, two) = (left.text, right.text)
            try run.charge(one.utf8.count + two.utf8.count, link.range)
            // Binary data stays binary when plain ASCII follows it.
            if case .bytes(let bytes) = left, two.utf8.allSatisfy({ $0 < 0x80 }) { return .bytes(bytes + two.utf8) }
            return .string(one + two)
        case .multiply:
            var factor = right
            if case .decimal = right, let whole = right.number?.decimal.rounded(0, .towardsZero).integer {
                factor = Value(whole: whole)
            }
            guard case .integer(let count) = factor else { throw mismatch(link, left, right) }
            guard count >= 0 else {
                throw FormulaError(
                    code: "bad_argument", "a text can't be repeated a negative number of times", range: link.range)
            }
            let text = left.text
            let (size, over) = text.utf8.count.multipliedReportingOverflow(by: count)
            try run.charge(over ? .max : size, link.range)
            let made = Value.string(String(repeating: text, count: text.isEmpty ? 0 : count))
            if case .bytes(let bytes) = left { return Encodings.binary(made, of: bytes) }
            return made
        case .modulo:
            let arguments = right.list.map(Array.init) ?? [right]
            return try TextFormat.format(left.text, arguments, right.members, run, link.range)
        default: throw mismatch(link, left, right)
        }
    }

    static func onList(
        _ link: ChainNode.Link, _ left: Value, _ right: Value, _ run: Evaluation
    ) throws(FormulaError) -> Value {
        guard let one = left.list else { throw mismatch(link, left, right) }
        if link.operation == .shiftLeft {
            try run.charge((one.count + 1) * 8, link.range)
            return .list(one.values + [right])
        }
        if link.operation == .multiply, case .string(let separator) = right {
            return .string(try ListParts.join(one, separator, run, link.range))
        }
        if link.operation == .multiply, case .integer(let count) = right, count >= 0 {
            let (size, over) = one.count.multipliedReportingOverflow(by: count &* 8)
            try run.charge(over || count > 1 << 40 ? .max : size, link.range)
            return .list(Array(repeating: one.values, count: one.isEmpty ? 0 : count).flatMap { $0 })
        }
        guard let two = right.list else { throw right.isNull ? nilSide(link, link.right) : mismatch(link, left, right) }
        try run.charge((one.count + two.count) * 8, link.range)
        try run.tick(one.count + two.count, link.range)
        switch link.operation {
        case .add: return .list(one.values + two.values)
        case .subtract:
            let dropped = Set(two.map(KeyIdentity.init))
            return .list(one.filter { !dropped.contains(KeyIdentity($0)) })
        case .and:
            let kept = Set(two.map(KeyIdentity.init))
            var seen: Set<KeyIdentity> = []
            return .list(one.filter { kept.contains(KeyIdentity($0)) && seen.insert(KeyIdentity($0)).inserted })
        case .or:
            var seen: Set<KeyIdentity> = []
            return .list((one.values + two.values).filter { seen.insert(KeyIdentity($0)).inserted })
        default: throw mismatch(link, left, right)
        }
    }
}
