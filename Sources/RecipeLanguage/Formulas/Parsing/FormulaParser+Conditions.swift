// Multi-line conditions: if, unless, case.

extension FormulaParser {
    /// `if a … elsif b … else … end`, and `unless`.
    mutating func conditional(isUnless: Bool) throws(FormulaError) -> Syntax {
        let from = position
        position += isUnless ? 6 : 2
        return try bracketed(false) { parser throws(FormulaError) in
            let condition = try parser.statement()
            parser.skipBlanks()
            try parser.then(isUnless ? "unless" : "if")
            let yes = try parser.branch(from)
            let no = try parser.otherwise(from)
            let whole = parser.range(from: from)
            if isUnless {
                let inverse = Syntax(kind: .not(condition), range: condition.range)
                return Syntax(kind: .conditional(inverse, yes, no), range: whole)
            }
            return Syntax(kind: .conditional(condition, yes, no), range: whole)
        }
    }

    /// What separates a condition from its branch: `then`, a line end or a semicolon.
    mutating func then(_ word: String) throws(FormulaError) {
        let before = position
        skipSeparators()
        let isSeparated = bytes[before..<position].contains { $0 == 0x0A || $0 == 0x3B }
        guard takeKeyword("then") || isSeparated else {
            if isAtEnd || startsWith("}}") {
                throw fail("syntax", "the \(word) has no end", "add end", at: max(start, before - 1))
            }
            throw fail(
                "syntax", "then is missing after the condition of \(word)", "write: \(word) … then …", at: position)
        }
        skipSeparators()
    }

    /// Skips line ends and semicolons.
    mutating func skipSeparators() {
        skipLines()
        while current == 0x3B {
            position += 1
            skipLines()
        }
    }

    private var isBranchEnd: Bool { isKeyword("elsif") || isKeyword("else") || isKeyword("end") || isKeyword("when") }

    /// The one value of a branch; nil when it is empty.
    mutating func branch(_ from: Int) throws(FormulaError) -> Syntax {
        skipSeparators()
        if isBranchEnd { return Syntax(kind: .literal(.null), range: range(from: position)) }
        let value = try statement()
        skipSeparators()
        guard isBranchEnd else {
            if isAtEnd || startsWith("}}") {
                throw fail(
                    "syntax", "the \(text(from, nameEnd(from))) has no end", "add end", start: from, end: nameEnd(from))
            }
            throw unexpected()
        }
        return value
    }

    mutating func otherwise(_ from: Int) throws(FormulaError) -> Syntax? {
        let at = position
        if takeKeyword("elsif") {
            let condition = try statement()
            skipBlanks()
            try then("elsif")
            let yes = try branch(from)
            let no = try nested { parser throws(FormulaError) in try parser.otherwise(from) }
            return Syntax(kind: .conditional(condition, yes, no), range: range(from: at))
        }
        if takeKeyword("else") {
            let value = try branch(from)
            guard takeKeyword("end") else { throw fail("syntax", "nothing can follow else but end", at: position) }
            return value
        }
        guard takeKeyword("end") else {
            throw fail("syntax", "the if has no end", "add end", start: from, end: from + 2)
        }
        return nil
    }

    /// `case x when 1, 2 then … else … end`.
    mutating func choice() throws(FormulaError) -> Syntax {
        let from = position
        position += 4
        return try bracketed(false) { parser throws(FormulaError) in
            parser.skipSeparators()
            let subject = parser.isKeyword("when") ? nil : try parser.statement()
            parser.skipSeparators()
            var cases: [(patterns: [Syntax], result: Syntax)] = []
            var types: Set<Range<Int>> = []
            while parser.takeKeyword("when") {
                var patterns: [Syntax] = []
                repeat {
                    parser.skipLines()
                    if subject != nil, let type = parser.typeName() {
                        types.insert(type.range)
                        patterns.append(type)
                    } else {
                        patterns.append(try parser.expression())
                    }
                    parser.skipBlanks()
                } while parser.take(",")
                try parser.then("when")
                cases.append((patterns, try parser.branch(from)))
                guard cases.count <= 1_000 else {
                    throw parser.fail("limit", "the case has more than 1,000 branches", at: from)
                }
            }
            guard !cases.isEmpty else {
                throw parser.fail("syntax", "a case needs at least one when", start: from, end: from + 4)
            }
            let fallback = parser.takeKeyword("else") ? try parser.branch(from) : nil
            guard parser.takeKeyword("end") else {
                throw parser.fail("syntax", "the case has no end", "add end", start: from, end: from + 4)
            }
            let whole = parser.range(from: from)
            guard let subject, !types.isEmpty else {
                return Syntax(kind: .choice(subject, cases, fallback), range: whole)
            }
            let asked = cases.map { entry in
                (patterns: entry.patterns.map { Self.question($0, about: subject, types) }, result: entry.result)
            }
            return Syntax(kind: .choice(nil, asked, fallback), range: whole)
        }
    }

    /// `when Integer` asks `subject.is_a?(Integer)`; beside it, other patterns ask `pattern === subject`.
    private static func question(_ pattern: Syntax, about subject: Syntax, _ types: Set<Range<Int>>) -> Syntax {
        guard types.contains(pattern.range) else {
            return Syntax(kind: .binary(.caseEqual, pattern, subject), range: pattern.range)
        }
        let call = SyntaxCall(
            receiver: subject, name: "is_a?", nameRange: pattern.range, arguments: [pattern], isSurelyMethod: true)
        return Syntax(kind: .call(call), range: pattern.range)
    }
}
