// `csv.build`, `csv.write` and `csv.append`: rows to a text or into a file.

import ConnectorKit
import JSONCore
import RecipeLanguage

/// What the three take, and the text they make of it.
private enum CSVBuilding {
    enum LineEnd: String, CaseIterable {
        case crlf, lf
        var text: String { self == .crlf ? "\r\n" : "\n" }
    }

    static let properties: [Schema.Property] =
        [
            CSVInput.rows,
            .member("columns", .array(.string), "which columns, in which order; those of the rows when left out"),
        ] + CSVInput.format + [
            .boolean("header", "whether the first line names the columns; true when left out"),
            .boolean("quote_all", "whether every value is quoted; only where needed when left out"),
            .boolean(
                "guard_formulas",
                "whether values that a spreadsheet would compute get an apostrophe in front; false when left out"
            ),
            .string("line_end", "crlf when left out", choices: LineEnd.allCases.map(\.rawValue)),
        ]

    /// - Parameter present: the columns of the file that the text is added to, which has its header then.
    static func bytes(_ input: ActionInput, addedTo present: [String]? = nil) throws -> [UInt8] {
        guard let rows = try input.list("rows") else { throw input.missing("rows") }
        var columns = try input.texts("columns") ?? CSVWriting.columns(of: rows)
        if let present {
            if let new = columns.first(where: { !present.contains($0) }) {
                throw ConnectorError(
                    type: "conflict", "the file has no column \"\(new)\"; it has: \(present.joined(separator: ", "))")
            }
            columns = present
        }
        var writing = CSVWriting(
            try CSVInput.format(input), quotesAll: try input.flag("quote_all"),
            guardsFormulas: try input.flag("guard_formulas"),
            lineEnd: try input.choice("line_end", default: LineEnd.crlf).text)
        if try input.flag("header", default: true) {
            if columns.isEmpty, !rows.isEmpty {
                throw ConnectorError(
                    type: "bad_input",
                    "rows that are lists have no names for the header: give \"columns\" or \"header\": false")
            }
            if present == nil, !columns.isEmpty { writing.header(columns) }
        }
        for (place, row) in rows.enumerated() { try writing.row(row, number: place + 1, columns: columns) }
        return writing.bytes
    }
}

extension CSVBuilding {
    /// Rows for a file that has some already: in the order of its columns, on a line of their own.
    static func bytes(_ input: ActionInput, toAddTo file: OpenedFile) throws -> [UInt8] {
        try file.seek(to: max(0, file.sizeBytes - 1))
        let endsLine = try file.readAll(limit: 1 << 10).last.map { $0 == 0x0A || $0 == 0x0D } ?? true
        var present: [String]?
        if try input.flag("header", default: true) {
            try file.seek(to: 0)
            present = try CSVInput.reading { try CSVReading(file, CSVInput.format(input), CSVShape()).columns }
        }
        let lineEnd = try input.choice("line_end", default: LineEnd.crlf).text
        return (endsLine ? [] : Array(lineEnd.utf8)) + (try bytes(input, addedTo: present))
    }
}

/// `csv.build`.
struct BuildCSV: Action {
    let spec = OperationSpec(
        name: "build", title: "Write a CSV text", summary: "Gives the CSV text of rows.", effect: .pure,
        input: .object(CSVBuilding.properties),
        output: .object([.string("text", required: true), .integer("count", required: true, "rows without the header")]
        ),
        examples: [["rows": [["name": "Ada", "country": "GB"]]]])

    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON {
        let bytes = try CSVBuilding.bytes(input)
        return [
            "text": .string(String(decoding: bytes, as: UTF8.self)),
            "count": .integer(try input.list("rows")?.count ?? 0),
        ]
    }
}

/// `csv.write`.
struct WriteCSV: Action {
    let spec = OperationSpec(
        name: "write", title: "Write a CSV file",
        summary: "Writes rows as a whole file in the workspace, which appears at once or not at all.",
        effect: .idempotent,
        input: .object(
            [.string("file", required: true, "the file, relative to the workspace")] + CSVBuilding.properties),
        output: .object([
            .string("file", required: true), .integer("count", required: true, "rows without the header"),
            .integer("size", required: true, "bytes"),
        ]), examples: [["file": "exports/leads.csv", "rows": "{{ leads.rows }}", "columns": ["email", "owner"]]])

    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON {
        let name = try input.filledText("file")
        let files = context.files
        return try await BlockingWork.run { _ in
            let bytes = try CSVBuilding.bytes(input)
            try FileWriting.replace(
                files.path(of: name), name: name, with: bytes, overwrite: true, notes: files.draftNotes)
            return [
                "file": .string(name), "count": .integer(try input.list("rows")?.count ?? 0),
                "size": .integer(bytes.count),
            ]
        }
    }
}

/// `csv.append`.
struct AppendCSV: Action {
    let spec = OperationSpec(
        name: "append", title: "Add rows to a CSV file",
        summary: "Adds rows at the end of a file in the workspace; a new file starts with the header.", effect: .unsafe,
        input: .object(
            [.string("file", required: true, "the file, relative to the workspace")] + CSVBuilding.properties),
        output: .object([
            .string("file", required: true), .integer("count", required: true, "rows added"),
            .integer("size", required: true, "bytes of the file afterwards"),
        ]), examples: [["file": "exports/leads.csv", "rows": "{{ batch.rows }}"]])

    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON {
        let name = try input.filledText("file")
        let files = context.files
        return try await BlockingWork.run { _ in
            let path = try files.path(of: name)
            let size = try FileWriting.append(path, name: name) { isNew in
                try isNew
                    ? CSVBuilding.bytes(input) : CSVBuilding.bytes(input, toAddTo: OpenedFile(path: path, name: name))
            }
            return [
                "file": .string(name), "count": .integer(try input.list("rows")?.count ?? 0), "size": .integer(size),
            ]
        }
    }
}
