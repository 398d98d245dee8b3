// Numbers as they are written.

extension FormulaParser {
    /// A number, with its sign when there is one.
    mutating func number() throws(FormulaError) -> Syntax {
        let from = position
        if current == 0x2D { position += 1 }
        if current == 0x30, let mark = peek(1).map({ $0 | 0x20 }), mark == 0x78 || mark == 0x62 || mark == 0x6F {
            position += 2
            return try radixNumber(from, mark == 0x78 ? 16 : mark == 0x62 ? 2 : 8)
        }
        // As in Ruby, a zero in front means base 8.
        if current == 0x30, let next = peek(1), (0x30...0x39).contains(next) {
            position += 1
            return try radixNumber(from, 8)
        }
        var digits: [UInt8] = bytes[from] == 0x2D ? [0x2D] : []
        func isDigit(_ byte: UInt8?) -> Bool { byte.map { (0x30...0x39).contains($0) } ?? false }
        func takeDigits(_ parser: inout FormulaParser) {
            while let byte = parser.current {
                if isDigit(byte) {
                    digits.append(byte)
                } else if byte != 0x5F || !isDigit(parser.peek(1)) {
                    return
                }
                parser.position += 1
            }
        }
        takeDigits(&self)
        var isWhole = true
        if current == 0x2E, isDigit(peek(1)) {
            isWhole = false
            digits.append(0x2E)
            position += 1
            takeDigits(&self)
        }
        if let byte = current, byte | 0x20 == 0x65 {
            let signed = peek(1) == 0x2B || peek(1) == 0x2D
            if isDigit(peek(signed ? 2 : 1)) {
                isWhole = false
                digits.append(0x65)
                if signed, let sign = peek(1) { digits.append(sign) }
                position += signed ? 2 : 1
                takeDigits(&self)
            }
        }
        if let byte = current, Self.isNameStart(byte) {
            throw fail(
                "syntax", "\"\(text(from, nameEnd(position)))\" is neither a number nor a name",
                "names start with a letter", start: from, end: nameEnd(position))
        }
        let written = String(decoding: digits, as: UTF8.self)
        if isWhole, let integer = Int(written) {
            return Syntax(kind: .literal(.integer(integer)), range: range(from: from))
        }
        guard let decimal = DecimalNumber(parsing: written) else {
            throw fail("limit", "the number has too many digits", start: from, end: position)
        }
        let value = isWhole ? Value(whole: decimal.significand) : Value(decimal)
        return Syntax(kind: .literal(value), range: range(from: from))
    }

    /// The digits behind a prefix like `0x`.
    private mutating func radixNumber(_ from: Int, _ radix: Int) throws(FormulaError) -> Syntax {
        let begin = position
        while let byte = current, Self.isNamePart(byte) { position += 1 }
        let digits = text(begin, position).replacing("_", with: "")
        guard let integer = Int(digits, radix: radix) else {
            throw fail(
                "syntax", "\"\(text(from, position))\" is no number",
                radix == 8 ? "a zero in front means base 8: leave it out, or put quotes around" : nil, start: from,
                end: position)
        }
        let value = bytes[from] == 0x2D ? -integer : integer
        return Syntax(kind: .literal(.integer(value)), range: range(from: from))
    }

}
