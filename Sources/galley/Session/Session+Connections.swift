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
                name: name, title: workspace.connectionTitle(name), connector: connector,
                state: problem(inConnection: name) ?? ConnectionState.complete,
                heldBack: heldBack(name))
        }
    }

    /// Why calls of a connection are held back in this process.
    func heldBack(_ name: String) -> SharedConnection.HeldBack? {
        guard let spec = catalog.connections[name].flatMap({ catalog.connectors[$0] }),
            let connection = try? workspace.connection(name, spec: spec)
        else { return nil }
        guard case .down(let seconds, let reason)? = connection.shared.heldBack else {
            return connection.shared.heldBack
        }
        return .down(seconds: seconds, reason: (try? workspace.redactor())?.redact(reason) ?? "")
    }

    /// Why a connection can't be used; nil when it is complete.
    func problem(inConnection name: String) -> String? {
        let connector = catalog.connections[name] ?? ""
        guard let spec = catalog.connectors[connector] else {
            return library.folder(of: connector) == nil
                ? "there is no connector \(connector)"
                : "the connector \(connector) has mistakes; galley connectors check \(connector) shows them"
        }
        do {
            let connection = try workspace.connection(name, spec: spec)
            return try oauth(of: connection).flatMap { connection.shared.tokens.problem($0) }
        } catch let error as WorkspaceError {
            return error.diagnostics.first?.message ?? error.message
        } catch let error as ConnectorError {
            return error.message
        } catch {
            return "\(error)"
        }
    }

    /// How a connection gets its tokens; nil when it signs in by other means than OAuth 2.0.
    /// - Throws: `ConnectorError`: what is missing in it.
    func oauth(of connection: Connection) throws -> OAuthSettings? {
        if let connector = library.declarative(connection.connector) {
            return try connector.oauth(in: context(of: connection, http: Unreachable(), files: workspace.files))
        }
        let context = context(of: connection, http: Unreachable(), files: workspace.files)
        if let oauth = try library.described(connection.connector)?.oauth(in: context) { return oauth }
        guard connection.credentials["type"]?.string == "oauth2" else { return nil }
        return try OAuthSettings(connection, scheme: [:])
    }

    /// A connection with what it signs in with.
    /// - Throws: `WorkspaceError`: there is none, or it is incomplete; `ConnectorError`: it does not sign in by OAuth 2.0.
    func oauth(ofConnection name: String) throws -> (Connection, OAuthSettings) {
        let connection = try self.connection(name).connection
        guard let settings = try oauth(of: connection) else {
            throw ConnectorError(
                type: "auth",
                "the connection \(name) signs in without a browser: its connector \(connection.connector) takes no OAuth 2.0"
            )
        }
        return (connection, settings)
    }

    /// - Throws: `WorkspaceError` when there is none or it is incomplete.
    private func connection(_ name: String) throws -> (connection: Connection, spec: ConnectorSpec) {
        guard let connectorName = catalog.connections[name], let spec = catalog.connectors[connectorName] else {
            if let connector = catalog.connections[name], library.folder(of: connector) != nil {
                throw WorkspaceError(
                    .notFound,
                    "the connector \(connector) of the connection \(name) has mistakes; galley connectors check \(connector) shows them"
                )
            }
            let near = Suggestion.didYouMean(name, among: workspace.connectionNames()).map { "; \($0)" } ?? ""
            throw WorkspaceError(.notFound, "there is no connection \(name) with an installed connector\(near)")
        }
        return (try workspace.connection(name, spec: spec), spec)
    }

    /// What an action is given that is called outside of a job.
    /// - Parameter key: the idempotency key.
    func context(
        of connection: Connection?, http: any HTTPClient, files: any WorkspaceFiles, key: String = ""
    ) -> ActionContext {
        let now = systemMilliseconds()
        return ActionContext(
            connection: connection, http: http, logger: .quiet, idempotencyKey: key, nowMilliseconds: now, files: files,
            tables: workspace.tables,
            formulas: FormulaEnvironment(
                nowNanoseconds: now * 1_000_000, timeZone: workspace.settings.timeZone,
                properties: workspace.settings.properties, tables: workspace.tables, seed: "test"))
    }

    /// Makes a connection's test request.
    /// - Returns: a sentence about how it went.
    /// - Throws: `WorkspaceError` when there is none or it is incomplete, `OwnerFailure` with what the other side said.
    func testConnection(_ name: String, _ services: EngineServices) async throws -> String {
        do {
            switch try await sendTest(name, services) {
            case .works: return "\(name) works"
            case .signedIn: return "\(name) signs in; its connector has no test request, so nothing else was asked"
            case .complete: return "\(name) is complete; its connector has no test request, so nothing was sent"
            }
        } catch let error as ConnectorError {
            throw OwnerFailure(kind: "gone", "\(name): \(shown(error)) [\(error.type)]")
        }
    }

    /// What went wrong, without the secrets that the other side may have sent back.
    func shown(_ error: ConnectorError) -> String {
        guard let redactor = try? workspace.redactor() else { return "the reason can't be shown (\(error.type))" }
        return redactor.redact(error.message)
    }

    /// How far a test went, when nothing was wrong.
    enum TestOutcome { case works, signedIn, complete }

    /// - Throws: `ConnectorError` when it went wrong, `WorkspaceError` for a connection that is not there or incomplete.
    func sendTest(_ name: String, _ services: EngineServices) async throws -> TestOutcome {
        let connection = try self.connection(name).connection
        let context = context(of: connection, http: services.http, files: services.files)
        let oauth = try oauth(of: connection)
        // One that was refused for good gets another chance: what was wrong may be mended on the other side.
        if oauth != nil { connection.shared.tokens.tryAgain() }
        if let native = library[connection.connector] as? any TestedConnector {
            if try await native.sendTest(in: context) { return .works }
        }
        if try await library.declarative(connection.connector)?.test(in: context) != nil { return .works }
        guard let oauth else { return .complete }
        try await connection.shared.tokens.signIn(oauth, through: services.http)
        return .signedIn
    }
}

/// The client of what sends nothing.
private struct Unreachable: HTTPClient {
    func send(_ request: HTTPRequest) async throws -> HTTPAnswer {
        throw ConnectorError(type: "internal", "nothing is sent here")
    }
}
