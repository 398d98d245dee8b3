// Ruby's `format`: `'%05.2f' % 3.14159`, `'%{name}' % {name: 'Ann'}`.

import BigInt
import Foundation
import JSONCore

/// Formats values by a pattern.
enum TextFormat {
    static func format(
        _ pattern: String, _ arguments: [Value], _ members: ValueMembers?, _ run: Evaluation, _ range: Range<Int>
    ) throws(FormulaError) -> Value {
        var reader = PatternReader(pattern: Array(pattern.utf8), arguments: arguments, members: members, range: range)
        let text = try reader.run(run)
        try run.charge(text.utf8.count, range)
        return .string(text)
    }
}

private struct PatternReader {
    let pattern: [UInt8]
    let arguments: [Value]
    let members: ValueMembers?
    let range: Range<Int>
    var position = 0
    var next = 0
    /// How directives have asked for their values so far: a pattern does it in one way only, as in Ruby.
    var asked: Asked?

    enum Asked: String { case inOrder = "in order", byNumber = "by number", byName = "by name" }

    private func bad(_ message: String) -> FormulaError { FormulaError(code: "bad_argument", message, range: range) }

    mutating func run(_ run: Evaluation) throws(FormulaError) -> String {
        var made: [UInt8] = []
        while position < pattern.count {
            let byte = pattern[position]
            position += 1
            if byte != 0x25 {
                made.append(byte)
            } else {
                made += try directive().utf8
                guard made.count <= run.environment.limits.outputBytes else {
                    throw bad("the text is too long (formula.output)")
                }
            }
        }
        return String(decoding: made, as: UTF8.self)
    }

    private mutating func ask(_ way: Asked) throws(FormulaError) {
        if let asked, asked != way {
            throw bad("the format takes some values \(asked.rawValue) and others \(way.rawValue); use one way for all")
        }
        asked = way
    }

    private mutating func argument() throws(FormulaError) -> Value {
        try ask(.inOrder)
        guard next < arguments.count else { throw bad("the format needs more values than it was given") }
        next += 1
        return arguments[next - 1]
    }

    /// The width or precision that `*` takes from the values.
    private mutating func starred() throws(FormulaError) -> Int {
        guard let given = try numeric(argument()).decimal.rounded(0, .towardsZero).integer, given.magnitude < 100_000
        else { throw bad("* needs a number below 100,000") }
        return Int(given)
    }

    private mutating func number() -> Int? {
        var value: Int?
        while position < pattern.count, (0x30...0x39).contains(pattern[position]), value ?? 0 < 100_000 {
            value = (value ?? 0) * 10 + Int(pattern[position] - 0x30)
            position += 1
        }
        return value
    }

    private mutating func name(until close: UInt8) throws(FormulaError) -> Value {
        guard let end = pattern[position...].firstIndex(of: close) else {
            throw bad("a name in the format is not closed")
        }
        let name = String(decoding: pattern[position..<end], as: UTF8.self)
        position = end + 1
        try ask(.byName)
        guard let members else { throw bad("the format has names, so it needs an object") }
        guard let value = members[name] else { throw bad("the object has no \"\(name)\", which the format asks for") }
        return value
    }

    private mutating func directive() throws(FormulaError) -> String {
        var (flags, width, places, named): (Set<UInt8>, Int, Int?, Value?) = ([], 0, nil, nil)
        while position < pattern.count {
            let byte = pattern[position]
            position += 1
            switch byte {
            case 0x25:
                guard flags.isEmpty, width == 0, places == nil, named == nil else {
                    throw bad("%% takes neither flags nor a width")
                }
                return "%"
            case 0x2D, 0x2B, 0x20, 0x30, 0x23: flags.insert(byte)
            case 0x31...0x39:
                position -= 1
                let given = number() ?? 0
                guard position < pattern.count, pattern[position] == 0x24 else {
                    width = given
                    continue
                }
                // %2$s: the second value.
                position += 1
                try ask(.byNumber)
                guard given <= arguments.count else { throw bad("the format needs more values than it was given") }
                named = arguments[given - 1]
            case 0x2E where position < pattern.count && pattern[position] == 0x2A:
                position += 1
                let given = try starred()
                places = given < 0 ? nil : given
            case 0x2E: places = number() ?? 0
            case 0x2A:
                let given = try starred()
                if given < 0 { flags.insert(0x2D) }
                width = abs(given)
            case 0x3C: named = try name(until: 0x3E)
            case 0x7B: return pad(try name(until: 0x7D).text, width, flags)
            default:
                let value: Value
                if let named { value = named } else { value = try argument() }
                return try convert(value, byte, flags, width, places)
            }
        }
        throw bad("the format ends within a % directive")
    }

