// galley tables: the look-up tables of the workspace.

import ArgumentParser
import JSONCore
import Workspace

struct Tables: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The look-up tables of the workspace.", subcommands: [TablesList.self],
        defaultSubcommand: TablesList.self)
}

struct TablesList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "The tables with their columns.")

    @OptionGroup var place: WorkspaceOptions
    @Flag(help: "As JSON.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            let columns = try Workspace.open(from: place.folder, environment: place.environment).tableColumns()
            var listing = Listing("TABLE", "COLUMNS")
            for (name, names) in columns.sorted(by: { $0.key < $1.key }) {
                listing.add(
                    name, names.joined(separator: ", "),
                    json: ["name": .string(name), "columns": .array(names.map { .string($0) })])
            }
            listing.print(asJSON: json, empty: "no tables; put NAME.csv or NAME.json into Tables/")
        }
    }
}
