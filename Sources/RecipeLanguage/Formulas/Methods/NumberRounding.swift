// Rounding numbers to places, and their ordinals.

import BigInt
import JSONCore

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
        guard places.magnitude <= DecimalNumber.mostDigits else {
            throw call.bad("\(call.name) can't keep that many places")
        }
        if let short = call.receiver.short, let rounded = short.rounded(places, rule) {
            return places > 0 ? .decimal(rounded) : .integer(rounded.significand)
        }
        let number = try call.number
        if number.whole != nil, places >= 0 { return Value(number) }
        let rounded = apply(rule, to: number, places)
        if case .rational = number, call[0] != nil, places > 0 { return .big(BigNumber(.rational(Rational(rounded)))) }
        if places > 0 { return Value(rounded.withPoint) }
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
