// galley connections list and test: which there are, and whether they are complete and work.

import ArgumentParser
import Engine
import Workspace

struct Connections: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The connections of the workspace: list, add and remove them, test whether one works.",
        subcommands: [
            ConnectionsList.self, ConnectionsAdd.self, ConnectionsTest.self, ConnectionsRemove.self,
        ], defaultSubcommand: ConnectionsList.self)
}

struct ConnectionsList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "The connections, their connectors, and what is missing in them.")

    @OptionGroup var place: WorkspaceOptions
    @Flag(help: "As JSON.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            let session = try Session(place)
            var listing = Listing("CONNECTION", "CONNECTOR", "STATE")
            for connection in session.connectionStates() {
                listing.add(connection.name, connection.connector, connection.state, json: connection.json)
            }
            listing.print(asJSON: json, empty: "no connections; `galley connections add NAME` writes one")
        }
    }
}

struct ConnectionsTest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Make a connection's test request, and say precisely what is wrong.")

    @OptionGroup var place: WorkspaceOptions
    @Argument(help: "The connection's name.")
    var name: String

    func run() async throws {
        try await reportingErrors {
            let session = try Session(place)
            let answer = try await session.withServices { services in try await services.testConnection(name) }
            Terminal.note(answer)
        }
    }
}
