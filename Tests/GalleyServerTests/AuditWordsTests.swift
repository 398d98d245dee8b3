// What the audit log says of requests: the same words for the dashboard, the API and the command line.

import Engine
import Testing

@testable import GalleyServer

struct AuditWordsTests {
    @Test(arguments: [
        ("/jobs/{job}/retry", ["job": "7"], "job.retry", "job 7"),
        ("/recipes/{recipe}/start", ["recipe": "nightly"], "recipe.start", "recipe nightly"),
        ("/schedules/{recipe}/pause", ["recipe": "nightly"], "schedule.pause", "recipe nightly"),
        ("/approvals/{id}/answer", ["id": "3"], "approval.answer", "approval 3"),
        ("/webhooks/{id}/replay", ["id": "9"], "webhook.replay", "webhook 9"),
        ("/connections/{name}/test", ["name": "crm"], "connection.test", "connection crm"),
        ("/settings/alerts/{rule}/test", ["rule": "night"], "alert.test", "alert rule night"),
        ("/jobs/bulk", [:], "jobs.bulk", "/jobs/bulk"),
    ])
    func `a form's address becomes an action and its subject`(
        pattern: String, parameters: [String: String], action: String, subject: String
    ) {
        let route = Route(.post, RoutePattern(stringLiteral: pattern), .signedIn(.viewer)) { _ in .seeOther("/") }
        let words = route.auditWords(parameters, "/jobs/bulk")
        #expect(words.action == action && words.subject == subject, "\(words)")
    }

    @Test func `the dashboard and the API have the same words for the same`() async throws {
        let recipe = #"{"galley": 1, "name": "X", "trigger": {"use": "manual"}, "steps": [{"return": 1}]}"#
        try await ServerBed.use(["x": recipe], configure: { $0.isOpen = true }) { bed in
            #expect(try await bed.form("/recipes/x/stop", "").status == 303)
            #expect(try await bed.post("/api/v1/recipes/x/stop", "{}").status == 200)
            let lines = try await bed.engine.store.audit(limit: 10).map { "\($0.action) \($0.subject)" }
            #expect(lines == ["recipe.stop recipe x", "recipe.stop recipe x"])
        }
    }
}
