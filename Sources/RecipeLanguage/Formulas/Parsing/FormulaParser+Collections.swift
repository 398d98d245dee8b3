// Lists and objects as they are written.

extension FormulaParser {
    mutating func arrayLiteral() throws(FormulaError) -> Syntax {
        let from = position
        position += 1
        let elements = try bracketed { parser throws(FormulaError) in
            var elements: [(value: Syntax, isSpread: Bool)] = []
            while true {
                parser.skipBlanks()
                if parser.take("]") { return elements }
                let isSpread = parser.take("*")
                let value = try parser.statement()
                elements.append((value, isSpread))
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
        return joined(elements, range(from: from))
    }

    /// `[1, *more]` is `[1] + Array(more)`.
    private func joined(_ elements: [(value: Syntax, isSpread: Bool)], _ whole: Range<Int>) -> Syntax {
        guard elements.contains(where: { $0.isSpread }) else {
            return Syntax(kind: .array(elements.map { $0.value }), range: whole)
        }
        var (sum, plain) = (Syntax(kind: .array([]), range: whole), [Syntax]())
        func add(_ part: Syntax) { sum = Syntax(kind: .binary(.add, sum, part), range: whole) }
        for (value, isSpread) in elements {
            guard isSpread else {
                plain.append(value)
                continue
            }
            add(Syntax(kind: .array(plain), range: whole))
            plain = []
            let call = SyntaxCall(receiver: nil, name: "Array", nameRange: value.range, arguments: [value])
            add(Syntax(kind: .call(call), range: value.range))
        }
        add(Syntax(kind: .array(plain), range: whole))
        return sum
    }

    func splatFailure() -> FormulaError {
        fail("syntax", "a list can't be spread over arguments with *", "give the arguments one by one", at: position)
    }

    mutating func hashLiteral() throws(FormulaError) -> Syntax {
        let from = position
        position += 1
        var merged: Syntax?
        let members = try bracketed { parser throws(FormulaError) in
            var members: [(key: Syntax, value: Syntax)] = []
            while true {
                parser.skipBlanks()
                if parser.take("}") { return members }
                if parser.take("**") {
                    let other = try parser.statement()
                    merged = parser.merged(merged, members, other)
                    members = []
                    parser.skipBlanks()
                    if parser.take(",") { continue }
                    guard parser.take("}") else { throw parser.unexpected() }
                    return members
                }
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
        let whole = range(from: from)
        guard let merged else { return Syntax(kind: .hash(members), range: whole) }
        return self.merged(merged, [], Syntax(kind: .hash(members), range: whole))
    }

    /// `{a: 1, **more}` is `{a: 1}.merge(more)`.
    private func merged(
        _ before: Syntax?, _ members: [(key: Syntax, value: Syntax)], _ other: Syntax
    ) -> Syntax {
        let own = Syntax(kind: .hash(members), range: other.range)
        let receiver = before.map { members.isEmpty ? $0 : merged($0, [], own) } ?? own
        let call = SyntaxCall(
            receiver: receiver, name: "merge", nameRange: other.range, arguments: [other], isSurelyMethod: true)
        return Syntax(kind: .call(call), range: other.range)
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
