// The limits of simple types, held against texts as they are written.

import JSONCore

/// Limits of a simple type that are held against values (XML Schema part 2 §4.3).
public struct Facets: Sendable, Hashable {
    /// The only values allowed, in their written form; empty for no such limit.
    public var values: [String] = []
    /// Characters; bytes of binary types.
    public var minLength: Int?
    public var maxLength: Int?
    /// Inclusive bounds as written.
    public var minimum: String?
    public var maximum: String?
    /// Exclusive bounds as written.
    public var above: String?
    public var below: String?
    public var totalDigits: Int?
    public var fractionDigits: Int?
    /// Regular expressions of XML Schema, one for each derivation that has some: each has to match the whole text.
    public var patterns: [String] = []
    /// `whiteSpace` where it is not that of the built-in type.
    public var whiteSpace: String?

    public init() {}

    /// - Parameter text: in the written form of `base`.
    func check(_ text: String, _ base: XSDBuiltin) throws(MessageMistake) {
        let text = normalized(text, base)
        if !values.isEmpty, !values.contains(text) {
            let same = values.contains { $0.lowercased() == text.lowercased() }
            let known = values.prefix(40).joined(separator: ", ")
            throw MessageMistake(
                "must be one of \(known)\(values.count > 40 ? ", …" : ""), but it is \"\(text.prefix(60))\""
                    + (same ? " (capitals count)" : ""))
        }
        try checkLength(text, base)
        try checkBounds(text, base)
        try checkDigits(text, base)
        for pattern in patterns where SchemaPattern.matches(text, pattern) == false {
            throw MessageMistake("must match the pattern \(pattern.prefix(200)), but it is \"\(text.prefix(60))\"")
        }
    }

    /// Those of a list: lengths count its items; values and patterns are of its whole text (part 2 §4.3.1, §4.3.4).
    func check(items: [String]) throws(MessageMistake) {
        if let least = minLength, items.count < least {
            throw MessageMistake("must have at least \(least) values, but it has \(items.count)")
        }
        if let most = maxLength, items.count > most {
            throw MessageMistake("can have at most \(most) values, but it has \(items.count)")
        }
        try checkUnion(items.joined(separator: " "))
    }

    /// Those of a union: values and patterns.
    func checkUnion(_ text: String) throws(MessageMistake) {
        var others = self
        (others.minLength, others.maxLength) = (nil, nil)
        if others.whiteSpace == nil { others.whiteSpace = "collapse" }
        try others.check(text, .string)
    }

    /// The text as the service compares it, blanks replaced or collapsed (part 2 §4.3.6).
    private func normalized(_ text: String, _ base: XSDBuiltin) -> String {
        switch whiteSpace ?? (base.keepsBlanks ? "preserve" : base == .normalizedString ? "replace" : "collapse") {
        case "preserve": return text
        case "replace": return String(text.map { $0.isWhitespace && $0.isASCII ? " " : $0 })
        default:
            return text.split(whereSeparator: { $0.isASCII && $0.isWhitespace }).joined(separator: " ")
        }
    }

    private func checkLength(_ text: String, _ base: XSDBuiltin) throws(MessageMistake) {
        guard minLength != nil || maxLength != nil else { return }
        let (length, unit): (Int, String)
        switch base.family {
        case .text: (length, unit) = (text.unicodeScalars.count, "characters")
        case .hex: (length, unit) = (text.utf8.count / 2, "bytes")
        case .binary:
            let padding = text.utf8.suffix(2).count { $0 == UInt8(ascii: "=") }
            (length, unit) = (text.utf8.count / 4 * 3 - padding, "bytes")
        default: return
        }
        if let least = minLength, length < least {
            throw MessageMistake("must have at least \(least) \(unit), but it has \(length)")
        }
        if let most = maxLength, length > most {
            throw MessageMistake("can have at most \(most) \(unit), but it has \(length)")
        }
    }

