// Numbers for people: currency, phone, delimiters, sizes.

import BigInt
import JSONCore

/// Formatting of numbers, as ActiveSupport's number helpers do it.
enum NumberFormat {
    static func text(_ call: Call) throws -> Value {
        guard let format = call[0] else { return .string(call.receiver.text) }
        if case .integer(let radix) = format {
            guard (2...36).contains(radix) else { throw call.bad("a number can be written in a base from 2 to 36") }
            return .string(String(try NumberRounding.whole(call), radix: radix))
        }
        switch try call.string(format) {
        case "currency": return try currency(call)
        case "phone": return try phone(call)
        case "delimited":
            return .string(
                delimited(call.receiver.text, option(call, "delimiter", ","), option(call, "separator", ".")))
        case "rounded": return .string(try rounded(call, 3, delimiter: ""))
        case "percentage": return .string(try rounded(call, 3, delimiter: "") + "%")
        case "human_size": return .string(try humanSize(call))
        case "human": return .string(try human(call))
        default: return .string(call.receiver.text)
        }
    }

    private static func option(_ call: Call, _ name: String, _ fallback: String) -> String {
        call.keyword(name)?.text ?? fallback
    }

    /// The number, or nil when a text is none: such texts are put in as they are.
    private static func decimal(_ call: Call) throws -> DecimalNumber? {
        if case .string(let text) = call.receiver { return NumberText.plain(text)?.number?.decimal }
        return try call.number.decimal
    }

    /// How `round_mode:` says to round the number without its sign.
    private static func mode(_ call: Call) throws -> Rounding {
        guard let given = call.keyword("round_mode") else { return .halfUp }
        let isNegative = call.name != "to_currency" && call.receiver.number?.decimal.isNegative == true
        switch try call.string(given) {
        case "default", "half_up": return .halfUp
        case "half_even", "banker": return .halfEven
        case "half_down": return .halfDown
        case "down", "truncate": return .towardsZero
        // Away from zero is up, as the number has no sign here.
        case "up": return .ceiling
        case "ceiling", "ceil": return isNegative ? .towardsZero : .ceiling
        case "floor": return isNegative ? .ceiling : .floor
        default:
            throw call.bad(
                "there is no way of rounding \(Call.shown(given.text))", "use :half_up, :half_even, :down, :up")
        }
    }

    private static func rounded(_ call: Call, _ fallback: Int, delimiter: String) throws -> String {
        guard let decimal = try decimal(call) else { return call.receiver.text }
        let places = try call.keyword("precision").map { try call.integer($0) } ?? fallback
        guard (0...1_000).contains(places) else { throw call.bad("precision must be from 0 to 1,000") }
        let mode = try mode(call)
        var text: String
        if call.keyword("significant")?.isTrue == true, places > 0 {
            text = significant(decimal, places, keepsZeros: true, mode)
        } else {
            text = (decimal.isNegative ? "-" : "") + TextFormat.fixed(decimal, places, mode)
        }
        if call.keyword("strip_insignificant_zeros")?.isTrue == true, text.contains(".") {
            while text.hasSuffix("0") { text.removeLast() }
            if text.hasSuffix(".") { text.removeLast() }
        }
        return delimited(text, option(call, "delimiter", delimiter), option(call, "separator", "."))
    }

