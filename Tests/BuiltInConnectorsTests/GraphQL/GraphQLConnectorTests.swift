// `graphql`: documents, variables, errors that a 200 hides, lists page by page.

import ConnectorKit
import JSONCore
import Testing

@testable import BuiltInConnectors

struct GraphQLConnectorTests {
    private func trial(
        status: Int = 200, _ answer: @escaping @Sendable (JSON, Int) -> JSON
    ) throws -> Trial {
        var trial = try Trial()
        trial.http = StubClient { request, number in
            let body = try JSON(parsing: request.body)
            return HTTPAnswer(
                status: status, headers: [("content-type", "application/json")],
                body: Array(answer(body, number).compact.utf8), url: request.url)
        }
        trial.connection = Connection(
            name: "shop", connector: "graphql",
            settings: ["url": "https://shop.example/graphql", "headers": ["X-Version": "7"]],
            credentials: ["type": "bearer", "token": "t-1"])
        return trial
    }

    @Test func `sends document, variables and credentials`() async throws {
        let trial = try trial { _, _ in ["data": ["order": ["id": "O-1"]]] }
        let document = "query Order($id: ID!) { order(id: $id) { id } }"
        let output = try await trial.call(
            "graphql.query",
            ["query": .string(document), "variables": ["id": "O-1\"}"], "operation_name": "Order", "timeout": 5])
        #expect(output == ["data": ["order": ["id": "O-1"]]])
        let request = try #require((trial.http as? StubClient)?.requests.first)
        #expect(request.method == "POST" && request.url == "https://shop.example/graphql" && request.timeout == 5)
        #expect(request.header("Authorization") == "Bearer t-1" && request.header("X-Version") == "7")
        #expect(request.isRepeatable)
        #expect(
            try JSON(parsing: request.body) == [
                "query": .string(document), "variables": ["id": "O-1\"}"], "operationName": "Order",
            ])
    }

    @Test(
        arguments: [
            ("{ a }", nil, "query"), ("query { a }", nil, "query"),
            ("# mutation {\nquery Q @x(y: \"}\") { a }", nil, "query"),
            ("fragment F on T { a { b } } query Q { ...F }", nil, "query"),
            ("query Q($a: [In!] = [{ b: \"\"\"}\\\"\"\"{\"\"\" }]) { a }", nil, "query"),
            ("mutation M { a }", nil, "mutation"), ("query Q { a } mutation M { b }", "M", "mutation"),
            ("query Q { a } mutation M { b }", "Q", "query"), ("query mutation { a }", nil, "query"),
        ] as [(String, String?, String)])
    func `tells a query from a mutation`(document: String, operation: String?, kind: String) async throws {
        let trial = try trial { _, _ in ["data": [:]] }
        var input: JSONObject = ["query": .string(document)]
        if let operation { input["operation_name"] = .string(operation) }
        let (right, wrong) = kind == "query" ? ("graphql.query", "graphql.mutate") : ("graphql.mutate", "graphql.query")
        #expect(try await trial.call(right, .object(input)) == ["data": [:]])
        let error = try await trial.failure(wrong, .object(input))
        #expect(error.type == "bad_input" && error.message.contains("use \(right)"))
        #expect((trial.http as? StubClient)?.requests.count == 1)
    }

    @Test(
        arguments: [
            (["query": "{ a "], "never closed"), (["query": "{ a } }"], "not open"),
            (["query": "{ a(b: \"x) }"], "text that is never closed"),
            (["query": "query A { a } query B { b }"], "has 2 operations"),
            (["query": "fragment F on T { a }"], "no operation"),
            (["query": "{ a }", "operation_name": "B"], "no operation \"B\""),
            (["query": "subscription { a }"], "subscription"),
            (["query": "{ a }", "url": "https://elsewhere.example/graphql"], "not of the system"),
            (["query": "{ a }", "url": "ftp://x"], "must be the address"),
            (["query": "{ a }", "timeout": 0], "\"timeout\""),
        ] as [(JSON, String)])
    func `says what is wrong before anything is sent`(input: JSON, says: String) async throws {
        let trial = try trial { _, _ in ["data": [:]] }
        let error = try await trial.failure("graphql.query", input)
        #expect(error.type == "bad_input")
        #expect(error.message.contains(says), "\(error.message)")
        #expect((trial.http as? StubClient)?.requests.isEmpty == true)
    }

    @Test(
        arguments: [
            (["extensions": ["code": "UNAUTHENTICATED"]], 200, "auth", false),
            (["type": "NOT_FOUND"], 200, "not_found", false),
            (["extensions": ["code": "THROTTLED"]], 200, "rate_limited", true),
            (["extensions": ["code": "access-denied"]], 200, "auth", false),
            (["extensions": ["code": "GRAPHQL_VALIDATION_FAILED"]], 400, "bad_input", false),
            (["extensions": ["code": "INTERNAL_SERVER_ERROR"]], 200, "server", true), ([:], 200, "graphql", false),
            ([:], 403, "auth", false), ([:], 503, "server", true),
            (["extensions": ["code": "ACME_SAYS_NO"]], 200, "graphql", false),
        ] as [(JSON, Int, String, Bool)])
    func `an error is typed by its code`(extra: JSON, status: Int, type: String, isTransient: Bool) async throws {
        var error = extra.object ?? [:]
        (error["message"], error["path"]) = ("No\u{1B}[31m such order", ["order", 0, "id"])
        let ready = JSON.object(error)
        let trial = try trial(status: status) { _, _ in ["errors": [ready, ["message": "other"]], "data": nil] }
        let failure = try await trial.failure("graphql.query", ["query": "{ a }"])
        #expect(failure.type == type && failure.isTransient == isTransient)
        #expect(failure.message == "the interface says: No [31m such order (at order.0.id), and 1 more")
        #expect(failure.status == (status == 200 ? nil : status))
        #expect(failure.details?["errors"]?.array?.count == 2)
    }

    @Test func `data with errors is an error unless parts are wanted`() async throws {
        let trial = try trial { _, _ in ["data": ["a": 1, "b": nil], "errors": [["message": "b failed"]]] }
        let error = try await trial.failure("graphql.query", ["query": "{ a b }"])
        #expect(error.type == "graphql" && error.outcome == .refused)
        #expect(error.details?["data"] == ["a": 1, "b": nil])
        let output = try await trial.call("graphql.query", ["query": "{ a b }", "partial": true])
        #expect(output == ["data": ["a": 1, "b": nil], "errors": [["message": "b failed"]]])
        // Of a mutation a part may have been done.
        #expect(try await trial.failure("graphql.mutate", ["query": "mutation { a b }"]).outcome == .unknown)
    }

    @Test func `a connection is tried with a field that every interface has`() async throws {
        let works = try trial { body, _ in ["data": ["__typename": body["query"] ?? nil]] }
        #expect(try await NativeConnector.graphql.sendTest(in: works.context))
        let denied = try trial(status: 401) { _, _ in ["message": "no such token"] }
        let error = await #expect(throws: ConnectorError.self) {
            try await NativeConnector.graphql.sendTest(in: denied.context)
        }
        #expect(error?.type == "auth")
    }

    @Test func `what is not GraphQL is an error`() async throws {
        let trial = try trial { _, _ in ["hello": 1] }
        #expect(try await trial.failure("graphql.query", ["query": "{ a }"]).type == "bad_answer")
        #expect(try await trial.failure("graphql.mutate", ["query": "mutation { a }"]).outcome == .unknown)
    }

    private static func page(_ items: JSON, next: JSON, hasNext: Bool, edges: Bool = false) -> JSON {
        let list: JSON = edges ? .array((items.array ?? []).map { ["node": $0] }) : items
        return [
            "data": [
                "shop": [
                    "orders": [
                        edges ? "edges" : "nodes": list,
                        "pageInfo": ["hasNextPage": .bool(hasNext), "endCursor": next],
                    ]
                ]
            ]
        ]
    }
    private static let document =
        "query ($after: String) { shop { orders(after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } } }"

    @Test func `gathers a list page by page`() async throws {
        let trial = try trial { body, _ in
            switch body["variables"]?["after"]?.string {
            case nil: Self.page([1, 2], next: "c1", hasNext: true)
            case "c1": Self.page([3, 4], next: "c2", hasNext: true, edges: true)
            default: Self.page([5], next: nil, hasNext: false)
            }
        }
        let input: JSONObject = ["query": .string(Self.document), "list": "shop.orders"]
        let all = try await trial.call("graphql.query", .object(input))
        #expect(all["items"] == [1, 2, 3, 4, 5] && all["count"] == 5 && all["more"] == false)
        var some = input
        some["limit"] = 3
        let three = try await trial.call("graphql.query", .object(some))
        #expect(three["items"] == [1, 2, 3] && three["more"] == true)
        some["limit"] = 1
        #expect(try await trial.call("graphql.query", .object(some))["more"] == true)
        some["limit"] = 5
        #expect(try await trial.call("graphql.query", .object(some))["more"] == false)
    }

    @Test(
        arguments: [
            (page([1], next: "same", hasNext: true), "shop.orders", "bad_answer", "same next page twice"),
            (page([1], next: nil, hasNext: true), "shop.orders", "bad_answer", "no endCursor"),
            (page([1], next: nil, hasNext: false), "shop.invoices", "bad_input", "no \"invoices\""),
            (["data": ["shop": ["orders": ["nodes": []]]]], "shop.orders", "bad_input", "no pageInfo"),
            (["data": ["shop": ["orders": [:]]]], "shop.orders", "bad_input", "neither nodes nor edges"),
        ] as [(JSON, String, String, String)])
    func `a list that can't be gathered says why`(answer: JSON, list: String, type: String, says: String) async throws {
        let trial = try trial { _, _ in answer }
        let error = try await trial.failure("graphql.query", ["query": .string(Self.document), "list": .string(list)])
        #expect(error.type == type)
        #expect(error.message.contains(says), "\(error.message)")
    }

    @Test func `a list that is null is empty`() async throws {
        let trial = try trial { _, _ in ["data": ["shop": ["orders": nil]]] }
        let output = try await trial.call("graphql.query", ["query": .string(Self.document), "list": "shop.orders"])
        #expect(output["items"] == [] && output["more"] == false)
    }
}
