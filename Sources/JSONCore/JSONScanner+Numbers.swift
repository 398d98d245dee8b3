// Reading numbers: 64-bit integers without making a text, all others as they are written.

extension JSONScanner where Sink: ~Copyable {
    /// The number at `position`, where a digit or minus is.
    @inline(__always)
    mutating func number() throws(JSONError) -> JSON {
        let start = position
        guard let number = WrittenNumber(at: start, in: bytes) else { throw mistakeInNumber(at: start) }
        if number.end < bytes.count, Self.continuesAWord(bytes[number.end]) { throw mistakeInNumber(at: start) }
        position = number.end
        if let integer = number.integer { return .integer(integer) }
        return .number(JSONNumber(validated: String(plain: bytes, start..<number.end, isASCII: true)))
    }

    /// Whether `byte` right after a number or word makes it something else: a letter, digit, `.`, `_`, `+`, `-` or a byte
    /// past ASCII.
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
