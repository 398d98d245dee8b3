// /api/v1/connections, tables, topics, deliveries and stats: the surroundings of the recipes.

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
                ["tables": .array(try await engine.tables.list().map(\.json))]
            },
            .api(
                .get, "/tables/{table}", .viewer,
                APIOperation(
                    id: "tables.get", scope: .tables, summary: "Rows of a table, in its order",
                    parameters: [
                        .init("after", "Only rows after so many: `next` of the page before.", .whole), .limit,
                        .init(
                            "text", "Only rows with this text in one of their cells, in small or large letters.", .text),
                    ], answer: (200, .shape("TablePage")))
            ) { request in
                try await engine.tables.page(
                    request.asked["table"], after: try request.number("after", in: 0...Int.max) ?? 0,
                    limit: try request.limit(), holding: request.text("text")
                ).json
            },
            .api(
                .post, "/tables/{table}/save", .author,
                APIOperation(
                    id: "tables.save", scope: .tables,
                    summary: "Write the rows that recipes have changed to the table's file",
                    body: .record(["force": .truthSchema("Also over a file that was edited meanwhile.")]),
                    answer: (200, .record(["table": .typed("string"), "file": .typed("string")])))
            ) { request in
                let table = request.asked["table"]
                let file = try await engine.tables.save(table, force: request.body["force"]?.bool ?? false)
                return ["table": .string(table), "file": .string(file)]
            },
            .api(
                .post, "/tables/{table}/reset", .author,
                APIOperation(
                    id: "tables.reset", scope: .tables,
                    summary: "Forget what recipes have changed in a table: it is its file again",
                    answer: (200, .record(["table": .typed("string")])))
            ) { request in
                try await engine.tables.reset(request.asked["table"])
                return ["table": .string(request.asked["table"])]
            },
            .api(
                .get, "/topics", .viewer,
                APIOperation(
                    id: "topics.list", scope: .topics,
                    summary: "The topics, how many messages are kept, and how far each recipe has read",
                    answer: (200, .list("topics", of: "Topic")))
            ) { _ in ["topics": .array(try await engine.store.topicList())] },
            .api(
                .get, "/topics/{topic}", .viewer,
                APIOperation(
                    id: "topics.get", scope: .topics, summary: "Messages of a topic, oldest first",
                    parameters: [
                        .init("after", "Only messages after this offset; the newest ones when left out.", .whole),
                        .limit,
                    ], answer: (200, .list("messages", of: "TopicMessage")))
            ) { request in
                [
                    "messages": .array(
                        try await engine.store.messageList(
                            of: request.asked["topic"], after: try request.number("after", in: 0...Int.max),
                            limit: try request.limit()))
                ]
            },
            .api(
                .post, "/topics/{topic}/replay", .operator,
                APIOperation(
                    id: "topics.replay", scope: .topics,
                    summary: "Start a recipe once more with messages that were published before",
                    body: .record(
                        [
                            "recipe": .textSchema("The recipe, which must subscribe to the topic."),
                            "from": .typed("integer"), "to": .nullable("integer"),
                        ], required: ["recipe"]),
                    answer: (
                        200,
                        .record([
                            "topic": .typed("string"), "recipe": .typed("string"), "made": .typed("integer"),
                            "unwanted": .typed("integer"), "refused": .typed("integer"),
                            "first_job": .nullable("integer"),
                        ])
                    ))
            ) { request in
                let (from, to) = (request.body["from"]?.integer ?? 1, request.body["to"]?.integer)
                guard from >= 1, (to ?? from) >= from else {
                    throw Problem(.badRequest, "from must be 1 or more, and to not before it")
                }
                let recipe = request.body["recipe"]?.string ?? ""
                guard await engine.recipes.entries[recipe] != nil else {
                    throw Problem(.unprocessableContent, "there is no recipe \"\(recipe.prefix(100))\"")
                }
                return try await engine.perform(
                    .replay(topic: request.asked["topic"], recipe: recipe, from: from, through: to))
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
                    isReady: engine.store.healthLookingAgain() == .ok && !engine.isStopping)
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
