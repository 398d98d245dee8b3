// Conversions between texts, numbers and other kinds.

import BigInt
import JSONCore

extension FunctionTables {
    static func conversions() -> MethodTable {
        var table = MethodTable("conversion")
        table.add(
            "to_s", on: KindSet.any.subtracting([.number, .moment, .bytes]), gives: .string, "As text; nil is empty.",
            "nil.to_s", "\"\""
        ) { call in
            if case .string = call.receiver { return call.receiver }
            return try call.made(call.receiver.text)
        }
        table.add("to_s", on: .bytes, gives: .bytes, "The binary data itself.", "'616263'.decode_hex.to_s.length", "3")
        { $0.receiver }
        table.add(
            "to_s", on: .number,
            "format: any?, precision=integer, separator=text, delimiter=text, unit=text, format=text, area_code=boolean, country_code=any, extension=any, significant=boolean, strip_insignificant_zeros=boolean",
            gives: .string,
            "As text: in a base from 2 to 36, or :currency, :phone, :delimited, :rounded, :percentage, :human_size.",
            "255.to_s(16)", "\"ff\""
        ) {
            try NumberFormat.text($0)
        }
        for name in ["to_fs", "to_formatted_s"] {
            table.add(
                name, on: .number, "format: any?, precision=integer, separator=text, delimiter=text, unit=text",
                gives: .string, "As text, formatted: :currency, :delimited, …", "1234567.\(name)(:delimited)",
                "\"1,234,567\""
            ) { try NumberFormat.text($0) }
        }
        for name in ["to_sym", "to_str"] {
            table.add(name, on: .text, gives: .string, "The text itself.", "'a'.\(name)", "\"a\"") {
                .string(try $0.text)
            }
        }
        table.add("to_i", on: .null, gives: .integer, "Zero.", "nil.to_i", "0") { _ in .integer(0) }
        table.add("to_f", on: .null, gives: .decimal, "Zero.", "nil.to_f", "0.0") { _ in Value(DecimalNumber(0, -1)) }
        table.add(
            "to_i", on: .text, "base: integer?", gives: .integer, "The number at its start; 0 when there is none.",
            "'12 pcs'.to_i", "12"
        ) { call in
            NumberText.leadingInteger(try call.text, radix: try call[0].map { try call.integer($0) } ?? 10)
        }
        table.add(
            "to_f", on: .text, gives: .decimal, "The number at its start; 0.0 when there is none.", "'1.5kg'.to_f",
            "1.5"
        ) { Value(NumberText.leadingDecimal(try $0.text)) }
        for name in ["to_i", "to_int"] {
            table.add(name, on: .number, gives: .integer, "Without its fraction.", "2.9.\(name)", "2") { call in
                let number = try call.number
                if number.whole != nil { return call.receiver }
                return Value(
                    whole: NumberRounding.apply(.towardsZero, to: number, 0).rounded(0, .towardsZero).integer ?? 0)
            }
        }
        table.add("to_f", on: .number, gives: .decimal, "As a number with a fraction.", "2.to_f", "2.0") { call in
            let decimal = try call.number.decimal
            return Value(decimal.exponent >= 0 ? DecimalNumber(decimal.scaled(to: 0) * 10, -1) : decimal)
        }
        for name in ["to_d", "to_c"] where name == "to_d" {
            table.add(
                name, on: [.integer, .decimal, .rational, .string], gives: .decimal, "As an exact decimal.",
                "'10.50'.\(name)", "10.5"
            ) { call in
                if case .string(let text) = call.receiver { return Value(NumberText.leadingDecimal(text)) }
                let decimal = try call.number.decimal
                return Value(decimal.exponent >= 0 ? DecimalNumber(decimal.scaled(to: 0) * 10, -1) : decimal)
            }
        }
        table.add("to_r", on: .string, gives: .rational, "The fraction at its start.", "'0.75'.to_r", "(3/4)") { call in
            let parts = try call.text.split(separator: "/", maxSplits: 1)
            let top = Rational(NumberText.leadingDecimal(parts.first.map(String.init) ?? ""))
            let bottom = parts.count > 1 ? Rational(NumberText.leadingDecimal(String(parts[1]))) : Rational(1, 1)
            let divisor = bottom.numerator.isZero ? Rational(1, 1) : bottom
            return .big(
                BigNumber(.rational(Rational(top.numerator * divisor.denominator, top.denominator * divisor.numerator)))
            )
        }
        table.add("hex", on: .string, gives: .integer, "The number of hexadecimal digits.", "'ff'.hex", "255") {
            NumberText.leadingInteger(try $0.text, radix: 16)
        }
        table.add("oct", on: .string, gives: .integer, "The number of octal digits.", "'17'.oct", "15") {
            NumberText.leadingInteger(try $0.text, radix: 8)
        }
        table.add("is_int?", on: .string, gives: .boolean, "Whether it has digits only.", "'12'.is_int?", "true") {
            call in
            let text = try call.text
            return .bool(!Blank.isBlank(.string(text)) && text.utf8.allSatisfy { (0x30...0x39).contains($0) })
        }
        table.add("is_number?", on: .string, gives: .boolean, "Whether it is a number.", "'12.5'.is_number?", "true") {
            .bool(NumberText.plain(try $0.text) != nil)
        }
        table.add(
            "to_json", on: .any, "options: any?", gives: .string, "As JSON text.", "{a: [1, nil]}.to_json",
            "\"{\\\"a\\\":[1,null]}\""
        ) { call in
            var writer = JSONText(call: call)
            try writer.write(call.receiver, depth: 0)
            return .string(String(decoding: writer.bytes, as: UTF8.self))
        }
        table.add("as_json", on: .any, gives: .any, "As what JSON can hold.", "[1].as_json", "[1]") { call in
            Value(try call.receiver.json())
        }
        table.add(
            "Integer", on: [], "value: any, base: integer?", gives: .integer,
            "A whole number; an error when the text is none.", "Integer('12')", "12"
        ) { call in
            guard let value = call[0] else { return .null }
            if value.kind.isNumeric {
                return try call.calculate { () throws(NumberFault) in
                    Number(whole: NumberRounding.apply(.towardsZero, to: value.number ?? .integer(0), 0).integer ?? 0)
                }
            }
            let text = try call.string(value)
            let bare = TextCase.strip(text, left: true, right: true).replacing("_", with: "")
            guard case .integer? = NumberText.plain(bare).map({ $0.kind }), let number = NumberText.plain(bare) else {
                throw call.bad("\(Call.shown(text)) is no whole number", "use .to_i to read the digits at its start")
            }
            return number
        }
        table.add(
            "Float", on: [], "value: any", gives: .decimal, "A number with a fraction; an error when the text is none.",
            "Float('1.5')", "1.5"
        ) { call in
            guard let value = call[0] else { return .null }
            let number: Number?
            if value.kind.isNumeric {
                number = value.number
            } else {
                number = NumberText.plain(try call.string(value))?.number
            }
            guard let decimal = number?.decimal else {
                throw call.bad("\(Call.shown(value.text)) is no number", "use .to_f to read the digits at its start")
            }
            return Value(decimal.exponent >= 0 ? DecimalNumber(decimal.scaled(to: 0) * 10, -1) : decimal)
        }
        table.add("String", on: [], "value: any", gives: .string, "Any value as text.", "String(5)", "\"5\"") {
            .string($0[0]?.text ?? "")
        }
        for name in ["Array", "Array.wrap"] {
            table.add(
                name, on: [], "value: any", gives: .list,
                "A list: the value itself when it is one, empty for nil, else a list of it.", "\(name)('a')", "[\"a\"]"
            ) { call in
                switch call[0] ?? .null {
                case .null: return .list([])
                case let value where value.list != nil: return value
                case let value where name == "Array" && value.members != nil: return try call.elements(value).value
                case .range(let range) where name == "Array": return try call.elements(.range(range)).value
                case let value: return .list([value])
                }
            }
        }
        return table
    }
}

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
            guard dot + 1 < digits.endIndex, isDigit(digits[dot + 1]), isDigit(first) else { return nil }
        }
        guard let decimal = DecimalNumber(parsing: String(decoding: bytes, as: UTF8.self)) else { return nil }
        let isWhole = !digits.contains { $0 == 0x2E || $0 | 0x20 == 0x65 }
        return isWhole ? Value(whole: decimal.significand) : Value(decimal)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    static func leadingInteger(_ text: String, radix: Int) -> Value {
        guard (2...36).contains(radix) else { return .integer(0) }
        if radix == 10, text.utf8.count <= 18, let small = Int(text) { return .integer(small) }
        var bytes = Array(text.utf8.prefix(2_000))[...].drop { $0 == 0x20 || (0x09...0x0D).contains($0) }
        var isNegative = false
        if let sign = bytes.first, sign == 0x2B || sign == 0x2D {
            isNegative = sign == 0x2D
            bytes = bytes.dropFirst()
        }
        if bytes.first == 0x30, let mark = bytes.dropFirst().first.map({ $0 | 0x20 }),
            (radix == 16 && mark == 0x78) || (radix == 2 && mark == 0x62) || (radix == 8 && mark == 0x6F)
        {
            bytes = bytes.dropFirst(2)
        }
        var digits: [UInt8] = []
        var previous: UInt8 = 0
        for byte in bytes {
            if byte == 0x5F, previous != 0x5F, !digits.isEmpty {
                previous = byte
                continue
            }
            guard let value = Int(String(decoding: [byte], as: UTF8.self), radix: 36), value < radix else { break }
            digits.append(byte)
            previous = byte
        }
        guard let whole = BigInt(String(decoding: digits, as: UTF8.self), radix: radix) else { return .integer(0) }
        return Value(whole: isNegative ? -whole : whole)
    }

    static func leadingDecimal(_ text: String) -> DecimalNumber {
        var bytes = Array(text.utf8.prefix(2_000))[...].drop { $0 == 0x20 || (0x09...0x0D).contains($0) }
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
        let decimal = DecimalNumber(parsing: String(decoding: kept, as: UTF8.self)) ?? DecimalNumber(0, -1)
        return decimal.exponent >= 0 ? DecimalNumber(decimal.scaled(to: 0) * 10, -1) : decimal
    }
}

