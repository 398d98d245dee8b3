// Methods of numbers: rounding, and questions about them.

import BigInt
import JSONCore

extension FunctionTables {
    static func numbers() -> MethodTable {
        var table = MethodTable("number")
        for name in ["abs", "magnitude"] {
            table.add(name, on: [.number, .duration], gives: .number, "Without its sign.", "-7.\(name)", "7") { call in
                let number = try call.number
                return Value(number.isNegative ? number.negated : number)
            }
        }
        table.add(
            "round", on: [.number, .duration], "places: integer?, half=text", gives: .number,
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
        table.add("ceil", on: [.number, .duration], "places: integer?", gives: .number, "Rounded up.", "2.1.ceil", "3")
        {
            try NumberRounding.round($0, .ceiling)
        }
        table.add(
            "floor", on: [.number, .duration], "places: integer?", gives: .number, "Rounded down.", "2.9.floor", "2"
        ) {
            try NumberRounding.round($0, .floor)
        }
        table.add(
            "truncate", on: [.number, .duration], "places: integer?", gives: .number, "Digits cut off, towards zero.",
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
        table.add("zero?", on: [.number, .duration], gives: .boolean, "Whether it is zero.", "0.zero?", "true") {
            .bool(try $0.number.isZero)
        }
        table.add(
            "nonzero?", on: [.number, .duration], gives: [.number, .duration, .null],
            "The number, or nil when it is zero.",
            "0.nonzero?", "nil"
        ) {
            try $0.number.isZero ? .null : $0.receiver
        }
        table.add(
            "positive?", on: [.number, .duration], gives: .boolean, "Whether it is above zero.", "1.positive?", "true"
        ) {
            call in
            let number = try call.number
            return .bool(!number.isZero && !number.isNegative)
        }
        table.add(
            "negative?", on: [.number, .duration], gives: .boolean, "Whether it is below zero.", "-1.negative?", "true"
        ) {
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
        return table
    }
}
