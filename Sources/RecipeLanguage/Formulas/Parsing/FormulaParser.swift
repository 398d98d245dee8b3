// Reads a formula's text. This file: the reader's state, white space, names, and where a formula ends.

/// A recursive-descent reader that knows at every place whether a value or an operator comes next, which Ruby's grammar
/// asks for: `/` starts a regex or divides, `{` a hash or a block, `?` ends a name or asks.
///
/// Ranges count from where the formula starts. Nesting is bounded by `depthLimit`, so that no text overflows the stack.
struct FormulaParser {
    let bytes: [UInt8]
    let start: Int
    var position: Int
    /// Free names in the order of their use.
    var names: [NameUse] = []
    /// How many places block parameters need.
    var localCount = 0
    /// Names of block parameters, innermost scope last.
    var scopes: [[String: Int]] = []
    var depth = 0
    /// Within brackets line ends don't end anything.
    var ignoresLineEnds = false

    static let depthLimit = 100
    static let longest = 64 << 10

    init(_ source: String) { self.init(Array(source.utf8), from: 0) }

    init(_ bytes: [UInt8], from start: Int) {
        (self.bytes, self.start, position) = (bytes, start, start)
    }

    /// Reads a text that is one formula from start to end.
    mutating func wholeFormula() throws(FormulaError) -> Syntax {
        guard bytes.count <= Self.longest else {
            throw fail("limit", "the formula is longer than \(Self.longest >> 10) KiB", at: position)
        }
        skipLines()
        if startsWith("{{") {
            throw fail(
                "syntax", "this is a formula already, so it takes no {{ }}", "remove the braces", start: position,
                end: position + 2)
        }
        guard !isAtEnd else { throw fail("syntax", "the formula is empty", at: position) }
        let syntax = try statement()
        skipBlanks()
        let end = position
        skipLines()
        if !isAtEnd {
            if bytes[end] == 0x0A { position = end }
            throw unexpected()
        }
        return syntax
    }

    /// Reads a pill after its `{{`: the formula, where it ends, and where the text after `}}` starts.
    mutating func pill() throws(FormulaError) -> (Syntax, end: Int, after: Int) {
        skipLines()
        if startsWith("}}") { throw fail("syntax", "the pill {{ }} is empty", at: position) }
        if isAtEnd { throw fail("syntax", "the pill is not closed", "add a formula and }}", at: position) }
        let syntax = try statement()
        var end = position
        while end > start, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[end - 1]) { end -= 1 }
        skipLines()
        guard startsWith("}}") else {
            if isAtEnd {
                throw fail("syntax", "the pill is not closed", "add }} after the formula", start: start, end: position)
            }
            throw unexpected()
        }
        return (syntax, end, position + 2)
    }

    // MARK: Bytes

    var isAtEnd: Bool { position >= bytes.count }
    var current: UInt8? { position < bytes.count ? bytes[position] : nil }
    func peek(_ offset: Int) -> UInt8? { position + offset < bytes.count ? bytes[position + offset] : nil }

    func startsWith(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard position + count <= bytes.count else { return false }
        for index in 0..<count where bytes[position + index] != text.utf8Start[index] { return false }
        return true
    }

    mutating func take(_ text: StaticString) -> Bool {
        guard startsWith(text) else { return false }
        position += text.utf8CodeUnitCount
        return true
    }

    func range(_ from: Int, _ to: Int) -> Range<Int> { (from - start)..<max(from - start, to - start) }
    func range(from: Int) -> Range<Int> { range(from, position) }
    func text(_ from: Int, _ to: Int) -> String { String(decoding: bytes[from..<to], as: UTF8.self) }

    /// Skips blanks, comments and, within brackets, line ends.
    mutating func skipBlanks() {
        while let byte = current {
            if byte == 0x20 || byte == 0x09 || byte == 0x0D || (byte == 0x0A && ignoresLineEnds) {
                position += 1
            } else if byte == 0x5C, peek(1) == 0x0A {
                position += 2
            } else if byte == 0x23 {
                while let byte = current, byte != 0x0A {
                    _ = byte
                    position += 1
                }
            } else if byte == 0xC2, peek(1) == 0xA0 {
                position += 2  // a no-break space, as pasted from documents
            } else {
                return
            }
        }
    }

    /// Skips blanks, comments, line ends.
    mutating func skipLines() {
        let before = ignoresLineEnds
        ignoresLineEnds = true
        skipBlanks()
        ignoresLineEnds = before
    }

    // MARK: Names

    static func isNameStart(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || byte == 0x5F || byte >= 0x80
    }

    static func isNamePart(_ byte: UInt8) -> Bool { isNameStart(byte) || (0x30...0x39).contains(byte) }

    /// The end of the name that starts at `from`.
    func nameEnd(_ from: Int) -> Int {
        var end = from
        while end < bytes.count, Self.isNamePart(bytes[end]) {
            if bytes[end] == 0xC2, end + 1 < bytes.count, bytes[end + 1] == 0xA0 { break }
            end += 1
        }
        return end
    }

    /// Whether the word `keyword` comes next.
    func isKeyword(_ keyword: StaticString) -> Bool {
        guard startsWith(keyword) else { return false }
        guard let next = peek(keyword.utf8CodeUnitCount) else { return true }
        return !Self.isNamePart(next) && next != 0x3F && next != 0x21
            && !(next == 0x3A && peek(keyword.utf8CodeUnitCount + 1) != 0x3A)
    }

    mutating func takeKeyword(_ keyword: StaticString) -> Bool {
        guard isKeyword(keyword) else { return false }
        position += keyword.utf8CodeUnitCount
        return true
    }

    static let reserved: Set<String> = [
        "if", "unless", "elsif", "else", "end", "then", "case", "when", "and", "or", "not", "do", "while", "until",
        "begin",
        "rescue", "ensure", "def", "class", "module", "return", "yield", "self", "for", "in", "next", "break", "lambda",
        "proc", "defined?",
    ]

    // MARK: Depth

    mutating func nested<Result>(
        _ body: (inout FormulaParser) throws(FormulaError) -> Result
    ) throws(FormulaError) -> Result {
        depth += 1
        guard depth <= Self.depthLimit else {
            throw fail("limit", "the formula is nested more than \(Self.depthLimit) deep (formula.depth)", at: position)
        }
        let result = try body(&self)
        depth -= 1
        return result
    }

    /// Reads something in brackets, where line ends count as blanks.
    mutating func bracketed<Result>(
        _ ignoring: Bool = true, _ body: (inout FormulaParser) throws(FormulaError) -> Result
    ) throws(FormulaError) -> Result {
        let before = ignoresLineEnds
        ignoresLineEnds = ignoring
        let result = try nested(body)
        ignoresLineEnds = before
        return result
    }
}
