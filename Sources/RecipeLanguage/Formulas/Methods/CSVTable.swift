// Lists as lines of CSV.

import JSONCore

extension FunctionTables {
    static func csv() -> MethodTable {
        var table = MethodTable("CSV")
        table.add(
            "to_csv", on: .list,
            "col_sep=text, row_sep=text, quote_char=text, force_quotes=boolean, multi_line=boolean", gives: .string,
            "As a line of CSV; a list of lists as several lines.", "['a', 'b, c', nil, 1].to_csv",
            "\"a,\\\"b, c\\\",,1\\n\""
        ) { call in
            let list = try call.list
            if call.keyword("multi_line")?.isTrue ?? true, list.first?.list != nil {
                return try call.made(list.map { row in try CSVLine.line(call.elements(row), call) }.joined())
            }
            return try call.made(CSVLine.line(list, call))
        }
        return table
    }
}

/// Lines of CSV as Ruby writes them: quotes where they are needed, and for empty texts; nil is nothing.
enum CSVLine {
    static func line(_ values: ValueList, _ call: Call) throws -> String {
        func option(_ name: String, _ fallback: String) throws -> String {
            try call.keyword(name).map { try call.string($0) } ?? fallback
        }
        let (separator, ending, quote) = (
            try option("col_sep", ","), try option("row_sep", "\n"), try option("quote_char", "\"")
        )
        guard !separator.isEmpty, quote.unicodeScalars.count == 1 else {
            throw call.bad("to_csv needs a separator, and a quote of one character")
        }
        let forces = call.keyword("force_quotes")?.isTrue ?? false
        let fields = values.map { value -> String in
            if value.isNull { return forces ? quote + quote : "" }
            let text = value.text
            let needs =
                forces || text.isEmpty || [separator, quote, "\n", "\r"].contains { text.contains($0) }
            return needs ? quote + text.replacing(quote, with: quote + quote) + quote : text
        }
        return fields.joined(separator: separator) + ending
    }
}
