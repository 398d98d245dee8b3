// Texts in quotes, their escapes and interpolations.

extension FormulaParser {
    /// A text in quotes, and texts right after it, which Ruby joins.
    mutating func quoted() throws(FormulaError) -> Syntax {
        let from = position
        var pieces = try quotedOnce()
        while true {
            let mark = position
            skipBlanks()
            guard current == 0x22 || current == 0x27 else {
                position = mark
                break
            }
            pieces += try quotedOnce()
        }
        return joined(pieces, from)
    }

    /// One text when all pieces are literal.
    func joined(_ pieces: [Syntax], _ from: Int) -> Syntax {
        if pieces.count == 1, case .literal(.string) = pieces[0].kind {
            return Syntax(kind: pieces[0].kind, range: range(from: from))
        }
        var text = ""
        for piece in pieces {
            guard case .literal(.string(let part)) = piece.kind else {
                return Syntax(kind: .interpolation(pieces), range: range(from: from))
            }
            text += part
        }
        return Syntax(kind: .literal(.string(text)), range: range(from: from))
    }

    mutating func quotedOnce() throws(FormulaError) -> [Syntax] {
        let from = position
        let quote = bytes[position]
        position += 1
        return try pieces(from, close: quote, open: nil, escapes: quote == 0x22 ? .double : .single)
    }

    enum Escapes { case single, double, regex }

    /// The pieces of a text up to `close`; with `open`, nested pairs count.
    mutating func pieces(_ from: Int, close: UInt8, open: UInt8?, escapes: Escapes) throws(FormulaError) -> [Syntax] {
        var pieces: [Syntax] = []
        var literal: [UInt8] = []
        var (literalAt, level) = (position, 0)
        func flush(_ parser: FormulaParser) {
            guard !literal.isEmpty else { return }
            let text = String(decoding: literal, as: UTF8.self)
            pieces.append(Syntax(kind: .literal(.string(text)), range: parser.range(literalAt, parser.position)))
            literal = []
        }
        while let byte = current {
            if byte == close, level == 0 {
                flush(self)
                position += 1
                return pieces
            }
            if byte == open { level += 1 }
            if byte == close { level -= 1 }
            if byte == 0x5C, let next = peek(1) {
                switch escapes {
                case .single:
                    if next == 0x5C || next == close || next == open {
                        literal.append(next)
                        position += 2
                    } else {
                        literal.append(0x5C)
                        position += 1
                    }
                case .double: try escape(into: &literal)
                case .regex:
                    literal += next == 0x2F ? [0x2F] : [0x5C, next]
                    position += 2
                }
            } else if byte == 0x23, peek(1) == 0x7B, escapes != .single {
                flush(self)
                position += 2
                let inner = try bracketed { parser throws(FormulaError) in
                    parser.skipLines()
                    if parser.current == 0x7D {
                        return Syntax(kind: .literal(.null), range: parser.range(from: parser.position))
                    }
                    return try parser.statement()
                }
                skipLines()
                guard take("}") else { throw fail("syntax", "#{ is not closed with }", at: position) }
                pieces.append(inner)
                literalAt = position
            } else {
                // As many as mean themselves at once.
                var end = position + 1
                while end < bytes.count, case let next = bytes[end], next != close, next != open, next != 0x5C,
                    next != 0x23
                {
                    end += 1
                }
                literal += bytes[position..<end]
                position = end
            }
        }
        let what = escapes == .regex ? "the regex" : "the text"
        throw fail(
            "syntax", "\(what) is not closed", "add \(String(decoding: [close], as: UTF8.self)) at its end",
            start: from,
            end: from + 1)
    }

    /// An escape of a text in double quotes.
    mutating func escape(into literal: inout [UInt8]) throws(FormulaError) {
        let from = position
        let letter = bytes[position + 1]
        position += 2
        func append(_ value: UInt32?, _ parser: FormulaParser) throws(FormulaError) {
            guard let scalar = value.flatMap(Unicode.Scalar.init) else {
                throw parser.fail("syntax", "there is no such character", start: from, end: parser.position)
            }
            literal += Array(String(Character(scalar)).utf8)
        }
        switch letter {
        case UInt8(ascii: "n"): literal.append(0x0A)
        case UInt8(ascii: "t"): literal.append(0x09)
        case UInt8(ascii: "r"): literal.append(0x0D)
        case UInt8(ascii: "s"): literal.append(0x20)
        case UInt8(ascii: "e"): literal.append(0x1B)
        case UInt8(ascii: "a"): literal.append(0x07)
        case UInt8(ascii: "b"): literal.append(0x08)
        case UInt8(ascii: "f"): literal.append(0x0C)
        case UInt8(ascii: "v"): literal.append(0x0B)
        case 0x0A: break
        case UInt8(ascii: "u"):
            if take("{") {
                while !isAtEnd, current != 0x7D {
                    let begin = position
                    while let byte = current, Self.isNamePart(byte) { position += 1 }
                    guard position > begin else { throw fail("syntax", "\\u{ is not closed with }", at: from) }
                    try append(UInt32(text(begin, position), radix: 16), self)
                    while current == 0x20 || current == 0x09 { position += 1 }
                }
                guard take("}") else { throw fail("syntax", "\\u{ is not closed with }", at: from) }
            } else {
                let end = min(position + 4, bytes.count)
                let code = UInt32(text(position, end), radix: 16)
                position = end
                try append(code, self)
            }
        case UInt8(ascii: "x"):
            let begin = position
            while position - begin < 2, let byte = current, Self.isHex(byte) { position += 1 }
            try append(UInt32(text(begin, position), radix: 16), self)
        case 0x30...0x37:
            let begin = position - 1
            while position - begin < 3, let byte = current, (0x30...0x37).contains(byte) { position += 1 }
            try append(UInt32(text(begin, position), radix: 8), self)
        default:
            literal.append(letter)
        }
    }

    static func isHex(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte | 0x20)
    }
}
