// Reads on after slips of the hand (trailing commas, comments, wrong quotes, …), so that one look at a file tells all of
// its mistakes. Every repair keeps the length of the text: what is found later stands where it stood.

extension JSONDocument {
    /// Most slips that are mended in one text; each one costs another reading.
    static let mostMended = 50

    /// Reads a text with everything that is wrong with it.
    /// - Returns: no document when something is wrong that leaves open what was meant, such as a missing bracket; then the
    ///   last mistake is that one. With a document and mistakes, the document holds what was most likely meant.
    public static func reading(
        _ bytes: [UInt8], limits: JSONLimits = JSONLimits()
    ) -> (document: JSONDocument?, mistakes: [JSONError]) {
        var text = bytes
        var mistakes: [JSONError] = []
        var next = attempt(text, limits)
        while case .failure(let error) = next {
            mistakes.append(error)
            guard mistakes.count <= mostMended, let mended = mended(text, error, limits) else { return (nil, mistakes) }
            (text, next) = mended
        }
        guard case .success(var document) = next else { return (nil, mistakes) }
        if !mistakes.isEmpty { document.lines = TextLines(bytes) }
        return (document, mistakes)
    }

    private static func attempt(_ bytes: [UInt8], _ limits: JSONLimits) -> Result<JSONDocument, JSONError> {
        do throws(JSONError) {
            return .success(try JSONDocument(parsing: bytes, limits: limits))
        } catch {
            return .failure(error)
        }
    }

    /// The first repair with which reading gets further, with that reading.
    private static func mended(
        _ text: [UInt8], _ error: JSONError, _ limits: JSONLimits
    ) -> (text: [UInt8], reading: Result<JSONDocument, JSONError>)? {
        for candidate in JSONRepair(text, at: error.offset).candidates {
            let reading = attempt(candidate, limits)
            switch reading {
            case .success: return (candidate, reading)
            case .failure(let later) where later.offset > error.offset: return (candidate, reading)
            case .failure: continue
            }
        }
        return nil
    }
}

/// What may have been meant at a mistake.
private struct JSONRepair {
    private let text: [UInt8]
    private let place: Int

    init(_ text: [UInt8], at offset: Int) { (self.text, place) = (text, offset) }

    /// Whole texts of the same length, the likeliest first.
    var candidates: [[UInt8]] {
        guard place < text.count, place > 0 || text[0] != 0 else { return [] }  // a zero byte first: UTF-16
        switch text[place] {
        case UInt8(ascii: ","): return isCommaTooMany ? [blanked(place..<place + 1)] : []
        case UInt8(ascii: ";"): return [replaced(place, ",")]
        case UInt8(ascii: "="): return [replaced(place, ":"), replaced(place, ",")]
        case UInt8(ascii: "/"), UInt8(ascii: "#"): return comment.map { [blanked($0)] } ?? []
        case UInt8(ascii: "'"), UInt8(ascii: "`"): return quoted(width: 1)
        case UInt8(ascii: "\""):  // a text over several lines, or nothing between it and what stands before it
            return [joinedLines, separated(","), separated(":")].compactMap { $0 }
        case UInt8(ascii: "{"), UInt8(ascii: "["): return [separated(","), separated(":")].compactMap { $0 }
        case UInt8(ascii: "\\"), UInt8(ascii: "+"), UInt8(ascii: "."), 0..<0x20, 0x7F:
            return [blanked(place..<place + 1)]
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            return [number, separated(","), separated(":")].compactMap { $0 }
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"):
            return [separated(","), separated(":"), constant, quotedWord].compactMap { $0 }
        case 0x80...: return foreign
        default: return []
        }
    }

    // MARK: Changes

    private func replaced(_ index: Int, _ character: Unicode.Scalar) -> [UInt8] {
        var changed = text
        changed[index] = UInt8(ascii: character)
        return changed
    }

    /// Spaces instead, line ends kept.
    private func blanked(_ range: Range<Int>) -> [UInt8] {
        var changed = text
        for index in range where !isLineEnd(changed[index]) { changed[index] = UInt8(ascii: " ") }
        return changed
    }

    /// With a separator in the white space before the mistake.
    private func separated(_ separator: Unicode.Scalar) -> [UInt8]? {
        var index = place - 1
        var lineEnd: Int?
        while index >= 0 {
            if text[index] == UInt8(ascii: " ") || text[index] == UInt8(ascii: "\t") {
                return replaced(index, separator)
            }
            guard isLineEnd(text[index]) else { break }
            lineEnd = index
            index -= 1
        }
        return lineEnd.map { replaced($0, separator) }
    }

    // MARK: What stands there

    private func isLineEnd(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }

    private func isWordByte(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") || byte &- UInt8(ascii: "0") < 10
            || (byte | 0x20) &- UInt8(ascii: "a") < 26
    }

    private func isSpace(_ byte: UInt8) -> Bool { isLineEnd(byte) || byte == UInt8(ascii: " ") || byte == 0x09 }

