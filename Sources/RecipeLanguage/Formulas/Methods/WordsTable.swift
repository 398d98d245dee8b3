// Methods of texts that know words: titles, identifiers, plurals, accents.

import Foundation
import JSONCore

extension FunctionTables {
    static func words() -> MethodTable {
        var table = MethodTable("words")
        for name in ["titleize", "titlecase"] {
            table.add(
                name, on: .text, gives: .string, "Every word with a capital letter.", "'annual sales_report'.\(name)",
                "\"Annual Sales Report\""
            ) { try $0.made(Words.titleize($0.text)) }
        }
        table.add(
            "humanize", on: .text, "capitalize=boolean", gives: .string, "An identifier as words.",
            "'employee_salary_id'.humanize", "\"Employee salary\""
        ) {
            .string(Words.humanize(try $0.text, capitalize: $0.keyword("capitalize")?.isTrue ?? true))
        }
        table.add(
            "underscore", on: .text, gives: .string, "CamelCase as snake_case.", "'SalesReport'.underscore",
            "\"sales_report\""
        ) { .string(Words.underscore(try $0.text)) }
        for name in ["camelize", "camelcase"] {
            table.add(
                name, on: .text, "first: text?", gives: .string,
                "snake_case as CamelCase; with :lower the first letter stays small.", "'sales_report'.\(name)",
                "\"SalesReport\""
            ) { call in
                .string(Words.camelize(try call.text, lower: call[0]?.equals(.string("lower")) ?? false))
            }
        }
        table.add(
            "classify", on: .text, gives: .string, "A table's name as the name of one thing.",
            "'sales_reports'.classify", "\"SalesReport\""
        ) { .string(Words.camelize(Inflections.singular(try $0.text), lower: false)) }
        table.add(
            "tableize", on: .text, gives: .string, "A thing's name as a table's name.", "'SalesReport'.tableize",
            "\"sales_reports\""
        ) { .string(Inflections.plural(Words.underscore(try $0.text))) }
        table.add("dasherize", on: .text, gives: .string, "Underscores as dashes.", "'a_b'.dasherize", "\"a-b\"") {
            .string(try $0.text.replacing("_", with: "-"))
        }
        table.add(
            "pluralize", on: .text, "count: integer?", gives: .string,
            "The plural of an English word; not for a count of 1.", "'person'.pluralize", "\"people\""
        ) { call in
            if case .integer(1)? = call[0] { return .string(try call.text) }
            return .string(Inflections.plural(try call.text))
        }
        table.add(
            "singularize", on: .text, gives: .string, "The singular of an English word.", "'people'.singularize",
            "\"person\""
        ) { .string(Inflections.singular(try $0.text)) }
        table.add(
            "parameterize", on: .text, "separator=text, preserve_case=boolean", gives: .string,
            "For use in an address: ASCII letters, digits and dashes.", "'Crème Brûlée!'.parameterize",
            "\"creme-brulee\""
        ) { call in
            .string(
                Words.parameterize(
                    try call.text, separator: call.keyword("separator")?.text ?? "-",
                    keepsCase: call.keyword("preserve_case")?.isTrue ?? false))
        }
        table.add(
            "transliterate", on: .text, "replacement: text?", gives: .string,
            "Letters with accents as ASCII; others become ?.", "'Łódź'.transliterate", "\"Lodz\""
        ) { call in
            .string(Words.transliterate(try call.text, try call[0].map { try call.string($0) } ?? "?"))
        }
        table.add(
            "labelize", on: .text, "acronyms: any…", gives: .string, "An identifier as a label.",
            "'customerURL'.labelize", "\"Customer URL\""
        ) { .string(Words.labelize(try $0.text)) }
        table.add(
            "quote", on: .text, gives: .string, "Single quotes doubled, for SQL.", "\"O'Neil\".quote", "\"O''Neil\""
        ) { .string(try $0.text.replacing("'", with: "''")) }
        table.add("strip_tags", on: .text, gives: .string, "Without HTML tags.", "'<b>Hi</b>'.strip_tags", "\"Hi\"") {
            .string(Words.withoutTags(try $0.text))
        }
        table.add(
            "unicode_normalize", on: .text, "form: text?", gives: .string,
            "In one of Unicode's forms: :nfc, :nfd, :nfkc, :nfkd.", "\"e\\u0301\".unicode_normalize.length", "1"
        ) { call in
            let text = try call.text
            return switch try call[0].map({ try call.string($0) }) ?? "nfc" {
            case "nfc": .string(text.precomposedStringWithCanonicalMapping)
            case "nfd": .string(text.decomposedStringWithCanonicalMapping)
            case "nfkc": .string(text.precomposedStringWithCompatibilityMapping)
            case "nfkd": .string(text.decomposedStringWithCompatibilityMapping)
            case let other: throw call.bad("there is no form \(Call.shown(other))", "use :nfc, :nfd, :nfkc or :nfkd")
            }
        }
        return table
    }
}

