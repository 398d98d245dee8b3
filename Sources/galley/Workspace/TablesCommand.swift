// galley tables: the look-up tables of the workspace.

import ArgumentParser
import JSONCore

struct Tables: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tables", abstract: "The look-up tables of the workspace: which there are, and their rows.",
        discussion: """
            A table begins as its file in Tables/. Once a recipe has changed it (table.add and so on), its rows are in the \
            history, and edits of the file are not in use until somebody says so: see save and reset.
            """,
        subcommands: [TablesList.self, TablesShow.self, TablesExport.self, TablesSave.self, TablesReset.self],
        defaultSubcommand: TablesList.self)
}

struct TablesList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "The tables with their columns.")

    @OptionGroup var venue: VenueOptions
    @Flag(help: "As JSON.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            var listing = Listing("TABLE", "ROWS FROM", "COLUMNS")
            var edited: [String] = []
            for table in try await venue.with({ try await $0.tables() }) {
                let columns = (table["columns"]?.array ?? []).compactMap(\.string)
                let name = table["name"]?.string ?? ""
                let isEdited = table["file_edited"]?.bool ?? false
                if isEdited { edited.append(name) }
                listing.add(
                    name, (table["rows_from"]?.string ?? "file") + (isEdited ? ", file edited" : ""),
                    columns.joined(separator: ", "), json: table)
            }
            listing.print(asJSON: json, empty: "no tables; put NAME.csv or NAME.json into Tables/")
            for name in edited {
                Terminal.note(
                    "the file of \(name) was edited after recipes changed its rows, and is not in use: `galley tables reset \(name)` takes the file, `galley tables save \(name) --force` writes the rows over it"
                )
            }
        }
    }
}

struct TablesShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "The rows of a table, page by page, in its order.")

    @OptionGroup var venue: VenueOptions
    @Argument(help: "The table's name: its file in Tables/ without the ending.")
    var table: String
    @Option(help: "How many rows.")
    var limit = 50
    @Option(help: "Leave out so many rows first: the next page.")
    var after = 0
    @Flag(help: "One JSON object a line.")
    var json = false

    func validate() throws {
        guard (1...100_000).contains(limit) else { throw ValidationError("--limit must be between 1 and 100000") }
        guard after >= 0 else { throw ValidationError("--after must be 0 or more") }
    }

    func run() async throws {
        try await reportingErrors {
            let page = try await venue.with { try await $0.table(table, after: after, limit: limit) }
            let (columns, rows) = ((page["columns"]?.array ?? []).compactMap(\.string), page["rows"]?.array ?? [])
            if json {
                for row in rows { Terminal.print(json: row) }
            } else {
                var shown = Table(columns)
                for row in rows { shown.add(columns.map { cell(row[$0]) }) }
                shown.print()
            }
            let total = page["total"]?.integer ?? 0
            if !json {
                Terminal.note(
                    rows.count == total ? "\(total) rows" : "rows \(after + 1) to \(after + rows.count) of \(total)")
            }
            if let next = page["next"]?.integer {
                Terminal.note(Terminal.style("next page: galley tables show \(table) --after \(next)", .dim))
            }
        }
    }

    private func cell(_ value: JSON?) -> String {
        guard let value, !value.isNull else { return "" }
        return value.string ?? value.compact
    }
}
