// galley tables export, save and reset: between the rows that recipes have changed and the files of tables.

import ArgumentParser
import Engine
import JSONCore
import RecipeLanguage

struct TablesExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Print a table as a file: all its rows as they are now.")

    @OptionGroup var venue: VenueOptions
    @Argument(help: "The table's name.")
    var table: String
    @Option(help: "csv or json; that of the table's own file when left out.")
    var format: TableFormat?

    func run() async throws {
        try await reportingErrors {
            try await venue.with { try await $0.export(table: table, as: format) { Terminal.printWithoutEnd($0) } }
        }
    }
}

extension TableFormat: ExpressibleByArgument {}

struct TablesSave: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "save", abstract: "Write the rows of a table that recipes have changed to its file in Tables/.",
        discussion: "The rows stay in the history too; the file can go into version control.")

    @OptionGroup var venue: VenueOptions
    @Argument(help: "The table's name.")
    var table: String
    @Flag(help: "Also over a file that was edited since recipes changed the rows.")
    var force = false

    func run() async throws {
        try await reportingErrors {
            let answer = try await venue.perform(.saveTable(table, force: force))
            Terminal.note("the rows of \(table) are in \(answer["file"]?.string ?? "its file")")
        }
    }
}

struct TablesReset: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reset", abstract: "Forget what recipes have changed in a table: it is its file again.",
        discussion: "To keep what recipes have changed, print it first: galley tables export NAME.")

    @OptionGroup var venue: VenueOptions
    @Argument(help: "The table's name.")
    var table: String

    func run() async throws {
        try await reportingErrors {
            try await venue.perform(.resetTable(table))
            Terminal.note("the table \(table) is its file again")
        }
    }
}
