// The connections of a workspace: what is missing in them, and whether one works.

import BuiltInConnectors
import ConnectorKit
import Engine
import Logging
import RecipeLanguage
import Workspace

extension Session {
    /// By name.
    func connectionStates() -> [ConnectionState] {
        workspace.connectionNames().map { name in
            let connector = catalog.connections[name] ?? ""
            return ConnectionState(
                name: name, connector: connector, state: problem(inConnection: name) ?? ConnectionState.complete)
        }
    }

    /// Why a connection can't be used; nil when it is complete.
    func problem(inConnection name: String) -> String? {
        let connector = catalog.connections[name] ?? ""
        guard let spec = catalog.connectors[connector] else { return "there is no connector \(connector)" }
        do {
            _ = try workspace.connection(name, spec: spec)
            return nil
        } catch let error as WorkspaceError {
            return error.diagnostics.first?.message ?? error.message
        } catch {
            return "\(error)"
        }
    }

    /// Makes a connection's test request.
    /// - Returns: a sentence about how it went.
    /// - Throws: `WorkspaceError` when there is none or it is incomplete, `OwnerFailure` with what the other side said.
    func testConnection(_ name: String, _ services: EngineServices) async throws -> String {
        do {
            return try await sendTest(name, services)
                ? "\(name) works" : "\(name) is complete; its connector has no test request, so nothing was sent"
        } catch let error as ConnectorError {
            throw OwnerFailure(kind: "gone", "\(name): \(error.message) [\(error.type)]")
        }
    }

    /// - Returns: whether there was a request to make.
    /// - Throws: `ConnectorError` when it went wrong, `WorkspaceError` for a connection that is not there or incomplete.
    func sendTest(_ name: String, _ services: EngineServices) async throws -> Bool {
        guard let connectorName = catalog.connections[name], let spec = catalog.connectors[connectorName] else {
            let near = Suggestion.didYouMean(name, among: workspace.connectionNames()).map { "; \($0)" } ?? ""
            throw WorkspaceError(.notFound, "there is no connection \(name) with an installed connector\(near)")
        }
        let connection = try workspace.connection(name, spec: spec)
        let context = ActionContext(
            connection: connection, http: services.http, logger: .quiet, idempotencyKey: "",
            nowMilliseconds: systemMilliseconds(), files: services.files, tables: services.tables,
            formulas: FormulaEnvironment(
                nowNanoseconds: systemMilliseconds() * 1_000_000, timeZone: services.timeZone,
                properties: services.properties, tables: services.tables, seed: "test"))
        return try await library.declarative(connectorName)?.test(in: context) != nil
    }
}
