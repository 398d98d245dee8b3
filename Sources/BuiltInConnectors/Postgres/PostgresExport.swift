// `postgres.export`: a result of any size into a file, row by row.

import ConnectorKit
import JSONCore
import RecipeLanguage

/// `postgres.export`: memory does not grow with the result.
struct ExportPostgres: Action {
    enum Form: String, CaseIterable { case csv, jsonl }

    let spec = OperationSpec(
        name: "export", title: "Write rows to a file",
        summary:
            "Runs one SELECT and writes its rows to a file of the workspace, in memory that does not grow with them. The file appears when it is whole.",
        effect: .idempotent,
        input: .object([
            .string("sql", required: true, "one statement, with $1, $2, … where values go"), PostgresInput.parameters,
            .string("file", required: true, "the file, relative to the workspace: exports/orders.csv"),
            .string(
                "as", "csv, the default; jsonl is one JSON object in each line",
                choices: Form.allCases.map(\.rawValue)),
            .boolean("overwrite", "whether a file that is there is replaced; true when left out"),
            PostgresInput.timeout,
        ]),
        output: .object([
            .string("file", required: true), .integer("count", required: true, "rows"),
            .integer("size_bytes", required: true),
        ]), examples: [["sql": "SELECT * FROM orders ORDER BY id", "file": "exports/orders.csv"]])

    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON {
        let (sql, name) = (try input.filledText("sql"), try input.filledText("file"))
        let values = try input.list("parameters") ?? []
        let form = try input.choice("as", default: Form.csv)
        let overwrite = try input.flag("overwrite", default: true)
        let files = context.files
        return try await PostgresInput.run(.reading, input, context) { session in
            let statement = try session.prepare(sql)
            try PostgresRow.check(statement.columns)
            let draft = try FileDraft(
                files.path(of: name), name: name, overwrite: overwrite, notes: files.draftNotes)
            defer { draft.discard() }
            var count = 0
            var lines = Lines(form, columns: statement.columns.map(\.name))
            try session.run(statement, values) { row in
                count += 1
                try lines.add(.object(try row.json()), number: count)
                if lines.size > 256 << 10 { try draft.write(lines.taken()) }
                return true
            }
            try draft.write(lines.taken())
            let size = draft.sizeBytes
            try draft.commit()
            return ["file": .string(name), "count": .integer(count), "size_bytes": .integer(size)]
        }
    }

    /// Rows as lines that are not written yet.
    private struct Lines {
        private let columns: [String]
        private var csv: CSVWriting?
        private var jsonl: [UInt8] = []

        init(_ form: Form, columns: [String]) {
            self.columns = columns
            guard form == .csv else { return }
            var csv = CSVWriting(CSVFormat())
            csv.header(columns)
            self.csv = csv
        }

        var size: Int { csv?.bytes.count ?? jsonl.count }

        mutating func add(_ row: JSON, number: Int) throws {
            if csv != nil {
                // Lists and JSON have no place in a CSV but as texts.
                let cells = row.object?.values.map { [.array, .object].contains($0.kind) ? .string($0.compact) : $0 }
                try csv?.row(.array(cells ?? []), number: number, columns: columns)
            } else {
                jsonl += row.compact.utf8
                jsonl.append(0x0A)
            }
        }

        mutating func taken() -> [UInt8] {
            if let text = csv?.taken() { return text }
            defer { jsonl = [] }
            return jsonl
        }
    }
}
