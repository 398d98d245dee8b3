// Values, and what follows them: members, methods, indexes, arguments, blocks.

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
        case 0x7B: return try hashLiteral()
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
            throw fail(
                "syntax", "formulas have no variables with \(byte == 0x40 ? "@" : "$")", "write the pill's name",
                at: from)
        case 0x26:
            throw fail("syntax", "a value is missing before &", at: from)
        case _ where Self.isNameStart(byte): return try word()
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

    private static let operatorSymbols: [StaticString] = [
        "**", "<=>", "==", "<=", ">=", "<<", "+", "-", "*", "/", "%", "<", ">", "&", "|",
    ]

    private mutating func symbol() throws(FormulaError) -> Syntax {
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
    private mutating func word() throws(FormulaError) -> Syntax {
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
            throw fail("syntax", "\"\(name)\" can't stand here", start: from, end: end)
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
            throw fail(
                "unknown_function", "there is no function \"\(name)\"",
                FunctionLibrary.shared.suggestion(forFunction: name).map { "did you mean \"\($0)\"?" }, start: from,
                end: end)
        }
        if current == 0x3D, peek(1) != 0x3D, peek(1) != 0x7E, peek(1) != 0x3E {
            throw assignment(position, position + 1)
        }
        let mark = names.count
        names.append(NameUse(name: name, path: [], range: range(from, end), pathRanges: []))
        let use = Syntax(kind: .name(name), range: range(from: from))
        return try postfix(use, path: mark)
    }

    private func local(_ name: String) -> Int? {
        for scope in scopes.reversed() {
            if let place = scope[name] { return place }
        }
        return nil
    }

    /// A function without receiver: `now`, `lookup(…)`, `workato.uuid`, `Time.zone.parse(…)`; nil when `name` starts none.
    private mutating func function(_ name: String, _ from: Int) throws(FormulaError) -> Syntax? {
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
        position = end
        var call = SyntaxCall(receiver: nil, name: full, nameRange: range(from, end))
        if current == 0x28 { try parenthesised(&call) }
        try block(&call)
        return Syntax(kind: .call(call), range: range(from: from))
    }

    // MARK: What follows a value

    /// Members, methods and indexes after `base`. With `path`, plain members are noted with the name they are read from.
    mutating func postfix(_ base: Syntax, path: Int? = nil) throws(FormulaError) -> Syntax {
        var result = base
        let from = start + base.range.lowerBound
        var path = path
        while true {
            guard result.height <= Self.depthLimit else {
                throw fail(
                    "limit", "the formula is nested more than \(Self.depthLimit) deep (formula.depth)", at: position)
            }
            let mark = position
            skipBlanks()
            if current == 0x0A {
                skipLines()
                if !(startsWith("&.") || (current == 0x2E && peek(1) != 0x2E)) {
                    position = mark
                    return result
                }
            }
            if startsWith("&.") || (current == 0x2E && peek(1) != 0x2E) {
                let isSafe = take("&.")
                if !isSafe { position += 1 }
                skipLines()
                result = try member(of: result, from, isSafe: isSafe, &path)
            } else if current == 0x5B {
                result = try index(of: result, from, &path)
            } else if startsWith("::") {
                throw unexpected()
            } else {
                position = mark
                return result
            }
        }
    }

    private mutating func note(_ name: String, _ place: Range<Int>, _ path: inout Int?) {
        guard let index = path else { return }
        let use = names[index]
        names[index] = NameUse(
            name: use.name, path: use.path + [name], range: use.range, pathRanges: use.pathRanges + [place])
    }

    private mutating func member(
        of receiver: Syntax, _ from: Int, isSafe: Bool, _ path: inout Int?
    ) throws(FormulaError) -> Syntax {
        guard let byte = current, Self.isNameStart(byte) else {
            throw fail("syntax", "a name is missing after the dot", at: max(start, position - 1))
        }
        let nameAt = position
        var end = nameEnd(position)
        let library = FunctionLibrary.shared
        if end < bytes.count, bytes[end] == 0x3F {
            if library.isMethod(text(nameAt, end + 1)) || !isTernary(after: end) { end += 1 }
        } else if end < bytes.count, bytes[end] == 0x21,
            !(end + 1 < bytes.count && [0x3D, 0x7E].contains(bytes[end + 1]))
        {
            end += 1
        }
        let name = text(nameAt, end)
        position = end
        var call = SyntaxCall(receiver: receiver, name: name, nameRange: range(nameAt, end), isSafe: isSafe)
        if current == 0x28 {
            try parenthesised(&call)
            call.isSurelyMethod = true
        } else if library.isMethod(name), try commandArguments(&call) {
            call.isSurelyMethod = true
        }
        try block(&call)
        if call.block != nil { call.isSurelyMethod = true }
        if name.utf8.last == 0x3F || name.utf8.last == 0x21 { call.isSurelyMethod = true }
        if call.isSurelyMethod {
            path = nil
            if !library.isMethod(name) { throw unknownMethod(name, nameAt, end) }
        } else if library.isMethod(name) {
            path = nil
        } else {
            note(name, call.nameRange, &path)
        }
        return Syntax(kind: .call(call), range: range(from: from))
    }

    /// Whether the `?` at `place` asks, rather than ending a name: something like `?a:b` or `? a : b` follows.
    private func isTernary(after place: Int) -> Bool {
        var index = place + 1
        while index < bytes.count, bytes[index] == 0x20 { index += 1 }
        guard index < bytes.count else { return false }
        if Self.isNameStart(bytes[index]), Self.reserved.contains(text(index, nameEnd(index))) { return false }
        return Self.isNamePart(bytes[index]) || [0x22, 0x27, 0x5B, 0x28, 0x2D, 0x3A].contains(bytes[index])
    }

    private func unknownMethod(_ name: String, _ from: Int, _ end: Int) -> FormulaError {
        if ["class", "send", "public_send", "instance_eval", "eval", "method", "tap", "then", "freeze", "dup"].contains(
            name)
        {
            return fail("unknown_function", "\(name) is not available in formulas", start: from, end: end)
        }
        return fail(
            "unknown_function", "there is no method \"\(name)\"",
            FunctionLibrary.shared.suggestion(forMethod: name).map { "did you mean \"\($0)\"?" }, start: from, end: end)
    }

    private mutating func index(of receiver: Syntax, _ from: Int, _ path: inout Int?) throws(FormulaError) -> Syntax {
        let open = position
        position += 1
        let arguments = try bracketed { parser throws(FormulaError) in
            var arguments: [Syntax] = []
            while true {
                parser.skipBlanks()
                if parser.current == 0x5D { break }
                arguments.append(try parser.statement())
                parser.skipBlanks()
                if parser.take(",") { continue }
                break
            }
            guard parser.take("]") else {
                throw parser.isAtEnd
                    ? parser.fail("syntax", "the [ is not closed", "add ]", start: open, end: open + 1)
                    : parser.unexpected()
            }
            return arguments
        }
        guard (1...2).contains(arguments.count) else {
            throw fail("syntax", "[ ] takes a position, a start and a length, or a name", start: open, end: position)
        }
        if arguments.count == 1, case .literal(.string(let key)) = arguments[0].kind {
            note(key, arguments[0].range, &path)
        } else {
            path = nil
        }
        return Syntax(kind: .index(receiver, arguments, isSafe: false), range: range(from: from))
    }

    // MARK: Arguments

    private mutating func parenthesised(_ call: inout SyntaxCall) throws(FormulaError) {
        let open = position
        position += 1
        call = try bracketed { [call] parser throws(FormulaError) in
            var call = call
            while true {
                parser.skipBlanks()
                if parser.take(")") { return call }
                try parser.argument(&call)
                parser.skipBlanks()
                if parser.take(",") { continue }
                guard parser.take(")") else {
                    throw parser.isAtEnd
                        ? parser.fail("syntax", "the parenthesis is not closed", "add )", start: open, end: open + 1)
                        : parser.unexpected()
                }
                return call
            }
        }
    }

    private mutating func argument(_ call: inout SyntaxCall) throws(FormulaError) {
        if current == 0x26, peek(1) == 0x3A {
            let from = position
            position += 1
            guard case .literal(.string(let name)) = try symbol().kind else { return }
            guard FunctionLibrary.shared.isMethod(name) || !(name.hasSuffix("?") || name.hasSuffix("!")) else {
                throw unknownMethod(name, from + 2, position)
            }
            let place = localCount
            localCount += 1
            let whole = range(from: from)
            let inner = SyntaxCall(
                receiver: Syntax(kind: .local(place), range: whole), name: name, nameRange: range(from + 2, position))
            call.block = SyntaxBlock(parameters: [.local(place)], body: Syntax(kind: .call(inner), range: whole))
            return
        }
        if current == 0x2A { throw splatFailure() }
        if current == 0x26 { throw fail("syntax", "after & comes the name of a method, like &:upcase", at: position) }
        let (first, value) = try pairOrValue()
        if let value {
            call.keywords.append((first, value))
        } else if call.keywords.isEmpty {
            call.arguments.append(first)
        } else {
            throw fail(
                "syntax", "a value without a name can't follow named ones", start: start + first.range.lowerBound,
                end: start + first.range.upperBound)
        }
    }

    /// `name.gsub '-', '/'`: arguments without parentheses, when what follows can't be anything else.
    private mutating func commandArguments(_ call: inout SyntaxCall) throws(FormulaError) -> Bool {
        guard current == 0x20 || current == 0x09, FunctionLibrary.shared.takesArguments(call.name) else { return false }
        let mark = position
        while current == 0x20 || current == 0x09 { position += 1 }
        guard let byte = current else {
            position = mark
            return false
        }
        var starts = byte == 0x22 || byte == 0x27 || (0x30...0x39).contains(byte)
        if byte == 0x2F, let next = peek(1), next != 0x20 { starts = true }
        if byte == 0x3A, let next = peek(1), Self.isNameStart(next) { starts = false }
        if Self.isNameStart(byte) {
            let word = text(position, nameEnd(position))
            starts = !Self.reserved.contains(word)
        }
        guard starts else {
            position = mark
            return false
        }
        while true {
            try argument(&call)
            let end = position
            skipBlanks()
            guard take(",") else {
                position = end
                return true
            }
            skipLines()
        }
    }

    // MARK: Blocks

    /// `{ |a, b| … }` or `do |a| … end` after a call.
    private mutating func block(_ call: inout SyntaxCall) throws(FormulaError) {
        let mark = position
        while current == 0x20 || current == 0x09 { position += 1 }
        let isBraced = current == 0x7B
        guard isBraced || isKeyword("do"), call.block == nil else {
            position = mark
            return
        }
        let open = position
        position += isBraced ? 1 : 2
        call.block = try bracketed { parser throws(FormulaError) in
            parser.skipBlanks()
            parser.scopes.append([:])
            defer { parser.scopes.removeLast() }
            var parameters: [BlockParameter] = []
            if parser.take("||") {
                parameters = []
            } else if parser.take("|") {
                parameters = try parser.parameters(close: 0x7C)
            } else {
                // Numbered parameters: _1 and _2, or it.
                for name in ["_1", "_2"] { parameters.append(.local(parser.declare(name))) }
                if case .local(let first) = parameters[0] { parser.scopes[parser.scopes.count - 1]["it"] = first }
            }
            parser.skipBlanks()
            let body: Syntax
            if isBraced ? parser.current == 0x7D : parser.isKeyword("end") {
                body = Syntax(kind: .literal(.null), range: parser.range(from: parser.position))
            } else {
                body = try parser.statement()
            }
            parser.skipBlanks()
            guard isBraced ? parser.take("}") : parser.takeKeyword("end") else {
                throw parser.isAtEnd
                    ? parser.fail(
                        "syntax", "the block is not closed", isBraced ? "add }" : "add end", start: open, end: open + 1)
                    : parser.unexpected()
            }
            if case .local(let second) = parameters.last, parameters.count == 2, parser.isNumbered(parameters),
                !body.uses(local: second)
            {
                parameters.removeLast()
            }
            return SyntaxBlock(parameters: parameters, body: body)
        }
    }

    private func isNumbered(_ parameters: [BlockParameter]) -> Bool {
        guard case .local(let first) = parameters[0] else { return false }
        return scopes.last?["_1"] == first
    }

    private mutating func declare(_ name: String) -> Int {
        let place = localCount
        localCount += 1
        scopes[scopes.count - 1][name] = place
        return place
    }

    private mutating func parameters(close: UInt8) throws(FormulaError) -> [BlockParameter] {
        var parameters: [BlockParameter] = []
        while true {
            skipBlanks()
            if current == close {
                position += 1
                return parameters
            }
            if current == 0x28 {
                position += 1
                parameters.append(
                    .list(try nested { parser throws(FormulaError) in try parser.parameters(close: 0x29) }))
            } else {
                let isRest = take("*")
                guard let byte = current, Self.isNameStart(byte) else {
                    throw fail("syntax", "a parameter's name is missing", "write: { |item| … }", at: position)
                }
                let from = position
                position = nameEnd(position)
                let place = declare(text(from, position))
                parameters.append(isRest ? .rest(place) : .local(place))
            }
            skipBlanks()
            if !take(","), current != close {
                throw fail("syntax", "the block's parameters are not closed", "write: { |a, b| … }", at: position)
            }
        }
    }
}

