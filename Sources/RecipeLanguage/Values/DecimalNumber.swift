// Exact decimals of any length: reading, rounding, printing.

import BigInt
import JSONCore

/// A decimal of any length: `significand × 10^exponent`. `10.00` and `10` are equal and print differently.
public struct DecimalNumber: Sendable {
    var significand: BigInt
    var exponent: Int

    /// Digits a quotient, a root or a power is rounded to, half-even.
    static let quotientDigits = 34
    /// Numbers with more digits than this, or exponents beyond ± it, are refused.
    static let mostDigits = 5_000

    init(_ significand: BigInt, _ exponent: Int) { (self.significand, self.exponent) = (significand, exponent) }
    init(_ integer: Int) { self.init(BigInt(integer), 0) }
    init(_ short: ShortDecimal) { self.init(BigInt(short.significand), Int(short.exponent)) }

    /// Reads a number of RFC 8259 §6 (or digits with a sign); nil when it is none or its exponent is beyond `mostDigits`.
    init?(parsing text: String) {
        var significand = 0
        var long: BigInt?
        var scale = 0
        var digits = 0
        var negative = false
        var seenPoint = false
        var exponent = 0
        let bytes = Array(text.utf8)
        var index = 0
        if index < bytes.count, bytes[index] == 0x2D || bytes[index] == 0x2B {
            negative = bytes[index] == 0x2D
            index += 1
        }
        guard bytes.count - index <= Self.mostDigits * 2 else { return nil }
        var end = index
        while end < bytes.count {
            let byte = bytes[end]
            if byte == 0x2E, !seenPoint {
                seenPoint = true
            } else if (0x30...0x39).contains(byte) {
                digits += 1
                if seenPoint { scale += 1 }
            } else {
                break
            }
            end += 1
        }
        guard digits > 0, digits <= Self.mostDigits else { return nil }
        if digits <= 18 {
            for byte in bytes[index..<end] where byte != 0x2E { significand = significand * 10 + Int(byte - 0x30) }
        } else {
            long = BigInt(String(decoding: bytes[index..<end].filter { $0 != 0x2E }, as: UTF8.self))
            guard long != nil else { return nil }
        }
        if end < bytes.count {
            guard bytes[end] | 0x20 == 0x65, let power = Int(String(decoding: bytes[(end + 1)...], as: UTF8.self)),
                power.magnitude <= Self.mostDigits
            else { return nil }
            exponent = power
        }
        let magnitude = long ?? BigInt(significand)
        self.init(negative ? -magnitude : magnitude, exponent - scale)
    }

    /// The decimal that a double prints as; nil for infinities and NaN.
    init?(_ double: Double) {
        guard double.isFinite, let decimal = DecimalNumber(parsing: "\(double)") else { return nil }
        self = decimal
    }

    /// The short form, when it fits.
    var short: ShortDecimal? {
        guard let small = Int(exactly: significand), let power = Int32(exactly: exponent) else { return nil }
        return ShortDecimal(significand: small, exponent: power)
    }

    var isZero: Bool { significand.isZero }
    var negated: DecimalNumber { DecimalNumber(-significand, exponent) }
    var isNegative: Bool { significand.sign == .minus && !significand.isZero }

    /// How many digits the significand has.
    var digits: Int { Self.digits(of: significand) }

    static func digits(of significand: BigInt) -> Int {
        if let small = Int(exactly: significand) {
            var (rest, count) = (small.magnitude, 1)
            while rest >= 10 { (rest, count) = (rest / 10, count + 1) }
            return count
        }
        let estimate = max(0, Int(Double(significand.magnitude.bitWidth - 1) * 0.301_029_995_663_98) - 1)
        var count = estimate
        var power = power10(estimate)
        while power <= significand.magnitude {
            count += 1
            power *= 10
        }
        return max(1, count)
    }

    static func power10(_ exponent: Int) -> BigInt {
        if exponent < small.count { return BigInt(small[exponent]) }
        return BigInt(10).power(exponent)
    }

    /// Powers of ten that fit a word.
    static let small: [Int] = (0...18).map { power in (0..<power).reduce(1) { result, _ in result * 10 } }

    /// The significand at a smaller exponent.
    func scaled(to lower: Int) -> BigInt {
        exponent == lower ? significand : significand * Self.power10(exponent - lower)
    }

    /// Without trailing zeros in the fraction, and with no exponent above zero.
    var normalised: DecimalNumber {
        if significand.isZero { return DecimalNumber(0, 0) }
        if exponent > 0 { return DecimalNumber(scaled(to: 0), 0) }
        var (value, power) = (significand, exponent)
        while power < 0 {
            let (quotient, rest) = value.quotientAndRemainder(dividingBy: 10)
            if !rest.isZero { break }
            (value, power) = (quotient, power + 1)
        }
        return DecimalNumber(value, power)
    }

