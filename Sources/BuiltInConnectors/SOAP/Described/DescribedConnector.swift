// A connector that was imported from a WSDL: its connector.json names operations, the rest is made from their messages.

import ConnectorKit
import JSONCore
import RecipeLanguage
import XML

/// Calls the operations of one port with typed messages.
public struct DescribedConnector: Connector {
    public let spec: ConnectorSpec
    let settings: DescribedSettings
    let service: DescribedService
    /// What each action calls.
    let operations: [String: DescribedAction]
    /// Where connector.json names SOAP headers.
    var headerPlaces = HeaderPlaces()

    public func execute(_ action: String, _ input: JSON, in context: ActionContext) async throws -> JSON {
        guard let known = operations[action], let action = spec.action(action) else {
            throw ConnectorError.noAction(action, of: spec)
        }
        if spec.connectionRequired, context.connection == nil {
            throw ConnectorError(
                type: "bad_input", "\(spec.title) needs a connection: name one in the step or under \"connections\"")
        }
        var values = FormulaValues(
            context, settingDefaults: settings.settingDefaults, action: "\(spec.name).\(action.name)")
        values[.input] = input
        guard settings.signIn.headers != nil, let connection = context.connection,
            let oauth = try settings.signIn.oauth(context, values)
        else { return try await call(known, action, input, values, token: nil, in: context) }
        // As with a token over HTTP: one that is refused is replaced once, and the call repeated. Nothing was done by it.
        let token = try await connection.shared.tokens.accessToken(oauth, through: context.http)
        do {
            return try await call(known, action, input, values, token: token, in: context)
        } catch let error as ConnectorError where error.type == "auth" {
            let next = try await connection.shared.tokens.accessToken(oauth, refused: token, through: context.http)
            guard next != token else { throw error }
            return try await call(known, action, input, values, token: next, in: context)
        }
    }

    private func call(
        _ known: DescribedAction, _ action: OperationSpec, _ input: JSON, _ values: FormulaValues, token: String?,
        in context: ActionContext
    ) async throws -> JSON {
        let proof = try settings.signIn.proof(context, values, token: token)
        let address = try settings.url?.address(values)
        let (settings, service, effect) = (settings, service, action.effect(of: input))
        let saving = try await AttachmentSaving(
            ActionInput(input), MessageSchemas.saveToMember, MessageSchemas.overwriteMember, files: context.files)
        defer { saving?.discard() }
        let (made, call) = try await XMLWork.run(sizeBytes: XMLWork.smallBytes + 1) {
            let call = try DescribedCall(
                service.operation(known.operation), service, settings, effect: effect, keyHeader: known.keyHeader)
            return (try call.request(input, address: address, proof, in: context), call)
        }
        var request = made
        request.download = saving?.download
        let name = context.connection?.name ?? ""
        if settings.session { context.cookies.add(to: &request, connection: name) }
        let answer = try await context.send(request, call.sendOptions(context.connection, proof))
        if settings.session { context.cookies.keep(answer, connection: name) }
        do {
            let output = try await XMLWork.run(sizeBytes: max(answer.body.count, XMLWork.smallBytes + 1)) {
                try call.output(answer, saving)
            }
            if let failure = settings.failure(values, output: output, nil, answer, spec) { throw failure }
            try await saving?.commit()
            return output
        } catch let error as ConnectorError where error.type == "soap_fault" {
            throw settings.failure(values, output: .null, error, answer, spec) ?? error
        }
    }

    /// The same, but for its limits of calls.
    var withoutLimits: DescribedConnector {
        var settings = settings
        settings.limits = CallLimits()
        return DescribedConnector(spec: spec, settings: settings, service: service, operations: operations)
    }
}

extension DescribedConnector: TestedConnector {
    /// Calls the action that `connection.test` names.
    public func sendTest(in context: ActionContext) async throws -> Bool {
        guard let test = settings.test else { return false }
        _ = try await execute(test.action, test.input, in: context)
        return true
    }

    /// How the context's connection gets its tokens; nil when it signs in by other means than OAuth 2.0.
    public func oauth(in context: ActionContext) throws(ConnectorError) -> OAuthSettings? {
        try settings.signIn.oauth(
            context,
            FormulaValues(context, settingDefaults: settings.settingDefaults, action: "\(spec.name) auth"))
    }
}

/// One action of connector.json.
struct DescribedAction: Sendable {
    let operation: String
    /// The SOAP header that takes the idempotency key of a keyed call; nil for the HTTP header `Idempotency-Key`.
    let keyHeader: String?
}

/// When requests are in parts, with binary values beside the envelope.
enum MTOM: Sendable {
    case never
    /// Those that have such values: other operations of a service often take nothing but plain envelopes.
    case whereNeeded
    /// All, as a policy asks for.
    case always

    /// In connector.json, besides true and false.
    static let whereNeededName = "where_needed"
}

/// How a service is called, apart from its messages.
struct DescribedSettings: Sendable {
    var version: SOAPVersion
    /// From the WSDL; a connection's "url" goes before it.
    var address: String?
    /// Whether requests carry WS-Addressing headers.
    var addressing = false
    /// Whether binary values travel beside the envelope (MTOM).
    var mtom = MTOM.never
    /// Whether the calls of a job are one session, which the service keeps by cookies.
    var session = false
    /// Made of the connection's settings, in place of the WSDL's address.
    var url: PieceTemplate?
    var signIn = DescribedSignIn()
    /// Which faults and which answers are which failures.
    var errors: [ErrorRule] = []
    var limits = CallLimits()
    /// The call that shows that a connection works.
    var test: (action: String, input: JSON)?
    /// What the connection's settings are without a connection.
    var settingDefaults: JSONObject = [:]

    /// The failure that an answer is by the connector's rules; nil when none holds.
    /// - Parameter fault: what the service said went wrong.
    func failure(
        _ values: FormulaValues, output: JSON, _ fault: ConnectorError?, _ answer: HTTPAnswer, _ spec: ConnectorSpec
    ) -> ConnectorError? {
        guard !errors.isEmpty else { return nil }
        var values = values
        values[.output] = output
        values[.fault] = fault?.details ?? .null
        guard let rule = errors.first(where: { $0.holds(values) }) else { return nil }
        // What the service says in a success is kept for the recipe as a fault's detail is.
        let known =
            fault
            ?? ConnectorError(
                type: rule.type, "\(spec.title) answered that it did not do this", details: ["output": output])
        return rule.failure(values, in: known, of: answer, isRepeatable: false, known.message)
    }
}
