// galley connections list and test: which there are, and whether they are complete and work.

import ArgumentParser
import BuiltInConnectors
import ConnectorKit
import Engine
import JSONCore
import Logging
import RecipeLanguage
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
            for name in session.workspace.connectionNames() {
                let connector = session.catalog.connections[name] ?? ""
                let state = Self.state(name, connector, session)
                listing.add(
                    name, connector, state,
                    json: ["name": .string(name), "connector": .string(connector), "state": .string(state)])
            }
            listing.print(asJSON: json, empty: "no connections; `galley connections add NAME` writes one")
        }
    }

    /// "complete", or what is missing.
    private static func state(_ name: String, _ connector: String, _ session: Session) -> String {
        guard let spec = session.catalog.connectors[connector] else { return "there is no connector \(connector)" }
        do {
            _ = try session.workspace.connection(name, spec: spec)
            return "complete"
        } catch let error as WorkspaceError {
            return error.diagnostics.first?.message ?? error.message
        } catch {
            return "\(error)"
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
            guard let connectorName = session.catalog.connections[name],
                let spec = session.catalog.connectors[connectorName]
            else {
                let near =
                    Suggestion.didYouMean(name, among: session.workspace.connectionNames()).map { "; \($0)" } ?? ""
                throw WorkspaceError(.notFound, "there is no connection \(name) with an installed connector\(near)")
            }
            let connection = try session.workspace.connection(name, spec: spec)
            let connector = session.library.declarative(connectorName)
            let answer = try await session.withServices { services in
                let context = ActionContext(
                    connection: connection, http: services.http, logger: .quiet, idempotencyKey: "",
                    nowMilliseconds: systemMilliseconds(), files: services.files, tables: services.tables,
                    formulas: FormulaEnvironment(
                        nowNanoseconds: systemMilliseconds() * 1_000_000, timeZone: services.timeZone,
                        properties: services.properties, tables: services.tables, seed: "test"))
                do {
                    return try await connector?.test(in: context)
                } catch let error as ConnectorError {
                    throw OwnerFailure(kind: "gone", "\(name): \(error.message) [\(error.type)]")
                }
            }
            Terminal.note(
                answer == nil
                    ? "\(name) is complete; the connector \(connectorName) has no test request, so nothing was sent"
                    : "\(name) works")
        }
    }
}
