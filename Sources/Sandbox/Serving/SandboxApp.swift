// What an app of the sandbox is, and the table of routes that the REST apps are made from.

import GRDB
import JSONCore

/// One app under a path prefix. Five conform: CRM, ERP, HR, chat and mailbox.
protocol SandboxApp: Sendable {
    /// The first segment of its paths, and its name in the ledger.
    var name: String { get }
    /// Says no to a request without the right credentials.
    func authorize(_ request: SandboxRequest) throws(Refusal)
    /// What the request asks for.
    func operation(for request: SandboxRequest) throws(Refusal) -> SandboxOperation
    /// The answer that tells a client of a refusal.
    func answer(to refusal: Refusal) -> SandboxAnswer
}

extension SandboxApp {
    func answer(to refusal: Refusal) -> SandboxAnswer { refusal.jsonAnswer }
}

/// A request that was understood: what it is called and how to do it.
struct SandboxOperation: Sendable {
    /// `create_lead`; in the ledger and in failure rules.
    let name: String
    /// Whether it changes something: such requests go to the ledger.
    let changes: Bool
    let idempotencyKey: String?
    /// Does it, inside the transaction that also writes the ledger. A thrown `Refusal` undoes what it did.
    let run: @Sendable (Records) throws -> SandboxAnswer
}

/// One line of an app's interface: `POST /leads`.
struct Route: Sendable {
    let method: String
    /// Segments after the app's name and version; `{id}` takes any one segment.
    let pattern: [String]
    let operation: String
    let handler: @Sendable (RouteCall) throws -> SandboxAnswer

    init(
        _ method: String, _ pattern: String, _ operation: String,
        _ handler: @escaping @Sendable (RouteCall) throws -> SandboxAnswer
    ) {
        (self.method, self.operation, self.handler) = (method, operation, handler)
        self.pattern = pattern.split(separator: "/").map(String.init)
    }

    /// The values of `{…}` segments when the path fits.
    func parameters(of segments: ArraySlice<String>) -> [String: String]? {
        guard segments.count == pattern.count else { return nil }
        var parameters: [String: String] = [:]
        for (segment, part) in zip(segments, pattern) {
            if part.hasPrefix("{") {
                parameters[String(part.dropFirst().dropLast())] = segment
            } else if part != segment {
                return nil
            }
        }
        return parameters
    }
}

/// What a route's handler works with.
struct RouteCall {
    let request: SandboxRequest
    let parameters: [String: String]
    let records: Records

    func parameter(_ name: String) -> String { parameters[name] ?? "" }

    /// The body, which has to be a JSON object.
    func bodyObject() throws(Refusal) -> JSONObject {
        let json: JSON
        do {
            json = try JSON(parsing: request.body)
        } catch {
            throw Refusal(400, "bad_json", "the body is not JSON: \(error.message) (at byte \(error.offset))")
        }
        guard let object = json.object else { throw Refusal(400, "bad_json", "the body has to be a JSON object") }
        return object
    }
}

extension [Route] {
    /// The operation of a REST request; 404 for an unknown path, 405 for a known one with another method.
    func operation(for request: SandboxRequest) throws(Refusal) -> SandboxOperation {
        // `/crm/v1/leads` and `/crm/leads` are the same.
        let afterName = request.segments.dropFirst()
        let segments = afterName.first == "v1" ? afterName.dropFirst() : afterName
        var allowed: [String] = []
        for route in self {
            guard let parameters = route.parameters(of: segments) else { continue }
            guard route.method == request.method else {
                allowed.append(route.method)
                continue
            }
            return SandboxOperation(
                name: route.operation, changes: route.method != "GET",
                idempotencyKey: request.header("idempotency-key")
            ) { records in
                try route.handler(RouteCall(request: request, parameters: parameters, records: records))
            }
        }
        if allowed.isEmpty { throw Refusal(404, "no_such_path", "nothing is served at \(request.path)") }
        throw Refusal(
            405, "method_not_allowed",
            "\(request.path) takes \(allowed.joined(separator: ", ")), not \(request.method)")
    }
}
