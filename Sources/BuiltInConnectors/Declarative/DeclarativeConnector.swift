// A connector that is a folder with a connector.json: requests, answers and pages from templates, no code.

import ConnectorKit
import JSONCore
import RecipeLanguage

/// Runs the actions of one connector.json. Its limits per connection hold for all copies of the value.
public struct DeclarativeConnector: Connector {
    public var spec: ConnectorSpec { definition.spec }
    let definition: ConnectorDefinition
    /// Of calls without a connection.
    private let unconnected = SharedConnection()

    init(_ definition: ConnectorDefinition) { self.definition = definition }

    /// Reads and checks a connector's text.
    /// - Parameters:
    ///   - name: of its folder.
    ///   - file: for the diagnostics, as the user knows it.
    ///   - load: gives the bytes of a file in its folder by its name there: `actions/create_lead.json`.
    /// - Returns: nil when there is an error among the diagnostics, which are everything that is wrong.
    public static func read(
        _ source: [UInt8], name: String, file: String, load: (@Sendable (_ name: String) -> [UInt8]?)? = nil
    ) -> (connector: DeclarativeConnector?, diagnostics: [Diagnostic]) {
        let folder = load.map { ConnectorFiles($0) } ?? .none
        let (definition, diagnostics) = ConnectorReader.read(source, name: name, file: file, folder: folder)
        return (definition.map(DeclarativeConnector.init), diagnostics)
    }

    /// Everything wrong with the files of its actions; reads all of them.
    public var fileDiagnostics: [Diagnostic] { definition.actions.diagnostics }

    /// The schemas of an action as JSON Schema, references to other files taken in under `$defs`.
    public func schemas(of action: String) -> (input: JSON, output: JSON)? {
        definition.actions[action].map { ($0.source.bundled(\.input), $0.source.bundled(\.output)) }
    }

    public func execute(_ action: String, _ input: JSON, in context: ActionContext) async throws -> JSON {
        let known = try definition.actions.action(action, of: spec)
        if spec.connectionRequired, context.connection == nil {
            throw ConnectorError(
                type: "bad_input", "\(spec.title) needs a connection: name one in the step or under \"connections\"")
        }
        var values = FormulaValues(context, definition, action: "\(spec.name).\(action)")
        values[.input] = input
        if let pagination = known.pagination {
            return try await pages(of: known, pagination, &values, in: context)
        }
        let request = try await definition.request(
            known.request, values, isRepeatable: known.spec.effect.isRepeatable, in: context)
        let answer = try await send(request, in: context)
        try take(answer, of: known, &values)
        if let operation = known.operation { try await finish(operation, of: known, &values, in: context) }
        return try output(of: known, values, default: values[.response]["body"] ?? .null)
    }

    /// Sends the connector's test request, which shows that a connection works.
    /// - Returns: the answer's body; nil when the connector has no test request.
    public func test(in context: ActionContext) async throws -> JSON? {
        guard let test = definition.test else { return nil }
        var values = FormulaValues(context, definition, action: "\(spec.name) test")
        let request = try await definition.request(test, values, isRepeatable: true, in: context)
        let answer = try await send(request, in: context)
        values[.response] = try answer.formulaValue(outcome: .refused)
        if let failure = definition.failure(of: answer, nil, values, isRepeatable: true) { throw failure }
        return values[.response]["body"] ?? .null
    }

    /// Sends a request with the connection's credentials, within its limits.
    func send(_ request: HTTPRequest, in context: ActionContext) async throws -> HTTPAnswer {
        try await context.send(
            request,
            SendOptions(
                scheme: try scheme(in: context), limits: definition.limits, unconnected: unconnected,
                connector: spec.title))
    }

    /// `connection.auth` with the settings of the connection in it.
    private func scheme(in context: ActionContext) throws(ConnectorError) -> JSONObject {
        let scheme = definition.scheme(of: context.connection)
        guard scheme.template != nil else { return scheme.json }
        return try scheme.members(FormulaValues(context, definition, action: "\(spec.name) auth"))
    }

    /// How the context's connection gets its tokens; nil when it signs in by other means than OAuth 2.0.
    public func oauth(in context: ActionContext) throws(ConnectorError) -> OAuthSettings? {
        guard let connection = context.connection, definition.scheme(of: connection).type == "oauth2" else {
            return nil
        }
        return try OAuthSettings(connection, scheme: scheme(in: context))
    }

    /// Puts an answer where formulas see it.
    /// - Throws: the failure that it is.
    func take(_ answer: HTTPAnswer, of action: ActionDefinition, _ values: inout FormulaValues) throws(ConnectorError) {
        let effect = action.spec.effect
        // What can't be read has been done all the same.
        values[.response] = try answer.formulaValue(outcome: effect.changesTheWorld ? .unknown : .refused)
        if let failure = definition.failure(of: answer, action, values, isRepeatable: effect.isRepeatable) {
            throw failure
        }
    }

    /// The step's output.
    func output(of action: ActionDefinition, _ values: FormulaValues, default fallback: @autoclosure () -> JSON)
        throws(ConnectorError) -> JSON
    {
        guard let template = action.output else { return fallback() }
        return try values.json(template, "the output of \(action.spec.title)", outcome: .unknown) ?? .null
    }
}
