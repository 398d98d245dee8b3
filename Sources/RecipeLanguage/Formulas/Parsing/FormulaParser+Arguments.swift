// Arguments of calls, with and without parentheses.

extension FormulaParser {
    mutating func parenthesised(_ call: inout SyntaxCall) throws(FormulaError) {
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

    /// `String`, `ActiveSupport::TimeWithZone`: the name of a type, which only `when` and the methods that ask for one can be
    /// given.
    mutating func typeName() -> Syntax? {
        guard let byte = current, (0x41...0x5A).contains(byte) else { return nil }
        var end = nameEnd(position)
        if end + 2 < bytes.count, bytes[end] == 0x3A, bytes[end + 1] == 0x3A { end = nameEnd(end + 2) }
        let name = text(position, end)
        // Integer('5') and Date.today are functions.
        guard RubyTypes.isType(name), end >= bytes.count || ![0x28, 0x2E, 0x5B].contains(bytes[end]) else { return nil }
        let from = position
        position = end
        return Syntax(kind: .literal(.string(name)), range: range(from: from))
    }

    /// `&:+`: a block that puts an operator between its two parameters.
    private mutating func operatorBlock(_ operation: BinaryOperator, _ whole: Range<Int>) -> SyntaxBlock {
        let (one, two) = (localCount, localCount + 1)
        localCount += 2
        let sides = (Syntax(kind: .local(one), range: whole), Syntax(kind: .local(two), range: whole))
        return SyntaxBlock(
            parameters: [.local(one), .local(two)],
            body: Syntax(kind: .binary(operation, sides.0, sides.1), range: whole))
    }

    /// `all?(Integer)`: a block that asks each element for its type.
    private mutating func typeBlock(_ type: Syntax) -> SyntaxBlock {
        let place = localCount
        localCount += 1
        let question = SyntaxCall(
            receiver: Syntax(kind: .local(place), range: type.range), name: "is_a?", nameRange: type.range,
            arguments: [type], isSurelyMethod: true)
        return SyntaxBlock(parameters: [.local(place)], body: Syntax(kind: .call(question), range: type.range))
    }

    mutating func argument(_ call: inout SyntaxCall) throws(FormulaError) {
        if ["is_a?", "kind_of?", "instance_of?"].contains(call.name), let type = typeName() {
            call.arguments.append(type)
            return
        }
        if ["any?", "all?", "none?", "one?"].contains(call.name), call.block == nil, let type = typeName() {
            call.block = typeBlock(type)
            return
        }
        if ["grep", "grep_v"].contains(call.name), call.block == nil, let type = typeName() {
            (call.name, call.block) = (call.name == "grep" ? "select" : "reject", typeBlock(type))
            return
        }
        if current == 0x26, peek(1) == 0x3A {
            let from = position
            position += 1
            guard case .literal(.string(let name)) = try symbol().kind else { return }
            if let operation = BinaryOperator(rawValue: name) {
                call.block = operatorBlock(operation, range(from: from))
                return
            }
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
    mutating func commandArguments(_ call: inout SyntaxCall) throws(FormulaError) -> Bool {
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
}
