// Operators by how tightly they bind, ternaries, ranges.

extension FormulaParser {
    /// A value with operators up to the ternary.
    mutating func expression() throws(FormulaError) -> Syntax {
        try nested { parser throws(FormulaError) in try parser.ternary() }
    }

    mutating func ternary() throws(FormulaError) -> Syntax {
        skipBlanks()
        let from = position
        let condition = try rangeExpression()
        let mark = position
        skipContinuation("?")
        guard current == 0x3F else {
            position = mark
            return condition
        }
        if let foreign = foreignOperator() { throw foreign }
        position += 1
        skipLines()
        let yes = try expression()
        skipLines()
        guard take(":") else {
            throw fail(
                "syntax", "the ? needs a : with the other value", "write: condition ? value : other", at: position)
        }
        skipLines()
        let no = try expression()
        return Syntax(kind: .conditional(condition, yes, no), range: range(from: from))
    }

    mutating func rangeExpression() throws(FormulaError) -> Syntax {
        skipBlanks()
        let from = position
        if startsWith(".."), !(peek(2).map { $0 == 0x2E } ?? false) || startsWith("...") {
            let excludes = take("...")
            if !excludes { position += 2 }
            let last = try anyOf()
            return Syntax(kind: .range(nil, last, excludesLast: excludes), range: range(from: from))
        }
        let first = try anyOf()
        let mark = position
        skipBlanks()
        guard startsWith("..") else {
            position = mark
            return first
        }
        let excludes = take("...")
        if !excludes { position += 2 }
        skipBlanks()
        if isValueEnd {
            return Syntax(kind: .range(first, nil, excludesLast: excludes), range: range(from: from))
        }
        let last = try anyOf()
        return Syntax(kind: .range(first, last, excludesLast: excludes), range: range(from: from))
    }

    /// Whether no value can start here: what is before stays open, as in `1..`.
    private var isValueEnd: Bool {
        guard !isAtEnd, let byte = current else { return true }
        let closing: [UInt8] = [0x5D, 0x29, 0x7D, 0x2C, 0x0A, 0x3B, 0x3A]
        if closing.contains(byte) { return byte != 0x3A || peek(1) == 0x20 || peek(1) == 0x0A }
        return ["then", "else", "elsif", "end", "when", "if", "unless", "and", "or", "do"].contains(where: isKeyword)
    }

    mutating func anyOf() throws(FormulaError) -> Syntax {
        skipBlanks()
        let from = position
        let first = try allOf()
        var parts: [Syntax] = []
        while true {
            let mark = position
            skipContinuation("||")
            guard startsWith("||") else {
                position = mark
                break
            }
            if peek(2) == 0x3D { throw assignment(position, position + 3) }
            position += 2
            skipLines()
            if parts.isEmpty { parts.append(first) }
            parts.append(try allOf())
        }
        return parts.isEmpty ? first : Syntax(kind: .anyOf(parts), range: range(from: from))
    }

    mutating func allOf() throws(FormulaError) -> Syntax {
        skipBlanks()
        let from = position
        let first = try binary(1)
        var parts: [Syntax] = []
        while true {
            let mark = position
            skipContinuation("&&")
            guard startsWith("&&") else {
                position = mark
                break
            }
            if peek(2) == 0x3D { throw assignment(position, position + 3) }
            position += 2
            skipLines()
            if parts.isEmpty { parts.append(first) }
            parts.append(try binary(1))
        }
        return parts.isEmpty ? first : Syntax(kind: .all(parts), range: range(from: from))
    }

    /// Skips blanks, and a line end too when `sign` starts the next line.
    mutating func skipContinuation(_ sign: StaticString) {
        skipBlanks()
        guard current == 0x0A else { return }
        let mark = position
        skipLines()
        if !startsWith(sign) { position = mark }
    }

