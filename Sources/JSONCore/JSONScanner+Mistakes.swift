// What is wrong with a text, said for people who write JSON by hand. Never quotes the text: it may hold secrets.

extension JSONScanner where Sink: ~Copyable {
    /// Refuses texts that are too long, empty or in another encoding.
    func checkStart() throws(JSONError) {
        guard bytes.count <= limits.bytes else {
            throw JSONError(
                message: "this JSON text has \(bytes.count) bytes, more than the limit of \(limits.bytes)",
                offset: limits.bytes)
        }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            throw JSONError(
                message:
                    "the text starts with a byte order mark, an invisible character that JSON doesn't allow; save it "
                    + "as \"UTF-8\", not \"UTF-8 with BOM\"", offset: 0)
        }
        let first = (bytes.first ?? 1, bytes.count > 1 ? bytes[1] : 1)
        if first == (0xFF, 0xFE) || first == (0xFE, 0xFF) || first.0 == 0 || first.1 == 0 {
            throw JSONError(message: "the text is in UTF-16 or UTF-32; save it as UTF-8", offset: 0)
        }
    }

    func tooDeep() -> JSONError {
        let deepest = min(limits.depth, JSONLimits.deepestNesting)
        return JSONError(
            message: "lists and objects are nested more than \(deepest) levels deep here (limit json_depth)",
            offset: position)
    }

    /// The text ended where more had to come.
    func endOfText() -> JSONError {
        var end = bytes.count
        while end > 0, Self.isSpace(bytes[end - 1]) { end -= 1 }
        guard open.count > 0 else {
            return JSONError(message: "the text is empty; a JSON value was expected", offset: 0)
        }
        let innermost = open.top(1).pointee
        let (line, column) = TextLines(bytes).lineAndColumn(at: innermost.start)
        let (kind, bracket) = innermost.isObject ? ("object", "}") : ("list", "]")
        return JSONError(
            message: "the text ends too early: the \(kind) that starts at line \(line), column \(column) is not closed "
                + "with \(bracket)", offset: end)
    }

    func textAfterTheEnd() -> JSONError {
        let message =
            switch bytes[position] {
            case UInt8(ascii: "}"): "there is a } too many: the value ended before it"
            case UInt8(ascii: "]"): "there is a ] too many: the value ended before it"
            case UInt8(ascii: ","): "there is a comma after the end of the value"
            default: odd(position) ?? "there is more text after the end of the value; only one value can be here"
            }
        return JSONError(message: message, offset: position)
    }

    // MARK: Between values

    /// Neither a comma nor the end of the innermost container is at `position`.
    func neitherCommaNorEnd() -> JSONError {
        let isObject = open.top(1).pointee.isObject
        let byte = bytes[position]
        let message: String
        switch byte {
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            message = wrongBracket()
        case UInt8(ascii: ":") where !isObject:
            message = "a name and a colon need an object: { } in place of [ ]"
        case UInt8(ascii: ":"):
            message = "there is a second colon after a name"
        case UInt8(ascii: ";"):
            message = "a comma must be here, not a semicolon"
        case UInt8(ascii: "="):
            message = "a comma must be here, not ="
        default:
            message = odd(position) ?? "a comma is missing between two \(isObject ? "members" : "elements")"
        }
        return JSONError(message: message, offset: position)
    }

    private func wrongBracket() -> String {
        open.count > 0 && open.top(1).pointee.isObject
            ? "this ] closes an object; an object ends with }" : "this } closes a list; a list ends with ]"
    }

    func notAName() -> JSONError {
        if bytes[position] == UInt8(ascii: "}") { return trailingComma() }
        let message: String
        switch bytes[position] {
        case UInt8(ascii: ","): message = "there is a comma where the name of a member was expected"
        case UInt8(ascii: "]"): message = wrongBracket()
        case UInt8(ascii: ":"): message = "a name in double quotes is missing before the colon"
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            message = "the name of a member must be a text in double quotes, not a number"
        default: message = odd(position) ?? "the name of a member must be in double quotes"
        }
        return JSONError(message: message, offset: position)
    }

    func noColon() -> JSONError {
        let message: String
        switch bytes[position] {
        case UInt8(ascii: "="): message = "a colon must be between the name and its value, not ="
        case UInt8(ascii: ","), UInt8(ascii: "}"): message = "this member has a name but no value"
        default: message = odd(position) ?? "a colon is missing between the name and its value"
        }
        return JSONError(message: message, offset: position)
    }

    /// At the comma before the bracket at `position`.
    private func trailingComma() -> JSONError {
        var comma = position - 1
        while comma > 0, bytes[comma] != UInt8(ascii: ",") { comma -= 1 }
        return JSONError(
            message: "trailing comma: nothing follows it, so remove it or add what is missing", offset: comma)
    }

    // MARK: Values

    func notAValue() -> JSONError {
        let start = position
        let message: String
        switch bytes[start] {
        case UInt8(ascii: "]") where open.count > 0 && !open.top(1).pointee.isObject: return trailingComma()
        case UInt8(ascii: "]"), UInt8(ascii: "}"):
            let isClosingOwn = open.count > 0 && open.top(1).pointee.isObject == (bytes[start] == UInt8(ascii: "}"))
            message =
                open.count == 0
                ? "a closing bracket has nothing to close" : isClosingOwn ? "a value is missing here" : wrongBracket()
        case UInt8(ascii: ","): message = "a value is missing before this comma"
        case UInt8(ascii: ":"): message = "there is a colon where a value was expected"
        case UInt8(ascii: "+"): message = "a number can't start with +"
        case UInt8(ascii: "."): message = "a number needs a digit before its point, like 0.5"
        default: message = odd(start) ?? unknownWord()
        }
        return JSONError(message: message, offset: start)
    }

    /// The message about letters that are no JSON value; says which was likely meant.
    private func unknownWord() -> String {
        var end = position
        while end < bytes.count, end - position < 12, Self.continuesAWord(bytes[end]) { end += 1 }
        switch String(decoding: bytes[position..<end], as: UTF8.self).lowercased() {
        case "true", "yes", "on": return "this is not a JSON value; did you mean true?"
        case "false", "no", "off": return "this is not a JSON value; did you mean false?"
        case "null", "nil", "none", "undefined": return "this is not a JSON value; did you mean null?"
        case "nan", "infinity", "inf": return "JSON has no NaN and no Infinity"
        default: return "this is not a JSON value; a text needs double quotes around it"
        }
    }

    /// Why no number starts at `start`.
    func mistakeInNumber(at start: Int) -> JSONError {
        var index = start
        func digitIsAt(_ index: Int) -> Bool { index < bytes.count && bytes[index] &- UInt8(ascii: "0") < 10 }
        func mistake(_ message: String, _ offset: Int) -> JSONError { JSONError(message: message, offset: offset) }
        if bytes[index] == UInt8(ascii: "-") { index += 1 }
        guard digitIsAt(index) else {
            let rest = index < bytes.count ? bytes[index] | 0x20 : 0
            return rest == UInt8(ascii: "i") || rest == UInt8(ascii: "n")
                ? mistake("JSON has no NaN and no Infinity", start)
                : mistake("a digit is missing after the minus sign", start)
        }
        if bytes[index] == UInt8(ascii: "0"), digitIsAt(index + 1) {
            return mistake("a number can't start with a zero before other digits", start)
        }
        while digitIsAt(index) { index += 1 }
        if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
            index += 1
            guard digitIsAt(index) else { return mistake("a digit is missing after the point of this number", start) }
            while digitIsAt(index) { index += 1 }
        }
        if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
            index += 1
            if index < bytes.count, bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-") {
                index += 1
            }
            guard digitIsAt(index) else { return mistake("a digit is missing in the exponent of this number", start) }
            while digitIsAt(index) { index += 1 }
        }
        if index < bytes.count, let message = odd(index) { return mistake(message, index) }
        return mistake("this is not a number; a text needs double quotes around it", start)
    }

    /// What is to be said about a byte that is wrong in every place outside strings; nil for others.
    private func odd(_ index: Int) -> String? {
        let byte = bytes[index]
        switch byte {
        case UInt8(ascii: "'"), UInt8(ascii: "`"): return "names and texts need double quotes (\"), not this kind"
        case UInt8(ascii: "#"): return "JSON has no comments"
        case UInt8(ascii: "/"): return "JSON has no comments"
        case UInt8(ascii: "\\"): return "there is a backslash outside a text"
        case 0..<0x20, 0x7F: return "there is an invisible control character here"
        case 0x80...0xFF:
            guard let length = UTF8Sequence.length(at: index, in: bytes) else { return Self.notUTF8 }
            switch String(decoding: bytes[index..<index + length], as: UTF8.self) {
            case "\u{201C}", "\u{201D}", "\u{201E}", "\u{2018}", "\u{2019}", "\u{AB}", "\u{BB}":
                return "these are typographic quotes; names and texts need the plain kind (\")"
            case "\u{A0}", "\u{FEFF}", "\u{200B}", "\u{2028}", "\u{2029}", "\u{3000}", "\u{202F}", "\u{2009}":
                return "there is an invisible character here that is no plain space"
            default: return nil
            }
        default: return nil
        }
    }
}