    /// Groups of three digits before the point.
    static func delimited(_ text: String, _ delimiter: String, _ separator: String) -> String {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first else { return text }
        let digits = whole.drop { $0 == "-" }
        guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return text }
        var grouped = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { grouped += delimiter }
            grouped.append(digit)
        }
        return (whole.hasPrefix("-") ? "-" : "") + grouped + (parts.count > 1 ? separator + parts[1] : "")
    }

    static func currency(_ call: Call) throws -> Value {
        var number = try rounded(call, 2, delimiter: ",")
        if try decimal(call) == nil { number = TextCase.strip(number, left: true, right: true) }
        let unit = option(call, "unit", "$")
        let positive = option(call, "format", "%u%n")
        var pattern = positive
        // The sign is that of the number before it is rounded; only with no places at all, what rounds to zero has none.
        let isNegative = TextCase.strip(call.receiver.text, left: true, right: true).hasPrefix("-")
        if number.hasPrefix("-") { number.removeFirst() }
        let hasPlaces = try call.keyword("precision").map { try call.integer($0) } != 0
        let size = try decimal(call).map { DecimalNumber(BigInt($0.significand.magnitude), $0.exponent) }
        let half = DecimalNumber(BigInt(5), -1)
        if isNegative, hasPlaces || size.map({ Number.decimal($0).compare(.decimal(half)) > 0 }) == true {
            pattern = option(call, "negative_format", "-" + positive)
        }
        return .string(pattern.replacing("%n", with: number).replacing("%u", with: unit))
    }

    static func phone(_ call: Call) throws -> Value {
        let delimiter = option(call, "delimiter", "-")
        let hasArea = call.keyword("area_code")?.isTrue == true
        let usual = hasArea ? #"(\d{1,3})(\d{3})(\d{4}$)"# : #"(\d{0,3})(\d{3})(\d{4})$"#
        let pattern: FormulaRegex
        if let given = call.keyword("pattern") {
            guard case .regex(let regex) = given else { throw call.wrong(given, wanted: "a regex as its pattern") }
            pattern = regex
        } else {
            pattern = try FormulaRegex.cached(usual, flags: "")
        }
        let digits = TextCase.strip(call.receiver.text, left: true, right: true)
        var number = try TextReplacement.replacing(digits, .regex(pattern), isFirst: false, call) { search, match in
            func group(_ index: Int) -> String {
                guard index < match.groups.count, let range = match.groups[index] else { return "" }
                return search.text(range)
            }
            return (hasArea ? "(" + group(1) + ") " : group(1) + delimiter) + group(2) + delimiter + group(3)
        }
        if !hasArea, !Blank.isBlank(.string(delimiter)), number.hasPrefix(delimiter) { number.removeFirst() }
        var text = ""
        if let code = call.keyword("country_code"), !Blank.isBlank(code) { text = "+" + code.text + delimiter }
        text += number
        if let more = call.keyword("extension"), !Blank.isBlank(more) { text += " x " + more.text }
        return .string(text)
    }

    private static let sizes = ["Bytes", "KB", "MB", "GB", "TB", "PB", "EB"]

    private static func significant(
        _ decimal: DecimalNumber, _ digits: Int, keepsZeros: Bool = false, _ mode: Rounding = .halfUp
    ) -> String {
        func size(_ number: DecimalNumber) -> Int { number.isZero ? 1 : number.digits + number.exponent }
        let magnitude = DecimalNumber(BigInt(decimal.significand.magnitude), decimal.exponent)
        let rounded = magnitude.rounded(digits - size(magnitude), mode)
        // 9.99 has one digit more once it is rounded.
        var text = (decimal.isNegative ? "-" : "") + TextFormat.fixed(rounded, max(0, digits - size(rounded)))
        if text.contains("."), !keepsZeros {
            while text.hasSuffix("0") { text.removeLast() }
            if text.hasSuffix(".") { text.removeLast() }
        }
        return text
    }

    private static func humanSize(_ call: Call) throws -> String {
        var (decimal, unit) = (try call.number.decimal, 0)
        let kilo = DecimalNumber(1024)
        while unit < sizes.count - 1, Number.decimal(decimal).compare(.integer(1024)) >= 0 {
            decimal = decimal.divided(by: kilo) ?? decimal
            unit += 1
        }
        if unit == 0 {
            let whole = decimal.rounded(0, .towardsZero).plain()
            return whole + (whole == "1" ? " Byte" : " Bytes")
        }
        return significant(decimal, try call.keyword("precision").map { max(1, min(50, try call.integer($0))) } ?? 3)
            + " " + sizes[unit]
    }

    private static func human(_ call: Call) throws -> String {
        let names = ["", " Thousand", " Million", " Billion", " Trillion", " Quadrillion"]
        let digits = try call.keyword("precision").map { max(1, min(50, try call.integer($0))) } ?? 3
        // Rounded first: 999999 is 1 Million, not 1000 Thousand.
        let whole = try call.number.decimal
        var (decimal, unit) = (whole.rounded(digits - whole.digits - whole.exponent, .halfUp), 0)
        while unit < names.count - 1,
            Number.decimal(DecimalNumber(BigInt(decimal.significand.magnitude), decimal.exponent)).compare(
                .integer(1000)) >= 0
        {
            decimal = decimal.divided(by: DecimalNumber(1000)) ?? decimal
            unit += 1
        }
        return significant(decimal, digits) + names[unit]
    }
}
