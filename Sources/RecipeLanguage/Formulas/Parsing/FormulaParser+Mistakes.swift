// What is said about something that has no business where it stands.

extension FormulaParser {
    func fail(_ code: String, _ message: String, _ suggestion: String? = nil, at place: Int) -> FormulaError {
        fail(code, message, suggestion, start: place, end: min(place + 1, bytes.count))
    }

    func fail(_ code: String, _ message: String, _ suggestion: String? = nil, start: Int, end: Int) -> FormulaError {
        FormulaError(code: code, message, suggestion: suggestion, range: range(start, end))
    }

    /// The mistake of something that has no business here.
    func unexpected() -> FormulaError {
        guard let byte = current else { return fail("syntax", "the formula ends too early", at: position) }
        if let foreign = foreignSign() { return foreign }
        if Self.isNameStart(byte) { return unexpectedWord() }
        if startsWith("=>") {
            return fail(
                "syntax", "\"=>\" can't stand here", "for a function use a block: list.map { |x| … }", start: position,
                end: position + 2)
        }
        if byte == 0x3D, peek(1) != 0x3D, peek(1) != 0x7E { return assignment(position, position + 1) }
        if startsWith("}}") {
            return fail("syntax", "the formula has a }} too many", start: position, end: position + 2)
        }
        if byte == 0x3B {
            return fail(
                "syntax", "a formula is one expression, so it has no ;", "keep what is between in a \"set\" step",
                at: position)
        }
        if byte == 0x0A {
            return fail(
                "syntax", "a formula is one expression; this starts a second one",
                "put an operator at the end of the line before, or keep values in a \"set\" step", at: position)
        }
        if startsWith("::") {
            return fail("syntax", "\"::\" is not part of formulas", start: position, end: position + 2)
        }
        let shown = character(at: position).map { String($0) } ?? ""
        let hint: String? =
            switch byte {
            case 0x7D: "a pill ends with }}, an object opens with {"
            case 0x29, 0x5D: "there is one \(shown) more than was opened"
            case 0x2C: "for a choice write: condition ? value : other; for a list: [a, b]"
            case 0x3A: "a choice needs a ? first: condition ? value : other"
            default: nil
            }
        return fail("syntax", "\"\(shown)\" can't stand here", hint, at: position)
    }

    private func unexpectedWord() -> FormulaError {
        let end = nameEnd(position)
        let word = text(position, end)
        switch word {
        case "end", "else", "elsif", "then", "when":
            return fail("syntax", "\"\(word)\" has no matching if or case", start: position, end: end)
        default: break
        }
        var hint = FamiliarNames.hint(forOperator: word)
        if hint == nil, position > start, let before = Optional(bytes[position - 1]), before == 0x22 || before == 0x27 {
            let quote = String(decoding: [before], as: UTF8.self)
            hint = "the text ended at the \(quote); within it write \\\(quote)"
        }
        return fail(
            "syntax", "\"\(word)\" can't follow a value here", hint ?? "put an operator or a dot before it",
            start: position, end: end)
    }

    /// The mistake of a sign that only looks like one of formulas: “ ”, ×, ≠, …; nil when there is none here.
    func foreignSign() -> FormulaError? {
        guard let byte = current, byte >= 0x80 || byte == 0x60, let sign = character(at: position),
            let hint = FamiliarNames.hint(forSign: sign)
        else { return nil }
        return fail(
            "syntax", "\"\(sign)\" is not part of formulas", hint, start: position,
            end: position + String(sign).utf8.count)
    }

    private func character(at place: Int) -> Character? {
        guard place < bytes.count else { return nil }
        let scalar = String(decoding: bytes[place...].prefix(4), as: UTF8.self).unicodeScalars.first
        return scalar.map { Character($0) }
    }

    func assignment(_ from: Int, _ to: Int) -> FormulaError {
        if from == start, to == start + 1 {
            return fail("syntax", "a formula starts without =", "leave the = out", start: from, end: to)
        }
        return fail(
            "syntax", "formulas can't assign values", "to compare write ==; to keep a value use a \"set\" step",
            start: from, end: to)
    }

    /// `x++`, `a <> b`, `a !== b`, `a ?? b`: operators of other languages; nil when none stands here.
    func foreignOperator() -> FormulaError? {
        func mistake(_ count: Int, _ hint: String) -> FormulaError {
            let end = position + count
            return fail("syntax", "\"\(text(position, end))\" is not part of formulas", hint, start: position, end: end)
        }
        if startsWith("<>") { return mistake(2, "for \"not equal\" write !=") }
        if startsWith("!==") { return mistake(3, "write !=") }
        if startsWith("=<") { return mistake(2, "write <=") }
        if startsWith("??") { return mistake(2, "write ||: value || other") }
        if startsWith("?.") { return mistake(2, "write &.: value&.field") }
        if startsWith("++") || startsWith("--") {
            var next = position + 2
            while next < bytes.count, bytes[next] == 0x20 { next += 1 }
            if next >= bytes.count || [0x29, 0x5D, 0x7D, 0x2C, 0x0A].contains(bytes[next]) {
                return mistake(2, "write \(startsWith("++") ? "+ 1" : "- 1"); to keep the result use a \"set\" step")
            }
        }
        return nil
    }

    /// The mistake of a function there is none of.
    func unknownFunction(_ name: String, _ from: Int, _ end: Int) -> FormulaError {
        let library = FunctionLibrary.shared
        let hint =
            FamiliarNames.hint(forFunction: name)
            ?? (library.isMethod(name) ? "it is a method: write value.\(name)" : nil)
            ?? library.suggestion(forFunction: name).map { "did you mean \"\($0)\"?" }
            ?? library.suggestion(forMethod: name).map { "there is a method \"\($0)\": write value.\($0)" }
        return fail("unknown_function", "there is no function \"\(name)\"", hint, start: from, end: end)
    }
}
