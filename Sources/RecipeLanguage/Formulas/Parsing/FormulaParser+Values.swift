// Values without what may follow them: literals, names, functions.

extension FormulaParser {
    /// A value without what may follow it.
    mutating func primary() throws(FormulaError) -> Syntax {
        skipBlanks()
        let from = position
        guard let byte = current else {
            throw fail("syntax", "a value is missing at the end", at: max(start, from - 1))
        }
        switch byte {
        case 0x30...0x39: return try number()
        case 0x22, 0x27: return try quoted()
        case 0x5B: return try arrayLiteral()
        case 0x7B:
            guard peek(1) == 0x7B else { return try hashLiteral() }
            do { return try hashLiteral() } catch {
                throw fail(
                    "syntax", "within a formula a pill is just its name, without {{ }}", "leave the {{ and }} out",
                    start: from, end: from + 2)
            }
        case 0x2F: return try regexLiteral()
        case 0x28:
            position += 1
            let inner = try bracketed { parser throws(FormulaError) in
                parser.skipBlanks()
                if parser.current == 0x29 { throw parser.fail("syntax", "the parentheses are empty", at: from) }
                let inner = try parser.statement()
                parser.skipBlanks()
                guard parser.take(")") else {
                    throw parser.isAtEnd
                        ? parser.fail("syntax", "the parenthesis is not closed", "add )", start: from, end: from + 1)
                        : parser.unexpected()
                }
                return inner
            }
            return Syntax(kind: inner.kind, range: range(from: from))
        case 0x3A:
            return try symbol()
        case 0x25:
            if let literal = try percentLiteral() { return literal }
        case 0x40, 0x24:
            if byte == 0x24, let group = matchedGroup() { return group }
            throw fail(
                "syntax", "formulas have no variables with \(byte == 0x40 ? "@" : "$")", "write the pill's name",
                at: from)
        case 0x26:
            throw fail("syntax", "a value is missing before &", at: from)
        case _ where Self.isNameStart(byte):
            if let foreign = foreignSign() { throw foreign }
            return try word()
        default: break
        }
        if byte == 0x7D || byte == 0x29 || byte == 0x5D || byte == 0x2C {
            throw fail("syntax", "a value is missing before \(text(from, from + 1))", at: from)
        }
        if byte == 0x3D, peek(1) != 0x3D { throw assignment(from, from + 1) }
        if byte == 0x3D || byte == 0x2A || byte == 0x3C || byte == 0x3E || byte == 0x7C || byte == 0x3F || byte == 0x0A
        {
            throw fail("syntax", "a value is missing here", at: from)
        }
        throw unexpected()
    }

    /// `$1` and `$~` within a block of gsub or sub: what the groups of the match hold.
    private mutating func matchedGroup() -> Syntax? {
        guard let groups = local(Self.matchName), let byte = peek(1) else { return nil }
        let from = position
        if byte == 0x7E {
            position += 2
            return Syntax(kind: .local(groups), range: range(from: from))
        }
        guard (0x31...0x39).contains(byte) else { return nil }
        position += 2
        while let digit = current, (0x30...0x39).contains(digit), position - from < 4 { position += 1 }
        let whole = range(from: from)
        guard let number = Int(text(from + 1, position)) else { return nil }
        return Syntax(
            kind: .index(
                Syntax(kind: .local(groups), range: whole), [Syntax(kind: .literal(.integer(number)), range: whole)],
                isSafe: false), range: whole)
    }

    private static let operatorSymbols: [StaticString] = [
        "**", "<=>", "==", "<=", ">=", "<<", "+", "-", "*", "/", "%", "<", ">", "&", "|",
    ]

    mutating func symbol() throws(FormulaError) -> Syntax {
        let from = position
        position += 1
        if current == 0x22 || current == 0x27 { return try quoted() }
        let begin = position
        for name in Self.operatorSymbols where startsWith(name) {
            position += name.utf8CodeUnitCount
            return Syntax(kind: .literal(.string(text(begin, position))), range: range(from: from))
        }
        guard let byte = current, Self.isNameStart(byte) else {
            throw fail("syntax", "a name is missing after :", at: from)
        }
        position = nameEnd(position)
        if current == 0x3F || current == 0x21, peek(1) != 0x3D { position += 1 }
        return Syntax(kind: .literal(.string(text(begin, position))), range: range(from: from))
    }

