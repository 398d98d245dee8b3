// Methods of numbers that calculate.

import BigInt
import JSONCore

extension FunctionTables {
    static func arithmetic() -> MethodTable {
        var table = MethodTable("number")
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
                    return .decimal(result.withPoint)
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
            if base <= 36 {
                // Written out at once, which takes far less work than a division for each digit.
                return try call.made(
                    String(rest, radix: Int(base)).utf8.reversed().map { byte in
                        .integer(Int(byte <= 0x39 ? byte - 0x30 : byte - 0x57))
                    })
            }
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
        table.add(
            "chr", on: .integer, "encoding: any?", gives: [.string, .bytes],
            "The character of a code; above 127 say :utf8 or 'UTF-8'.", "97.chr", "\"a\""
        ) { call in
            let code = try call.integer(call.receiver)
            if call[0] == nil, (128...255).contains(code) { return .bytes([UInt8(code)]) }
            guard let scalar = UInt32(exactly: code).flatMap(Unicode.Scalar.init), call[0] != nil || code < 128 else {
                throw call.bad("there is no such character", "write .chr('UTF-8') for codes above 127")
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
            "times", on: .integer, "&index", gives: [.list, .integer],
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
                let (first, last) = (try call.number, try call.number(call[0] ?? .null))
                if first.compare(last) * step > 0 { return .pending(PendingCall("each", ValueList([]))) }
                let (from, to) = (try call.integer(call.receiver), try call.integer(0))
                let (span, over) = (to.subtractingReportingOverflow(from))
                try call.run.charge(over || span.magnitude > 1 << 40 ? .max : max(0, span * step) * 8, call.range)
                return .pending(
                    PendingCall("each", ValueList(stride(from: from, through: to, by: step).map { .integer($0) })))
            }
        }
        return table
    }
}
