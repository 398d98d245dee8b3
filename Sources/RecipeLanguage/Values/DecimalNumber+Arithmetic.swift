// Adding and dividing decimals.

import BigInt

extension DecimalNumber {
    func adding(_ other: DecimalNumber) -> DecimalNumber {
        let lower = min(exponent, other.exponent)
        return DecimalNumber(scaled(to: lower) + other.scaled(to: lower), lower)
    }

    /// To 34 digits, half-even, without trailing zeros; nil when `other` is zero.
    func divided(by other: DecimalNumber) -> DecimalNumber? {
        guard !other.isZero else { return nil }
        if isZero { return DecimalNumber(0, 0) }
        let shift = max(0, Self.quotientDigits + 2 + other.digits - digits)
        let (quotient, rest) = (significand * Self.power10(shift)).quotientAndRemainder(dividingBy: other.significand)
        // A digit beyond the last keeps half-even honest when something is left over.
        let sticky: BigInt = rest.isZero ? 0 : (significand.sign == other.significand.sign ? 1 : -1)
        return DecimalNumber(quotient * 10 + sticky, exponent - other.exponent - shift - 1).limited().normalised
    }
}
