// Methods of numbers.

import BigInt
import JSONCore

extension FunctionTables {
    static func numbers() -> MethodTable {
        var table = MethodTable("number")
        for name in ["abs", "magnitude"] {
            table.add(name, on: .number, gives: .number, "Without its sign.", "-7.\(name)", "7") { call in
                let number = try call.number
                return Value(number.isNegative ? number.negated : number)
            }
        }
        table.add(
            "round", on: .number, "places: integer?, half=text", gives: .number,
            "Rounded, to places after the point (negative: before it).", "2.567.round(1)", "2.6"
        ) {
            call in
            var rule = Rounding.halfUp
            switch try call.keyword("half").map({ $0.isNull ? "up" : try call.string($0) }) {
            case nil, "up": break
            case "even": rule = .halfEven
            case "down": rule = .halfDown
            case .some(let other): throw call.bad("half can't be \(Call.shown(other))", "use :up, :even or :down")
            }
            return try NumberRounding.round(call, rule)
        }
        table.add("ceil", on: .number, "places: integer?", gives: .number, "Rounded up.", "2.1.ceil", "3") {
            try NumberRounding.round($0, .ceiling)
        }
        table.add("floor", on: .number, "places: integer?", gives: .number, "Rounded down.", "2.9.floor", "2") {
            try NumberRounding.round($0, .floor)
        }
        table.add(
            "truncate", on: .number, "places: integer?", gives: .number, "Digits cut off, towards zero.",
            "-2.9.truncate", "-2"
        ) {
            try NumberRounding.round($0, .towardsZero)
        }
        table.add("even?", on: .integer, gives: .boolean, "Whether it is even.", "4.even?", "true") {
            .bool(try NumberRounding.whole($0).isMultipleOfTwo)
        }
        table.add("odd?", on: .integer, gives: .boolean, "Whether it is odd.", "4.odd?", "false") {
            .bool(!(try NumberRounding.whole($0).isMultipleOfTwo))
        }
        table.add("zero?", on: .number, gives: .boolean, "Whether it is zero.", "0.zero?", "true") {
            .bool(try $0.number.isZero)
        }
        table.add(
            "nonzero?", on: .number, gives: [.number, .null], "The number, or nil when it is zero.", "0.nonzero?", "nil"
        ) {
            try $0.number.isZero ? .null : $0.receiver
        }
        table.add("positive?", on: .number, gives: .boolean, "Whether it is above zero.", "1.positive?", "true") {
            call in
            let number = try call.number
            return .bool(!number.isZero && !number.isNegative)
        }
        table.add("negative?", on: .number, gives: .boolean, "Whether it is below zero.", "-1.negative?", "true") {
            .bool(try $0.number.isNegative)
        }
        table.add(
            "integer?", on: .number, gives: .boolean, "Whether it is of a whole kind: 1 is, 1.0 is not.",
            "1.0.integer?", "false"
        ) { .bool($0.receiver.kind == .integer) }
        table.add(
            "finite?", on: .number, gives: .boolean, "Always true: formulas have no infinity.", "1.finite?", "true"
        ) { _ in .bool(true) }
        table.add("nan?", on: .number, gives: .boolean, "Always false: formulas have no NaN.", "1.0.nan?", "false") {
            _ in .bool(false)
        }
        table.add(
            "infinite?", on: .number, gives: .null, "Always nil: formulas have no infinity.", "1.0.infinite?", "nil"
        ) { _ in .null }
        for name in ["next", "succ"] {
            table.add(name, on: .integer, gives: .integer, "The whole number after it.", "10.\(name)", "11") {
                Value(whole: try NumberRounding.whole($0) + 1)
            }
        }
        table.add("pred", on: .integer, gives: .integer, "The whole number before it.", "10.pred", "9") {
            Value(whole: try NumberRounding.whole($0) - 1)
        }
        table.add(
            "divmod", on: .number, "divisor: number", gives: .list, "Whole quotient and remainder.", "7.divmod(2)",
            "[3, 1]"
        ) { call in
            let (one, two) = (try call.number, try call.number(call[0] ?? .null))
            return .list([
                try call.calculate { () throws(NumberFault) in try Number.wholeQuotient(one, two) },
                try call.calculate { () throws(NumberFault) in try Number.modulo(one, two) },
            ])
        }
        for name in ["modulo", "%"] where name != "%" {
            table.add(
                name, on: .number, "divisor: number", gives: .number, "The remainder, with the divisor's sign.",
                "-7.modulo(3)", "2"
            ) { call in
                let (one, two) = (try call.number, try call.number(call[0] ?? .null))
                return try call.calculate { () throws(NumberFault) in try Number.modulo(one, two) }
            }
        }
        table.add(
            "remainder", on: .number, "divisor: number", gives: .number, "The remainder, with the number's sign.",
            "-7.remainder(3)", "-1"
        ) { call in
            let (one, two) = (try call.number, try call.number(call[0] ?? .null))
            return try call.calculate { () throws(NumberFault) in
                let rest = try Number.modulo(one, two)
                return !rest.isZero && one.isNegative != two.isNegative ? try Number.subtract(rest, two) : rest
            }
        }
        table.add(
            "div", on: .number, "divisor: number", gives: .integer, "The whole quotient, rounded down.", "7.5.div(2)",
            "3"
        ) { call in
            let (one, two) = (try call.number, try call.number(call[0] ?? .null))
            return try call.calculate { () throws(NumberFault) in try Number.wholeQuotient(one, two) }
        }
        for name in ["fdiv", "quo"] {
            table.add(
                name, on: .number, "divisor: number", gives: .decimal,
                "The quotient with its fraction, also for whole numbers.", "9.\(name)(4)", "2.25"
            ) {
                call in
                let (one, two) = (try call.number, try call.number(call[0] ?? .null))
                return try call.calculate { () throws(NumberFault) in
                    let result = try Number.quotient(one, two).decimal
                    return .decimal(result.exponent >= 0 ? DecimalNumber(result.scaled(to: 0) * 10, -1) : result)
                }
            }
        }
        table.add(
            "pow", on: .number, "exponent: number, modulus: integer?", gives: .number, "The power.", "2.pow(10)", "1024"
        ) { call in
            let (one, two) = (try call.number, try call.number(call[0] ?? .null))
            if let modulus = call[1] {
                guard let base = one.whole, let exponent = two.whole, let limit = try call.number(modulus).whole,
                    !limit.isZero, exponent.sign == .plus,
                    exponent.magnitude.bitWidth < 10_000, limit.magnitude.bitWidth < 10_000
                else { throw call.bad("pow with a modulus needs whole numbers") }
                return Value(whole: Number.floorDivide(base.power(exponent, modulus: limit), limit).rest)
            }
            return try call.calculate { () throws(NumberFault) in try Number.power(one, two) }
        }
        table.add(
            "gcd", on: .integer, "other: integer", gives: .integer, "The greatest common divisor.", "12.gcd(18)", "6"
        ) { call in
            guard let other = try call.number(call[0] ?? .null).whole else {
                throw call.wrong(call[0] ?? .null, wanted: "a whole number")
            }
            return Value(
                whole: BigInt(try NumberRounding.whole(call).magnitude).greatestCommonDivisor(
                    with: BigInt(other.magnitude)))
        }
        table.add(
            "lcm", on: .integer, "other: integer", gives: .integer, "The least common multiple.", "4.lcm(6)", "12"
        ) { call in
            guard let other = try call.number(call[0] ?? .null).whole else {
                throw call.wrong(call[0] ?? .null, wanted: "a whole number")
            }
            let (a, b) = (BigInt(try NumberRounding.whole(call).magnitude), BigInt(other.magnitude))
            return a.isZero || b.isZero ? .integer(0) : Value(whole: a / a.greatestCommonDivisor(with: b) * b)
        }
        table.add(
            "digits", on: .integer, "base: integer?", gives: .list, "Its digits, the last one first.", "123.digits",
            "[3, 2, 1]"
        ) { call in
            var rest = try NumberRounding.whole(call)
            let base = BigInt(try call[0].map { try call.integer($0) } ?? 10)
            guard rest.sign == .plus, base > 1 else {
                throw call.bad("digits needs a number that is not negative and a base above 1")
            }
            if rest.isZero { return .list([.integer(0)]) }
            var made: [Value] = []
            while !rest.isZero {
                let (quotient, digit) = rest.quotientAndRemainder(dividingBy: base)
                made.append(Value(whole: digit))
                rest = quotient
            }
            return .list(made)
        }
        table.add("bit_length", on: .integer, gives: .integer, "How many bits it takes.", "255.bit_length", "8") {
            call in
            let whole = try NumberRounding.whole(call)
            return .integer(
                whole.sign == .minus ? (BigInt(whole.magnitude) - 1).magnitude.bitWidth : whole.magnitude.bitWidth)
        }
        table.add("chr", on: .integer, gives: .string, "The character of a code.", "97.chr", "\"a\"") { call in
            guard let scalar = UInt32(exactly: try call.integer(call.receiver)).flatMap(Unicode.Scalar.init) else {
                throw call.bad("there is no such character")
            }
            return .string(String(Character(scalar)))
        }
        table.add(
            "ordinalize", on: .integer, gives: .string, "As an ordinal number: 1st, 2nd.", "22.ordinalize", "\"22nd\""
        ) { call in
            .string(try call.number.decimal.plain() + NumberRounding.ordinal(call))
        }
        table.add("ordinal", on: .integer, gives: .string, "The ending of its ordinal number.", "3.ordinal", "\"rd\"") {
            .string(try NumberRounding.ordinal($0))
        }
        table.add("numerator", on: .number, gives: .integer, "The numerator in lowest terms.", "0.75.numerator", "3") {
            Value(whole: Rational(exactly: try $0.number).numerator)
        }
        table.add(
            "denominator", on: .number, gives: .integer, "The denominator in lowest terms.", "0.75.denominator", "4"
        ) {
            Value(whole: Rational(exactly: try $0.number).denominator)
        }
        table.add(
            "multiple_of?", on: .integer, "divisor: integer", gives: .boolean,
            "Whether it can be divided without rest.", "6.multiple_of?(3)", "true"
        ) {
            call in
            guard let divisor = try call.number(call[0] ?? .null).whole else {
                throw call.wrong(call[0] ?? .null, wanted: "a whole number")
            }
            let whole = try NumberRounding.whole(call)
            return .bool(divisor.isZero ? whole.isZero : Number.floorDivide(whole, divisor).rest.isZero)
        }
        table.add("to_r", on: .number, gives: .rational, "As an exact fraction.", "0.5.to_r", "(1/2)") {
            .big(BigNumber(.rational(Rational(exactly: try $0.number))))
        }
        table.add("rationalize", on: .number, gives: .rational, "As an exact fraction.", "0.25.rationalize", "(1/4)") {
            .big(BigNumber(.rational(Rational(exactly: try $0.number))))
        }
        table.add(
            "times", on: .integer, "&index", gives: .list,
            "The numbers from 0 up to it, or the block's results are ignored.", "3.times.to_a", "[0, 1, 2]"
        ) { call in
            let count = max(0, try call.integer(call.receiver))
            try call.run.charge(count > 1 << 40 ? .max : count * 8, call.range)
            let list = ValueList((0..<count).map { .integer($0) })
            guard let block = call.block else { return .pending(PendingCall("each", list)) }
            for index in list { _ = try call.yield(block, index) }
            return call.receiver
        }
        for (name, step) in [("upto", 1), ("downto", -1)] {
            table.add(
                name, on: .integer, "limit: integer", gives: .list,
                "The whole numbers from it \(step > 0 ? "up" : "down") to a limit.",
                step > 0 ? "1.upto(3).to_a" : "3.downto(1).to_a", step > 0 ? "[1, 2, 3]" : "[3, 2, 1]"
            ) {
                call in
                let (from, to) = (try call.integer(call.receiver), try call.integer(0))
                let (span, over) = (to.subtractingReportingOverflow(from))
                try call.run.charge(over || abs(span) > 1 << 40 ? .max : max(0, span * step) * 8, call.range)
                return .pending(
                    PendingCall("each", ValueList(stride(from: from, through: to, by: step).map { .integer($0) })))
            }
        }
        return table
    }
}