    /// Whether a comma has nothing before or nothing after it; in `{"a", "b": 1}` a value is missing instead.
    private var isCommaTooMany: Bool {
        let before = text[..<place].last { !isSpace($0) }
        let after = text[(place + 1)...].first { !isSpace($0) }
        return after.map { $0 == UInt8(ascii: "}") || $0 == UInt8(ascii: "]") } ?? true
            || before.map { [UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: ",")].contains($0) } ?? false
    }

    private var lineEnd: Int { text[place...].firstIndex(where: isLineEnd) ?? text.count }

    /// `// …` and `# …` to the end of the line, `/* … */`.
    private var comment: Range<Int>? {
        if text[place] == UInt8(ascii: "#") { return place..<lineEnd }
        guard place + 1 < text.count else { return nil }
        if text[place + 1] == UInt8(ascii: "/") { return place..<lineEnd }
        guard text[place + 1] == UInt8(ascii: "*") else { return nil }
        var index = place + 2
        while index + 1 < text.count {
            if text[index] == UInt8(ascii: "*"), text[index + 1] == UInt8(ascii: "/") { return place..<index + 2 }
            index += 1
        }
        return nil
    }

    /// The text that starts with a wrong quote of `width` bytes, in plain ones.
    private func quoted(width: Int) -> [[UInt8]] {
        let start = place + width
        guard start < lineEnd else { return [] }
        for index in start..<lineEnd where isClosing(index, width) {
            // What ends a name or a value has to follow, so that the apostrophe of 'it's' is none.
            var after = index + width
            while after < text.count, text[after] == UInt8(ascii: " ") { after += 1 }
            guard after >= lineEnd || [":", ",", "}", "]"].contains(Unicode.Scalar(text[after])) else { continue }
            var changed = blanked(place..<start)
            for inner in start..<index
            where changed[inner] == UInt8(ascii: "\"") || changed[inner] == UInt8(ascii: "\\") {
                changed[inner] = UInt8(ascii: "'")
            }
            for byte in index..<index + width { changed[byte] = UInt8(ascii: " ") }
            changed[start - 1] = UInt8(ascii: "\"")
            changed[index] = UInt8(ascii: "\"")
            return [changed]
        }
        return []
    }

    private func isClosing(_ index: Int, _ width: Int) -> Bool {
        if width == 1 { return text[index] == text[place] }
        return index + width <= text.count && isTypographicQuote(at: index)
    }

    /// “ ” „ ‘ ’ in UTF-8.
    private func isTypographicQuote(at index: Int) -> Bool {
        index + 2 < text.count && text[index] == 0xE2 && text[index + 1] == 0x80
            && [0x98, 0x99, 0x9C, 0x9D, 0x9E].contains(text[index + 2])
    }

    /// A text with line breaks in it. Not when the next line starts like a member or an end: then a quote is missing, and
    /// nobody knows where.
    private var joinedLines: [UInt8]? {
        guard let end = text[(place + 1)...].firstIndex(of: UInt8(ascii: "\"")), end > lineEnd else { return nil }
        let next = text[lineEnd..<end].first { !isSpace($0) }
        guard let next, ![UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: "{")].contains(next) else { return nil }
        var changed = text
        for index in place..<end where changed[index] < 0x20 { changed[index] = UInt8(ascii: " ") }
        return changed
    }

    /// Leading zeros, a lonely point, an exponent without digits.
    private var number: [UInt8]? {
        var digits = place
        if text[digits] == UInt8(ascii: "-") { digits += 1 }
        func isDigit(_ index: Int) -> Bool { index < text.count && text[index] &- UInt8(ascii: "0") < 10 }
        guard isDigit(digits) else { return nil }
        if text[digits] == UInt8(ascii: "0"), isDigit(digits + 1) {
            var changed = text
            changed[digits] = text[place]
            changed[place] = UInt8(ascii: " ")
            return changed
        }
        while isDigit(digits) { digits += 1 }
        if digits < text.count, text[digits] == UInt8(ascii: "."), isDigit(digits + 1) {
            digits += 1
            while isDigit(digits) { digits += 1 }
        }
        var end = digits
        while isDigit(end) || (end < text.count && [".", "e", "E", "+", "-"].contains(Unicode.Scalar(text[end]))) {
            end += 1
        }
        return end > digits ? blanked(digits..<end) : nil
    }

    /// `True`, `None`, `NaN`: the constant that was meant, or any value of the same length.
    private var constant: [UInt8]? {
        let end = text[place...].firstIndex { !isWordByte($0) } ?? text.count
        let word = String(decoding: text[place..<end], as: UTF8.self).lowercased()
        let meant: String
        switch word {
        case "true", "false", "null": meant = word
        case "none", "undefined": meant = "null"
        case "nil", "nan", "inf", "infinity": meant = "0"
        default: return nil
        }
        var changed = blanked(place..<end)
        changed.replaceSubrange(place..<place + meant.utf8.count, with: meant.utf8)
        return changed
    }

    /// A word without quotes, where the spaces around it leave room for them.
    private var quotedWord: [UInt8]? {
        let end = text[place...].firstIndex { !isWordByte($0) } ?? text.count
        guard place > 0, text[place - 1] == UInt8(ascii: " "), end < text.count else { return nil }
        var changed = text
        changed[place - 1] = UInt8(ascii: "\"")
        if text[end] == UInt8(ascii: " ") {
            changed[end] = UInt8(ascii: "\"")
            return changed
        }
        guard text[end] == UInt8(ascii: ":"), end + 1 < text.count, text[end + 1] == UInt8(ascii: " ") else {
            return nil
        }
        (changed[end], changed[end + 1]) = (UInt8(ascii: "\""), UInt8(ascii: ":"))
        return changed
    }

    /// Typographic quotes, the byte order mark and invisible characters between values, bytes that are not UTF-8.
    private var foreign: [[UInt8]] {
        if isTypographicQuote(at: place) { return quoted(width: 3) }
        guard let length = text.withUnsafeBufferPointer({ UTF8Sequence.length(at: place, in: $0) }) else {
            return [replaced(place, "?")]
        }
        return [blanked(place..<place + length)]
    }
}
