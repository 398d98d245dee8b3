// Ruby's regexes in Oniguruma's words, where the two differ in what counts as a word, a digit or a space.

/// In Ruby `\w`, `\d` and `\s` mean ASCII, while `\b`, `[[:word:]]` and `\p{Word}` mean Unicode (Regexp documentation,
/// "Shorthand Character Classes", "POSIX Bracket Expressions"). Oniguruma has only switches for all of them together: they
/// stay off, and the shorthands are written out. `(?u)`, `(?a)` and `(?d)`, which Oniguruma lacks, are carried out on the way.
struct RubyPattern {
    /// What holds for the innermost group from here on.
    private struct Mode {
        enum Range { case usual, unicode, ascii }

        var range = Range.usual
        var isExtended: Bool
        var ignoresCase: Bool
    }

    private static let backslash = UInt8(ascii: "\\")
    private static let shorthands: [UInt8: StaticString] = [
        UInt8(ascii: "w"): "[a-zA-Z0-9_]", UInt8(ascii: "W"): "[^a-zA-Z0-9_]", UInt8(ascii: "d"): "[0-9]",
        UInt8(ascii: "D"): "[^0-9]", UInt8(ascii: "s"): #"[\x20\t-\r]"#, UInt8(ascii: "S"): #"[^\x20\t-\r]"#,
    ]
    /// The brackets of POSIX within ASCII, as `(?a)` has them.
    private static let asciiBrackets: [String: String] = [
        "alnum": "a-zA-Z0-9", "alpha": "a-zA-Z", "blank": #"\x20\t"#, "cntrl": #"\x00-\x1f\x7f"#, "digit": "0-9",
        "graph": "!-~", "lower": "a-z", "print": #"\x20-~"#, "punct": #"!-/:-@\[-`{-~"#, "space": #"\x20\t-\r"#,
        "upper": "A-Z", "xdigit": "0-9a-fA-F", "word": "a-zA-Z0-9_", "ascii": #"\x00-\x7f"#,
    ]

    private let source: [UInt8]
    private var position = 0
    private var written: [UInt8] = []
    /// Of the groups that are open; the last is the innermost.
    private var modes: [Mode]

    /// - Parameter flags: any of `i`, `m`, `x`.
    static func translated(_ source: String, flags: String) -> String {
        guard source.utf8.contains(backslash) || source.contains("(?") else { return source }
        var pattern = RubyPattern(source, flags: flags)
        while pattern.position < pattern.source.count { pattern.part() }
        return String(decoding: pattern.written, as: UTF8.self)
    }

    private init(_ source: String, flags: String) {
        self.source = Array(source.utf8)
        modes = [Mode(isExtended: flags.contains("x"), ignoresCase: flags.contains("i"))]
    }

    private var mode: Mode { modes[modes.count - 1] }

    private func isNext(_ text: StaticString, after offset: Int = 0) -> Bool {
        let start = position + offset
        guard start + text.utf8CodeUnitCount <= source.count else { return false }
        return (0..<text.utf8CodeUnitCount).allSatisfy { source[start + $0] == text.utf8Start[$0] }
    }

    private mutating func copy(_ count: Int = 1) {
        let end = min(position + count, source.count)
        written += source[position..<end]
        position = end
    }

    /// Copies up to and with the next `byte`, or the rest.
    private mutating func copy(past byte: UInt8) {
        while position < source.count, source[position] != byte { copy(isNext("\\") ? 2 : 1) }
        copy()
    }

    private mutating func part() {
        switch source[position] {
        case Self.backslash: escape(inClass: false)
        case UInt8(ascii: "["): characterClass()
        case UInt8(ascii: "#") where mode.isExtended: copy(past: UInt8(ascii: "\n"))
        case UInt8(ascii: ")"):
            if modes.count > 1 { modes.removeLast() }
            copy()
        case UInt8(ascii: "(") where isNext("(?#"): copy(past: UInt8(ascii: ")"))
        case UInt8(ascii: "("):
            if !options() {
                modes.append(mode)
                copy()
            }
        default: copy()
        }
    }

