// The numbers of formulas and their arithmetic: Ruby's rules, with exact decimals in place of floats.

import BigInt
import JSONCore

/// A number while it is calculated with.
enum Number: Sendable {
    case integer(Int)
    case bigInteger(BigInt)
    case decimal(DecimalNumber)
    case rational(Rational)
}

/// A fraction of whole numbers in lowest terms, its denominator above zero: what `2 ** -1` gives.
struct Rational: Sendable {
    let numerator: BigInt
    let denominator: BigInt

    init(_ numerator: BigInt, _ denominator: BigInt) {
        let divisor = numerator.greatestCommonDivisor(with: denominator)
        let sign: BigInt = denominator.sign == .minus ? -1 : 1
        let one = divisor.isZero ? 1 : divisor
        (self.numerator, self.denominator) = (numerator / one * sign, denominator / one * sign)
    }

    init(_ decimal: DecimalNumber) {
        if decimal.exponent >= 0 {
            self.init(decimal.scaled(to: 0), 1)
        } else {
            self.init(decimal.significand, DecimalNumber.power10(-decimal.exponent))
        }
    }

    var decimal: DecimalNumber {
        DecimalNumber(numerator, 0).divided(by: DecimalNumber(denominator, 0)) ?? DecimalNumber(0)
    }
}

/// A number that doesn't fit `Value`'s own cases.
public final class BigNumber: Sendable {
    let number: Number
    init(_ number: Number) { self.number = number }

    var kind: ValueKind {
        switch number {
        case .integer, .bigInteger: .integer
        case .decimal: .decimal
        case .rational: .rational
        }
    }
}

/// Why arithmetic has no result.
enum NumberFault: Error {
    case divisionByZero
    case tooLong
    /// A root of a negative number and the like.
    case noRealResult
}

extension Value {
    /// The number this is, nil for anything else and for numbers beyond all bounds.
    var number: Number? {
        switch self {
        case .integer(let integer): .integer(integer)
        case .decimal(let short): .decimal(DecimalNumber(short))
        case .big(let big): big.number
        case .number(let number):
            if number.isWhole {
                DecimalNumber(parsing: number.text).map { Number(whole: $0.significand) }
            } else {
                DecimalNumber(parsing: number.text).map { .decimal($0) }
            }
        default: nil
        }
    }

    /// Whether it is a payload's number that is larger, smaller or longer than calculations take.
    var isBeyondNumbers: Bool { kind.isNumeric && number == nil }

    init(_ number: Number) {
        switch number {
        case .integer(let integer): self = .integer(integer)
        case .bigInteger(let big): self = Int(exactly: big).map { .integer($0) } ?? .big(BigNumber(number))
        case .decimal(let decimal): self = decimal.short.map { .decimal($0) } ?? .big(BigNumber(number))
        case .rational: self = .big(BigNumber(number))
        }
    }

    init(_ decimal: DecimalNumber) { self.init(Number.decimal(decimal)) }
    init(whole: BigInt) { self.init(Number.bigInteger(whole)) }
}

extension Number {
    /// The smallest form of a whole number.
    init(whole: BigInt) { self = Int(exactly: whole).map { .integer($0) } ?? .bigInteger(whole) }

    var decimal: DecimalNumber {
        switch self {
        case .integer(let integer): DecimalNumber(integer)
        case .bigInteger(let big): DecimalNumber(big, 0)
        case .decimal(let decimal): decimal
        case .rational(let rational): rational.decimal
        }
    }

    /// The whole number it is, when it is of a whole kind.
    var whole: BigInt? {
        switch self {
        case .integer(let integer): BigInt(integer)
        case .bigInteger(let big): big
        default: nil
        }
    }

    private var rational: Rational {
        switch self {
        case .rational(let rational): rational
        default: Rational(decimal)
        }
    }

    private var isRational: Bool { if case .rational = self { true } else { false } }

    var isZero: Bool {
        switch self {
        case .integer(let integer): integer == 0
        case .bigInteger(let big): big.isZero
        case .decimal(let decimal): decimal.isZero
        case .rational(let rational): rational.numerator.isZero
        }
    }

    var isNegative: Bool {
        switch self {
        case .integer(let integer): integer < 0
        case .bigInteger(let big): big.sign == .minus
        case .decimal(let decimal): decimal.isNegative
        case .rational(let rational): rational.numerator.sign == .minus
        }
    }

    /// -1, 0 or 1, by value.
    func compare(_ other: Number) -> Int {
        if case .integer(let one) = self, case .integer(let two) = other { return one < two ? -1 : one > two ? 1 : 0 }
        if isRational || other.isRational {
            let (one, two) = (rational, other.rational)
            let (left, right) = (one.numerator * two.denominator, two.numerator * one.denominator)
            return left < right ? -1 : left > right ? 1 : 0
        }
        let (one, two) = (decimal, other.decimal)
        let lower = min(one.exponent, two.exponent)
        let (left, right) = (one.scaled(to: lower), two.scaled(to: lower))
        return left < right ? -1 : left > right ? 1 : 0
    }