    /// With at least one digit after the point: 2.0 for 2.
    var withPoint: DecimalNumber { exponent >= 0 ? DecimalNumber(scaled(to: 0) * 10, -1) : self }

    /// The whole number it is, when it has no fraction.
    var integer: BigInt? {
        if exponent >= 0 { return scaled(to: 0) }
        let (quotient, rest) = significand.quotientAndRemainder(dividingBy: Self.power10(-exponent))
        return rest.isZero ? quotient : nil
    }

    /// Rounded to `places` after the point (negative: before it). A value with fewer is as it was.
    func rounded(_ places: Int, _ rule: Rounding) -> DecimalNumber {
        guard -exponent > places else { return self }
        let drop = -exponent - places
        guard drop <= Self.mostDigits * 3 else { return DecimalNumber(0, -places) }
        return DecimalNumber(rule.quotient(significand, Self.power10(drop)), -places)
    }

    /// Rounded half-even to at most `count` digits.
    func limited(to count: Int = quotientDigits) -> DecimalNumber {
        let extra = digits - count
        guard extra > 0 else { return self }
        let result = DecimalNumber(Rounding.halfEven.quotient(significand, Self.power10(extra)), exponent + extra)
        return result.digits > count ? result.limited(to: count) : result
    }

    var double: Double { Double(plain(scientific: true)) ?? 0 }

    /// As written, scale kept: `10.00`. With `scientific`, long exponents are written as such.
    func plain(scientific: Bool = false) -> String {
        let digits = String(significand.magnitude)
        let sign = significand.sign == .minus && !significand.isZero ? "-" : ""
        if exponent == 0 { return sign + digits }
        if exponent > 0 {
            if scientific || exponent > 40 { return sign + digits + "e" + String(exponent) }
            return sign + digits + String(repeating: "0", count: exponent)
        }
        let places = -exponent
        if digits.utf8.count > places {
            let split = digits.index(digits.endIndex, offsetBy: -places)
            return sign + digits[..<split] + "." + digits[split...]
        }
        if scientific || places > digits.utf8.count + 40 { return sign + digits + "e" + String(exponent) }
        return sign + "0." + String(repeating: "0", count: places - digits.utf8.count) + digits
    }

    /// As Ruby prints a float: `10.0`, `1.0e+20`, `1.0e-05`. A quotient of 34 digits prints as the nearest float does.
    var rubyText: String {
        if digits >= Self.quotientDigits, double.isFinite, let near = DecimalNumber(double), near.digits < 20 {
            return near.rubyText
        }
        let short = normalised
        if short.isZero { return "0.0" }
        let digits = Array(String(short.significand.magnitude).utf8)
        let sign = short.significand.sign == .minus ? "-" : ""
        let point = digits.count + short.exponent  // digits before the point
        if point > 15 || point < -3 {
            var end = digits.count
            while end > 1, digits[end - 1] == 0x30 { end -= 1 }
            let rest = end > 1 ? String(decoding: digits[1..<end], as: UTF8.self) : "0"
            let power = point - 1
            let size = String(abs(power))
            return sign + String(decoding: digits[..<1], as: UTF8.self) + "." + rest + "e" + (power < 0 ? "-" : "+")
                + (size.utf8.count < 2 ? "0" + size : size)
        }
        let text = short.plain()
        return short.exponent >= 0 ? text + ".0" : text
    }
}

/// Ways to round a quotient to a whole number.
public enum Rounding: Sendable {
    case halfUp, halfEven, halfDown, floor, ceiling, towardsZero

    /// `numerator / denominator` (which is above zero), rounded.
    func quotient(_ numerator: BigInt, _ denominator: BigInt) -> BigInt {
        let (quotient, rest) = numerator.quotientAndRemainder(dividingBy: denominator)
        if rest.isZero { return quotient }
        let away = numerator.sign == .minus ? quotient - 1 : quotient + 1
        let twice = BigInt(rest.magnitude) * 2
        switch self {
        case .towardsZero: return quotient
        case .floor: return numerator.sign == .minus ? away : quotient
        case .ceiling: return numerator.sign == .minus ? quotient : away
        case .halfUp: return twice >= denominator ? away : quotient
        case .halfDown: return twice > denominator ? away : quotient
        case .halfEven:
            if twice == denominator { return quotient.isMultipleOfTwo ? quotient : away }
            return twice > denominator ? away : quotient
        }
    }
}

extension BigInt {
    /// Whether it is even.
    var isMultipleOfTwo: Bool { magnitude.words.first.map { $0 & 1 == 0 } ?? true }
}

extension JSONNumber {
    /// Whether it is written without fraction and exponent.
    var isWhole: Bool { !text.utf8.contains { $0 == 0x2E || $0 | 0x20 == 0x65 } }
}
