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
        commandName: "list",
        abstract: "The connections, their connectors, what is missing in them, and which are not called now.")

    @OptionGroup var venue: VenueOptions
    @Flag(help: "As JSON.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            var listing = Listing("CONNECTION", "CONNECTOR", "STATE")
            for connection in try await venue.with({ try await $0.connections() }) {
                var state = connection["state"]?.string ?? ""
                if let seconds = connection["held_back"]?["seconds"]?.integer {
                    let what = connection["held_back"]?["why"] == "down" ? "down" : "paused"
                    state +=
                        "; \(what), not called for \(seconds) s: \(connection["held_back"]?["reason"]?.string ?? "")"
                }
                listing.add(
                    connection["name"]?.string ?? "", connection["connector"]?.string ?? "", state, json: connection)
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