    var negated: Number {
        switch self {
        case .integer(let integer): integer == .min ? .bigInteger(-BigInt(integer)) : .integer(-integer)
        case .bigInteger(let big): Number(whole: -big)
        case .decimal(let decimal): .decimal(DecimalNumber(-decimal.significand, decimal.exponent))
        case .rational(let rational): .rational(Rational(-rational.numerator, rational.denominator))
        }
    }

    static func add(_ one: Number, _ two: Number) throws(NumberFault) -> Number {
        if one.isRational || two.isRational {
            guard one.isExactFraction, two.isExactFraction else { return .decimal(one.decimal.adding(two.decimal)) }
            let (a, b) = (one.rational, two.rational)
            return try bounded(
                .rational(
                    Rational(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator)))
        }
        if let a = one.whole, let b = two.whole { return try bounded(Number(whole: a + b)) }
        return try bounded(.decimal(one.decimal.adding(two.decimal)))
    }

    static func subtract(_ one: Number, _ two: Number) throws(NumberFault) -> Number { try add(one, two.negated) }

    static func multiply(_ one: Number, _ two: Number) throws(NumberFault) -> Number {
        if one.isRational || two.isRational, one.isExactFraction, two.isExactFraction {
            let (a, b) = (one.rational, two.rational)
            return try bounded(.rational(Rational(a.numerator * b.numerator, a.denominator * b.denominator)))
        }
        if let a = one.whole, let b = two.whole { return try bounded(Number(whole: a * b)) }
        let (a, b) = (one.decimal, two.decimal)
        return try bounded(.decimal(DecimalNumber(a.significand * b.significand, a.exponent + b.exponent)))
    }

    /// Whole by whole rounds down, as in Ruby; otherwise to 34 digits.
    static func divide(_ one: Number, _ two: Number) throws(NumberFault) -> Number {
        guard !two.isZero else { throw .divisionByZero }
        if let a = one.whole, let b = two.whole { return Number(whole: floorDivide(a, b).quotient) }
        if one.isRational || two.isRational, one.isExactFraction, two.isExactFraction {
            let (a, b) = (one.rational, two.rational)
            return try bounded(.rational(Rational(a.numerator * b.denominator, a.denominator * b.numerator)))
        }
        return try quotient(one, two)
    }

    /// The exact quotient to 34 digits, a fraction also for whole numbers.
    static func quotient(_ one: Number, _ two: Number) throws(NumberFault) -> Number {
        guard let result = one.decimal.divided(by: two.decimal) else { throw .divisionByZero }
        return .decimal(result)
    }

    /// The remainder with the sign of the divisor, as Ruby's `%`.
    static func modulo(_ one: Number, _ two: Number) throws(NumberFault) -> Number {
        guard !two.isZero else { throw .divisionByZero }
        if let a = one.whole, let b = two.whole { return Number(whole: floorDivide(a, b).rest) }
        if (one.isRational || two.isRational) && one.isExactFraction && two.isExactFraction {
            let (a, b) = (one.rational, two.rational)
            let rest = floorDivide(a.numerator * b.denominator, b.numerator * a.denominator).rest
            return .rational(Rational(rest, a.denominator * b.denominator))
        }
        let (a, b) = (one.decimal, two.decimal)
        let lower = min(a.exponent, b.exponent)
        return .decimal(DecimalNumber(floorDivide(a.scaled(to: lower), b.scaled(to: lower)).rest, lower))
    }

    /// The whole number of times `two` goes into `one`, rounded down.
    static func wholeQuotient(_ one: Number, _ two: Number) throws(NumberFault) -> Number {
        guard !two.isZero else { throw .divisionByZero }
        if (one.isRational || two.isRational) && one.isExactFraction && two.isExactFraction {
            let (a, b) = (one.rational, two.rational)
            return Number(whole: floorDivide(a.numerator * b.denominator, b.numerator * a.denominator).quotient)
        }
        let (a, b) = (one.decimal, two.decimal)
        let lower = min(a.exponent, b.exponent)
        return Number(whole: floorDivide(a.scaled(to: lower), b.scaled(to: lower)).quotient)
    }

    static func floorDivide(_ one: BigInt, _ two: BigInt) -> (quotient: BigInt, rest: BigInt) {
        let (quotient, rest) = one.quotientAndRemainder(dividingBy: two)
        if rest.isZero || (rest.sign == two.sign) { return (quotient, rest) }
        return (quotient - 1, rest + two)
    }

    private var isExactFraction: Bool { if case .decimal = self { false } else { true } }

    /// Refuses results that have grown out of bounds; long fractions are rounded.
    static func bounded(_ number: Number) throws(NumberFault) -> Number {
        switch number {
        case .integer: return number
        case .bigInteger(let big):
            guard big.magnitude.bitWidth < DecimalNumber.mostDigits * 10 / 3 else { throw .tooLong }
            return number
        case .decimal(let decimal):
            guard abs(decimal.exponent) <= DecimalNumber.mostDigits * 2 else { throw .tooLong }
            guard decimal.significand.magnitude.bitWidth < 3_300 else { return .decimal(decimal.limited()) }
            return number
        case .rational(let rational):
            guard
                rational.numerator.magnitude.bitWidth + rational.denominator.magnitude.bitWidth
                    < DecimalNumber.mostDigits * 10 / 3
            else { throw .tooLong }
            return number
        }
    }
}