    private func pad(_ text: String, _ width: Int, _ flags: Set<UInt8>) -> String {
        let fill = String(repeating: " ", count: max(0, width - text.unicodeScalars.count))
        return flags.contains(0x2D) ? text + fill : fill + text
    }

    /// - Parameters:
    ///   - places: how many digits a whole number was to have at least; then it is not filled up with more zeros.
    ///   - mark: how many characters at its beginning are a mark like `0x`, behind which zeros are put.
    private func padNumber(
        _ digits: String, _ negative: Bool, _ width: Int, _ flags: Set<UInt8>, places: Int? = nil, mark: Int = 0
    ) -> String {
        let sign = negative ? "-" : flags.contains(0x2B) ? "+" : flags.contains(0x20) ? " " : ""
        if flags.contains(0x30), !flags.contains(0x2D), places == nil {
            let zeros = String(repeating: "0", count: max(0, width - digits.utf8.count - sign.utf8.count))
            return sign + digits.prefix(mark) + zeros + digits.dropFirst(mark)
        }
        return pad(sign + digits, width, flags)
    }

    private func numeric(_ value: Value) throws(FormulaError) -> Number {
        if let number = value.number { return number }
        if case .string(let text) = value {
            if let number = NumberText.plain(text)?.number { return number }
            // With a base of its own: '0x1f'.
            if let number = NumberText.whole(text, radix: 0)?.number { return number }
        }
        throw bad("the format needs a number but was given \(value.kind.phrase)")
    }

    private func convert(
        _ value: Value, _ letter: UInt8, _ flags: Set<UInt8>, _ width: Int, _ places: Int?
    ) throws(FormulaError) -> String {
        switch letter {
        case UInt8(ascii: "s"), UInt8(ascii: "p"):
            let text = letter == UInt8(ascii: "p") ? value.inspection : value.text
            return pad(places.flatMap { TextSlice.slice(text, 0, $0) } ?? text, width, flags)
        case UInt8(ascii: "d"), UInt8(ascii: "i"), UInt8(ascii: "u"):
            let whole = try numeric(value).decimal.rounded(0, .towardsZero).integer ?? 0
            // A precision of zero leaves nothing of a zero.
            var digits = places == 0 && whole.isZero ? "" : String(whole.magnitude)
            if let places { digits = String(repeating: "0", count: max(0, places - digits.utf8.count)) + digits }
            return padNumber(digits, whole.sign == .minus, width, flags, places: places)
        case UInt8(ascii: "f"):
            let number = try numeric(value)
            let point = flags.contains(0x23) && places == 0 ? "." : ""
            return padNumber(
                TextFormat.fixed(printed: number, places ?? 6) + point, number.isNegative, width, flags)
        case UInt8(ascii: "x"), UInt8(ascii: "X"), UInt8(ascii: "o"), UInt8(ascii: "b"), UInt8(ascii: "B"):
            let whole = try numeric(value).decimal.rounded(0, .towardsZero).integer ?? 0
            return radixText(whole, letter, flags, width, places)
        case UInt8(ascii: "e"), UInt8(ascii: "E"), UInt8(ascii: "g"), UInt8(ascii: "G"):
            let double = try numeric(value).decimal.double
            let text = String(
                format: "%" + (flags.contains(0x23) ? "#" : "") + ".\(min(places ?? 6, 60))"
                    + String(decoding: [letter], as: UTF8.self), abs(double))
            return padNumber(text, double < 0, width, flags)
        case UInt8(ascii: "c"):
            if case .string(let text) = value {
                guard let first = TextSlice.slice(text, 0, 1), !first.isEmpty else { throw bad("%c needs a character") }
                return pad(first, width, flags)
            }
            guard let code = value.number?.decimal.rounded(0, .towardsZero).integer,
                let scalar = UInt32(exactly: code).flatMap(Unicode.Scalar.init)
            else { throw bad("%c needs a character or its code") }
            return pad(String(Character(scalar)), width, flags)
        default: throw bad("the format has no directive %\(String(decoding: [letter], as: UTF8.self))")
        }
    }
}