    private func checkBounds(_ text: String, _ base: XSDBuiltin) throws(MessageMistake) {
        /// Whether the value is less (-1), equal or greater than a bound; nil where that can't be told.
        func order(_ bound: String?) -> Int? {
            bound.flatMap { base.order(text, $0.trimmedBlanks) }
        }
        func mistake(_ words: String, _ bound: String?) -> MessageMistake {
            MessageMistake("must be \(words) \(bound?.prefix(60) ?? ""), but it is \(text.prefix(60))")
        }
        if let order = order(minimum), order < 0 { throw mistake("at least", minimum) }
        if let order = order(maximum), order > 0 { throw mistake("at most", maximum) }
        if let order = order(above), order <= 0 { throw mistake("above", above) }
        if let order = order(below), order >= 0 { throw mistake("below", below) }
    }

    private func checkDigits(_ text: String, _ base: XSDBuiltin) throws(MessageMistake) {
        guard totalDigits != nil || fractionDigits != nil, base.family == .integer || base.family == .decimal,
            let number = DecimalText(text)
        else { return }
        if let most = fractionDigits, number.fraction.count > most {
            throw MessageMistake("can have at most \(most) digits after the point, but it is \(text.prefix(60))")
        }
        if let most = totalDigits, number.digitCount > most {
            throw MessageMistake("can have at most \(most) digits, but it is \(text.prefix(60))")
        }
    }
}

extension XSDBuiltin {
    /// Whether one value is less than another (-1), equal to it (0) or greater (1); nil where that can't be told.
    fileprivate func order(_ one: String, _ other: String) -> Int? {
        switch family {
        case .integer, .decimal:
            guard let one = DecimalText(one), let other = DecimalText(other) else { return nil }
            return one.order(other)
        case .float:
            guard let one = Double(one), let other = Double(other), !one.isNaN, !other.isNaN else { return nil }
            return one < other ? -1 : one == other ? 0 : 1
        case .moment:
            // Those of this length have no zone, and are in the order of their digits. Of others it isn't certain.
            let plain: Int
            switch self {
            case .gYear: plain = 4
            case .gYearMonth: plain = 7
            case .date: plain = 10
            case .dateTime: plain = 19
            default: return nil
            }
            guard one.utf8.count == plain, other.utf8.count == plain, one.first != "-", other.first != "-" else {
                return nil
            }
            return one < other ? -1 : one == other ? 0 : 1
        default: return nil
        }
    }
}

/// A decimal number by its digits: as long as it may be, nothing is rounded.
private struct DecimalText {
    let isNegative: Bool
    /// Without leading zeros.
    let whole: [UInt8]
    /// Without zeros at the end.
    let fraction: [UInt8]

    init?(_ text: String) {
        let bytes = Array(text.utf8)
        let unsigned =
            bytes.first == UInt8(ascii: "-") || bytes.first == UInt8(ascii: "+") ? bytes.dropFirst() : bytes[...]
        let parts = unsigned.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard unsigned.contains(where: { (0x30...0x39).contains($0) }),
            parts.allSatisfy({ $0.allSatisfy { (0x30...0x39).contains($0) } })
        else { return nil }
        whole = Array(parts[0].drop { $0 == 0x30 })
        var fraction = parts.count > 1 ? Array(parts[1]) : []
        while fraction.last == 0x30 { fraction.removeLast() }
        self.fraction = fraction
        isNegative = bytes.first == UInt8(ascii: "-") && !(whole.isEmpty && fraction.isEmpty)
    }

    /// As `totalDigits` counts them (part 2 §4.3.11).
    var digitCount: Int { max((whole + fraction).drop { $0 == 0x30 }.count, fraction.count) }

    func order(_ other: DecimalText) -> Int {
        guard isNegative == other.isNegative else { return isNegative ? -1 : 1 }
        let sign = isNegative ? -1 : 1
        if whole.count != other.whole.count { return whole.count < other.whole.count ? -sign : sign }
        if whole == other.whole, fraction == other.fraction { return 0 }
        let isLess = (whole + fraction).lexicographicallyPrecedes(other.whole + other.fraction)
        return isLess ? -sign : sign
    }
}
