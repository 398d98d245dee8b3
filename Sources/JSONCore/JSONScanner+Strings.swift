// Reading strings: plain runs eight bytes at a time, escapes and UTF-8 checked one by one.

extension JSONScanner where Sink: ~Copyable {
    /// The string at `position`, where a quote is; ends after its closing quote.
    @inline(__always)
    mutating func string() throws(JSONError) -> String {
        let run = try plainRun()
        return if let run { String(plain: bytes, run.range, isASCII: run.isASCII) } else { try escapedString().text }
    }

    /// As `string`, for names: repeated ones aren't made again.
    @inline(__always)
    mutating func nameText() throws(JSONError) -> (String, hash: UInt32) {
        if let (name, hash, end) = names.expected(at: position + 1) {
            position = end + 1
            return (name, hash)
        }
        if let run = try plainRun() { return names.name(run.range, isASCII: run.isASCII) }
        return try escapedString()
    }

    /// The bytes between the quotes when there is no escape among them, and `position` after the closing quote;
    /// otherwise nil, and `position` still at the opening quote.
    @inline(__always)
    private mutating func plainRun() throws(JSONError) -> (range: Range<Int>, isASCII: Bool)? {
        let start = position + 1
        var index = start
        var isASCII = true
        while true {
            index = endOfPlain(from: index)
            guard index < bytes.count else { throw unclosedString() }
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") {
                position = index + 1
                return (start..<index, isASCII)
            }
            if byte == UInt8(ascii: "\\") { return nil }
            index = try endOfCharacter(at: index)
            if byte >= 0x80 { isASCII = false }
        }
    }

    /// The string at `position`, which has an escape.
    @inline(never)
    private mutating func escapedString() throws(JSONError) -> (text: String, hash: UInt32) {
        var decoded = ByteBuffer(capacity: 256)
        var index = position + 1
        var runStart = index
        while true {
            index = endOfPlain(from: index)
            guard index < bytes.count else { throw unclosedString() }
            switch bytes[index] {
            case UInt8(ascii: "\""):
                decoded.append(UnsafeBufferPointer(rebasing: bytes[runStart..<index]))
                position = index + 1
                return (String(checked: decoded.written), NameCache.hash(decoded.written))
            case UInt8(ascii: "\\"):
                decoded.append(UnsafeBufferPointer(rebasing: bytes[runStart..<index]))
                index = try escape(at: index, into: &decoded)
                runStart = index
            default: index = try endOfCharacter(at: index)
            }
        }
    }

    /// The first place from `index` on where something else than plain ASCII may be: a quote, an escape, a control character,
    /// a byte past ASCII, or one of the last seven bytes of the text.
    @inline(__always)
    private func endOfPlain(from start: Int) -> Int {
        guard let base = bytes.baseAddress else { return start }
        var index = start
        while index + 8 <= bytes.count {
            let marks = ByteWord.escapesOrNonASCII(ByteWord.load(base, index))
            if marks != 0 { return index + ByteWord.first(marks) }
            index += 8
        }
        return index
    }

    /// Where the character at `index` ends, which is neither a quote nor an escape.
    @inline(__always)
    private func endOfCharacter(at index: Int) throws(JSONError) -> Int {
        let byte = bytes[index]
        if byte < 0x20 { throw controlCharacter(at: index) }
        if byte < 0x80 { return index + 1 }
        guard let length = UTF8Sequence.length(at: index, in: bytes) else { throw notUTF8(at: index) }
        return index + length
    }

    /// Appends what the escape at `start` stands for to `decoded`; returns where it ends.
    @inline(__always)
    private func escape(at start: Int, into decoded: inout ByteBuffer) throws(JSONError) -> Int {
        guard start + 1 < bytes.count else { throw unclosedString() }
        switch bytes[start + 1] {
        case UInt8(ascii: "\""): decoded.append(UInt8(ascii: "\""))
        case UInt8(ascii: "\\"): decoded.append(UInt8(ascii: "\\"))
        case UInt8(ascii: "/"): decoded.append(UInt8(ascii: "/"))
        case UInt8(ascii: "b"): decoded.append(0x08)
        case UInt8(ascii: "f"): decoded.append(0x0C)
        case UInt8(ascii: "n"): decoded.append(0x0A)
        case UInt8(ascii: "r"): decoded.append(0x0D)
        case UInt8(ascii: "t"): decoded.append(0x09)
        case UInt8(ascii: "u"):
            let (scalar, end) = try unicodeEscape(at: start)
            for byte in UTF8.encode(scalar) ?? UTF8.EncodedScalar() { decoded.append(byte) }
            return end
        default: throw unknownEscape(at: start)
        }
        return start + 2
    }

    /// The character of `\uXXXX`, or of two of them that make a surrogate pair.
    private func unicodeEscape(at start: Int) throws(JSONError) -> (Unicode.Scalar, end: Int) {
        let first = try hexadecimals(at: start)
        guard first & 0xF800 == 0xD800 else {
            guard let scalar = Unicode.Scalar(first) else { throw loneSurrogate(at: start) }
            return (scalar, start + 6)
        }
        let next = start + 6
        guard first < 0xDC00, next + 1 < bytes.count, bytes[next] == UInt8(ascii: "\\"),
            bytes[next + 1] == UInt8(ascii: "u")
        else { throw loneSurrogate(at: start) }
        let second = try hexadecimals(at: next)
        guard second & 0xFC00 == 0xDC00,
            let scalar = Unicode.Scalar(0x10000 + (first & 0x3FF) << 10 + second & 0x3FF)
        else { throw loneSurrogate(at: start) }
        return (scalar, next + 6)
    }

    /// The four digits after the `\u` at `start`.
    private func hexadecimals(at start: Int) throws(JSONError) -> UInt32 {
        var value: UInt32 = 0
        for index in start + 2..<start + 6 {
            guard index < bytes.count else { throw unclosedString() }
            let digit: UInt8
            switch bytes[index] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = bytes[index] - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = bytes[index] - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = bytes[index] - UInt8(ascii: "A") + 10
            default: throw badUnicodeEscape(at: start)
            }
            value = value << 4 | UInt32(digit)
        }
        return value
    }
}
