// Numbers, texts, symbols, regexes, arrays, hashes.

extension FormulaParser {
    /// A number, with its sign when there is one.
    mutating func number() throws(FormulaError) -> Syntax {
        let from = position
        if current == 0x2D { position += 1 }
        if current == 0x30, let mark = peek(1).map({ $0 | 0x20 }), mark == 0x78 || mark == 0x62 || mark == 0x6F {
            return try radixNumber(from, mark)
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

    private mutating func radixNumber(_ from: Int, _ mark: UInt8) throws(FormulaError) -> Syntax {
        let radix = mark == 0x78 ? 16 : mark == 0x62 ? 2 : 8
        position += 2
        let begin = position
        while let byte = current, Self.isNamePart(byte) { position += 1 }
        let digits = text(begin, position).replacing("_", with: "")
        guard let integer = Int(digits, radix: radix) else {
            throw fail("syntax", "\"\(text(from, position))\" is no number", start: from, end: position)
        }
        let value = bytes[from] == 0x2D ? -integer : integer
        return Syntax(kind: .literal(.integer(value)), range: range(from: from))
    }

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
        var text = ""
        for piece in pieces {
            guard case .literal(.string(let part)) = piece.kind else {
                return Syntax(kind: .interpolation(pieces), range: range(from: from))
            }
            text += part
        }
        return Syntax(kind: .literal(.string(text)), range: range(from: from))
    }

    private mutating func quotedOnce() throws(FormulaError) -> [Syntax] {
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
                literal.append(byte)
                position += 1
            }
        }
        let what = escapes == .regex ? "the regex" : "the text"
        throw fail(
            "syntax", "\(what) is not closed", "add \(String(decoding: [close], as: UTF8.self)) at its end",
            start: from,
            end: from + 1)
    }

    /// An escape of a text in double quotes.
    private mutating func escape(into literal: inout [UInt8]) throws(FormulaError) {
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

    /// `/pattern/imx`.
    mutating func regexLiteral() throws(FormulaError) -> Syntax {
        let from = position
        position += 1
        let pieces = try pieces(from, close: 0x2F, open: nil, escapes: .regex)
        return try finishRegex(pieces, from)
    }

    func closing(_ open: UInt8) -> UInt8 {
        switch open {
        case 0x28: 0x29
        case 0x5B: 0x5D
        case 0x7B: 0x7D
        case 0x3C: 0x3E
        default: open
        }
    }

    mutating func finishRegex(_ pieces: [Syntax], _ from: Int) throws(FormulaError) -> Syntax {
        let flagsAt = position
        while let byte = current, (0x61...0x7A).contains(byte) { position += 1 }
        let flags = text(flagsAt, position)
        if let wrong = flags.first(where: { !"imxuo".contains($0) }) {
            throw fail("syntax", "a regex has no option \"\(wrong)\"", "use i, m or x", start: flagsAt, end: position)
        }
        let known = ["i", "m", "x"].filter(flags.contains).joined()
        let whole = range(from: from)
        if pieces.allSatisfy({ if case .literal = $0.kind { true } else { false } }) {
            let source = pieces.map { if case .literal(let value) = $0.kind { value.text } else { "" } }.joined()
            do {
                let regex = try FormulaRegex.cached(source, flags: known)
                return Syntax(kind: .literal(.regex(regex)), range: whole)
            } catch {
                throw FormulaError(code: "syntax", "the regex is not valid: \(error.message)", range: whole)
            }
        }
        return Syntax(kind: .regex(pieces: pieces, flags: known), range: whole)
    }

    /// `%w[a b]`, `%i[a b]`, `%q(…)`, `%Q(…)`, `%(…)`, `%r{…}`; nil when the percent sign starts none of them.
    mutating func percentLiteral() throws(FormulaError) -> Syntax? {
        guard let letter = peek(1) else { return nil }
        let from = position
        let named = "wWiIqQr".utf8.contains(letter)
        guard let open = named ? peek(2) : letter, "([{<|!/".utf8.contains(open) else { return nil }
        position += named ? 3 : 2
        let close = closing(open)
        let nests = close == open ? nil : open
        switch named ? letter : UInt8(ascii: "Q") {
        case UInt8(ascii: "r"):
            return try finishRegex(try pieces(from, close: close, open: nests, escapes: .regex), from)
        case UInt8(ascii: "q"):
            return joined(try pieces(from, close: close, open: nests, escapes: .single), from)
        case UInt8(ascii: "Q"):
            return joined(try pieces(from, close: close, open: nests, escapes: .double), from)
        default:
            let body = try pieces(from, close: close, open: nests, escapes: .single)
            let words = body.map { if case .literal(let value) = $0.kind { value.text } else { "" } }.joined()
                .split(whereSeparator: \.isWhitespace)
            let whole = range(from: from)
            return Syntax(
                kind: .array(words.map { Syntax(kind: .literal(.string(String($0))), range: whole) }), range: whole)
        }
    }

    mutating func arrayLiteral() throws(FormulaError) -> Syntax {
        let from = position
        position += 1
        let elements = try bracketed { parser throws(FormulaError) in
            var elements: [Syntax] = []
            while true {
                parser.skipBlanks()
                if parser.take("]") { return elements }
                if parser.current == 0x2A { throw parser.splatFailure() }
                elements.append(try parser.statement())
                parser.skipBlanks()
                if parser.take(",") { continue }
                guard parser.take("]") else {
                    throw parser.isAtEnd
                        ? parser.fail("syntax", "the list is not closed", "add ]", start: from, end: from + 1)
                        : parser.unexpected()
                }
                return elements
            }
        }
        return Syntax(kind: .array(elements), range: range(from: from))
    }

    func splatFailure() -> FormulaError {
        fail("syntax", "spreading a list with * is not part of formulas", "join lists with +", at: position)
    }

    mutating func hashLiteral() throws(FormulaError) -> Syntax {
        let from = position
        position += 1
        let members = try bracketed { parser throws(FormulaError) in
            var members: [(key: Syntax, value: Syntax)] = []
            while true {
                parser.skipBlanks()
                if parser.take("}") { return members }
                let (key, value) = try parser.pairOrValue()
                if let value {
                    members.append((key, value))
                } else {
                    throw parser.fail(
                        "syntax", "a value is missing for this key", "write: key: value",
                        start: parser.start + key.range.lowerBound,
                        end: parser.start + key.range.upperBound)
                }
                parser.skipBlanks()
                if parser.take(",") { continue }
                guard parser.take("}") else {
                    throw parser.isAtEnd
                        ? parser.fail("syntax", "the object is not closed", "add }", start: from, end: from + 1)
                        : parser.unexpected()
                }
                return members
            }
        }
        return Syntax(kind: .hash(members), range: range(from: from))
    }

    /// `key: value`, `'key': value`, `key => value`, or a value alone. Nothing is read twice, so that nesting stays cheap.
    mutating func pairOrValue() throws(FormulaError) -> (first: Syntax, value: Syntax?) {
        if let byte = current, Self.isNameStart(byte) {
            let from = position
            var end = nameEnd(position)
            if end + 1 < bytes.count, bytes[end] == 0x3F || bytes[end] == 0x21, bytes[end + 1] == 0x3A { end += 1 }
            if end < bytes.count, bytes[end] == 0x3A, !(end + 1 < bytes.count && bytes[end + 1] == 0x3A) {
                let key = Syntax(kind: .literal(.string(text(from, end))), range: range(from, end))
                position = end + 1
                skipLines()
                return (key, try expression())
            }
        }
        let isQuoted = current == 0x22 || current == 0x27
        let first = try statement()
        if isQuoted, current == 0x3A, peek(1) != 0x3A, first.isText {
            position += 1
            skipLines()
            return (first, try expression())
        }
        let mark = position
        skipBlanks()
        if take("=>") {
            skipLines()
            return (first, try expression())
        }
        position = mark
        return (first, nil)
    }
}
