// What binds most loosely: not, and, or, and a condition after a value.

extension FormulaParser {
    /// `not`, `and`, `or`, and `if` after a value, which bind most loosely.
    mutating func statement() throws(FormulaError) -> Syntax {
        let from = position
        var left = try negation()
        while true {
            skipBlanks()
            let mark = position
            if takeKeyword("and") {
                skipLines()
                left = Syntax(kind: .all([left, try negation()]), range: range(from: from))
            } else if takeKeyword("or") {
                skipLines()
                left = Syntax(kind: .anyOf([left, try negation()]), range: range(from: from))
            } else if isKeyword("if") || isKeyword("unless") {
                // `value if condition`: nil when the condition fails.
                let isUnless = takeKeyword("unless")
                if !isUnless { position += 2 }
                skipLines()
                let condition = try negation()
                let wanted = isUnless ? Syntax(kind: .not(condition), range: condition.range) : condition
                left = Syntax(kind: .conditional(wanted, left, nil), range: range(from: from))
            } else {
                position = mark
                return left
            }
            guard left.height <= Self.depthLimit else {
                throw fail(
                    "limit", "the formula is nested more than \(Self.depthLimit) deep (formula.depth)", at: position)
            }
        }
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