    /// Operators of at least `strength`; those of one strength group from the left.
    mutating func binary(_ strength: Int) throws(FormulaError) -> Syntax {
        skipBlanks()
        let from = position
        var left = try unary()
        var links = 0
        while true {
            let mark = position
            skipBlanks()
            let operatorAt = position
            guard let (found, length) = try binaryOperator(), found.strength >= strength else {
                position = mark
                return left
            }
            position += length
            skipLines()
            if isAtEnd {
                throw fail(
                    "syntax", "a value is missing after \(found.rawValue)", start: operatorAt, end: operatorAt + length)
            }
            links += 1
            guard links <= 1_000 else {
                throw fail("limit", "the formula has too many operators in a row", at: position)
            }
            let right = try nested { parser throws(FormulaError) in try parser.binary(found.strength + 1) }
            left = Syntax(kind: .binary(found, left, right), range: range(from: from))
        }
    }

    func binaryOperator() throws(FormulaError) -> (BinaryOperator, Int)? {
        guard let byte = current else { return nil }
        if let foreign = foreignOperator(), byte != 0x3F { throw foreign }
        let next = peek(1)
        let found: (BinaryOperator, Int)?
        switch byte {
        case 0x2B: found = (.add, 1)
        case 0x2D: found = (.subtract, 1)
        case 0x2A: found = next == 0x2A ? nil : (.multiply, 1)
        case 0x2F: found = (.divide, 1)
        case 0x25: found = (.modulo, 1)
        case 0x3C:
            if next == 0x3D { return peek(2) == 0x3E ? (.compare, 3) : (.lessOrEqual, 2) }
            found = next == 0x3C ? (.shiftLeft, 2) : (.less, 1)
        case 0x3E:
            if next == 0x3D { return (.greaterOrEqual, 2) }
            found = next == 0x3E ? (.shiftRight, 2) : (.greater, 1)
        case 0x3D:
            if next == 0x3D { return peek(2) == 0x3D ? (.caseEqual, 3) : (.equal, 2) }
            if next == 0x7E { return (.match, 2) }
            if next == 0x3E { return nil }
            throw assignment(position, position + 1)
        case 0x21:
            if next == 0x3D { return (.notEqual, 2) }
            return next == 0x7E ? (.notMatch, 2) : nil
        case 0x26: found = next == 0x26 || next == 0x2E ? nil : (.and, 1)
        case 0x7C: found = next == 0x7C ? nil : (.or, 1)
        case 0x5E: found = (.xor, 1)
        default: return nil
        }
        if let found, peek(found.1) == 0x3D, peek(found.1 + 1) != 0x3D, peek(found.1 + 1) != 0x7E {
            throw assignment(position, position + found.1 + 1)
        }
        return found
    }

    /// `!x`, `-x`, `+x` and powers, which bind tighter than a minus sign before them.
    mutating func unary() throws(FormulaError) -> Syntax {
        skipBlanks()
        let from = position
        switch current {
        case 0x21 where peek(1) != 0x3D && peek(1) != 0x7E:
            position += 1
            let inner = try nested { parser throws(FormulaError) in try parser.unary() }
            return Syntax(kind: .not(inner), range: range(from: from))
        case 0x2D:
            if peek(1) == 0x3E {
                throw fail(
                    "syntax", "functions written with -> are not part of formulas", "use a block: list.map { |x| … }",
                    start: position, end: position + 2)
            }
            if let digit = peek(1), (0x30...0x39).contains(digit) {
                // A negative number binds as tightly as any number, except before **.
                let number = try postfix(try number())
                guard case .literal = number.kind else { return try power(number, from) }
                skipBlanks()
                guard startsWith("**") else { return number }
                position = from + 1
                let positive = try power(try postfix(try primary()), from)
                return Syntax(kind: .negative(positive), range: range(from: from))
            }
            position += 1
            let inner = try nested { parser throws(FormulaError) in try parser.unary() }
            return Syntax(kind: .negative(inner), range: range(from: from))
        case 0x2B:
            position += 1
            return try nested { parser throws(FormulaError) in try parser.unary() }
        default:
            return try power(try postfix(try primary()), from)
        }
    }

    mutating func power(_ base: Syntax, _ from: Int) throws(FormulaError) -> Syntax {
        let mark = position
        skipBlanks()
        guard startsWith("**") else {
            position = mark
            return base
        }
        if peek(2) == 0x3D { throw assignment(position, position + 3) }
        position += 2
        skipLines()
        let exponent = try nested { parser throws(FormulaError) in try parser.unary() }
        return Syntax(kind: .binary(.power, base, exponent), range: range(from: from))
    }
}