extension PatternReader {
    /// `%x` and its like. Without a sign to write, a negative number is what Ruby shows of a two's complement that goes on
    /// for ever to the left: `..f01` for -255.
    private func radixText(_ whole: BigInt, _ letter: UInt8, _ flags: Set<UInt8>, _ width: Int, _ places: Int?)
        -> String
    {
        let isUpper = letter == UInt8(ascii: "X")
        let radix = letter == UInt8(ascii: "o") ? 8 : letter | 0x20 == UInt8(ascii: "b") ? 2 : 16
        var digits =
            places == 0 && whole.isZero ? "" : String(BigInt(whole.magnitude), radix: radix, uppercase: isUpper)
        // The octal mark is a zero in front, which may be there already.
        let isMarked = radix == 8 ? digits != "0" && (places ?? 0) <= digits.utf8.count : !whole.isZero
        var mark = !flags.contains(0x23) || !isMarked ? "" : "0"
        if radix != 8, !mark.isEmpty { mark += String(decoding: [letter], as: UTF8.self) }
        guard whole.sign == .minus, !flags.contains(0x2B), !flags.contains(0x20) else {
            digits = String(repeating: "0", count: max(0, (places ?? 0) - digits.utf8.count)) + digits
            return padNumber(
                mark + digits, whole.sign == .minus, width, flags, places: places, mark: mark.utf8.count)
        }
        let complement = BigInt(radix).power(digits.utf8.count + 1) + whole
        let fill: Character = radix == 16 ? (isUpper ? "F" : "f") : radix == 8 ? "7" : "1"
        digits = String(fill) + String(complement, radix: radix, uppercase: isUpper).drop { $0 == fill }
        if radix == 8 { mark = "" }
        let fillsWidth = flags.contains(0x30) && !flags.contains(0x2D) && places == nil
        let wanted = fillsWidth ? width - mark.utf8.count : places ?? 0
        digits = String(repeating: fill, count: max(0, wanted - 2 - digits.utf8.count)) + digits
        return pad(mark + ".." + digits, width, flags)
    }
}

extension TextFormat {
    /// As `%f` prints it. Ruby rounds a float's shortest decimal half-even, and looks at its bits only where no digit is left.
    static func fixed(printed number: Number, _ places: Int) -> String {
        guard case .decimal(let decimal) = number else { return fixed(number.decimal, places) }
        let text = fixed(decimal, places, .halfEven)
        guard decimal.digits <= 17, !decimal.isZero, text.utf8.allSatisfy({ $0 == 0x30 || $0 == 0x2E }) else {
            return text
        }
        return String(format: "%.\(min(places, 1_000))f", abs(decimal.double))
    }

    /// The magnitude with exactly `places` digits after the point.
    static func fixed(_ decimal: DecimalNumber, _ places: Int, _ mode: Rounding = .halfUp) -> String {
        let kept = min(places, 1_000)
        let rounded = DecimalNumber(BigInt(decimal.significand.magnitude), decimal.exponent).rounded(kept, mode)
        return DecimalNumber(rounded.exponent > -kept ? rounded.scaled(to: -kept) : rounded.significand, -kept).plain()
    }
}
