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
            "format: any?, precision=integer, separator=text, delimiter=text, unit=text, format=text, area_code=boolean, country_code=any, extension=any, significant=boolean, strip_insignificant_zeros=boolean, round_mode=text",
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
            let radix = try call[0].map { try call.integer($0) } ?? 10
            guard radix == 0 || (2...36).contains(radix) else {
                throw call.bad("a number can be read in a base from 2 to 36, or 0 for the one that it says itself")
            }
            return try NumberText.leadingInteger(call, radix: radix)
        }
        table.add(
            "to_f", on: .text, gives: .decimal, "The number at its start; 0.0 when there is none.", "'1.5kg'.to_f",
            "1.5"
        ) { Value(try NumberText.leadingDecimal($0.text, $0)) }
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
            return Value(decimal.withPoint)
        }
        for name in ["to_d", "to_c"] where name == "to_d" {
            table.add(
                name, on: [.integer, .decimal, .rational, .string], gives: .decimal, "As an exact decimal.",
                "'10.50'.\(name)", "10.5"
            ) { call in
                if case .string(let text) = call.receiver { return Value(try NumberText.leadingDecimal(text, call)) }
                let decimal = try call.number.decimal
                return Value(decimal.withPoint)
            }
        }
        table.add("to_r", on: .string, gives: .rational, "The fraction at its start.", "'0.75'.to_r", "(3/4)") { call in
            let parts = try call.text.split(separator: "/", maxSplits: 1)
            let top = Rational(try NumberText.leadingDecimal(parts.first.map(String.init) ?? "", call))
            let bottom =
                parts.count > 1 ? Rational(try NumberText.leadingDecimal(String(parts[1]), call)) : Rational(1, 1)
            let divisor = bottom.numerator.isZero ? Rational(1, 1) : bottom
            return .big(
                BigNumber(.rational(Rational(top.numerator * divisor.denominator, top.denominator * divisor.numerator)))
            )
        }
        table.add("hex", on: .string, gives: .integer, "The number of hexadecimal digits.", "'ff'.hex", "255") {
            try NumberText.leadingInteger($0, radix: 16)
        }
        table.add("oct", on: .string, gives: .integer, "The number of octal digits.", "'17'.oct", "15") {
            // A prefix like 0x names another base, as in Ruby.
            let text = try $0.text
            let digits = text.utf8.drop { $0 == 0x20 || $0 == 0x2B || $0 == 0x2D }
            let mark = digits.first == 0x30 ? digits.dropFirst().first.map { $0 | 0x20 } : nil
            let radix = mark == UInt8(ascii: "x") ? 16 : mark == UInt8(ascii: "b") ? 2 : 8
            return try NumberText.leadingInteger($0, radix: radix)
        }
        table.add(
            "is_int?", on: [.string, .integer, .null], gives: .boolean, "Whether it has digits only.", "'12'.is_int?",
            "true"
        ) { call in
            guard case .string(let text) = call.receiver else { return .bool(!call.receiver.isNull) }
            return .bool(!Blank.isBlank(.string(text)) && text.utf8.allSatisfy { (0x30...0x39).contains($0) })
        }
        table.add(
            "is_number?", on: [.string, .null], gives: .boolean, "Whether it is a number.", "'12.5'.is_number?", "true"
        ) { call in
            guard case .string(let text) = call.receiver else { return .bool(false) }
            // As the vendor's library has it, one line of digits is enough.
            let lines = text.split(separator: "\n")
            let hasDigits = lines.contains { $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
            return .bool(hasDigits || NumberText.plain(text) != nil)
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
            switch call.receiver {
            case .regex(let regex): .string(regex.rubyText)
            case .range: .string(call.receiver.text)
            case .time(let time): .string(time.isoText(digits: 3))
            default: Value(try call.receiver.json())
            }
        }
        table.add(
            "Integer", on: [], "value: any, base: integer?, exception=boolean", gives: [.integer, .null],
            "A whole number; an error when the text is none, or nil with exception: false.", "Integer('12')", "12"
        ) { call in
            guard let value = call[0] else { return .null }
            if value.kind.isNumeric {
                return try call.calculate { () throws(NumberFault) in
                    Number(whole: NumberRounding.apply(.towardsZero, to: value.number ?? .integer(0), 0).integer ?? 0)
                }
            }
            let text = try call.string(value)
            let radix = try call[1].map { try call.integer($0) } ?? 0
            guard radix == 0 || (2...36).contains(radix) else {
                throw call.bad("a number can be read in a base from 2 to 36, or 0 for the one that it says itself")
            }
            if let number = NumberText.whole(text, radix: radix) { return number }
            if call.keyword("exception")?.isTrue == false { return .null }
            let isOctal = NumberText.whole(text, radix: 10) != nil
            throw call.bad(
                "\(Call.shown(text)) is no whole number",
                isOctal
                    ? "a zero in front means base 8: write Integer(text, 10)"
                    : "use .to_i to read the digits at its start")
        }
        table.add(
            "Float", on: [], "value: any, exception=boolean", gives: [.decimal, .null],
            "A number with a fraction; an error when the text is none, or nil with exception: false.", "Float('1.5')",
            "1.5"
        ) { call in
            guard let value = call[0] else { return .null }
            let number: Number?
            if value.kind.isNumeric {
                number = value.number
            } else {
                number = NumberText.plain(try call.string(value))?.number
            }
            guard let decimal = number?.decimal else {
                if call.keyword("exception")?.isTrue == false { return .null }
                throw call.bad("\(Call.shown(value.text)) is no number", "use .to_f to read the digits at its start")
            }
            return Value(decimal.withPoint)
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
