// The conversions between kinds that typing does: text to number and back, `5.0` to `5`.

import JSONCore

extension SchemaTyping {
    /// The value as one of `kinds`; nil when it is none and can't become one.
    static func convert(_ value: JSON, to kinds: Set<Schema.Kind>) -> JSON? {
        switch value {
        // `none`, not `nil`, which would be the JSON null.
        case .null: return kinds.contains(.null) ? value : .none
        case .array: return kinds.contains(.array) ? value : .none
        case .object: return kinds.contains(.object) ? value : .none
        case .bool(let truth):
            if kinds.contains(.boolean) { return value }
            return kinds.contains(.string) ? JSON.string(truth ? "true" : "false") : .none
        case .integer(let number):
            if kinds.contains(.integer) || kinds.contains(.number) { return value }
            return kinds.contains(.string) ? JSON.string(String(number)) : .none
        case .number(let number):
            if kinds.contains(.number) { return value }
            if kinds.contains(.integer), let whole = wholeNumber(number) { return whole }
            return kinds.contains(.string) ? JSON.string(number.text) : .none
        case .string(let text):
            if kinds.contains(.string) { return value }
            return convert(text, to: kinds)
        }
    }

    /// The value when it is one of `kinds` as it stands; a number without a fraction is a whole one.
    static func exact(_ value: JSON, among kinds: Set<Schema.Kind>) -> JSON? {
        switch value {
        case .null: kinds.contains(.null) ? value : .none
        case .bool: kinds.contains(.boolean) ? value : .none
        case .string: kinds.contains(.string) ? value : .none
        case .array: kinds.contains(.array) ? value : .none
        case .object: kinds.contains(.object) ? value : .none
        case .integer: kinds.isDisjoint(with: [.integer, .number]) ? .none : value
        case .number(let number):
            kinds.contains(.number) ? value : kinds.contains(.integer) ? wholeNumber(number) : .none
        }
    }

    /// The choice that a value is; `"5"` is also the choice 5 where values are converted.
    static func choice(_ value: JSON, among choices: [JSON], converting: Bool) -> JSON? {
        if choices.contains(value) { return value }
        if converting, let text = value.plainText, let choice = choices.first(where: { $0.plainText == text }) {
            return choice
        }
        guard let number = value.double else { return nil }
        return choices.first { $0.double == number }
    }

    static func notAChoice(_ value: JSON, of choices: [JSON]) -> SchemaMismatch.Problem {
        .notAChoice(
            choices: choices.map(SchemaMismatch.words), found: SchemaMismatch.words(for: value),
            suggestion: value.plainText.flatMap { Suggestion.didYouMean($0, among: choices.compactMap(\.string)) })
    }

    private static func convert(_ text: String, to kinds: Set<Schema.Kind>) -> JSON? {
        let trimmed = text.trimmedOfSpaces
        if kinds.contains(.integer) || kinds.contains(.number), let number = JSON(number: trimmed) {
            if kinds.contains(.number) { return number }
            if case .number(let written) = number { return wholeNumber(written) }
            return number
        }
        if kinds.contains(.boolean) {
            switch trimmed.lowercased() {
            case "true": return .bool(true)
            case "false": return .bool(false)
            default: break
            }
        }
        return nil
    }

    /// `5.0`, `5e2` and `-0` as 5, 500 and 0, integers beyond 64 bits as they are; nil for what has a fraction (or would
    /// need more than 18 digits). Done on the text: a double would round.
    static func wholeNumber(_ number: JSONNumber) -> JSON? {
        var rest = number.text[...]
        let isNegative = rest.first == "-"
        if isNegative { rest = rest.dropFirst() }
        let parts = rest.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "e" || $0 == "E" }
        let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        if parts.count == 1, mantissa.count == 1 { return number.text == "-0" ? .integer(0) : .number(number) }
        var digits = mantissa.joined().drop { $0 == "0" }
        guard !digits.isEmpty else { return .integer(0) }
        guard let written = parts.count == 1 ? 0 : Int(parts[1]) else { return nil }
        var exponent = written.subtractingReportingOverflow(mantissa.count == 2 ? mantissa[1].count : 0)
        while digits.last == "0", exponent.partialValue < Int.max {
            digits = digits.dropLast()
            exponent.partialValue += 1
        }
        guard !exponent.overflow, exponent.partialValue >= 0, digits.count <= 18,
            exponent.partialValue <= 18 - digits.count,
            let whole = Int(digits + String(repeating: "0", count: exponent.partialValue))
        else { return nil }
        return .integer(isNegative ? -whole : whole)
    }

    /// Whether an optional member counts as not given: a blank text where no text, list or object is wanted.
    static func isLeftOut(_ value: JSON, by schema: Schema) -> Bool {
        guard case .string(let text) = value, !schema.kinds.isEmpty, text.trimmedOfSpaces.isEmpty else { return false }
        return schema.kinds.isDisjoint(with: [.string, .array, .object])
    }
}

extension Schema {
    /// Whether null is one of the values, said plainly or by saying nothing.
    var allowsNull: Bool {
        if kinds.contains(.null) { return true }
        if !kinds.isEmpty { return false }
        if let choices { return choices.contains(.null) }
        return alternatives.isEmpty ? properties.isEmpty && items == nil : alternatives.contains(where: \.allowsNull)
    }
}

extension JSON {
    /// Texts, numbers and truth values as text, for comparing; nil for the others.
    var plainText: String? {
        switch self {
        case .string(let text): text
        case .integer(let number): String(number)
        case .number(let number): number.text
        case .bool(let truth): truth ? "true" : "false"
        case .null, .array, .object: nil
        }
    }
}

extension String {
    /// Whether `{{` is in it, so that it has to be read as a template.
    var holdsPill: Bool {
        var isOpen = false
        for byte in utf8 {
            if byte == UInt8(ascii: "{") {
                if isOpen { return true }
                isOpen = true
            } else {
                isOpen = false
            }
        }
        return false
    }

    /// Without spaces, tabs and line ends at both sides.
    var trimmedOfSpaces: String {
        let isSpace = { (scalar: Unicode.Scalar) in scalar.properties.isWhitespace }
        let front = unicodeScalars.drop(while: isSpace)
        guard let last = front.lastIndex(where: { !isSpace($0) }) else { return "" }
        return String(front[...last])
    }
}
