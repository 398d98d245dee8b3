// Numbers in texts.

import BigInt
import JSONCore

/// Numbers in texts.
enum NumberText {
    /// The number when the whole text is one, as Ruby's `Float` reads it; underscores between digits count as nothing.
    static func plain(_ text: String) -> Value? {
        let stripped = TextCase.strip(text, left: true, right: true)
        guard !stripped.isEmpty, stripped.utf8.count < 1_000 else { return nil }
        var bytes = Array(stripped.utf8)
        for (index, byte) in bytes.enumerated() where byte == 0x5F {
            let between = index > 0 && index + 1 < bytes.count && isDigit(bytes[index - 1]) && isDigit(bytes[index + 1])
            guard between else { return nil }
        }
        bytes.removeAll { $0 == 0x5F }
        let digits = bytes.drop { $0 == 0x2B || $0 == 0x2D }
        guard bytes.count - digits.count <= 1, let first = digits.first, isDigit(first) || first == 0x2E else {
            return nil
        }
        if let dot = digits.firstIndex(of: 0x2E) {
            guard dot + 1 < digits.endIndex, isDigit(digits[dot + 1]) else { return nil }
        }
        let sign = bytes.first == 0x2D ? "-" : ""
        let written = (first == 0x2E ? "0" : "") + String(decoding: digits, as: UTF8.self)
        guard let decimal = DecimalNumber(parsing: sign + written) else { return nil }
        let isWhole = !digits.contains { $0 == 0x2E || $0 | 0x20 == 0x65 }
        return isWhole ? Value(whole: decimal.significand) : Value(decimal)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    /// The value of a text of up to 18 digits and nothing else, as most are.
    @inline(__always)
    private static func digits(of text: String) -> Int? {
        guard (1...18).contains(text.utf8.count) else { return nil }
        var value = 0
        for byte in text.utf8 {
            guard (0x30...0x39).contains(byte) else { return nil }
            value = value * 10 + Int(byte & 15)
        }
        return value
    }

    /// More of a text than its number can take.
    private static let mostBytes = DecimalNumber.mostDigits * 2 + 40

    /// The base that the beginning of a number asks for: 16 for `0x`, 2 for `0b`, 8 for `0o`, 10 for `0d`; nil for none.
    private static func marked(_ bytes: ArraySlice<UInt8>) -> Int? {
        guard bytes.first == 0x30, let mark = bytes.dropFirst().first else { return nil }
        return [0x78: 16, 0x62: 2, 0x6F: 8, 0x64: 10][mark | 0x20]
    }

    /// The whole number at the start of a text, in a base from 2 to 36; 0 when there is none, nil when it has too many digits.
    /// - Parameter radix: 0 for the base that the number itself says, as in `0x1f` and `017`.
    static func leadingInteger(_ text: String, radix: Int) -> Value? {
        if radix == 10, let small = digits(of: text) { return .integer(small) }
        var radix = radix
        var bytes = Array(text.utf8.prefix(mostBytes))[...].drop { $0 == 0x20 || (0x09...0x0D).contains($0) }
        var isNegative = false
        if let sign = bytes.first, sign == 0x2B || sign == 0x2D {
            isNegative = sign == 0x2D
            bytes = bytes.dropFirst()
        }
        let mark = marked(bytes)
        if let mark, radix == mark || radix == 0 {
            (radix, bytes) = (mark, bytes.dropFirst(2))
        } else if radix == 0 {
            radix = bytes.first == 0x30 ? 8 : 10
        }
        var (digits, values): ([UInt8], [Int]) = ([], [])
        var previous: UInt8 = 0
        for byte in bytes {
            if byte == 0x5F, previous != 0x5F, !digits.isEmpty {
                previous = byte
                continue
            }
            guard let value = Int(String(decoding: [byte], as: UTF8.self), radix: 36), value < radix else { break }
            digits.append(byte)
            values.append(value)
            previous = byte
        }
        guard digits.count <= DecimalNumber.mostDigits else { return nil }
        let written = String(decoding: digits, as: UTF8.self)
        // The library for large numbers reads bases below 36 only, and stops the process at others.
        let whole =
            radix < 36
            ? BigInt(written, radix: radix)
            : values.reduce(BigInt(0)) { $0 * 36 + BigInt($1) }
        guard let whole else { return .integer(0) }
        return Value(whole: isNegative ? -whole : whole)
    }

    /// The whole number that all of a text is, as Ruby's `Integer` reads it; nil when it is none.
    /// - Parameter radix: 0 for the base that the number itself says.
    static func whole(_ text: String, radix: Int) -> Value? {
        let stripped = TextCase.strip(text, left: true, right: true)
        guard stripped.utf8.count < 1_000 else { return nil }
        var digits = Array(stripped.utf8)[...]
        if let sign = digits.first, sign == 0x2B || sign == 0x2D { digits = digits.dropFirst() }
        var base = radix
        if let mark = marked(digits), radix == mark || radix == 0 {
            (base, digits) = (mark, digits.dropFirst(2))
        } else if radix == 0 {
            base = digits.first == 0x30 ? 8 : 10
        }
        // An underscore stands between two digits.
        let parts = digits.split(separator: 0x5F, omittingEmptySubsequences: false)
        guard !digits.isEmpty, parts.allSatisfy({ !$0.isEmpty }),
            parts.joined().allSatisfy({ byte in
                Int(String(decoding: [byte], as: UTF8.self), radix: 36).map { $0 < base } ?? false
            })
        else { return nil }
        return leadingInteger(stripped, radix: radix)
    }

    /// The number at the start of a text; 0 when there is none, nil when it is larger or smaller than numbers may be.
    static func leadingDecimal(_ text: String) -> DecimalNumber? {
        var bytes = Array(text.utf8.prefix(mostBytes))[...].drop { $0 == 0x20 || (0x09...0x0D).contains($0) }
        var kept: [UInt8] = []
        if let sign = bytes.first, sign == 0x2B || sign == 0x2D {
            kept.append(sign)
            bytes = bytes.dropFirst()
        }
        func takeDigits() -> Bool {
            let before = kept.count
            while let byte = bytes.first,
                isDigit(byte)
                    || (byte == 0x5F && kept.last.map(isDigit) == true && bytes.dropFirst().first.map(isDigit) == true)
            {
                if byte != 0x5F { kept.append(byte) }
                bytes = bytes.dropFirst()
            }
            return kept.count > before
        }
        let hasWhole = takeDigits()
        if !hasWhole { kept.append(0x30) }
        if bytes.first == 0x2E, bytes.dropFirst().first.map(isDigit) == true {
            kept.append(0x2E)
            bytes = bytes.dropFirst()
            _ = takeDigits()
        } else if !hasWhole {
            return DecimalNumber(0, -1)
        }
        if let mark = bytes.first, mark | 0x20 == 0x65 {
            let rest = bytes.dropFirst()
            let signed = rest.first == 0x2B || rest.first == 0x2D
            if (signed ? rest.dropFirst() : rest).first.map(isDigit) == true {
                kept.append(0x65)
                if signed, let sign = rest.first { kept.append(sign) }
                bytes = signed ? rest.dropFirst() : rest
                _ = takeDigits()
            }
        }
        if let decimal = DecimalNumber(parsing: String(decoding: kept, as: UTF8.self)) { return decimal.withPoint }
        let isZero = kept.prefix { $0 | 0x20 != 0x65 }.allSatisfy { !(0x31...0x39).contains($0) }
        return isZero ? DecimalNumber(0, -1) : nil
    }

    static func leadingInteger(_ call: Call, radix: Int) throws -> Value {
        guard let whole = leadingInteger(try call.text, radix: radix) else { throw tooLong(call) }
        return whole
    }

    static func leadingDecimal(_ text: String, _ call: Call) throws -> DecimalNumber {
        guard let decimal = leadingDecimal(text) else { throw tooLong(call) }
        return decimal
    }

    private static func tooLong(_ call: Call) -> FormulaError {
        call.fail(
            "limit", "\(call.name) was given a number that is too large or has too many digits (formula.digits)")
    }
}
