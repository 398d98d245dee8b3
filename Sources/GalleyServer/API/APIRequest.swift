// A call of the REST API: its query and body held against what the operation declares.

import Engine
import HTTPTypes
import Hummingbird
import JSONCore
import JobHistory
import RecipeLanguage

struct APIRequest: Sendable {
    let asked: RouteRequest
    /// Typed by the operation's schema.
    let body: JSON

    var principal: Principal { asked.principal ?? .local }

    func text(_ name: String) -> String? { asked.address.query[name]?.string }

    /// - Throws: `Problem` 400.
    func number(_ name: String, in range: ClosedRange<Int>) throws(Problem) -> Int? {
        guard let text = text(name) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw Problem(
                .badRequest,
                "\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound), not \"\(text)\"")
        }
        return number
    }

    /// How many entries of a list are wanted.
    func limit(most: Int = 1_000) throws(Problem) -> Int { try number("limit", in: 1...most) ?? 50 }

    /// The cursor of a list.
    func before() throws(Problem) -> Int64? { try number("before", in: 0...Int.max).map { Int64($0) } }

    /// A page of a list: `{NAME: […], "next": N}`; N is null on the last page.
    static func page(_ name: String, _ entries: [JSON], limit: Int, last: Int64?) -> JSON {
        [name: .array(entries), "next": entries.count == limit ? last.map { .integer(Int($0)) } ?? .null : .null]
    }
}

extension Route {
    /// A route of the API that answers JSON.
    static func api(
        _ method: HTTPRequest.Method, _ path: String, _ role: Role, _ operation: APIOperation,
        _ handler: @escaping @Sendable (APIRequest) async throws -> JSON
    ) -> Route {
        apiResponse(method, path, role, operation) { request in
            .json(try await handler(request), HTTPResponse.Status(code: operation.answer.status))
        }
    }

    /// - Parameter path: below `/api/v1`.
    static func apiResponse(
        _ method: HTTPRequest.Method, _ path: String, _ role: Role, _ operation: APIOperation,
        _ handler: @escaping @Sendable (APIRequest) async throws -> Response
    ) -> Route {
        let schema = operation.body.map { Schema.read($0).schema }
        let known = operation.parameters.map(\.name)
        return Route(method, RoutePattern("/api/v1" + path), .signedIn(role), operation: operation) { asked in
            for (name, value) in asked.address.query {
                guard known.contains(name) else {
                    let hint = Suggestion.didYouMean(name, among: known).map { "; \($0)" } ?? ""
                    throw Problem(.badRequest, "there is no query parameter \(name) here\(hint)")
                }
                guard value.string != nil else { throw Problem(.badRequest, "\(name) is given several times") }
            }
            var body: JSON = [:]
            if let schema { body = try schema.accept(try await asked.json(), "the body") }
            return try await handler(APIRequest(asked: asked, body: body))
        }
    }
}

extension Schema {
    /// The value as the schema has it: a number for a name is a mistake of the program that sent it, not a name.
    /// - Throws: `Problem` 400 with each mistake.
    func accept(_ value: JSON, _ what: String) throws(Problem) -> JSON {
        let (typed, mismatches) = typed(value, strictly: true, converting: false)
        guard mismatches.isEmpty else { throw Problem(mismatches, of: what) }
        return typed
    }
}
