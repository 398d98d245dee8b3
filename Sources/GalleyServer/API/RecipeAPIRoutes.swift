// /apis/…: recipes that are APIs, for clients with a token and a rate; and what describes them.

import Engine
import HTTPTypes
import Hummingbird
import JSONCore
import Synchronization

struct RecipeAPIRoutes: Sendable {
    private let engine: Engine
    private let intake: APIIntake
    private let limits: ServerLimits
    private let open = OpenRequests()

    init(engine: Engine, limits: ServerLimits) {
        (self.engine, self.limits) = (engine, limits)
        intake = APIIntake(engine)
    }

    var list: [Route] {
        [
            Route(nil, "/apis/{path...}", .client) { try await call($0) },
            Route(.get, "/apis/openapi.json", .known) { _ in
                .json(Self.description(of: await intake.endpoints()))
            },
        ]
    }

    private func call(_ asked: RouteRequest) async throws -> Response {
        guard let client = asked.principal else { throw Problem.notFound }
        if client.kind == .client, let wait = engine.access.admit(client) {
            throw Self.later("\(client.name) may make \(client.perMinute) requests a minute", seconds: wait)
        }
        guard open.begin(most: limits.apiRequestsAtOnce) else {
            throw Self.later("too many requests at once; send it again", seconds: 1)
        }
        defer { open.end() }
        let bytes = try await asked.body.read(asked.request)
        let headers = asked.headers.filter { ![.authorization, .cookie].contains($0.name) }
            .map { ($0.name.canonicalName, $0.value) }
        let request = WebhookRequest(
            method: asked.method.rawValue, path: asked["path"], query: asked.address.query, headers: headers,
            body: bytes,
            sender: asked.peer.address)
        let body: JSON
        do {
            body = try request.parsedBody()
        } catch {
            throw Problem(.badRequest, error.sentence)
        }
        let answer = try await intake.answer(
            request.method, Array(asked.address.segments.dropFirst()), query: request.query,
            headers: request.headerObject, body: body, isForm: request.isForm, client: client.name)
        return try response(answer)
    }

    private func response(_ answer: APIAnswer) throws -> Response {
        switch answer {
        case .answered(let status, let body):
            if [204, 205, 304].contains(status) { return Response(status: HTTPResponse.Status(code: status)) }
            return .json(body, HTTPResponse.Status(code: status))
        case .unknown: throw Problem.notFound
        case .otherMethod(let allowed):
            var problem = Problem(.methodNotAllowed, "this address takes \(allowed.joined(separator: ", "))")
            problem.headers[.allow] = allowed.joined(separator: ", ")
            throw problem
        case .misfit(let mismatches): throw Problem(mismatches, of: "the body")
        case .unwanted(let sentence): throw Problem(.unprocessableContent, sentence)
        case .late(let job):
            throw Problem(
                .gatewayTimeout,
                "no answer within \(engine.services.limits.api) (api_seconds); the request was taken and its job goes on",
                ["job": .integer(Int(job))])
        case .failed(let job, let sentence):
            engine.services.logger.warning("an API request failed", metadata: ["reason": "\(sentence)"])
            throw Problem(
                .internalServerError, "the request was taken, but its job has no answer", ["job": .integer(Int(job))])
        }
    }

    private static func later(_ sentence: String, seconds: Int) -> Problem {
        var problem = Problem(.tooManyRequests, sentence)
        problem.headers[.retryAfter] = String(seconds)
        return problem
    }

    // MARK: Their description

    private static func description(of endpoints: [APIEndpoint]) -> JSON {
        var paths = JSONObject()
        // Recipes may name the open parts of one address differently; a document has each address once.
        var patterns: [String: RoutePattern] = [:]
        for endpoint in endpoints {
            let pattern = patterns[endpoint.address.path] ?? endpoint.pattern
            patterns[endpoint.address.path] = pattern
            var item = paths[pattern.description]?.object ?? [:]
            item[endpoint.method.lowercased()] = describe(endpoint, at: pattern)
            paths[pattern.description] = .object(item)
        }
        return APIDescription.document(
            title: "APIs", description: "Each is answered by a recipe.", server: "/apis", paths: paths,
            schemas: ["Problem": APISchemas.all["Problem"] ?? [:]])
    }

    private static func describe(_ endpoint: APIEndpoint, at pattern: RoutePattern) -> JSON {
        var object: JSONObject = ["operationId": .string(endpoint.recipe), "summary": .string(endpoint.title)]
        let parameters = APIDescription.pathParameters(pattern)
        if !parameters.isEmpty { object["parameters"] = .array(parameters) }
        if let request = endpoint.request {
            object["requestBody"] = ["required": true, "content": ["application/json": ["schema": request]]]
        }
        var responses = JSONObject()
        for response in endpoint.responses {
            let phrase = HTTPResponse.Status(code: response.status).reasonPhrase
            responses["\(response.status)"] = [
                "description": .string(phrase.isEmpty ? "An answer with the status \(response.status)" : phrase),
                "content": ["application/json": ["schema": response.json]],
            ]
        }
        if responses.isEmpty { responses["200"] = ["description": "The answer"] }
        responses["default"] = APIDescription.problem
        object["responses"] = .object(responses)
        return .object(object)
    }
}

/// Requests that wait for their answers.
private final class OpenRequests: Sendable {
    private let now = Mutex(0)

    func begin(most: Int) -> Bool {
        now.withLock { now in
            guard now < most else { return false }
            now += 1
            return true
        }
    }

    func end() { now.withLock { $0 -= 1 } }
}
