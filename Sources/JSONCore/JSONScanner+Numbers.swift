// Reading numbers: the grammar of RFC 8259 §6 in one pass, 64-bit integers without making a text.

extension JSONScanner where Sink: ~Copyable {
    /// The number at `position`, where a digit or minus is.
    @inline(__always)
    mutating func number() throws(JSONError) -> JSON {
        let start = position
        var index = start
        let count = bytes.count
        let isNegative = bytes[index] == UInt8(ascii: "-")
        if isNegative { index += 1 }
        let wholeStart = index
        var magnitude: UInt64 = 0
        while index < count {
            let digit = bytes[index] &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            magnitude = magnitude &* 10 &+ UInt64(digit)  // wraps from 20 digits on; they aren't used then
            index += 1
        }
        let digits = index - wholeStart
        guard digits > 0 else { throw mistakeInNumber(at: start) }
        if digits > 1, bytes[wholeStart] == UInt8(ascii: "0") { throw mistakeInNumber(at: start) }
        var isPlain = true
        if index < count, bytes[index] == UInt8(ascii: ".") {
            isPlain = false
            let fractionStart = index + 1
            index = endOfDigits(from: fractionStart)
            guard index > fractionStart else { throw mistakeInNumber(at: start) }
        }
        if index < count, bytes[index] | 0x20 == UInt8(ascii: "e") {
            isPlain = false
            index += 1
            if index < count, bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-") { index += 1 }
            let exponentStart = index
            index = endOfDigits(from: exponentStart)
            guard index > exponentStart else { throw mistakeInNumber(at: start) }
        }
        if index < count, Self.continuesAWord(bytes[index]) { throw mistakeInNumber(at: start) }
        position = index
        if isPlain, digits <= 19 {
            if !isNegative, let integer = Int(exactly: magnitude) { return .integer(integer) }
            if isNegative, magnitude > 0, magnitude <= UInt64(Int.max) + 1 {
                return .integer(Int(truncatingIfNeeded: 0 &- magnitude))
            }
        }
        return .number(JSONNumber(validated: String(plain: bytes, start..<index)))
    }

    @inline(__always)
    private func endOfDigits(from start: Int) -> Int {
        var index = start
        while index < bytes.count, bytes[index] &- UInt8(ascii: "0") < 10 { index += 1 }
        return index
    }

    /// Whether `byte` right after a number or word makes it something else: a letter, digit, `.`, `_`, `+`, `-` or a byte past ASCII.
    @inline(__always)
    static func continuesAWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "+"),
            UInt8(ascii: "-"), 0x80...0xFF:
            true
        default: false
        }
    }
}
