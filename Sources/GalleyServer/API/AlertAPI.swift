// /api/v1/alerts: the rules, what is wrong, what was told, and trying a rule.

import Engine
import JSONCore
import JobHistory

struct AlertAPI: Sendable {
    let engine: Engine

    var list: [Route] {
        [
            .api(
                .get, "/alerts", .viewer,
                APIOperation(
                    id: "alerts.list", scope: .stats,
                    summary: "The alert rules, the troubles that are open, and the messages of late, newest first",
                    parameters: [.before, .limit], answer: (200, .shape("Alerts")))
            ) { try await alerts($0) },
            .api(
                .post, "/alerts/{rule}/test", .author,
                APIOperation(
                    id: "alerts.test", scope: .stats, summary: "Send a test message to every place of a rule, now",
                    answer: (
                        200,
                        .record(["rule": .typed("string"), "results": .listSchema("object")], required: ["results"])
                    ))
            ) { request in
                let rule = request.asked["rule"]
                guard engine.services.alerts().contains(where: { $0.name == rule }) else {
                    throw Problem(.notFound, "there is no alert rule \(rule)")
                }
                return try await engine.testAlert(rule)
            },
        ]
    }

    private func alerts(_ request: APIRequest) async throws -> JSON {
        let limit = try request.limit()
        let messages = try await engine.store.alertDeliveries(before: try request.before(), limit: limit)
        let open = try await engine.store.alertStandings().values.filter { $0.openedAt != nil }
        let page = APIRequest.page("messages", messages.map(\.json), limit: limit, last: messages.last?.id)
        var object = page.object ?? [:]
        object["rules"] = .array(engine.services.alerts().map(\.json))
        object["open"] = .array(open.sorted { ($0.openedAt ?? 0) > ($1.openedAt ?? 0) }.map(\.json))
        return .object(object)
    }
}