extension Syntax {
    /// Whether it reads a block parameter.
    func uses(local place: Int) -> Bool {
        switch kind {
        case .local(let local): return local == place
        case .literal, .name: return false
        case .interpolation(let parts), .array(let parts), .all(let parts), .anyOf(let parts), .regex(let parts, _):
            return parts.contains { $0.uses(local: place) }
        case .hash(let pairs): return pairs.contains { $0.key.uses(local: place) || $0.value.uses(local: place) }
        case .range(let first, let last, _):
            return first?.uses(local: place) ?? false || last?.uses(local: place) ?? false
        case .not(let inner), .negative(let inner): return inner.uses(local: place)
        case .binary(_, let left, let right): return left.uses(local: place) || right.uses(local: place)
        case .conditional(let condition, let yes, let no):
            return condition.uses(local: place) || yes.uses(local: place) || no?.uses(local: place) ?? false
        case .choice(let subject, let cases, let fallback):
            return subject?.uses(local: place) ?? false || fallback?.uses(local: place) ?? false
                || cases.contains { $0.result.uses(local: place) || $0.patterns.contains { $0.uses(local: place) } }
        case .call(let call):
            return call.receiver?.uses(local: place) ?? false || call.arguments.contains { $0.uses(local: place) }
                || call.keywords.contains { $0.key.uses(local: place) || $0.value.uses(local: place) }
                || call.block?.body.uses(local: place) ?? false
        case .index(let receiver, let arguments, _):
            return receiver.uses(local: place) || arguments.contains { $0.uses(local: place) }
        }
    }
}
