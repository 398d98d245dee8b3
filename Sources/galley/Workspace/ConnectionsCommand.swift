// galley connections and tables: what the workspace has, and whether connections are complete.

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
        abstract: "The connections of the workspace: list them, test whether one works.",
        subcommands: [ConnectionsList.self, ConnectionsTest.self], defaultSubcommand: ConnectionsList.self)
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
            listing.print(asJSON: json, empty: "no connections; write Connections/NAME.json (docs/connectors.md)")
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

struct Tables: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The look-up tables of the workspace.", subcommands: [TablesList.self],
        defaultSubcommand: TablesList.self)
}

struct TablesList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "The tables with their columns.")

    @OptionGroup var place: WorkspaceOptions

    func run() async throws {
        try await reportingErrors {
            let columns = try Workspace.open(from: place.folder, environment: place.environment).tableColumns()
            guard !columns.isEmpty else { return Terminal.note("no tables; put NAME.csv or NAME.json into Tables/") }
            var table = Table("TABLE", "COLUMNS")
            for (name, names) in columns.sorted(by: { $0.key < $1.key }) {
                table.add(name, names.joined(separator: ", "))
            }
            table.print()
        }
    }
}
