// Which bytes are one character of UTF-8, by the table of Unicode 3-7 (RFC 3629 §4).

enum UTF8Sequence {
    /// The length of the well-formed sequence of 2 to 4 bytes at `start`; nil when there is none.
    ///
    /// Overlong forms, surrogates and code points past U+10FFFF are not well-formed.
    @inline(__always)
    static func length(at start: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        func continues(_ index: Int) -> Bool { index < bytes.count && bytes[index] & 0xC0 == 0x80 }
        let lead = bytes[start]
        switch lead {
        case 0xC2...0xDF:
            return continues(start + 1) ? 2 : nil
        case 0xE0...0xEF:
            guard continues(start + 1), continues(start + 2) else { return nil }
            if lead == 0xE0, bytes[start + 1] < 0xA0 { return nil }
            if lead == 0xED, bytes[start + 1] > 0x9F { return nil }
            return 3
        case 0xF0...0xF4:
            guard continues(start + 1), continues(start + 2), continues(start + 3) else { return nil }
            if lead == 0xF0, bytes[start + 1] < 0x90 { return nil }
            if lead == 0xF4, bytes[start + 1] > 0x8F { return nil }
            return 4
        default: return nil
        }
    }
}
