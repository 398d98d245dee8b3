// Regular expressions of XML Schema: whether a text matches one, and the same for JSON Schema.

import CLibXML2

/// The `pattern` facet (XML Schema part 2, appendix F).
public enum SchemaPattern {
    /// Longer patterns and texts are not held against each other: a match may take exponential time.
    private static let mostPatternBytes = 2_000
    private static let mostTextBytes = 1_000

    /// Why nothing is to be refused by a pattern: words that follow it; nil for one that is sound.
    static func doubt(_ pattern: String) -> String? {
        if pattern.utf8.count > mostPatternBytes { return "is very long" }
        let isEscaped = pattern.dropLast().reversed().prefix { $0 == "\\" }.count % 2 == 1
        if pattern.hasPrefix("^") || (pattern.hasSuffix("$") && !isEscaped) {
            return "has ^ or $ as anchors, which they are not in XML Schema"
        }
        if pattern.contains("(?") { return "is none of XML Schema" }
        return withCompiled(pattern) { _ in true } == nil ? "is none of XML Schema" : nil
    }

    /// Whether the whole of a text matches; nil when that can't be told.
    static func matches(_ text: String, _ pattern: String) -> Bool? {
        guard text.utf8.count <= mostTextBytes, pattern.utf8.count <= mostPatternBytes, !text.utf8.contains(0) else {
            return nil
        }
        return withCompiled(pattern) { compiled -> Bool? in
            let result = text.withCString { text in
                text.withMemoryRebound(to: xmlChar.self, capacity: 1) { xmlRegexpExec(compiled, $0) }
            }
            return result < 0 ? nil : result == 1
        } ?? nil
    }

    private static func withCompiled<Result>(_ pattern: String, _ body: (xmlRegexpPtr) -> Result) -> Result? {
        LibXML2.start()
        // Mistakes would be printed to stderr. The handler is the thread's own.
        let (handler, context) = (__xmlStructuredError().pointee, __xmlStructuredErrorContext().pointee)
        xmlSetStructuredErrorFunc(nil) { _, _ in }
        defer { xmlSetStructuredErrorFunc(context, handler) }
        let compiled = pattern.withCString { text in
            text.withMemoryRebound(to: xmlChar.self, capacity: 1) { xmlRegexpCompile($0) }
        }
        guard let compiled else { return nil }
        defer { xmlRegFreeRegexp(compiled) }
        return body(compiled)
    }

    /// The same as a regular expression of JSON Schema (ECMA-262 with Unicode), anchored.
    /// - Returns: nil for a pattern with something that is not the same there: name characters, words, blocks, classes
    ///   without others.
    public static func forJSONSchema(_ pattern: String) -> String? {
        var translation = Translation(rest: Array(pattern.unicodeScalars)[...])
        return translation.all() ? "^(?:\(translation.made))$" : nil
    }
}

private struct Translation {
    var rest: ArraySlice<Unicode.Scalar>
    var made = ""

    mutating func all() -> Bool {
        while let next = rest.popFirst() {
            switch next {
            case "(": made += "(?:"
            case ")", "|", "?", "*", "+": made.unicodeScalars.append(next)
            case ".": made += "[^\\n\\r]"
            case "^", "$", "/": made += "\\\(next)"
            case "{": guard quantity() else { return false }
            case "[": guard characterClass() else { return false }
            case "\\": guard escape(inClass: false) else { return false }
            case "]", "}": return false
            default: made.unicodeScalars.append(next)
            }
        }
        return true
    }

    private mutating func quantity() -> Bool {
        guard let end = rest.firstIndex(of: "}") else { return false }
        let text = String(String.UnicodeScalarView(rest[..<end]))
        let parts = text.split(separator: ",", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts[0].utf8.count > 0, parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }) else {
            return false
        }
        made += "{\(text)}"
        rest = rest[(end + 1)...]
        return true
    }

    private mutating func escape(inClass: Bool) -> Bool {
        guard let next = rest.popFirst() else { return false }
        switch next {
        case "n", "r", "t", "\\", "|", ".", "^", "?", "*", "+", "{", "}", "(", ")", "[", "]":
            made += "\\\(next)"
        case "-": made += inClass ? "\\-" : "-"
        case "d": made += "\\p{Nd}"
        case "D": made += "\\P{Nd}"
        case "s": made += inClass ? " \\t\\n\\r" : "[ \\t\\n\\r]"
        case "S" where !inClass: made += "[^ \\t\\n\\r]"
        case "p", "P":
            guard rest.popFirst() == "{", let end = rest.firstIndex(of: "}") else { return false }
            let name = String(String.UnicodeScalarView(rest[..<end]))
            // General categories, like Lu. Blocks, like IsBasicLatin, are XML Schema's own.
            guard (1...2).contains(name.count), name.allSatisfy({ $0.isASCII && $0.isLetter }) else { return false }
            made += "\\\(next){\(name)}"
            rest = rest[(end + 1)...]
        default: return false
        }
        return true
    }

    private mutating func characterClass() -> Bool {
        made += "["
        if rest.first == "^" {
            made += "^"
            rest.removeFirst()
        }
        var isFirst = true
        while let next = rest.popFirst() {
            switch next {
            case "]" where !isFirst:
                made += "]"
                return true
            case "[", "]": return false
            case "\\": guard escape(inClass: true) else { return false }
            case "-":
                if rest.first == "[" { return false }
                let stands = isFirst || rest.first == "]"
                made += stands ? "\\-" : "-"
            case "^": made += "\\^"
            case "/": made += "\\/"
            // Twice in a row they mean something to the newest form of ECMA's classes, as some others alone.
            case "(", ")", "{", "}", "|": made += "\\\(next)"
            default: made.unicodeScalars.append(next)
            }
            isFirst = false
        }
        return false
    }
}
