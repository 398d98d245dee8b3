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
    /// - Returns: the text to send: of a value that is listed in another form the listed one.
    @discardableResult
    func check(_ given: String, _ base: XSDBuiltin) throws(MessageMistake) -> String {
        var (text, sent) = (normalized(given, base), given)
        if !values.isEmpty {
            guard let listed = listed(text, base) else {
                let same = values.contains { $0.lowercased() == text.lowercased() }
                let known = values.prefix(40).joined(separator: ", ")
                throw MessageMistake(
                    "must be one of \(known)\(values.count > 40 ? ", …" : ""), but it is \"\(text.prefix(60))\""
                        + (same ? " (capitals count)" : ""))
            }
            if listed != text { (text, sent) = (listed, listed) }
        }
        try checkLength(text, base)
        try checkBounds(text, base)
        try checkDigits(text, base)
        for pattern in patterns where SchemaPattern.matches(text, pattern) == false {
            throw MessageMistake("must match the pattern \(pattern.prefix(200)), but it is \"\(text.prefix(60))\"")
        }
        return sent
    }

    /// The listed form of a value: 1 is 01 and 1.00 (part 2 §4.3.5). nil where it isn't listed.
    private func listed(_ text: String, _ base: XSDBuiltin) -> String? {
        for value in values {
            if value == text { return text }
            let value = normalized(value, base)
            if value == text || base.order(text, value) == 0 { return value }
        }
        return nil
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

    /// Whether a value is the one that is fixed.
    /// - Returns: the text to send.
    static func fixed(_ value: String, _ text: String, _ base: XSDBuiltin) throws(MessageMistake) -> String {
        if text == value { return text }
        var only = Facets()
        only.values = [value]
        do throws(MessageMistake) { return try only.check(text, base) } catch {
            throw MessageMistake("must be \"\(value.prefix(200))\"")
        }
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
