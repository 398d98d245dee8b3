// Alerts over the API and on pages: rules, what is wrong, what could not be told; and a step's attempts.

import Engine
import JSONCore
import JobHistory
import RecipeLanguage
import Synchronization
import Testing

@testable import GalleyServer

@Suite(.serialized) struct AlertPageTests {
    private static let recipe = """
        {"galley": 1, "trigger": {"id": "got", "use": "manual"},
         "steps": [{"id": "t", "set": {"x": 1}}, {"stop": "failed", "reason": "no"}]}
        """

    private static func rule() -> AlertRule {
        var rule = AlertRule(name: "ops")
        rule.conditions = [AlertRule.Condition(.failure)]
        rule.targets = [.mail(connection: "post", to: ["ops@acme.example"])]
        rule.group = .zero
        return rule
    }

    @Test func `what a server watches, tells and can't tell is seen`() async throws {
        let (tried, try_) = AsyncStream.makeStream(of: Void.self)
        try await ServerBed.use(
            ["bad": Self.recipe], configure: { $0.isOpen = true },
            adjust: { services in
                services.alerts = { [Self.rule()] }
                services.sendAlert = { _, _, _ in
                    try_.yield()
                    throw ControlError("the mail server <b>is</b> down")
                }
            }
        ) { bed in
            while try await !bed.engine.store.isWatchedForAlerts() { await Task.yield() }
            _ = try await bed.engine.run("bad", event: [:])
            for await _ in tried { break }
            while try await bed.engine.store.failingAlertDeliveries(since: 0).isEmpty { await Task.yield() }
            let list = try await bed.get("/api/v1/alerts").json
            #expect(list["rules"]?[0]?["rule"] == "ops" && list["open"]?[0]?["subject"] == "bad")
            #expect(list["messages"]?[0]?["state"] == "waiting" && list["messages"]?[0]?["title"] == "bad failed")
            #expect(list["messages"]?[0]?["error"]?.string?.contains("down") == true)
            let home = try await bed.get("/").body
            #expect(home.contains("1 alert could not be delivered") && home.contains("&lt;b&gt;is&lt;/b&gt; down"))
            let page = try await bed.get("/settings/alerts").body
            #expect(page.contains("a job fails") && page.contains("mail to ops@acme.example through post"))
            #expect(try await bed.get("/settings").body.contains("/settings/alerts"))
            let tested = try await bed.form("/settings/alerts/ops/test", "")
            #expect(tested.status == 200 && tested.body.contains("Not delivered"))
            #expect(try await bed.form("/settings/alerts/other/test", "").status == 404)
            let answer = try await bed.post("/api/v1/alerts/ops/test", "{}").json
            #expect(answer["results"]?[0]?["delivered"] == false)
            #expect(try await bed.post("/api/v1/alerts/other/test", "{}").status == 404)
        }
    }

    @Test func `a subscription that keeps failing needs a person, one that failed twice does not`() throws {
        func needs(_ state: Subscription.State, failures: Int) -> String {
            var known = KnownTriggers()
            var subscription = Subscription(
                recipe: "good", fingerprint: "f", token: "t", connector: "world", trigger: "called", connection: nil,
                input: [:], url: "https://galley.example/hooks/subscriptions/t", madeAt: 0, state: state, next: nil)
            (subscription.failures, subscription.error) = (failures, "403: no")
            known.subscriptions["good"] = [subscription]
            return "\(Dashboard.triggerNeeds(known, [:]))"
        }
        #expect(needs(.wanted, failures: 2) == "[]")
        let failing = needs(.wanted, failures: 3)
        #expect(failing.contains("good is not called by its app: subscribing failed 3 times in a row"))
        #expect(failing.contains("403: no") && failing.contains("/webhooks"))
        #expect(needs(.ending, failures: 3).contains("The webhook subscription of good can"))
        #expect(needs(.byHand, failures: 0) == "[]", "its recipe is off")
    }

    @Test func `a job's page shows the attempts of a step, what was sent and answered, and the waits`() async throws {
        try await ServerBed.use(["bad": Self.recipe], configure: { $0.isOpen = true }) { bed in
            let end = try await bed.engine.run("bad", event: [:])
            var attempt = AttemptRecord(
                job: end.job, seq: 0, attempt: 1, startedAt: 1_764_000_000_000, duration: 12_000,
                error: ["message": "the server answered 503", "type": "server", "status": 503],
                exchanges: [
                    [
                        "request": [
                            "method": "POST", "url": "https://crm.example/<i>", "headers": [["Accept", "a/b"]],
                        ],
                        "response": ["status": 503, "headers": [["retry-after", "2"]], "body": "<script>"], "ms": 12,
                    ]
                ])
            (attempt.wait, attempt.waitReason) = (2_000, "the other side asked for it (Retry-After)")
            try await bed.engine.store.commit([.attempt(attempt)])
            let page = try await bed.get("/jobs/\(end.job)?step=0").body
            #expect(page.contains("waited 2.0 s: the other side asked for it (Retry-After)"))
            #expect(page.contains("POST https://crm.example/&lt;i&gt;") && page.contains("retry-after: 2"))
            #expect(page.contains("&lt;script&gt;") && !page.contains("<script>"))
            let steps = try await bed.get("/api/v1/jobs/\(end.job)/steps").json
            #expect(steps["steps"]?[0]?["attempts"]?[0]?["wait_ms"] == 2_000)
            #expect(steps["steps"]?[0]?["attempts"]?[0]?["exchanges"]?[0]?["response"]?["status"] == 503)
        }
    }
}