    /// A keyword, a function, a block parameter or a free name.
    mutating func word() throws(FormulaError) -> Syntax {
        let from = position
        var end = nameEnd(position)
        var name = text(from, end)
        switch name {
        case "if", "unless": return try conditional(isUnless: name == "unless")
        case "case": return try choice()
        case "true", "false":
            position = end
            return Syntax(kind: .literal(.bool(name == "true")), range: range(from: from))
        case "nil", "null":
            position = end
            return Syntax(kind: .literal(.null), range: range(from: from))
        case "skip", "clear":
            guard end >= bytes.count || (bytes[end] != 0x2E && bytes[end] != 0x5B) || local(name) != nil else { break }
            position = end
            let marker: FieldMarker = name == "skip" ? .skip : .clear
            return Syntax(kind: .literal(.marker(marker)), range: range(from: from))
        default: break
        }
        if Self.reserved.contains(name) {
            let hint = name == "lambda" || name == "proc" || name == "def" ? "use a block: list.map { |x| … }" : nil
            throw fail("syntax", "\"\(name)\" can't stand here", hint, start: from, end: end)
        }
        if let local = local(name) {
            position = end
            return Syntax(kind: .local(local), range: range(from: from))
        }
        if end < bytes.count, bytes[end] == 0x3F, !isTernary(after: end) {
            end += 1  // names like line_first?
            name = text(from, end)
        }
        position = end
        if let function = try function(name, from) { return function }
        if current == 0x28 {
            throw unknownFunction(name, from, end)
        }
        if current == 0x3D, peek(1) != 0x3D, peek(1) != 0x7E, peek(1) != 0x3E {
            throw assignment(position, position + 1)
        }
        let mark = names.count
        names.append(NameUse(name: name, path: [], range: range(from, end), pathRanges: []))
        let use = Syntax(kind: .name(name), range: range(from: from))
        return try postfix(use, path: mark)
    }

    func local(_ name: String) -> Int? {
        for scope in scopes.reversed() {
            if let place = scope[name] { return place }
        }
        return nil
    }

    /// Why the one function that Ruby has and everybody asks for is refused.
    static let noRandom = "rand is not available, because a resumed job would see another number"

    /// A function without receiver: `now`, `lookup(…)`, `workato.uuid`, `Time.zone.parse(…)`; nil when `name` starts none.
    mutating func function(_ name: String, _ from: Int) throws(FormulaError) -> Syntax? {
        let library = FunctionLibrary.shared
        var full = name
        var end = position
        // Names with dots, the longest that there is.
        if library.isNamespace(name) {
            var reach = end
            var candidate = name
            while reach + 1 < bytes.count, bytes[reach] == 0x2E, Self.isNameStart(bytes[reach + 1]) {
                var next = nameEnd(reach + 1)
                if next < bytes.count, bytes[next] == 0x3F { next += 1 }
                candidate += "." + text(reach + 1, next)
                reach = next
                if library.function(candidate) != nil { (full, end) = (candidate, reach) }
                if !library.isNamespace(candidate) { break }
            }
            if full == name, library.function(name) == nil {
                throw fail(
                    "unknown_function", "there is no function \"\(candidate)\"",
                    library.suggestion(forFunction: candidate).map { "did you mean \"\($0)\"?" }, start: from,
                    end: reach)
            }
        }
        guard library.function(full) != nil else { return nil }
        if full == "rand" { throw fail("unknown_function", Self.noRandom, "use uuid", start: from, end: end) }
        position = end
        var call = SyntaxCall(receiver: nil, name: full, nameRange: range(from, end))
        if current == 0x28 { try parenthesised(&call) }
        try block(&call)
        return Syntax(kind: .call(call), range: range(from: from))
    }
}
