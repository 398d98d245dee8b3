// Regexes, and literals that start with a percent sign.

extension FormulaParser {
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
        case UInt8(ascii: "W"), UInt8(ascii: "I"):
            let body = try pieces(from, close: close, open: nests, escapes: .double)
            return Syntax(kind: .array(words(of: body).map { joined($0, from) }), range: range(from: from))
        default:
            let words = try plainWords(from, close: close, open: nests)
            let whole = range(from: from)
            return Syntax(kind: .array(words.map { Syntax(kind: .literal(.string($0)), range: whole) }), range: whole)
        }
    }

    /// The words of `%w[a b\ c]`: a blank behind a backslash belongs to its word.
    private mutating func plainWords(_ from: Int, close: UInt8, open: UInt8?) throws(FormulaError) -> [String] {
        var (words, isOpen, level): ([[UInt8]], Bool, Int) = ([], false, 0)
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
        while let byte = current {
            position += 1
            var kept = byte
            if byte == 0x5C, let next = current, next == 0x5C || next == close || next == open || isBlank(next) {
                kept = next
                position += 1
            } else if byte == close, level == 0 {
                return words.map { String(decoding: $0, as: UTF8.self) }
            } else if isBlank(byte) {
                isOpen = false
                continue
            } else {
                level += byte == open ? 1 : byte == close ? -1 : 0
            }
            if !isOpen { words.append([]) }
            words[words.count - 1].append(kept)
            isOpen = true
        }
        throw fail(
            "syntax", "the text is not closed", "add \(String(decoding: [close], as: UTF8.self)) at its end",
            start: from, end: from + 1)
    }

    /// The words of `%W[a #{b} c#{d}]`: their pieces. Blanks in what is interpolated part nothing.
    private func words(of body: [Syntax]) -> [[Syntax]] {
        var (words, isOpen): ([[Syntax]], Bool) = ([], false)
        func add(_ piece: Syntax) {
            if isOpen { words[words.count - 1].append(piece) } else { words.append([piece]) }
            isOpen = true
        }
        for piece in body {
            guard case .literal(let value) = piece.kind else {
                add(piece)
                continue
            }
            for (place, part) in value.text.split(omittingEmptySubsequences: false, whereSeparator: \.isWhitespace)
                .enumerated()
            {
                if place > 0 { isOpen = false }
                if !part.isEmpty { add(Syntax(kind: .literal(.string(String(part))), range: piece.range)) }
            }
        }
        return words
    }
}