extension Rational {
    init(exactly number: Number) {
        if case .rational(let rational) = number { self = rational } else { self.init(number.decimal) }
    }
}

/// Rounding numbers to places.
enum NumberRounding {
    static func whole(_ call: Call) throws -> BigInt {
        guard let whole = try call.number.whole else { throw call.wrong(call.receiver, wanted: "a whole number") }
        return whole
    }

    static func round(_ call: Call, _ rule: Rounding) throws -> Value {
        let places = try call[0].map { try call.integer($0) } ?? 0
        guard abs(places) <= DecimalNumber.mostDigits else {
            throw call.bad("\(call.name) can't keep that many places")
        }
        let number = try call.number
        if number.whole != nil, places >= 0 { return call.receiver }
        let rounded = apply(rule, to: number, places)
        if places > 0 { return Value(rounded.exponent >= 0 ? DecimalNumber(rounded.scaled(to: 0) * 10, -1) : rounded) }
        return Value(whole: rounded.exponent >= 0 ? rounded.scaled(to: 0) : rounded.rounded(0, rule).integer ?? 0)
    }

    static func apply(_ rule: Rounding, to number: Number, _ places: Int) -> DecimalNumber {
        if case .rational(let rational) = number, places >= 0 {
            let shift = DecimalNumber.power10(places)
            return DecimalNumber(rule.quotient(rational.numerator * shift, rational.denominator), -places)
        }
        return number.decimal.rounded(places, rule)
    }

    static func ordinal(_ call: Call) throws -> String {
        let last = Int(BigInt(try whole(call).magnitude) % 100)
        if (11...13).contains(last) { return "th" }
        return switch last % 10 {
        case 1: "st"
        case 2: "nd"
        case 3: "rd"
        default: "th"
        }
    }
}
