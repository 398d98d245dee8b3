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

    public func execute(_ action: String, _ input: JSON, in context: ActionContext) async throws -> JSON {
        guard let known = operations[action], let action = spec.action(action) else {
            throw ConnectorError.noAction(action, of: spec)
        }
        if spec.connectionRequired, context.connection == nil {
            throw ConnectorError(
                type: "bad_input", "\(spec.title) needs a connection: name one in the step or under \"connections\"")
        }
        let (settings, service) = (settings, service)
        let (made, call) = try await XMLWork.run(sizeBytes: XMLWork.smallBytes + 1) {
            let call = try DescribedCall(
                service.operation(known.operation), service, settings, effect: action.effect, keyHeader: known.keyHeader
            )
            return (try call.request(input, in: context), call)
        }
        var request = made
        let name = context.connection?.name ?? ""
        if settings.session { context.cookies.add(to: &request, connection: name) }
        let answer = try await context.send(request, call.sendOptions(context.connection))
        if settings.session { context.cookies.keep(answer, connection: name) }
        return try await XMLWork.run(sizeBytes: max(answer.body.count, XMLWork.smallBytes + 1)) {
            try call.output(answer)
        }
    }
}

/// One action of connector.json.
struct DescribedAction: Sendable {
    let operation: String
    /// The SOAP header that takes the idempotency key of a keyed call; nil for the HTTP header `Idempotency-Key`.
    let keyHeader: String?
}

/// How a service is called, apart from its messages.
struct DescribedSettings: Sendable {
    var version: SOAPVersion
    /// From the WSDL; a connection's "url" goes before it.
    var address: String?
    /// Whether requests carry WS-Addressing headers.
    var addressing = false
    /// Whether binary values travel beside the envelope (MTOM).
    var mtom = false
    /// Whether the calls of a job are one session, which the service keeps by cookies.
    var session = false
    /// `connection.auth` of connector.json.
    var scheme: JSONObject = [:]
}