/// Words and identifiers, as ActiveSupport's inflector treats them.
enum Words {
    private static func isUpper(_ scalar: Unicode.Scalar) -> Bool { ("A"..."Z").contains(scalar) }
    private static func isLower(_ scalar: Unicode.Scalar) -> Bool { ("a"..."z").contains(scalar) }
    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isAlphabetic }

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

    static func humanize(_ text: String, capitalize: Bool = true) -> String {
        var word = String(text.drop { $0 == "_" })
        if word.hasSuffix("_id") { word.removeLast(3) }
        word = word.replacing("_", with: " ").lowercased()
        guard capitalize, let first = word.unicodeScalars.first, isLetter(first) else { return word }
        return first.properties.uppercaseMapping + String(word.unicodeScalars.dropFirst())
    }

    static func titleize(_ text: String) -> String {
        var made = ""
        var before: Unicode.Scalar = " "
        for scalar in humanize(underscore(text)).unicodeScalars {
            let startsWord =
                !(isLetter(before) || isDigit(before) || before == "_" || before == "'" || before == "’"
                || before == "`")
            made += startsWord && isLower(scalar) ? scalar.properties.uppercaseMapping : String(scalar)
            before = scalar
        }
        return made
    }

    static func camelize(_ text: String, lower: Bool) -> String {
        var made = ""
        var (upper, isFirst) = (!lower, true)
        for scalar in text.unicodeScalars {
            if scalar == "_" || scalar == "/" {
                if scalar == "/" { made += "::" }
                upper = true
                continue
            }
            if upper {
                made += scalar.properties.uppercaseMapping
            } else {
                made += isFirst && lower ? scalar.properties.lowercaseMapping : String(scalar)
            }
            (upper, isFirst) = (false, false)
        }
        return made
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

    static func labelize(_ text: String) -> String {
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
        return words.filter { !Blank.isBlank(.string($0)) }.enumerated().map { index, word in
            if word.unicodeScalars.allSatisfy(isUpper) { return word }
            if ["id", "uri", "url"].contains(word.lowercased()) { return word.uppercased() }
            return index == 0 ? humanize(word) : word.lowercased()
        }.joined(separator: " ")
    }

    /// Tags and comments dropped; what is between them stays as it is written.
    static func withoutTags(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var (made, index): ([UInt8], Int) = ([], 0)
        while index < bytes.count {
            if bytes[index] == 0x3C, index + 1 < bytes.count {
                let next = bytes[index + 1]
                if bytes[index...].starts(with: "<!--".utf8) {
                    let end =
                        TextSearch.find(Array("-->".utf8), in: bytes, from: index + 4).map { $0 + 3 } ?? bytes.count
                    index = end
                    continue
                }
                if (0x61...0x7A).contains(next | 0x20) || next == 0x2F || next == 0x21 || next == 0x3F {
                    index = bytes[index...].firstIndex(of: 0x3E).map { $0 + 1 } ?? bytes.count
                    continue
                }
                made += "&lt;".utf8
                index += 1
                continue
            }
            made.append(bytes[index])
            index += 1
        }
        return String(decoding: made, as: UTF8.self)
    }
}
