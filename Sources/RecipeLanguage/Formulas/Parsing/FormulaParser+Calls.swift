// What follows a value: members, methods, indexes.

extension FormulaParser {
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

    mutating func note(_ name: String, _ place: Range<Int>, _ path: inout Int?) {
        guard let index = path else { return }
        names[index].add(member: name, at: place)
    }

    mutating func member(
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
    func isTernary(after place: Int) -> Bool {
        var index = place + 1
        if index < bytes.count, bytes[index] == 0x28 { return false }
        while index < bytes.count, bytes[index] == 0x20 { index += 1 }
        guard index < bytes.count else { return false }
        if Self.isNameStart(bytes[index]), Self.reserved.contains(text(index, nameEnd(index))) { return false }
        return Self.isNamePart(bytes[index]) || [0x22, 0x27, 0x5B, 0x28, 0x2D, 0x3A].contains(bytes[index])
    }

    func unknownMethod(_ name: String, _ from: Int, _ end: Int) -> FormulaError {
        if ["each_with_object", "delete_at", "shift", "pop", "clear", "replace", "store"].contains(name) {
            return fail(
                "unknown_function", "\(name) changes a value in place, and values don't change in formulas",
                "use map, select, to_h or inject", start: from, end: end)
        }
        if [
            "respond_to?", "class", "send", "public_send", "instance_eval", "eval", "method",
        ].contains(
            name)
        {
            return fail("unknown_function", "\(name) is not available in formulas", start: from, end: end)
        }
        return fail(
            "unknown_function", "there is no method \"\(name)\"",
            FunctionLibrary.shared.suggestion(forMethod: name).map { "did you mean \"\($0)\"?" }
                ?? (FunctionLibrary.shared.function(name) != nil
                    ? "it is a function: write \(name) by itself" : "galley formula list shows all methods"),
            start: from, end: end)
    }

    mutating func index(of receiver: Syntax, _ from: Int, _ path: inout Int?) throws(FormulaError) -> Syntax {
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
}
