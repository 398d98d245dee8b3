// What binds most loosely: not, and, or, and a condition after a value.

extension FormulaParser {
    /// A value with `if` or `unless` after it, which bind most loosely of all: their condition is all that follows.
    mutating func statement() throws(FormulaError) -> Syntax {
        let from = position
        var left = try junction()
        while true {
            let mark = position
            skipBlanks()
            guard isKeyword("if") || isKeyword("unless") else {
                position = mark
                return left
            }
            // `value if condition`: nil when the condition fails.
            let isUnless = takeKeyword("unless")
            if !isUnless { position += 2 }
            skipLines()
            let condition = try junction()
            let wanted = isUnless ? Syntax(kind: .not(condition), range: condition.range) : condition
            left = Syntax(kind: .conditional(wanted, left, nil), range: range(from: from))
            try checkHeight(left)
        }
    }

    /// `and` and `or`, which bind equally, from the left.
    private mutating func junction() throws(FormulaError) -> Syntax {
        let from = position
        var left = try negation()
        while true {
            let mark = position
            skipBlanks()
            if takeKeyword("and") {
                skipLines()
                left = Syntax(kind: .all([left, try negation()]), range: range(from: from))
            } else if takeKeyword("or") {
                skipLines()
                left = Syntax(kind: .anyOf([left, try negation()]), range: range(from: from))
            } else {
                position = mark
                return left
            }
            try checkHeight(left)
        }
    }

    private func checkHeight(_ syntax: Syntax) throws(FormulaError) {
        guard syntax.height > Self.depthLimit else { return }
        throw fail("limit", "the formula is nested more than \(Self.depthLimit) deep (formula.depth)", at: position)
    }

    mutating func negation() throws(FormulaError) -> Syntax {
        skipBlanks()
        let from = position
        guard takeKeyword("not") else { return try expression() }
        let inner = try nested { parser throws(FormulaError) in
            parser.skipBlanks()
            return try parser.negation()
        }
        return Syntax(kind: .not(inner), range: range(from: from))
    }
}
