// Blocks and their parameters.

extension FormulaParser {
    /// `{ |a, b| … }` or `do |a| … end` after a call.
    mutating func block(_ call: inout SyntaxCall) throws(FormulaError) {
        let mark = position
        while current == 0x20 || current == 0x09 { position += 1 }
        let isBraced = current == 0x7B
        guard isBraced || isKeyword("do"), call.block == nil else {
            position = mark
            return
        }
        let open = position
        position += isBraced ? 1 : 2
        let replaces = call.name == "gsub" || call.name == "sub"
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
            let groups = replaces ? parser.declare(Self.matchName) : 0
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
            if replaces, body.uses(local: groups) {
                parameters = [parameters.first ?? .local(parser.declare("")), .local(groups)]
            }
            return SyntaxBlock(parameters: parameters, body: body)
        }
    }

    /// The hidden second parameter of blocks of gsub and sub: the match's groups.
    static let matchName = "$~"

    func isNumbered(_ parameters: [BlockParameter]) -> Bool {
        guard case .local(let first) = parameters[0] else { return false }
        return scopes.last?["_1"] == first
    }

    mutating func declare(_ name: String) -> Int {
        let place = localCount
        localCount += 1
        scopes[scopes.count - 1][name] = place
        return place
    }

    mutating func parameters(close: UInt8) throws(FormulaError) -> [BlockParameter] {
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
                if isRest, current == close || current == 0x2C {
                    parameters.append(.rest(declare("*")))
                    _ = take(",")
                    continue
                }
                guard let byte = current, Self.isNameStart(byte) else {
                    throw fail("syntax", "a parameter's name is missing", "write: { |item| … }", at: position)
                }
                let from = position
                position = nameEnd(position)
                let place = declare(text(from, position))
                parameters.append(isRest ? .rest(place) : .local(place))
            }
            skipBlanks()
            if take(",") {
                skipBlanks()
                // |first, | takes a list apart, as |first, *| does.
                if current == close { parameters.append(.rest(declare("*"))) }
            } else if current != close {
                throw fail("syntax", "the block's parameters are not closed", "write: { |a, b| … }", at: position)
            }
        }
    }
}
