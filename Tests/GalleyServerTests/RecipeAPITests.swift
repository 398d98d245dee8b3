// Recipes as APIs: what clients send and get.

import Engine
import JSONCore
import JobHistory
import Testing

@testable import GalleyServer

@Suite(.timeLimit(.minutes(2)))
struct RecipeAPITests {
    private static let order = """
        {"galley": 1, "name": "Order", "concurrency": 4,
         "trigger": {"id": "call", "use": "api.request", "input": {"method": "POST", "path": "/orders/{id}",
          "request": {"type": "object", "required": ["qty"], "properties": {"qty": {"type": "integer", "minimum": 1}, "sku": {"type": "string"}}, "additionalProperties": false},
          "responses": {"404": {"type": "object", "required": ["error"], "properties": {"error": {"type": "string"}}, "additionalProperties": false},
                        "201": {"type": "object", "required": ["order", "qty"], "properties": {"order": {"type": "string"}, "qty": {"type": "integer"}, "by": {"type": "string"}}, "additionalProperties": false}}}},
         "steps": [{"if": "call.path.id == 'none'", "then": [{"return": {"error": "no such order"}}]},
                   {"return": {"order": "{{ call.path.id }}", "qty": "{{ call.body.qty }}", "by": "{{ call.client }}"}}]}
        """
    private static let early = """
        {"galley": 1, "trigger": {"use": "api.request", "input": {"method": "GET", "path": "early"}},
         "steps": [{"respond": {"taken": true}}, {"stop": "failed", "reason": "later"}]}
        """
    private static let slow = """
        {"galley": 1, "trigger": {"use": "api.request", "input": {"method": "GET", "path": "slow"}},
         "steps": [{"wait": "1h"}, {"return": {}}]}
        """
    private static let broken = """
        {"galley": 1, "trigger": {"use": "api.request", "input": {"method": "GET", "path": "broken"}},
         "steps": [{"stop": "failed", "reason": "secret detail"}]}
        """
    private static let quiet = """
        {"galley": 1, "trigger": {"use": "api.request", "input": {"method": "GET", "path": "quiet"}},
         "steps": [{"stop": "succeeded"}]}
        """

    private static func use(_ body: @escaping @Sendable (ServerBed) async throws -> Void) async throws {
        try await ServerBed.use(
            ["order": order, "early": early, "slow": slow, "broken": broken, "quiet": quiet],
            adjust: { $0.limits.api = .seconds(20) }, body)
    }

    @Test func `a request is answered with the declared status that the answer fits`() async throws {
        try await Self.use {
            (bed: ServerBed) async throws -> Void in
            let headers = [try await bed.token(nil, name: "shop"), "Content-Type: application/json"]
            let made = try await bed.post("/apis/orders/A-7", #"{"qty": 2}"#, headers: headers)
            #expect(made.status == 201)
            #expect(made.json == ["order": "A-7", "qty": 2, "by": "shop"])
            let none = try await bed.post("/apis/orders/none", #"{"qty": 2}"#, headers: headers)
            #expect(none.status == 404)
            #expect(none.json == ["error": "no such order"])
            #expect(try await bed.get("/apis/early", headers: headers).json == ["taken": true])
            #expect(try await bed.get("/apis/quiet", headers: headers).status == 204)
            let job = try #require(try await bed.engine.store.jobs(JobFilter()).first { $0.recipe == "order" })
            let event = try await bed.engine.store.job(job.id)?.event.compact ?? ""
            #expect(event.contains(#""client":"shop""#))
            #expect(!event.contains("galley_"), "the token is not in the event")
        }
    }

    @Test func `what does not fit makes no job`() async throws {
        try await Self.use {
            (bed: ServerBed) async throws -> Void in
            let headers = [try await bed.token(nil), "Content-Type: application/json"]
            let answer = try await bed.post("/apis/orders/7", #"{"qty": 0, "colour": "red"}"#, headers: headers)
            #expect(answer.status == 400)
            #expect(answer.json["mistakes"]?.array?.compactMap { $0["pointer"]?.string } == ["/qty", "/colour"])
            #expect(try await bed.post("/apis/orders/7", "{", headers: headers).status == 400)
            #expect(try await bed.post("/apis/orders/7/8", "{}", headers: headers).status == 404)
            let wrong = try await bed.get("/apis/orders/7", headers: headers)
            #expect(wrong.status == 405)
            #expect(wrong.header("allow") == "POST")
            #expect(try await bed.post("/apis/orders/7", #"{"qty": 1}"#).status == 401)
            try await bed.engine.recipes.turn("order", on: false)
            #expect(try await bed.post("/apis/orders/7", #"{"qty": 1}"#, headers: headers).status == 404)
            #expect(try await bed.engine.store.jobs(JobFilter()).isEmpty)
        }
    }

    @Test func `a job without an answer is told by number, and nothing of it`() async throws {
        try await Self.use {
            (bed: ServerBed) async throws -> Void in
            let answer = try await bed.get("/apis/broken", headers: [try await bed.token(nil)])
            #expect(answer.status == 500)
            #expect(answer.json["job"]?.integer != nil)
            #expect(!answer.body.contains("secret detail"))
        }
    }

    @Test func `an answer that does not come in time leaves the job at work`() async throws {
        try await ServerBed.use(["slow": Self.slow], adjust: { $0.limits.api = .milliseconds(200) }) {
            (bed: ServerBed) async throws -> Void in
            let answer = try await bed.get("/apis/slow", headers: [try await bed.token(nil)])
            #expect(answer.status == 504)
            let job = JobID(try #require(answer.json["job"]?.integer))
            let state = try await bed.engine.end(of: job).state
            #expect(state == .waiting)
        }
    }

    @Test func `a client has so many requests a minute`() async throws {
        try await Self.use {
            (bed: ServerBed) async throws -> Void in
            let (slow, other) = (try await bed.token(nil, perMinute: 2), try await bed.token(nil))
            for _ in 0..<2 { #expect(try await bed.get("/apis/quiet", headers: [slow]).status == 204) }
            let refused = try await bed.get("/apis/quiet", headers: [slow])
            #expect(refused.status == 429)
            #expect((1...30).contains(Int(refused.header("retry-after") ?? "") ?? 0))
            #expect(try await bed.get("/apis/quiet", headers: [other]).status == 204)
            bed.clock.advance(30_000)
            #expect(try await bed.get("/apis/quiet", headers: [slow]).status == 204)
        }
    }

    @Test func `their description has the recipes' own schemas`() async throws {
        try await Self.use {
            (bed: ServerBed) async throws -> Void in
            let document = try await bed.get("/apis/openapi.json", headers: [try await bed.token(nil)]).json
            #expect(document["openapi"] == "3.1.0")
            let order = document["paths"]?["/orders/{id}"]?["post"]
            #expect(order?["parameters"]?[0]?["name"] == "id")
            let schema = order?["requestBody"]?["content"]?["application/json"]?["schema"]
            #expect(schema?["required"] == ["qty"])
            #expect(order?["responses"]?["201"] != nil)
            #expect(document["paths"]?.object?.count == 5)
        }
    }
}