    private mutating func escape(inClass: Bool) {
        guard position + 1 < source.count else { return copy() }
        let letter = source[position + 1]
        if mode.range != .unicode, let meant = Self.shorthands[letter] {
            // Letters of either case would also bring the few signs past ASCII that fold to them.
            let isGuarded = mode.ignoresCase && !inClass
            written += (isGuarded ? "(?-i:\(meant))" : "\(meant)").utf8
            position += 2
        } else if !inClass, mode.range == .ascii, letter == UInt8(ascii: "b") || letter == UInt8(ascii: "B") {
            let (word, none) = ("[a-zA-Z0-9_]", letter == UInt8(ascii: "B"))
            written += "(?:(?<=\(word))(?\(none ? "=" : "!")\(word))|(?<!\(word))(?\(none ? "!" : "=")\(word)))".utf8
            position += 2
        } else if Self.plain.contains(letter) {
            // Letters with a meaning for Oniguruma only.
            position += 1
            copy()
        } else if letter == UInt8(ascii: "u"), isNext("{", after: 2) {
            codes()
        } else if letter == UInt8(ascii: "c") {
            copy(isNext("\\", after: 2) ? 4 : 3)
        } else {
            copy(2)
        }
    }

    /// `\y`, `\Y`, `\N` and `\O` are no more than these letters in Ruby.
    private static let plain: [UInt8] = [
        UInt8(ascii: "y"), UInt8(ascii: "Y"), UInt8(ascii: "N"), UInt8(ascii: "O"),
    ]

    /// `\u{61 62}` is several characters in a row.
    private mutating func codes() {
        guard let end = source[position...].firstIndex(of: UInt8(ascii: "}")) else { return copy(2) }
        let codes = source[(position + 3)..<end].split { $0 == 0x20 || $0 == 0x09 }
        guard codes.count > 1 else { return copy(end + 1 - position) }
        for code in codes { written += "\\x{".utf8 + code + [UInt8(ascii: "}")] }
        position = end + 1
    }

    /// `(?imx-imx)` and `(?imx-imx:`, with Ruby's letters `a`, `d` and `u`; false when it isn't one of these.
    private mutating func options() -> Bool {
        guard isNext("(?") else { return false }
        var (index, isOn, mode, kept) = (position + 2, true, mode, [] as [UInt8])
        while index < source.count {
            let byte = source[index]
            switch byte {
            case UInt8(ascii: "-"): isOn = false
            case UInt8(ascii: "i"): mode.ignoresCase = isOn
            case UInt8(ascii: "x"): mode.isExtended = isOn
            case UInt8(ascii: "m"): break
            case UInt8(ascii: "a") where isOn: mode.range = .ascii
            case UInt8(ascii: "d") where isOn: mode.range = .usual
            case UInt8(ascii: "u") where isOn: mode.range = .unicode
            case UInt8(ascii: ":"), UInt8(ascii: ")"):
                guard index > position + 2 else { return false }
                if byte == UInt8(ascii: ":") { modes.append(mode) } else { modes[modes.count - 1] = mode }
                if byte == UInt8(ascii: ":") || !kept.isEmpty { written += "(?".utf8 + kept + [byte] }
                position = index + 1
                return true
            default: return false
            }
            if ![UInt8(ascii: "a"), UInt8(ascii: "d"), UInt8(ascii: "u")].contains(byte) { kept.append(byte) }
            index += 1
        }
        return false
    }

    /// `[…]` with all that is nested in it.
    private mutating func characterClass() {
        var depth = 0
        while position < source.count {
            switch source[position] {
            case Self.backslash: escape(inClass: true)
            case UInt8(ascii: "["):
                if depth > 0, posixBracket() { continue }
                depth += 1
                copy(isNext("^", after: 1) ? 2 : 1)
                // Right at the start it stands for itself.
                if isNext("]") { copy() }
            case UInt8(ascii: "]"):
                depth -= 1
                copy()
                if depth == 0 { return }
            default: copy()
            }
        }
    }

    /// `[:alpha:]` and `[:^alpha:]`; false when there is none.
    private mutating func posixBracket() -> Bool {
        guard isNext("[:") else { return false }
        let start = position + 2
        guard let end = source[start...].firstIndex(of: UInt8(ascii: ":")), end + 1 < source.count,
            source[end + 1] == UInt8(ascii: "]")
        else { return false }
        let name = String(decoding: source[start..<end], as: UTF8.self)
        if mode.range == .ascii, let set = Self.asciiBrackets[name.replacing("^", with: "")] {
            written += "[\(name.hasPrefix("^") ? "^" : "")\(set)]".utf8
            position = end + 2
        } else {
            copy(end + 2 - position)
        }
        return true
    }
}
