// Powers and roots.

import BigInt
import Foundation

extension Number {
    /// Ruby's `**`: whole powers of whole numbers are exact, negative ones fractions, powers of decimals have 34 digits,
    /// and powers that are not whole are as good as a double.
    static func power(_ base: Number, _ exponent: Number) throws(NumberFault) -> Number {
        guard let whole = exponent.whole else {
            if let integer = exponent.decimal.integer, let small = Int(exactly: integer), small.magnitude <= 10_000 {
                return .decimal(try power(.decimal(base.decimal), .integer(small)).decimal)
            }
            let result = Foundation.pow(base.decimal.double, exponent.decimal.double)
            guard let decimal = DecimalNumber(result) else { throw .noRealResult }
            return .decimal(decimal)
        }
        guard let count = Int(exactly: whole) else {
            if case .integer(let one) = base, one.magnitude <= 1 {
                return .integer(one == -1 ? (whole.isMultipleOfTwo ? 1 : -1) : one)
            }
            throw .tooLong
        }
        if let number = base.whole {
            if count >= 0 {
                if number.magnitude > 1 {
                    guard count < 20_000, number.magnitude.bitWidth * count < DecimalNumber.mostDigits * 10 / 3 else {
                        throw .tooLong
                    }
                }
                return Number(whole: number.magnitude > 1 ? number.power(count) : small(number, count))
            }
            guard !number.isZero else { throw .divisionByZero }
            if number.magnitude == 1 { return Number(whole: small(number, count)) }
            guard count > -20_000, number.magnitude.bitWidth * -count < DecimalNumber.mostDigits * 10 / 3 else {
                throw .tooLong
            }
            return .rational(Rational(1, number.power(-count)))
        }
        if case .rational(let rational) = base {
            guard count.magnitude <= 1_000 else { throw .tooLong }
            let up = (rational.numerator.power(abs(count)), rational.denominator.power(abs(count)))
            if count < 0, up.0.isZero { throw .divisionByZero }
            return try bounded(.rational(count < 0 ? Rational(up.1, up.0) : Rational(up.0, up.1)))
        }
        guard count.magnitude <= 100_000 else { throw .tooLong }
        var (result, factor, left) = (DecimalNumber(1), base.decimal, abs(count))
        while left > 0 {
            if left & 1 == 1 { result = try product(result, factor) }
            left >>= 1
            if left > 0 { factor = try product(factor, factor) }
        }
        if count < 0 {
            guard let inverse = DecimalNumber(1).divided(by: result) else { throw .divisionByZero }
            return .decimal(inverse)
        }
        return .decimal(result.digits > DecimalNumber.quotientDigits ? result.limited() : result)
    }

    /// Powers of -1, 0 and 1.
    private static func small(_ number: BigInt, _ count: Int) -> BigInt {
        if count == 0 { return 1 }
        return number.sign == .minus && count & 1 == 0 ? 1 : number
    }

    private static func product(_ one: DecimalNumber, _ two: DecimalNumber) throws(NumberFault) -> DecimalNumber {
        let product = DecimalNumber(one.significand * two.significand, one.exponent + two.exponent)
        guard abs(product.exponent) <= DecimalNumber.mostDigits * 2 else { throw .tooLong }
        return product.digits > 60 ? product.limited(to: 60) : product
    }
}
