// Methods of texts that know words: titles, identifiers, plurals, accents.

import Foundation
import JSONCore

extension FunctionTables {
    static func words() -> MethodTable {
        var table = MethodTable("words")
        for name in ["titleize", "titlecase"] {
            table.add(
                name, on: .text, "keep_id_suffix=boolean", gives: .string, "Every word with a capital letter.",
                "'annual sales_report'.\(name)", "\"Annual Sales Report\""
            ) { try $0.made(Words.titleize($0.text, keepsID: $0.keyword("keep_id_suffix")?.isTrue ?? false)) }
        }
        table.add(
            "humanize", on: .text, "capitalize=boolean, keep_id_suffix=boolean", gives: .string,
            "An identifier as words.", "'employee_salary_id'.humanize", "\"Employee salary\""
        ) {
            .string(
                Words.humanize(
                    try $0.text, capitalize: $0.keyword("capitalize")?.isTrue ?? true,
                    keepsID: $0.keyword("keep_id_suffix")?.isTrue ?? false))
        }
        table.add(
            "underscore", on: .text, gives: .string, "CamelCase as snake_case.", "'SalesReport'.underscore",
            "\"sales_report\""
        ) { .string(Words.underscore(try $0.text)) }
        for name in ["camelize", "camelcase"] {
            table.add(
                name, on: .text, "first: any?", gives: .string,
                "snake_case as CamelCase; with :lower the first letter stays small.", "'sales_report'.\(name)",
                "\"SalesReport\""
            ) { call in
                .string(Words.camelize(try call.text, lower: call[0]?.equals(.string("lower")) ?? false))
            }
        }
        table.add(
            "classify", on: .text, gives: .string, "A table's name as the name of one thing.",
            "'sales_reports'.classify", "\"SalesReport\""
        ) { call in
            let text = try call.text
            let bare = text.lastIndex(of: ".").map { String(text[text.index(after: $0)...]) } ?? text
            return .string(Words.camelize(Inflections.singular(bare), lower: false))
        }
        table.add(
            "tableize", on: .text, gives: .string, "A thing's name as a table's name.", "'SalesReport'.tableize",
            "\"sales_reports\""
        ) { .string(Inflections.plural(Words.underscore(try $0.text))) }
        table.add("dasherize", on: .text, gives: .string, "Underscores as dashes.", "'a_b'.dasherize", "\"a-b\"") {
            .string(try $0.text.replacing("_", with: "-"))
        }
        table.add(
            "pluralize", on: .text, "count: any?", gives: .string,
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
        ) { call in
            .string(
                try Words.labelize(call.text) { word in
                    try call.arguments.contains {
                        guard case .regex(let regex) = $0 else { throw call.wrong($0, wanted: "regexes") }
                        return try TextSearch.matches(regex, word, call.run, call.range)
                    }
                })
        }
        table.add(
            "quote", on: .text, gives: .string, "Single quotes doubled, for SQL.", "\"O'Neil\".quote", "\"O''Neil\""
        ) { .string(try $0.text.replacing("'", with: "''")) }
        table.add("strip_tags", on: .text, gives: .string, "Without HTML tags.", "'<b>Hi</b>'.strip_tags", "\"Hi\"") {
            .string(HTMLText.text(of: try $0.text))
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
