// galley connections list and test: which there are, and whether they are complete and work.

import ArgumentParser
import JSONCore

struct Connections: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "connections",
        abstract: "The connections of the workspace: list, add, sign in and remove them, test whether one works.",
        subcommands: [
            ConnectionsList.self, ConnectionsAdd.self, ConnectionsConnect.self, ConnectionsTest.self,
            ConnectionsRemove.self,
        ], defaultSubcommand: ConnectionsList.self)
}

struct ConnectionsList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "The connections, their connectors, and what is missing in them.")

    @OptionGroup var venue: VenueOptions
    @Flag(help: "As JSON.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            var listing = Listing("CONNECTION", "CONNECTOR", "STATE")
            for connection in try await venue.with({ try await $0.connections() }) {
                listing.add(
                    connection["name"]?.string ?? "", connection["connector"]?.string ?? "",
                    connection["state"]?.string ?? "", json: connection)
            }
            listing.print(asJSON: json, empty: "no connections; `galley connections add NAME` writes one")
        }
    }
}

struct ConnectionsTest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Make a connection's test request, and say precisely what is wrong.")

    @OptionGroup var venue: VenueOptions
    @Argument(help: "The connection's name.")
    var name: String

    func run() async throws {
        try await reportingErrors {
            Terminal.note(printable(try await venue.with { try await $0.testConnection(name) }))
        }
    }
}
