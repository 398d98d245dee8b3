// Texts that are JSON or CSV, as data.

import JSONCore

extension FunctionTables {
    static func structuredTexts() -> MethodTable {
        var table = MethodTable("JSON and CSV")
        for (name, kinds) in [
            ("JSON.parse", [] as KindSet), ("workato.parse_json", []), ("parse_json", .text), ("from_json", .text),
        ] {
            table.add(
                name, on: kinds, kinds.isEmpty ? "text: text" : "", gives: .any, "What a JSON text holds.",
                kinds.isEmpty ? "\(name)('{\"a\": [1]}')" : "'{\"a\": [1]}'.\(name)", "{\"a\"=>[1]}"
            ) { call in
                let text = try kinds.isEmpty ? call.string(0) : call.text
                try call.run.charge(text.utf8.count, call.range)
                do throws(JSONError) { return Value(try JSON(parsing: text)) } catch {
                    throw call.fail("bad_json", "\(name) could not read the text: \(error)")
                }
            }
        }
        for (name, kinds) in [("CSV.parse", [] as KindSet), ("parse_csv", .text)] {
            table.add(
                name, on: kinds,
                (kinds.isEmpty ? "text: text, " : "")
                    + "headers=any, col_sep=text, quote_char=text, skip_blanks=boolean",
                gives: .list,
                "The rows of a CSV text as lists; with headers: true, as objects with the names of the first row.",
                (kinds.isEmpty ? "\(name)(\"a,b\\n1,2\", headers: true)" : "\"a,b\\n1,2\".\(name)(headers: true)"),
                "[{\"a\"=>\"1\", \"b\"=>\"2\"}]"
            ) { call in
                try CSVReader.read(kinds.isEmpty ? call.string(0) : call.text, call)
            }
        }
        table.add(
            "parse_csv_line", on: .text, "col_sep=text, quote_char=text", gives: .list,
            "The fields of one line of CSV.",
            "'a,\"b,c\"'.parse_csv_line", "[\"a\", \"b,c\"]"
        ) { try CSVReader.read($0.text, $0).list?.first ?? .list([]) }
        return table
    }
}

/// Reads CSV (RFC 4180) as Ruby does: an empty field is nil, a quoted empty one an empty text.
enum CSVReader {
    static func read(_ text: String, _ call: Call) throws -> Value {
        let separator = Array((try call.keyword("col_sep").map { try call.string($0) } ?? ",").utf8)
        let quotes = Array((try call.keyword("quote_char").map { try call.string($0) } ?? "\"").utf8)
        guard let comma = separator.first, separator.count == 1, let quote = quotes.first, quotes.count == 1,
            comma != quote
        else { throw call.bad("\(call.name) needs a separator and a quote of one character each") }
        let skipsBlanks = call.keyword("skip_blanks")?.isTrue ?? false
        var rows: [[Value]] = []
        try eachRow(of: Array(text.utf8), comma, quote, call) { row, isBlank in
            if !isBlank || !skipsBlanks { rows.append(isBlank ? [] : row) }
        }
        guard let headers = call.keyword("headers"), headers.isTrue else {
            return try call.made(rows.map { .list($0) })
        }
        let names: [Value]
        if let given = headers.list {
            names = given.values
        } else {
            names = rows.isEmpty ? [] : rows.removeFirst()
        }
        return try call.made(
            rows.map { row in
                var made = ValueTable.Builder()
                for (index, name) in names.enumerated() where made[name] == nil {
                    made[name] = index < row.count ? row[index] : .null
                }
                return made.value
            })
    }

    private static func eachRow(
        of bytes: [UInt8], _ comma: UInt8, _ quote: UInt8, _ call: Call, _ take: ([Value], Bool) -> Void
    ) throws {
        var (index, line) = (0, 1)
        while index < bytes.count {
            let (row, start) = (try row(bytes, &index, &line, comma, quote, call), index)
            take(row.fields, row.isBlank)
            try call.run.charge(32 + row.fields.count * 16, call.range)
            try call.run.tick(1 + (index - start) / 256, call.range)
        }
    }

    private static func row(
        _ bytes: [UInt8], _ index: inout Int, _ line: inout Int, _ comma: UInt8, _ quote: UInt8, _ call: Call
    ) throws -> (fields: [Value], isBlank: Bool) {
        var (fields, field, isQuoted): ([Value], [UInt8], Bool) = ([], [], false)
        let first = index
        func finish() {
            fields.append(field.isEmpty && !isQuoted ? .null : .string(String(decoding: field, as: UTF8.self)))
            (field, isQuoted) = ([], false)
        }
        while index < bytes.count {
            let byte = bytes[index]
            if byte == quote {
                guard field.isEmpty, !isQuoted else {
                    throw call.fail(
                        "bad_csv", "\(call.name): in line \(line) a quote stands in a field without quotes around it")
                }
                isQuoted = true
                index += 1
                while true {
                    guard index < bytes.count else {
                        throw call.fail("bad_csv", "\(call.name): the quote of line \(line) is not closed")
                    }
                    if bytes[index] == quote {
                        guard index + 1 < bytes.count, bytes[index + 1] == quote else { break }
                        index += 1
                    }
                    if bytes[index] == 0x0A { line += 1 }
                    field.append(bytes[index])
                    index += 1
                }
                index += 1
                guard index >= bytes.count || [comma, 0x0A, 0x0D].contains(bytes[index]) else {
                    throw call.fail("bad_csv", "\(call.name): in line \(line) something follows a closed quote")
                }
            } else if byte == comma {
                finish()
                index += 1
            } else if byte == 0x0A || byte == 0x0D {
                let isBlank = index == first
                index += byte == 0x0D && index + 1 < bytes.count && bytes[index + 1] == 0x0A ? 2 : 1
                line += 1
                finish()
                return (fields, isBlank)
            } else {
                field.append(byte)
                index += 1
            }
        }
        finish()
        return (fields, false)
    }
}
