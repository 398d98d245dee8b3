// Words and identifiers, as ActiveSupport's inflector treats them.

import Foundation
import JSONCore

/// Words and identifiers, as ActiveSupport's inflector treats them.
enum Words {
    private static func isUpper(_ scalar: Unicode.Scalar) -> Bool { ("A"..."Z").contains(scalar) }
    private static func isLower(_ scalar: Unicode.Scalar) -> Bool { ("a"..."z").contains(scalar) }
    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
    /// Letters and the marks on them.
    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: true
        default: scalar.properties.isAlphabetic
        }
    }

    static func underscore(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { isUpper($0) || $0 == "-" || $0 == ":" }) else { return text }
        let scalars = Array(text.replacing("::", with: "/").unicodeScalars)
        var made = String.UnicodeScalarView()
        for (index, scalar) in scalars.enumerated() {
            if index > 0, isUpper(scalar) {
                let before = scalars[index - 1]
                let isNewWord = isLower(before) || isDigit(before)
                let endsCapitals = isUpper(before) && index + 1 < scalars.count && isLower(scalars[index + 1])
                if isNewWord || endsCapitals { made.append("_") }
            }
            made.append(scalar == "-" ? "_" : scalar)
        }
        return String(made).lowercased()
    }

    static func humanize(_ text: String, capitalize: Bool = true, keepsID: Bool = false) -> String {
        var word = String(text.drop { $0 == "_" })
        if !keepsID, word.hasSuffix("_id") { word.removeLast(3) }
        word = TextCase.asciiLowercased(word.replacing("_", with: " "))
        guard capitalize, let first = word.unicodeScalars.first, isLower(first) else { return word }
        return first.properties.uppercaseMapping + String(word.unicodeScalars.dropFirst())
    }

    static func titleize(_ text: String, keepsID: Bool = false) -> String {
        var made = ""
        var (earlier, before): (Unicode.Scalar, Unicode.Scalar) = (" ", " ")
        for scalar in humanize(underscore(text), keepsID: keepsID).unicodeScalars {
            // A letter after an apostrophe within a word starts none.
            let isInside =
                ["'", "’", "`"].contains(before) && (isLetter(earlier) || isDigit(earlier) || earlier == "_")
            let startsWord = !(isLetter(before) || isDigit(before) || before == "_" || isInside)
            made += startsWord && isLower(scalar) ? scalar.properties.uppercaseMapping : String(scalar)
            (earlier, before) = (before, scalar)
        }
        return made
    }

    static func camelize(_ text: String, lower: Bool) -> String {
        func isWordByte(_ scalar: Unicode.Scalar) -> Bool { isUpper(scalar) || isLower(scalar) || isDigit(scalar) }
        var made = String.UnicodeScalarView()
        var (isStart, inWord) = (!lower, false)
        for (index, scalar) in text.unicodeScalars.enumerated() {
            if scalar == "_" || scalar == "/" {
                if scalar == "/" { made += "::".unicodeScalars }
                (isStart, inWord) = (true, true)
                continue
            }
            if index == 0 {
                made += asciiCase(scalar, upper: !lower).unicodeScalars
            } else if inWord, isWordByte(scalar) {
                // After a bar the word is capitalized, the rest of it lower-case.
                made += asciiCase(scalar, upper: isStart).unicodeScalars
            } else {
                made.append(scalar)
                inWord = false
            }
            isStart = false
        }
        return String(made)
    }

    private static func asciiCase(_ scalar: Unicode.Scalar, upper: Bool) -> String {
        guard isUpper(scalar) || isLower(scalar) else { return String(scalar) }
        return upper ? scalar.properties.uppercaseMapping : scalar.properties.lowercaseMapping
    }

    private static let special: [Unicode.Scalar: String] = [
        "Ł": "L", "ł": "l", "Ø": "O", "ø": "o", "Đ": "D", "đ": "d", "Ð": "D", "ð": "d", "Þ": "Th", "þ": "th", "ß": "ss",
        "Æ": "AE",
        "æ": "ae", "Œ": "OE", "œ": "oe", "Ħ": "H", "ħ": "h", "ı": "i", "Ŀ": "L", "ŀ": "l", "Ŋ": "NG", "ŋ": "ng",
        "Ŧ": "T", "ŧ": "t",
        "ŉ": "'n", "×": "x", "ĸ": "k", "Ĳ": "IJ", "ĳ": "ij", "ẞ": "Ss",
    ]

    static func transliterate(_ text: String, _ replacement: String) -> String {
        var made = ""
        for scalar in text.precomposedStringWithCanonicalMapping.unicodeScalars {
            if scalar.isASCII {
                made.unicodeScalars.append(scalar)
            } else if let known = special[scalar] {
                made += known
            } else if let base = String(scalar).decomposedStringWithCanonicalMapping.unicodeScalars.first, base.isASCII,
                scalar.value < 0x250
            {
                made.unicodeScalars.append(base)
            } else {
                made += replacement
            }
        }
        return made
    }

    static func parameterize(_ text: String, separator: String, keepsCase: Bool) -> String {
        var (made, gap) = ("", false)
        for scalar in transliterate(text, "?").unicodeScalars {
            if isUpper(scalar) || isLower(scalar) || isDigit(scalar) || scalar == "-" || scalar == "_" {
                if separator == "-" && scalar == "-" {
                    gap = true
                    continue
                }
                if gap, !made.isEmpty { made += separator }
                gap = false
                made.unicodeScalars.append(scalar)
            } else {
                gap = true
            }
        }
        return keepsCase ? made : made.lowercased()
    }

    /// - Parameter isAcronym: whether a word is one of the caller's own acronyms.
    static func labelize(_ text: String, _ isAcronym: (String) throws -> Bool) rethrows -> String {
        let scalars = Array(text.unicodeScalars)
        var (words, word): ([String], String.UnicodeScalarView) = ([], String.UnicodeScalarView())
        for (index, scalar) in scalars.enumerated() {
            if scalar == "_" {
                words.append(String(word))
                word = String.UnicodeScalarView()
                continue
            }
            if index > 0 {
                let before = scalars[index - 1]
                let next = index + 1 < scalars.count ? scalars[index + 1] : nil
                let startsPlain = isUpper(scalar) && next.map { !isUpper($0) && !isDigit($0) && $0 != "_" } == true
                if isDigit(before) != isDigit(scalar) || (!isUpper(before) && isUpper(scalar))
                    || (startsPlain && (isUpper(before) || isDigit(before)))
                {
                    words.append(String(word))
                    word = String.UnicodeScalarView()
                }
            }
            word.append(scalar)
        }
        words.append(String(word))
        return try words.filter { !Blank.isBlank(.string($0)) }.enumerated().map { index, word in
            if word.unicodeScalars.allSatisfy(isUpper) { return word }
            if try ["id", "uri", "url"].contains(word.lowercased()) || isAcronym(word) { return word.uppercased() }
            return index == 0 ? humanize(word) : word.lowercased()
        }.joined(separator: " ")
    }
}
