// `graphql` against a server made with Graphene: variables, pages by cursor, a mutation, and what its errors mean.

import ConnectorKit
import Foundation
import JSONCore
import Logging
import OutboundHTTP
import Testing

@testable import BuiltInConnectors

@Suite(.timeLimit(.minutes(5)))
struct GraphQLServerTests {
    /// Calls one action after the other against a server of its own.
    private func withServer(_ body: (Trial) async throws -> Void) async throws {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/graphql_server.py"
        let port = try LocalProgram.freePort()
        let process = try LocalProgram.start(["/usr/bin/python3", script, "\(port)"])
        defer { process.terminate() }
        try await BlockingWork.run { _ in try LocalProgram.waitFor(port: port, of: process) }
        let client = OutboundClient(policy: NetworkPolicy(folder: "/"), logger: Logger(label: "test"))
        var network = NetworkPermissions()
        network.privateAddresses = true
        var trial = try Trial()
        trial.http = client
        trial.connection = Connection(
            name: "shop", connector: "graphql", settings: ["url": .string("http://127.0.0.1:\(port)/graphql")],
            credentials: ["type": "none"], network: network)
        do {
            try await body(trial)
        } catch {
            await client.shutdown()
            throw error
        }
        await client.shutdown()
    }

    @Test func `variables, pages and mutations work`() async throws {
        try await withServer { trial in
            let one = try await trial.call(
                "graphql.query",
                [
                    "query": "query One($id: ID!) { order(id: $id) { id name total } } query Two { broken }",
                    "variables": ["id": "3"], "operation_name": "One",
                ])
            let total = JSON.number(JSONNumber(validated: "4.5"))
            #expect(one == ["data": ["order": ["id": "3", "name": "Order 3", "total": total]]])
            let none = try await trial.call(
                "graphql.query", ["query": "query($id: ID!) { order(id: $id) { id } }", "variables": ["id": "\"} x"]])
            #expect(none == ["data": ["order": nil]])
            let list = """
                query List($after: String, $least: Float) {
                  orders(first: 10, after: $after, least: $least) {
                    edges { node { id } } pageInfo { hasNextPage endCursor }
                  }
                }
                """
            let all = try await trial.call(
                "graphql.query", ["query": .string(list), "list": "orders", "variables": ["least": 3]])
            #expect(all["items"]?.array?.compactMap { $0["id"]?.string } == (2...25).map(String.init))
            #expect(all["count"] == 24 && all["more"] == false)
            let some = try await trial.call("graphql.query", ["query": .string(list), "list": "orders", "limit": 15])
            #expect(some["count"] == 15 && some["more"] == true)
            let added = try await trial.call(
                "graphql.mutate",
                [
                    "query": "mutation Add($order: OrderInput!) { addOrder(order: $order) { order { id name } } }",
                    "variables": ["order": ["name": "Tea \"x\"", "total": .number(JSONNumber(validated: "2.5"))]],
                ])
            #expect(added == ["data": ["addOrder": ["order": ["id": "new", "name": "Tea \"x\""]]]])
        }
    }

    @Test func `errors say what went wrong, and have a type to branch on`() async throws {
        try await withServer { trial in
            func failure(_ input: JSONObject, _ action: String = "graphql.query") async throws -> ConnectorError {
                try await trial.failure(action, .object(input))
            }
            let field = try await failure(["query": "{ order(id: 1) { nam } }"])
            #expect(field.type == "bad_input" && field.message.contains("Cannot query field \"nam\""), "\(field)")
            let variable = try await failure(["query": "query($id: ID!) { order(id: $id) { id } }"])
            #expect(variable.type == "bad_input" && variable.message.contains("$id"), "\(variable)")
            let broken = try await failure(["query": "{ broken }"])
            #expect(broken.type == "graphql" && broken.message == "the interface says: it broke (at broken)")
            #expect(try await failure(["query": "{ forbidden }"]).type == "auth")
            let refused = try await failure(
                [
                    "query": "mutation Add($order: OrderInput!) { addOrder(order: $order) { order { id } } }",
                    "variables": ["order": ["name": "Tea", "total": -1]],
                ], "graphql.mutate")
            #expect(refused.type == "bad_input" && refused.outcome == .refused)
            let partial = try await trial.call(
                "graphql.query", ["query": "{ broken order(id: \"1\") { id } }", "partial": true])
            #expect(partial["data"] == ["broken": nil, "order": ["id": "1"]])
            #expect(partial["errors"]?[0]?["message"] == "it broke")
        }
    }
}
