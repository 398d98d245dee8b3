// Functions of Ruby's Math: roots, logarithms, powers of e; as good as a double.

import Foundation
import JSONCore

extension FunctionTables {
    static func mathematics() -> MethodTable {
        var table = MethodTable("functions")
        let functions: [(name: String, help: String, ofOne: String, body: @Sendable (Double) -> Double)] = [
            ("sqrt", "The square root.", "1.0", { $0.squareRoot() }),
            ("cbrt", "The cube root.", "1.0", { Foundation.cbrt($0) }),
            ("log2", "The logarithm to the base 2.", "0.0", { Foundation.log2($0) }),
            ("log10", "The logarithm to the base 10.", "0.0", { Foundation.log10($0) }),
            ("exp", "The power of e, 2.718….", "2.718281828459045", { Foundation.exp($0) }),
        ]
        for function in functions {
            let name = "Math." + function.name
            table.add(name, on: [], "number: number", gives: .decimal, function.help, "\(name)(1)", function.ofOne) {
                call in
                try result(function.body(try double(call, 0)), call)
            }
        }
        table.add(
            "Math.log", on: [], "number: number, base: number?", gives: .decimal,
            "The logarithm, to the base e when none is given.", "Math.log(8, 2)", "3.0"
        ) { call in
            let natural = Foundation.log(try double(call, 0))
            guard call[1] != nil else { return try result(natural, call) }
            return try result(natural / Foundation.log(try double(call, 1)), call)
        }
        table.add(
            "Math.hypot", on: [], "one: number, two: number", gives: .decimal,
            "The length of the diagonal of a rectangle.", "Math.hypot(3, 4)", "5.0"
        ) { call in
            try result(Foundation.hypot(try double(call, 0), try double(call, 1)), call)
        }
        return table
    }

    private static func double(_ call: Call, _ index: Int) throws -> Double {
        try call.number(call[index] ?? .null).decimal.double
    }

    private static func result(_ value: Double, _ call: Call) throws -> Value {
        guard let decimal = DecimalNumber(value) else { throw call.bad("there is no such number") }
        return Value(decimal.withPoint)
    }
}
