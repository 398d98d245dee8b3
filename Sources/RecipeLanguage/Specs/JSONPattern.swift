// The patterns of JSON Schema: ECMA-262's regexes, in the words of the regexes that formulas have.

/// A pattern of JSON Schema (2020-12, Validation §6.3.3). It may match anywhere in a text.
///
/// ECMA-262 differs from Ruby in what `^` and `$` mean (here the ends of the whole text, there of a line) and in character
/// classes, where `[` and `&&` are nothing special. Searching is bounded in work, as everywhere.
struct JSONPattern {
    private let regex: FormulaRegex

    /// - Throws: `FormulaRegex.Invalid` when it can't be read.
    init(_ pattern: String) throws(FormulaRegex.Invalid) {
        regex = try FormulaRegex.cached(Self.translated(pattern), flags: "")
    }

    /// Whether a text has it; nil when finding out would take too long.
    func holds(for text: String) -> Bool? {
        var text = text
        let start = ContinuousClock.now
        return text.withUTF8 { bytes in
            try? regex.matches(bytes) { ContinuousClock.now - start > .milliseconds(100) }
        }
    }

    private static func translated(_ pattern: String) -> String {
        var (written, isInClass) = ("", false)
        var rest = pattern[...]
        while let letter = rest.popFirst() {
            switch letter {
            case "\\":
                written.append(letter)
                if let next = rest.popFirst() { written.append(next) }
            case "[" where isInClass: written += "\\["
            case "[":
                isInClass = true
                written.append(letter)
                if rest.first == "^" { written.append(rest.removeFirst()) }
                // `[]` is a class of nothing, `[^]` of everything; a `]` in the first place ends it, as it does not in Ruby.
                if rest.first == "]" {
                    rest.removeFirst()
                    isInClass = false
                    written = written.hasSuffix("^") ? written.dropLast(2) + #"[\s\S]"# : written.dropLast() + "(?!)"
                }
            case "]" where isInClass:
                isInClass = false
                written.append(letter)
            case "&" where isInClass: written += "\\&"
            case "^" where !isInClass: written += "\\A"
            case "$" where !isInClass: written += "\\z"
            // All that ECMA-262 takes for the end of a line.
            case "." where !isInClass: written += #"[^\n\r\u2028\u2029]"#
            default: written.append(letter)
            }
        }
        return written
    }
}
