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

    private static func rounded(_ call: Call, _ fallback: Int, delimiter: String) throws -> String {
        guard let decimal = try decimal(call) else { return call.receiver.text }
        let places = try call.keyword("precision").map { try call.integer($0) } ?? fallback
        guard (0...1_000).contains(places) else { throw call.bad("precision must be from 0 to 1,000") }
        var text: String
        if call.keyword("significant")?.isTrue == true, places > 0 {
            text = significant(decimal, places, keepsZeros: true)
        } else {
            text = (decimal.isNegative ? "-" : "") + TextFormat.fixed(decimal, places)
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
        let unit = option(call, "unit", "$")
        let positive = option(call, "format", "%u%n")
        var pattern = positive
        // What rounds to zero has no sign.
        if number.hasPrefix("-") {
            number.removeFirst()
            let isZero = try decimal(call) != nil && !number.contains { ("1"..."9").contains($0) }
            if !isZero { pattern = option(call, "negative_format", "-" + positive) }
        }
        return .string(pattern.replacing("%n", with: number).replacing("%u", with: unit))
    }

    static func phone(_ call: Call) throws -> Value {
        let digits = TextCase.strip(call.receiver.text, left: true, right: true)
        let delimiter = option(call, "delimiter", "-")
        var text = ""
        if let code = call.keyword("country_code"), !Blank.isBlank(code) { text += "+" + code.text + delimiter }
        var bytes = Array(digits.utf8)
        if bytes.starts(with: delimiter.utf8), !delimiter.isEmpty { bytes.removeFirst(delimiter.utf8.count) }
        if call.keyword("area_code")?.isTrue == true {
            text += grouped(bytes, [3, 3, 4], area: true, delimiter)
        } else {
            text += grouped(bytes, [0, 3, 4], area: false, delimiter)
        }
        if let more = call.keyword("extension"), !Blank.isBlank(more) { text += " x " + more.text }
        return .string(text)
    }

    // The last seven digits as 3 + 4, what is before them (at most three) as the area code.
    private static func grouped(_ bytes: [UInt8], _ sizes: [Int], area: Bool, _ delimiter: String) -> String {
        guard bytes.allSatisfy({ (0x30...0x39).contains($0) }) else { return String(decoding: bytes, as: UTF8.self) }
        let tail = 7
        guard bytes.count >= tail else { return String(decoding: bytes, as: UTF8.self) }
        let head = bytes.dropLast(tail)
        let lead = String(decoding: head.dropLast(3), as: UTF8.self)
        let code = String(decoding: head.suffix(3), as: UTF8.self)
        let middle = String(decoding: bytes.suffix(tail).prefix(3), as: UTF8.self)
        let end = String(decoding: bytes.suffix(4), as: UTF8.self)
        if area { return code.isEmpty ? middle + delimiter + end : lead + "(" + code + ") " + middle + delimiter + end }
        return lead + (code.isEmpty ? "" : code + delimiter) + middle + delimiter + end
    }

    private static let sizes = ["Bytes", "KB", "MB", "GB", "TB", "PB", "EB"]

    private static func significant(
        _ decimal: DecimalNumber, _ digits: Int, keepsZeros: Bool = false
    ) -> String {
        let size = decimal.isZero ? 1 : decimal.digits + decimal.exponent
        var text =
            (decimal.isNegative ? "-" : "")
            + TextFormat.fixed(decimal.rounded(digits - size, .halfUp), max(0, digits - size))
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
        var (decimal, unit) = (try call.number.decimal, 0)
        while unit < names.count - 1,
            Number.decimal(DecimalNumber(BigInt(decimal.significand.magnitude), decimal.exponent)).compare(
                .integer(1000)) >= 0
        {
            decimal = decimal.divided(by: DecimalNumber(1000)) ?? decimal
            unit += 1
        }
        return significant(decimal, try call.keyword("precision").map { max(1, min(50, try call.integer($0))) } ?? 3)
            + names[unit]
    }
}
