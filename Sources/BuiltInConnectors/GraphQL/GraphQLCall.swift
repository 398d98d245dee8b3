// One call of a GraphQL interface: the request, and what its answer means (GraphQL over HTTP; October 2021, §7).

import ConnectorKit
import JSONCore

/// An operation that is sent with these or those variables.
struct GraphQLCall: Sendable {
    let variables: JSONObject
    private let document: String
    private let operation: String?
    private let isPartial: Bool
    private let request: HTTPRequest
    private let context: ActionContext
    private let kind: GraphQLDocument.Kind

    /// What came back.
    struct Answer: Sendable {
        let data: JSON
        let errors: [JSON]

        var output: JSON {
            errors.isEmpty ? ["data": data] : ["data": data, "errors": .array(errors)]
        }
    }

    /// - Throws: `bad_input`, `auth`; nothing has been sent then.
    init(_ input: ActionInput, _ context: ActionContext, kind: GraphQLDocument.Kind, isRepeatable: Bool = true) throws {
        document = try input.filledText("query")
        operation = try input.text("operation_name")
        variables = try input.object("variables") ?? [:]
        isPartial = try input.flag("partial")
        self.kind = kind
        self.context = context
        try GraphQLDocument(document).check(kind, operation: operation)
        request = try Self.request(input, context, isRepeatable: isRepeatable)
    }

    private static func request(
        _ input: ActionInput, _ context: ActionContext, isRepeatable: Bool
    ) throws -> HTTPRequest {
        let own = context.connection?.settings["url"]?.string
        let given = try input.text("url")
        guard let url = given ?? own, let origin = HTTPOrigin(of: url) else {
            throw ConnectorError(
                type: "bad_input", "\"url\" must be the address of the interface, in the step or in its connection")
        }
        if let connection = context.connection, given != nil, own.flatMap({ HTTPOrigin(of: $0) }) != origin {
            throw ConnectorError(
                type: "bad_input",
                "the URL is not of the system of the connection \"\(connection.name)\": use another connection or none")
        }
        var request = HTTPRequest("POST", url, isRepeatable: isRepeatable)
        if let connection = context.connection {
            for header in try HTTPFields.pairs(connection.settings["headers"]?.object ?? [:], of: "headers") {
                request.setHeader(header.name, header.value)
            }
        }
        request.setHeader("Content-Type", "application/json")
        request.setHeader("Accept", "application/graphql-response+json, application/json")
        if let value = input.value("timeout") {
            guard let seconds = value.double, seconds > 0, seconds <= 86_400 else {
                throw ConnectorError(type: "bad_input", "\"timeout\" must be more than 0 and at most 86,400 seconds")
            }
            request.timeout = seconds
        }
        return request
    }

    /// - Throws: the first of the errors that the answer holds, typed; that of its status.
    func send(_ variables: JSONObject) async throws -> Answer {
        var body: JSONObject = ["query": .string(document), "variables": .object(variables)]
        if let operation { body["operationName"] = .string(operation) }
        var request = request
        request.body = Array(JSON.object(body).compact.utf8)
        let answer = try await context.send(request)
        let json = try? answer.json()
        let errors = json?["errors"]?.array ?? []
        let data = json?["data"] ?? .null
        if let first = errors.first, !(isPartial && !data.isNull && answer.status < 400) {
            throw failure(first, errors, data, answer)
        }
        if let error = answer.error(isRepeatable: request.isRepeatable) { throw error }
        guard json?["data"] != nil else {
            throw ConnectorError(
                type: "bad_answer", "the answer is not GraphQL: it has neither data nor errors", status: answer.status,
                outcome: kind == .mutation ? .unknown : .refused)
        }
        return Answer(data: data, errors: errors)
    }

    private func failure(_ first: JSON, _ errors: [JSON], _ data: JSON, _ answer: HTTPAnswer) -> ConnectorError {
        // The code stands in "extensions", at GitHub in "type".
        let code = first["extensions"]?["code"]?.string ?? first["type"]?.string ?? first["extensions"]?["type"]?.string
        let byStatus = answer.error(isRepeatable: request.isRepeatable)
        var (type, isTransient) = Self.meaning(of: code)
        if type == "graphql", let byStatus { (type, isTransient) = (byStatus.type, byStatus.isTransient) }
        // What can't be read, validated or given its variables is said with a place in the document, and never ran: it has no
        // path and no data (§7.1).
        let isOfDocument =
            first["locations"]?.array?.isEmpty == false && (first["path"] ?? .null).isNull && data.isNull
        if code == nil, isOfDocument, ["graphql", "refused"].contains(type) { type = "bad_input" }
        let said = (first["message"]?.string ?? "without a message").unicodeScalars.prefix(300)
            .map { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) ? " " : Character($0) }
        let place = (first["path"]?.array ?? []).map { $0.string ?? $0.compact }.joined(separator: ".")
        // Fields of a mutation run one after the other: some may have been done before the one that failed.
        let isPartlyDone = data.object?.values.contains { !$0.isNull } == true
        let mayHaveActed = kind == .mutation && (isPartlyDone || type == "server")
        return ConnectorError(
            type: type,
            "the interface says: \(String(said))" + (place.isEmpty ? "" : " (at \(place))")
                + (errors.count > 1 ? ", and \(errors.count - 1) more" : ""),
            status: answer.status >= 400 ? answer.status : nil, retryAfter: answer.retryAfter, isTransient: isTransient,
            outcome: mayHaveActed ? .unknown : .refused,
            details: ["code": code.map { .string($0) } ?? .null, "errors": .array(errors), "data": data])
    }

    /// Codes of Apollo Server, GitHub, Shopify and Hasura, in upper case with underscores.
    private static func meaning(of code: String?) -> (type: String, isTransient: Bool) {
        switch (code ?? "").uppercased().replacing("-", with: "_") {
        case "UNAUTHENTICATED", "FORBIDDEN", "ACCESS_DENIED", "INSUFFICIENT_SCOPES", "UNAUTHORIZED", "INVALID_JWT":
            ("auth", false)
        case "NOT_FOUND": ("not_found", false)
        case "RATE_LIMITED", "THROTTLED", "TOO_MANY_REQUESTS", "RATE_LIMIT_EXCEEDED": ("rate_limited", true)
        case "BAD_USER_INPUT", "GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED", "BAD_REQUEST", "VALIDATION_FAILED",
            "PARSE_FAILED", "MAX_COST_EXCEEDED", "MAX_NODE_LIMIT_EXCEEDED", "OPERATION_RESOLUTION_FAILURE",
            "PERSISTED_QUERY_NOT_FOUND":
            ("bad_input", false)
        case "CONFLICT", "CONSTRAINT_VIOLATION", "STALE_DATA": ("conflict", false)
        case "INTERNAL_SERVER_ERROR", "SERVICE_UNAVAILABLE", "UNEXPECTED", "TIMEOUT": ("server", true)
        default: ("graphql", false)
        }
    }
}
