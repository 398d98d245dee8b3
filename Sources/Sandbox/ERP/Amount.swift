// Exact decimal amounts of the ERP: no binary fractions, checked arithmetic, commercial rounding.

import JSONCore

/// A decimal number: `coefficient` × 10^-`scale`.
struct Amount: Sendable {
    private(set) var coefficient: Int128
    /// Digits after the point, in `0...24`.
    private(set) var scale: Int

    private static let largestScale = 24
    static let zero = Amount(coefficient: 0, scale: 0)

    private init(coefficient: Int128, scale: Int) { (self.coefficient, self.scale) = (coefficient, scale) }

    /// Digits with an optional sign and fraction (`-12.50`), at most 18 before the point and 6 after it; nil for anything else.
    init?(_ text: String) {
        var rest = text[...]
        let isNegative = rest.first == "-"
        if isNegative { rest = rest.dropFirst() }
        let parts = rest.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let fraction = parts.count == 2 ? parts[1] : ""
        guard let whole = parts.first, (1...18).contains(whole.utf8.count), fraction.utf8.count <= 6,
            parts.count == 1 || !fraction.isEmpty,
            (whole + fraction).utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let coefficient = Int128(whole + fraction)
        else { return nil }
        self.init(coefficient: isNegative ? -coefficient : coefficient, scale: fraction.utf8.count)
    }

    /// The number in a record; zero when it holds none, which the ERP's own records never do.
    init(_ json: JSON?) {
        let text: String? =
            switch json {
            case .integer(let integer)?: String(integer)
            case .number(let number)?: number.text
            default: nil
            }
        self = text.flatMap { Amount($0) } ?? .zero
    }

    var isNegative: Bool { coefficient < 0 }
    var isPositive: Bool { coefficient > 0 }

    /// nil when the result is beyond 38 digits.
    func times(_ other: Amount) -> Amount? {
        let (product, overflow) = coefficient.multipliedReportingOverflow(by: other.coefficient)
        guard !overflow, scale + other.scale <= Self.largestScale else { return nil }
        return Amount(coefficient: product, scale: scale + other.scale)
    }

    /// nil when the result is beyond 38 digits.
    func plus(_ other: Amount) -> Amount? {
        guard let (one, two, scale) = aligned(with: other) else { return nil }
        let (sum, overflow) = one.addingReportingOverflow(two)
        return overflow ? nil : Amount(coefficient: sum, scale: scale)
    }

    /// nil when the result is beyond 38 digits.
    func minus(_ other: Amount) -> Amount? { plus(Amount(coefficient: -other.coefficient, scale: other.scale)) }

    /// `percent` hundredths of this, rounded to cents; nil when the numbers are too large.
    func share(percent: Amount) -> Amount? {
        guard var product = times(percent), product.scale + 2 <= Self.largestScale + 2 else { return nil }
        product.scale += 2
        return product.roundedToCents
    }

    /// Two digits after the point, halves away from zero.
    var roundedToCents: Amount {
        if scale <= 2 {
            let factor = Self.power(2 - scale)
            let (product, overflow) = coefficient.multipliedReportingOverflow(by: factor)
            return overflow ? self : Amount(coefficient: product, scale: 2)
        }
        let divisor = Self.power(scale - 2)
        let (quotient, remainder) = coefficient.quotientAndRemainder(dividingBy: divisor)
        let isUp = remainder.magnitude * 2 >= divisor.magnitude
        return Amount(coefficient: quotient + (isUp ? (coefficient < 0 ? -1 : 1) : 0), scale: 2)
    }

    /// `1234.50`: as many digits after the point as the scale says.
    var text: String {
        let digits = String(coefficient.magnitude)
        let padded = String(repeating: "0", count: max(0, scale + 1 - digits.count)) + digits
        let sign = coefficient < 0 ? "-" : ""
        return scale == 0 ? sign + padded : sign + padded.dropLast(scale) + "." + padded.suffix(scale)
    }

    /// As a JSON number, digits kept.
    var json: JSON { .number(JSONNumber(validated: text)) }

    private func aligned(with other: Amount) -> (Int128, Int128, Int)? {
        let scale = max(scale, other.scale)
        let (one, overflowOne) = coefficient.multipliedReportingOverflow(by: Self.power(scale - self.scale))
        let (two, overflowTwo) = other.coefficient.multipliedReportingOverflow(by: Self.power(scale - other.scale))
        return overflowOne || overflowTwo ? nil : (one, two, scale)
    }

    private static func power(_ exponent: Int) -> Int128 { (0..<exponent).reduce(1) { power, _ in power * 10 } }
}

extension Amount: Comparable {
    static func == (one: Amount, other: Amount) -> Bool {
        guard let (left, right, _) = one.aligned(with: other) else { return false }
        return left == right
    }

    static func < (one: Amount, other: Amount) -> Bool {
        guard let (left, right, _) = one.aligned(with: other) else { return one.isNegative && !other.isNegative }
        return left < right
    }
}
