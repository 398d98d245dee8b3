// galley tables: the look-up tables of the workspace.

import ArgumentParser
import JSONCore

struct Tables: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tables", abstract: "The look-up tables of the workspace: which there are, and their rows.",
        subcommands: [TablesList.self, TablesShow.self], defaultSubcommand: TablesList.self)
}

struct TablesList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "The tables with their columns.")

    @OptionGroup var venue: VenueOptions
    @Flag(help: "As JSON.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            var listing = Listing("TABLE", "COLUMNS")
            for table in try await venue.with({ try await $0.tables() }) {
                let columns = (table["columns"]?.array ?? []).compactMap(\.string)
                listing.add(table["name"]?.string ?? "", columns.joined(separator: ", "), json: table)
            }
            listing.print(asJSON: json, empty: "no tables; put NAME.csv or NAME.json into Tables/")
        }
    }
}

struct TablesShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "The rows of a table, page by page, in the order of its file.")

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
                for row in rows { Terminal.print(row.compact) }
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
