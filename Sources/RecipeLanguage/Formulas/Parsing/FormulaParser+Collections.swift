// Lists and objects as they are written.

extension FormulaParser {
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
