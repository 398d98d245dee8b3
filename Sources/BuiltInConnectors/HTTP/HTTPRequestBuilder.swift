// Makes the request of an `http` step: URL, headers, credentials and body.

import ConnectorKit
import JSONCore
import RecipeLanguage

/// Everything one request is made from.
struct HTTPRequestBuilder {
    let spec: OperationSpec
    let method: String?
    let input: ActionInput
    let context: ActionContext

    /// - Throws: `ConnectorError` of type `bad_input`, `auth` or `file`; nothing has been sent then.
    func request() async throws -> HTTPRequest {
        let method = try self.method ?? input.filledText("method").uppercased()
        let effect = spec.effect(of: .object(input.members))
        var request = HTTPRequest(method, try url(), isRepeatable: effect.isRepeatable)
        if let redirects = try input.integer("redirects", in: 0...5) { request.redirects = redirects }
        request.timeout = try timeout()
        try request.addQuery(HTTPFields.pairs(try input.object("query") ?? [:], of: "query"))
        if let connection = context.connection {
            request.permissions = connection.network
            for header in try HTTPFields.pairs(connection.settings["headers"]?.object ?? [:], of: "headers") {
                request.setHeader(header.name, header.value)
            }
        }
        if let body = try await HTTPBody(input, context: context, method: method) {
            (request.body, request.upload) = (body.bytes, body.upload)
            request.setHeader("Content-Type", try input.text("content_type") ?? body.contentType)
        }
        try setHeaders(of: &request)
        if effect == .keyed, !context.idempotencyKey.isEmpty {
            request.setHeader(try input.text("idempotency_header") ?? "Idempotency-Key", context.idempotencyKey)
        }
        return request
    }

    /// The step's own headers come after the connection's, which they replace by name. A list sends the header again.
    private func setHeaders(of request: inout HTTPRequest) throws {
        var set = Set<String>()
        for header in try HTTPFields.pairs(try input.object("headers") ?? [:], of: "headers") {
            if set.insert(header.name.lowercased()).inserted {
                request.setHeader(header.name, header.value)
            } else {
                request.headers.append(header)
            }
        }
    }

    private func url() throws -> String {
        let base = context.connection?.settings["base_url"]?.string
        if let url = try input.text("url"), !url.isEmpty {
            guard try input.text("path") == nil else {
                throw ConnectorError(type: "bad_input", "give either \"url\" or \"path\"")
            }
            guard let connection = context.connection else { return url }
            // Credentials and permissions are for the connection's own system.
            guard let base, let own = HTTPOrigin(of: base), HTTPOrigin(of: url) == own else {
                throw ConnectorError(
                    type: "bad_input",
                    "the URL is not of the system of the connection \"\(connection.name)\" "
                        + "(\(base.flatMap { HTTPOrigin(of: $0) }?.description ?? "its base_url is missing")): "
                        + "use a path, another connection or none")
            }
            return url
        }
        guard let connection = context.connection else {
            throw ConnectorError(
                type: "bad_input", "\"url\" is missing; a \"path\" needs a connection that has a base URL")
        }
        guard let base, HTTPOrigin(of: base) != nil else {
            throw ConnectorError(
                type: "bad_input",
                "\"base_url\" of the connection \"\(connection.name)\" must be a URL like https://api.example.com/v1")
        }
        return try Connection.join(base, try input.text("path") ?? "")
    }

    private func timeout() throws -> Double? {
        guard let value = input.value("timeout") else { return nil }
        let seconds = value.double ?? value.string.flatMap { Double($0) } ?? 0
        guard seconds > 0, seconds <= 86_400 else {
            throw ConnectorError(type: "bad_input", "\"timeout\" must be more than 0 and at most 86,400 seconds")
        }
        return seconds
    }
}

/// Objects as names and values: queries, forms and headers.
enum HTTPFields {
    /// Texts, numbers and truth values as they are written; a list repeats the name; null is left out.
    static func pairs(_ object: JSONObject, of member: String) throws(ConnectorError) -> [(name: String, value: String)]
    {
        var pairs: [(name: String, value: String)] = []
        for (name, value) in object {
            for value in value.array ?? [value] {
                switch value {
                case .null: break
                case .string(let text): pairs.append((name, text))
                case .integer(let integer): pairs.append((name, String(integer)))
                case .number(let number): pairs.append((name, number.text))
                case .bool(let flag): pairs.append((name, flag ? "true" : "false"))
                case .array, .object:
                    throw ConnectorError(
                        type: "bad_input",
                        "\"\(name)\" in \"\(member)\" must be a text, a number or a list of them, but it is \(value.kind)"
                    )
                }
            }
        }
        return pairs
    }
}
