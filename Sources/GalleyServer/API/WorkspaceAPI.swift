// /api/v1/connections, tables, deliveries and stats: the surroundings of the recipes.

import Engine
import JSONCore
import JobHistory

struct WorkspaceAPI: Sendable {
    let engine: Engine

    var list: [Route] {
        [
            .api(
                .get, "/connections", .viewer,
                APIOperation(
                    id: "connections.list", scope: .connections,
                    summary: "The connections, and what is missing in them; nothing secret",
                    answer: (200, .list("connections", of: "Connection")))
            ) { _ in ["connections": .array(engine.services.connectionStates().map(\.json))] },
            .api(
                .post, "/connections/{connection}/test", .author,
                APIOperation(
                    id: "connections.test", scope: .connections, summary: "Make a connection's test request",
                    answer: (200, .record(["works": .truthSchema(""), "detail": .textSchema("")])))
            ) { request in
                let name = request.asked["connection"]
                guard engine.services.connectionStates().contains(where: { $0.name == name }) else {
                    throw Problem(.notFound, "there is no connection \(name)")
                }
                do {
                    return ["works": true, "detail": .string(try await engine.services.testConnection(name))]
                } catch {
                    return ["works": false, "detail": .string(OwnerFailure(error).description)]
                }
            },
            .api(
                .get, "/tables", .viewer,
                APIOperation(
                    id: "tables.list", scope: .tables, summary: "The look-up tables and their columns",
                    answer: (200, .list("tables", of: "Table")))
            ) { _ in
                ["tables": .array(try await engine.tables.list())]
            },
            .api(
                .get, "/tables/{table}", .viewer,
                APIOperation(
                    id: "tables.get", scope: .tables, summary: "Rows of a table, in its order",
                    parameters: [
                        .init("after", "Only rows after so many: `next` of the page before.", .whole), .limit,
                    ], answer: (200, .shape("TablePage")))
            ) { request in
                try await engine.tables.page(
                    request.asked["table"], after: try request.number("after", in: 0...Int.max) ?? 0,
                    limit: try request.limit()
                ).json
            },
            .api(
                .get, "/deliveries", .viewer,
                APIOperation(
                    id: "deliveries.list", scope: .deliveries, summary: "Webhook deliveries of late, newest first",
                    parameters: [
                        .init("path", "Only those at this address below /hooks/.", .text),
                        .init("verdict", "accepted, passed_over or refused.", .text), .before, .limit,
                    ], answer: (200, .page("deliveries", of: "Delivery")))
            ) { try await deliveries($0) },
            .api(
                .get, "/deliveries/{id}", .viewer,
                APIOperation(
                    id: "deliveries.get", scope: .deliveries, summary: "One delivery; of a refused one also the body",
                    answer: (200, .shape("Delivery")))
            ) { request in
                guard let delivery = try await engine.store.delivery(try request.asked.number("id")) else {
                    throw Problem(.notFound, "this delivery is not kept any more")
                }
                return .object(delivery.json)
            },
            .api(
                .get, "/stats", .viewer,
                APIOperation(
                    id: "stats.get", scope: .stats, summary: "How many jobs are in which state",
                    answer: (
                        200,
                        .record(["jobs": ["type": "object"], "recipes": .typed("integer"), "ready": .typed("boolean")])
                    ))
            ) { _ in
                let counts = try await engine.store.counts()
                return Statistics.json(
                    counts, recipes: await engine.recipes.entries.count,
                    isReady: engine.store.health == .ok && !engine.isStopping)
            },
        ]
    }

    private func deliveries(_ request: APIRequest) async throws -> JSON {
        var verdict: Delivery.Verdict?
        if let name = request.text("verdict") {
            verdict = Delivery.Verdict.allCases.first { $0.description == name }
            guard verdict != nil else {
                throw Problem(.badRequest, "verdict is accepted, passed_over or refused, not \"\(name)\"")
            }
        }
        let limit = try request.limit()
        let deliveries = try await engine.store.deliveries(
            path: request.text("path"), verdict: verdict, before: try request.before(), limit: limit)
        return APIRequest.page(
            "deliveries", deliveries.map { .object($0.json) }, limit: limit, last: deliveries.last?.id)
    }
}
