// The grammar of numbers, RFC 8259 §6, in one pass that also adds up the digits.

/// The longest number that starts at a place in a text.
struct WrittenNumber {
    /// Where the number ends.
    let end: Int
    /// Its value when it is a plain integer of 64 bits (not `-0`, which no integer is), so that no text has to be made.
    let integer: Int?

    /// nil when no number starts at `start`.
    @inline(__always)
    init?(at start: Int, in bytes: UnsafeBufferPointer<UInt8>) {
        var index = start
        let count = bytes.count
        let isNegative = index < count && bytes[index] == UInt8(ascii: "-")
        if isNegative { index += 1 }
        let wholeStart = index
        var magnitude: UInt64 = 0
        while index < count {
            let digit = bytes[index] &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            magnitude = magnitude &* 10 &+ UInt64(digit)  // wraps from 20 digits on, when it isn't used
            index += 1
        }
        let digits = index - wholeStart
        guard digits > 0 else { return nil }
        if digits > 1, bytes[wholeStart] == UInt8(ascii: "0") { return nil }
        var isPlain = digits <= 19
        if index < count, bytes[index] == UInt8(ascii: ".") {
            isPlain = false
            let fraction = index + 1
            index = Self.endOfDigits(from: fraction, in: bytes)
            guard index > fraction else { return nil }
        }
        if index < count, bytes[index] | 0x20 == UInt8(ascii: "e") {
            isPlain = false
            index += 1
            if index < count, bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-") { index += 1 }
            let exponent = index
            index = Self.endOfDigits(from: exponent, in: bytes)
            guard index > exponent else { return nil }
        }
        end = index
        if isPlain, !isNegative {
            integer = Int(exactly: magnitude)
        } else if isPlain, magnitude > 0, magnitude <= UInt64(Int.max) + 1 {
            integer = Int(truncatingIfNeeded: 0 &- magnitude)
        } else {
            integer = nil
        }
    }

    @inline(__always)
    private static func endOfDigits(from start: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Int {
        var index = start
        while index < bytes.count, bytes[index] &- UInt8(ascii: "0") < 10 { index += 1 }
        return index
    }
}
