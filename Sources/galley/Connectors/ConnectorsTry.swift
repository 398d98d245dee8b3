// galley connectors try: one action called on the real system, with what was sent and what came back.

import ArgumentParser
import BuiltInConnectors
import ConnectorKit
import Engine
import Foundation
import JSONCore
import RecipeLanguage
import Synchronization
import Workspace

struct ConnectorsTry: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "try",
        abstract: "Call one action on the real system; shows the request and the answer, secrets hidden.",
        discussion: """
            What the action does is really done. Nothing is recorded in the history. Of a trigger that polls, one poll \
            is made.

            galley connectors try acme_crm.create_lead --connection north --input '{"email": "ada@example.org"}'
            """)

    /// Of each body: what people look for may be at the end of an envelope.
    private static let shownBytes = 256 << 10

    @OptionGroup var place: WorkspaceOptions
    @Argument(help: "CONNECTOR.ACTION, or CONNECTOR.TRIGGER of one that polls.")
    var use: String
    @Option(help: "What it is given: a JSON file, - for standard input, or JSON text.")
    var input: String?
    @Option(help: "The connection; the connector's only one when left out.")
    var connection: String?
    @Option(help: "The idempotency key of a keyed action; a new one when left out.")
    var key: String?
    @Option(help: "Where a poll begins, as JSON or text.")
    var cursor: String?
    @Flag(help: "Print one JSON object: the exchanges and the output or the error.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            let session = try Session(place)
            let called = try operation(session)
            let given = try typed(try JSONInput.read(input, what: "--input"), called)
            let named = try connectionName(of: called.connector.spec, session)
            let trial = try await session.withServices { services in
                let connection = try named.map { try session.workspace.connection($0, spec: called.connector.spec) }
                let recorder = ExchangeRecorder(services.http, keptBytes: 2 * Self.shownBytes)
                let context = session.context(
                    of: connection, http: recorder, files: services.files,
                    key: key ?? "try-\(UUID().uuidString.lowercased())")
                var trial = ConnectorTrial(use: use, connection: named, effect: called.effect)
                do {
                    trial.output = services.redact(try await call(called, given, context))
                } catch let error as ConnectorError {
                    trial.error = error
                }
                trial.exchanges =
                    ExchangeRecord(redact: services.redact, bodyBytes: Self.shownBytes).json(
                        recorder)?.array ?? []
                trial.errorJSON = services.redact(ConnectorTrial.json(trial.error))
                return trial
            }
            if json { Terminal.print(trial.json.indented) } else { trial.print() }
            if trial.error != nil { throw Exit.failed }
        }
    }

    /// What is called.
    private struct Called: Sendable {
        let connector: any Connector
        let name: String
        let input: Schema
        /// nil for a trigger.
        let effect: Effect?
    }

    private func operation(_ session: Session) throws -> Called {
        let parts = use.split(separator: ".", maxSplits: 1).map { String($0) }
        guard parts.count == 2 else { throw ValidationError("say CONNECTOR.ACTION, as in http.get") }
        let library = session.library
        guard let connector = library[parts[0]] else {
            if library.names.contains(parts[0]) { throw RecipeBroken(diagnostics: library.diagnostics(of: parts[0])) }
            let near = Suggestion.didYouMean(parts[0], among: library.names).map { "; \($0)" } ?? ""
            throw WorkspaceError(.notFound, "there is no connector \(parts[0])\(near)")
        }
        let (spec, name) = (connector.spec, parts[1])
        if let action = spec.action(name) {
            return Called(connector: connector, name: name, input: action.input, effect: action.effect)
        }
        if let trigger = spec.trigger(name), trigger.poll != nil, connector is any PollingConnector {
            return Called(connector: connector, name: name, input: trigger.input, effect: nil)
        }
        let known = spec.actions.map(\.name) + spec.triggers.filter { $0.poll != nil }.map(\.name)
        let hint = Suggestion.nearOrAll(name, among: known, called: "there are").map { "; \($0)" } ?? ""
        throw WorkspaceError(.notFound, "\(spec.name) has no action or polling trigger \(name)\(hint)")
    }

    private func typed(_ input: JSON, _ called: Called) throws -> JSON {
        let (typed, mismatches) = called.input.typed(input)
        guard mismatches.isEmpty else {
            throw OwnerFailure(
                kind: "refused", "--input does not fit \(use): " + mismatches.map(\.message).joined(separator: "; "))
        }
        return typed
    }

    /// - Throws: `WorkspaceError` when the connector needs a connection and there is not just one.
    private func connectionName(of spec: ConnectorSpec, _ session: Session) throws -> String? {
        let fitting = session.catalog.connections.filter { $0.value == spec.name }.keys.sorted()
        if let connection {
            if fitting.contains(connection) { return connection }
            guard let owner = session.catalog.connections[connection] else {
                let near = Suggestion.didYouMean(connection, among: fitting).map { "; \($0)" } ?? ""
                throw WorkspaceError(.notFound, "there is no connection \(connection)\(near)")
            }
            throw WorkspaceError(.refused, "the connection \(connection) is for \(owner), not for \(spec.name)")
        }
        if fitting.count == 1 { return fitting[0] }
        guard spec.connectionRequired else { return nil }
        throw WorkspaceError(
            .refused,
            fitting.isEmpty
                ? "\(spec.title) needs a connection: galley connections add NAME --connector \(spec.name)"
                : "say which --connection: \(fitting.joined(separator: ", "))")
    }

    private func call(_ called: Called, _ input: JSON, _ context: ActionContext) async throws -> JSON {
        guard called.effect == nil, let polling = called.connector as? any PollingConnector else {
            return try await called.connector.execute(called.name, input, in: context)
        }
        let start = cursor.map { (try? JSON(parsing: Array($0.utf8))) ?? .string($0) }
        let first = try start ?? polling.firstCursor(of: called.name, input, in: context)
        let events = Mutex<[JSON]>([])
        let end = try await polling.poll(called.name, input, from: first, in: context) { page in
            events.withLock { $0 += page.map(\.event) }
        }
        return [
            "events": .array(events.withLock { $0 }), "cursor": end.cursor ?? .null, "more": .bool(end.hasMore),
        ]
    }
}
