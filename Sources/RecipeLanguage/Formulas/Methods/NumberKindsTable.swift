// Methods of numbers: bits, sizes in bytes, and questions about their kind.

import BigInt
import JSONCore

extension FunctionTables {
    static func numberKinds() -> MethodTable {
        var table = MethodTable("number")
        for (name, help) in [
            ("allbits?", "Whether all bits of a mask are set."), ("anybits?", "Whether any bit of a mask is set."),
            ("nobits?", "Whether no bit of a mask is set."),
        ] {
            table.add(
                name, on: .integer, "mask: integer", gives: .boolean, help, "6.\(name)(2)",
                name == "nobits?" ? "false" : "true"
            ) { call in
                let whole = try NumberRounding.whole(call)
                guard let mask = try call.number(call[0] ?? .null).whole else {
                    throw call.wrong(call[0] ?? .null, wanted: "a whole number")
                }
                let common = whole & mask
                return .bool(name == "allbits?" ? common == mask : name == "anybits?" ? !common.isZero : common.isZero)
            }
        }
        table.add(
            "gcdlcm", on: .integer, "other: integer", gives: .list,
            "The greatest common divisor and the least common multiple.", "12.gcdlcm(18)", "[6, 36]"
        ) { .list([try $0.send("gcd", $0.arguments), try $0.send("lcm", $0.arguments)]) }
        table.add("size", on: .integer, gives: .integer, "How many bytes a machine needs for it.", "1.size", "8") {
            let bits = try NumberRounding.whole($0).magnitude.bitWidth
            return .integer(bits < 64 || $0.receiver.isMachineInteger ? 8 : (bits + 7) / 8)
        }
        table.add(
            "infinite?", on: .date, gives: .boolean, "Always false: formulas have no infinity.",
            "'2024-03-08'.to_date.infinite?", "false"
        ) { _ in .bool(false) }
        table.add("ord", on: .integer, gives: .integer, "The number itself.", "97.ord", "97") { $0.receiver }
        table.add(
            "real?", on: .number, gives: .boolean, "Always true: formulas have real numbers only.", "1.real?", "true"
        ) {
            _ in .bool(true)
        }
        table.add("abs2", on: .number, gives: .number, "Its square.", "-3.abs2", "9") { call in
            let number = try call.number
            return try call.calculate { () throws(NumberFault) in try Number.multiply(number, number) }
        }
        for (power, name) in ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte", "petabyte", "exabyte"]
            .enumerated()
        {
            for unit in [name + "s", name] where unit != "byte" {
                table.add(
                    unit, on: .number, gives: .number, "So many \(name)s, in bytes.", "1.\(unit)",
                    String(1 << (10 * power))
                ) { call in
                    let number = try call.number
                    return try call.calculate { () throws(NumberFault) in
                        try Number.multiply(number, .integer(1 << (10 * power)))
                    }
                }
            }
        }
        table.add(
            "in_milliseconds", on: [.number, .duration], gives: .number, "Seconds as milliseconds.",
            "2.in_milliseconds", "2000"
        ) { call in
            let number = try call.number
            return try call.calculate { () throws(NumberFault) in try Number.multiply(number, .integer(1000)) }
        }
        table.add("fortnight", on: .number, gives: .duration, "So many times two weeks.", "1.fortnight", "2 weeks") {
            try $0.send("fortnights", [])
        }
        for (name, answer) in [("to_d", "0.0"), ("to_r", "(0/1)"), ("rationalize", "(0/1)")] {
            table.add(
                name, on: .null, gives: name == "to_d" ? .decimal : .rational, "Zero.", "nil.\(name)", answer
            ) { _ in name == "to_d" ? Value(DecimalNumber(0, -1)) : .big(BigNumber(.rational(Rational(0, 1)))) }
        }
        return table
    }
}

extension Value {
    /// Whether it is a whole number of 64 bits.
    fileprivate var isMachineInteger: Bool { if case .integer = self { true } else { false } }
}
