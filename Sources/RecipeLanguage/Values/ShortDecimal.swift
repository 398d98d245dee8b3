// Decimals in a machine word: what amounts of money nearly always are. Everything here gives up (nil) rather than round or
// overflow; the caller then calculates with decimals of any length.

import JSONCore

/// A decimal in a machine word: `significand × 10^exponent`, with its scale (`10.00` is 1000 × 10⁻²).
public struct ShortDecimal: Sendable {
    let significand: Int
    let exponent: Int32

    init(significand: Int, exponent: Int32) { (self.significand, self.exponent) = (significand, exponent) }

    /// Reads a number of RFC 8259 with a fraction and at most 18 digits; nil for any other.
    init?(fraction text: String) {
        var text = text
        guard let read = text.withUTF8({ ShortDecimal(fraction: $0) }) else { return nil }
        self = read
    }

    private init?(fraction text: UnsafeBufferPointer<UInt8>) {
        var (value, digits, scale): (Int, Int, Int32) = (0, 0, 0)
        var (isNegative, hasPoint) = (false, false)
        for byte in text {
            switch byte {
            case 0x30...0x39:
                value = value &* 10 &+ Int(byte &- 0x30)
                digits += 1
                if hasPoint { scale += 1 }
            case 0x2E: hasPoint = true
            case 0x2D where digits == 0: isNegative = true
            default: return nil
            }
        }
        guard hasPoint, digits <= 18 else { return nil }
        (significand, exponent) = (isNegative ? -value : value, -scale)
    }

    /// Both at the smaller exponent.
    @inline(__always)
    private static func aligned(_ one: ShortDecimal, _ two: ShortDecimal) -> (Int, Int, Int32)? {
        if one.exponent == two.exponent { return (one.significand, two.significand, one.exponent) }
        let (high, low) = one.exponent > two.exponent ? (one, two) : (two, one)
        let distance = Int(high.exponent) - Int(low.exponent)
        guard distance < DecimalNumber.small.count else { return nil }
        let (scaled, over) = high.significand.multipliedReportingOverflow(by: DecimalNumber.small[distance])
        if over { return nil }
        return one.exponent > two.exponent
            ? (scaled, two.significand, low.exponent) : (one.significand, scaled, low.exponent)
    }

    static func add(_ one: ShortDecimal, _ two: ShortDecimal) -> ShortDecimal? {
        guard let (left, right, exponent) = aligned(one, two) else { return nil }
        let (sum, over) = left.addingReportingOverflow(right)
        return over ? nil : ShortDecimal(significand: sum, exponent: exponent)
    }

    static func subtract(_ one: ShortDecimal, _ two: ShortDecimal) -> ShortDecimal? {
        guard let (left, right, exponent) = aligned(one, two) else { return nil }
        let (difference, over) = left.subtractingReportingOverflow(right)
        return over ? nil : ShortDecimal(significand: difference, exponent: exponent)
    }

    static func multiply(_ one: ShortDecimal, _ two: ShortDecimal) -> ShortDecimal? {
        let (product, over) = one.significand.multipliedReportingOverflow(by: two.significand)
        let exponent = Int(one.exponent) + Int(two.exponent)
        return over || abs(exponent) > 1_000 ? nil : ShortDecimal(significand: product, exponent: Int32(exponent))
    }

    /// Rounded to `places` (0 or more) after the point; nil when it has no more places than that.
    func rounded(_ places: Int, _ rule: Rounding) -> ShortDecimal? {
        let drop = -Int(exponent) - places
        guard places >= 0, drop > 0, drop < DecimalNumber.small.count else { return nil }
        let divisor = DecimalNumber.small[drop]
        let (quotient, rest) = significand.quotientAndRemainder(dividingBy: divisor)
        let away = rest == 0 ? quotient : significand < 0 ? quotient - 1 : quotient + 1
        // Twice the rest can't overflow: a divisor has at most 18 digits.
        let twice = rest.magnitude * 2
        let half = divisor.magnitude
        let result =
            switch rule {
            case .towardsZero: quotient
            case .floor: significand < 0 ? away : quotient
            case .ceiling: significand < 0 ? quotient : away
            case .halfUp: twice >= half ? away : quotient
            case .halfDown: twice > half ? away : quotient
            case .halfEven: twice > half || (twice == half && quotient & 1 == 1) ? away : quotient
            }
        return ShortDecimal(significand: result, exponent: Int32(-places))
    }

    static func compare(_ one: ShortDecimal, _ two: ShortDecimal) -> Int? {
        guard let (left, right, _) = aligned(one, two) else { return nil }
        return left < right ? -1 : left > right ? 1 : 0
    }
}

extension Value {
    /// As a short decimal: an integer, a short decimal, or a payload's number with a short fraction.
    @inline(__always)
    var short: ShortDecimal? {
        switch self {
        case .integer(let integer): ShortDecimal(significand: integer, exponent: 0)
        case .decimal(let short): short
        case .number(let number): ShortDecimal(fraction: number.text)
        default: nil
        }
    }
}