/// JSON as ActiveSupport writes it: `<`, `>`, `&` and line separators escaped.
struct JSONText {
    let call: Call
    var bytes: [UInt8] = []

    init(call: Call) { self.call = call }

    mutating func write(_ value: Value, depth: Int) throws {
        guard depth <= JSONForm.deepest else {
            throw call.fail("limit", "lists and objects are nested more than \(JSONForm.deepest) deep (formula.depth)")
        }
        if bytes.count > call.run.environment.limits.outputBytes { try call.run.charge(bytes.count, call.range) }
        switch value {
        case .string(let text): quote(text)
        case .list, .jsonList:
            bytes.append(0x5B)
            for (index, element) in (value.list ?? ValueList([])).enumerated() {
                if index > 0 { bytes.append(0x2C) }
                try call.run.tick(call.range)
                try write(element, depth: depth + 1)
            }
            bytes.append(0x5D)
        case .jsonObject, .table:
            bytes.append(0x7B)
            for (index, entry) in (value.members?.entries ?? []).enumerated() {
                if index > 0 { bytes.append(0x2C) }
                quote(entry.key.text)
                bytes.append(0x3A)
                try write(entry.value, depth: depth + 1)
            }
            bytes.append(0x7D)
        case .regex(let regex): quote(regex.rubyText)
        case .range: quote(value.text)
        case .bytes(let data):
            // What the vendor's library writes for binary data: its start in hexadecimal.
            let more = data.count > 128 ? "…(\(data.count - 128) bytes more)" : ""
            quote(data.isEmpty ? "" : "0x" + Encodings.hex(Array(data.prefix(128))) + more)
        default:
            switch try value.json() {
            case .null: bytes += "null".utf8
            case .bool(let bool): bytes += (bool ? "true" : "false").utf8
            case .integer(let integer): bytes += String(integer).utf8
            case .number(let number): bytes += number.text.utf8
            case .string(let text): quote(text)
            case .array, .object: break
            }
        }
    }

    private mutating func quote(_ text: String) {
        bytes.append(0x22)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": bytes += "\\\"".utf8
            case "\\": bytes += "\\\\".utf8
            case "\n": bytes += "\\n".utf8
            case "\r": bytes += "\\r".utf8
            case "\t": bytes += "\\t".utf8
            case "\u{8}": bytes += "\\b".utf8
            case "\u{C}": bytes += "\\f".utf8
            case "<", ">", "&", "\u{2028}", "\u{2029}", "\0"..<" ":
                let hex = String(scalar.value, radix: 16)
                bytes += ("\\u" + String(repeating: "0", count: 4 - hex.utf8.count) + hex).utf8
            default: bytes += Array(String(scalar).utf8)
            }
        }
        bytes.append(0x22)
    }
}
