// `csv`: rows out of CSV texts and files, and back. This file holds what the actions share and those that read.

import ConnectorKit
import JSONCore
import RecipeLanguage

extension NativeConnector {
    /// Reads and writes comma-separated values (RFC 4180).
    public static let csv = NativeConnector(
        name: "csv", title: "CSV",
        summary: "Reads and writes comma-separated values; large files are read in batches.", docs: "RFC 4180",
        actions: [ParseCSV(), ReadCSV(), BuildCSV(), WriteCSV(), AppendCSV()])
}

/// What the actions of `csv` take alike.
enum CSVInput {
    static let format: [Schema.Property] = [
        .string("delimiter", "what stands between values: one character, or tab; a comma when left out"),
        .string("quote", "what values are quoted with: one character; a double quote when left out"),
    ]
    static let shape: [Schema.Property] =
        format + [
            .any(
                "header",
                "true (the default): the first row names the columns; false: there is no such row, rows are lists; a list: the names"
            ),
            .boolean("skip_blank", "whether blank lines are passed over; true when left out"),
            .boolean(
                "fill", "whether rows that are too short get null for what is missing; they are an error when left out"),
        ]
    static let rows: Schema.Property = .member(
        "rows", .array(.any), required: true, "objects by column, or lists when there is no header")

    static func format(_ input: ActionInput) throws(ConnectorError) -> CSVFormat {
        var format = CSVFormat()
        format.delimiter = try byte(input, "delimiter") ?? format.delimiter
        format.quote = try byte(input, "quote") ?? format.quote
        guard format.delimiter != format.quote else {
            throw ConnectorError(type: "bad_input", "\"delimiter\" and \"quote\" can't be the same character")
        }
        return format
    }

    static func shape(_ input: ActionInput) throws(ConnectorError) -> CSVShape {
        var shape = CSVShape()
        switch input.value("header") {
        case nil, .bool(true)?: break
        case .bool(false)?: shape.header = .none
        default: shape.header = .names(try input.texts("header") ?? [])
        }
        shape.skipsBlankLines = try input.flag("skip_blank", default: true)
        shape.fillsShortRows = try input.flag("fill")
        return shape
    }

    /// One ASCII character that can't be mistaken for a line break.
    private static func byte(_ input: ActionInput, _ name: String) throws(ConnectorError) -> UInt8? {
        guard let text = try input.text(name) else { return nil }
        let text8 = Array((text == "tab" || text == "\\t" ? "\t" : text).utf8)
        guard text8.count == 1, let byte = text8.first, byte < 0x80, byte != 0x0A, byte != 0x0D else {
            throw ConnectorError(type: "bad_input", "\"\(name)\" must be one character, like \",\" or \";\"")
        }
        return byte
    }

    /// Runs a reading; a broken rule of CSV becomes the step's error.
    static func reading<Answer>(_ body: () throws -> Answer) throws -> Answer {
        do { return try body() } catch let mistake as CSVMistake { throw mistake.error }
    }
}

/// `csv.parse`: all rows of a text.
struct ParseCSV: Action {
    /// Above this many bytes the work leaves the pool.
    static let longBytes = 256 << 10

    let spec = OperationSpec(
        name: "parse", title: "Read a CSV text", summary: "Gives the rows of a CSV text. Values are texts.",
        effect: .pure,
        input: .object(
            [.string("text", required: true, "the CSV text")] + CSVInput.shape + [
                .integer("offset", "how many rows to pass over; 0 when left out"),
                .integer("limit", "the most rows to give; all when left out"),
            ]),
        output: .object([
            CSVInput.rows, .member("columns", .array(.string), required: true), .integer("count", required: true),
            .boolean("more", required: true, "whether there are further rows"),
        ]), examples: [["text": "name,country\nAda,GB\n"]])

    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON {
        let bytes = Array(try input.requiredText("text").utf8)
        let (format, shape) = (try CSVInput.format(input), try CSVInput.shape(input))
        let offset = try input.integer("offset", in: 0...Int.max) ?? 0
        let limit = try input.integer("limit", in: 1...Int.max) ?? .max
        @Sendable func parse(_ flag: CancellationFlag?) throws -> JSON {
            try CSVInput.reading {
                let reading = try CSVReading(bytes, format, shape)
                try reading.skip(offset)
                let rows = try reading.rows(limit, flag: flag)
                return [
                    "rows": .array(rows), "columns": .array(reading.columns.map { .string($0) }),
                    "count": .integer(rows.count), "more": .bool(try !reading.isAtEnd()),
                ]
            }
        }
        return bytes.count <= Self.longBytes ? try parse(nil) : try await BlockingWork.run(parse)
    }
}

/// `csv.read`: rows of a file, a batch at a time, in memory that does not grow with the file.
struct ReadCSV: Action {
    static let mostRows = 100_000
    /// A batch ends early after this much of the file.
    static let mostBytes = 32 << 20

    let spec = OperationSpec(
        name: "read", title: "Read rows of a CSV file",
        summary: """
            Gives a batch of rows of a file in the workspace. Give "next" of the answer as "from" of the next call to go on \
            where this one ended; "more" says whether there is anything left.
            """, effect: .read,
        input: .object(
            [.string("file", required: true, "the file, relative to the workspace")] + CSVInput.shape + [
                .integer("limit", "the most rows to give; 1,000 when left out, at most 100,000"),
                .integer("offset", "how many rows to pass over; 0 when left out"),
                .string("from", "\"next\" of an earlier answer, to go on there"),
            ]),
        output: .object([
            CSVInput.rows, .member("columns", .array(.string), required: true), .integer("count", required: true),
            .boolean("more", required: true), .string("next", required: true, "where the next batch starts"),
            .integer("first_row", required: true, "the number of the first row given, from 0"),
        ]), examples: [["file": "inbox/leads.csv", "limit": 500, "from": "{{ position }}"]])

    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON {
        let name = try input.filledText("file")
        let (format, shape) = (try CSVInput.format(input), try CSVInput.shape(input))
        let offset = try input.integer("offset", in: 0...Int.max) ?? 0
        let limit = try input.integer("limit", in: 1...Self.mostRows) ?? 1_000
        var place: CSVPosition?
        if let text = try input.text("from"), !text.isEmpty {
            guard let position = CSVPosition(text) else {
                throw ConnectorError(type: "bad_input", "\"from\" must be \"next\" of an earlier answer")
            }
            place = position
        }
        let (files, from) = (context.files, place)
        return try await BlockingWork.run { flag in
            try CSVInput.reading {
                let file = try OpenedFile(name, in: files)
                if let from, from.byte > file.sizeBytes {
                    throw ConnectorError(
                        type: "conflict", "\"\(name)\" is shorter than when \"from\" was made: the file was replaced")
                }
                let reading = try CSVReading(file, format, shape, from: from)
                try reading.skip(offset)
                let first = reading.position.row
                let rows = try reading.rows(limit, mostBytes: Self.mostBytes, flag: flag)
                let more = try !reading.isAtEnd()
                return [
                    "rows": .array(rows), "columns": .array(reading.columns.map { .string($0) }),
                    "count": .integer(rows.count), "more": .bool(more), "next": .string(reading.position.text),
                    "first_row": .integer(first),
                ]
            }
        }
    }
}
