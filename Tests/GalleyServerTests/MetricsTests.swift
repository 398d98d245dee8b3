// GET /metrics: who may read it, that Prometheus can, and that its numbers are those of what happened.

import Engine
import Foundation
import JobHistory
import Testing

@testable import GalleyServer

@Suite(.timeLimit(.minutes(2)))
struct MetricsTests {
    private static let recipes = [
        "lead": ServerBed.hook(#""path": "leads""#, #", "when": "got.body.id.present?", "dedupe": "got.body.id""#),
        "fails": """
        {"galley": 1, "trigger": {"id": "got", "use": "webhook.received", "input": {"path": "fails"}},
         "steps": [{"stop": "failed", "reason": "it has to"}]}
        """,
    ]

    private static func scrape(_ bed: ServerBed, _ token: String) async throws -> ScrapedMetrics {
        let answer = try await bed.get("/metrics", headers: [token])
        #expect(answer.status == 200)
        #expect(answer.header("content-type") == "text/plain; version=0.0.4; charset=utf-8")
        return try ScrapedMetrics(answer.body)
    }

    @Test func `its numbers are those of what happened`() async throws {
        try await ServerBed.use(Self.recipes, configure: { $0.version = "1.2.3" }) {
            (bed: ServerBed) async throws -> Void in
            let token = try await bed.token(.viewer)
            for (path, body, status) in [
                ("leads", #"{"id": 1}"#, 202), ("leads", #"{"id": 2}"#, 202), ("leads", #"{"id": 2}"#, 202),
                ("leads", "{}", 202), ("leads", "{", 400), ("nowhere", "{}", 404), ("fails", "{}", 202),
            ] {
                #expect(try await bed.post("/hooks/" + path, body).status == status)
            }
            for job in try await bed.engine.store.jobs(JobFilter()) { _ = try await bed.engine.end(of: job.id) }
            let found = try await Self.scrape(bed, token)
            #expect(found["galley_build_info", ["version": "1.2.3", "sqlite": JobStore.sqliteVersion]] == 1)
            #expect(found["galley_ready"] == 1)
            #expect(found["galley_jobs_open"] == 0)
            for name in ["galley_jobs", "galley_jobs_ended_total"] {
                #expect(found[name, ["recipe": "lead", "state": "succeeded"]] == 2)
                #expect(found[name, ["recipe": "fails", "state": "failed"]] == 1)
                #expect(found.all(name).count == 2)
            }
            #expect(found["galley_job_running_seconds_count", ["recipe": "lead"]] == 2)
            for (outcome, count) in [
                ("accepted", 3), ("duplicate", 1), ("passed_over", 1), ("refused", 1), ("unknown", 1),
                ("unavailable", 0),
            ] {
                #expect(found["galley_webhook_deliveries_total", ["outcome": outcome]] == Double(count), "\(outcome)")
            }
            for (status, count) in [("202", 5), ("400", 1), ("404", 1)] {
                let labels = ["route": "/hooks/{path...}", "status": status]
                #expect(found["galley_http_requests_total", labels] == Double(count))
            }
            #expect(found["galley_http_request_seconds_count", ["route": "/hooks/{path...}"]] == 7)
            #expect(found["galley_history_commit_seconds_count"] ?? 0 >= 4)
            #expect(found["galley_history_size_bytes", ["file": "database"]] ?? 0 > 0)
            #expect(found["galley_polls_total", ["outcome": "failed"]] == 0)
            #expect(found["galley_schedule_starts_total", ["outcome": "started"]] == 0)
            #expect(found["process_resident_memory_bytes"] ?? 0 > 1_000_000)
            #expect(found["process_open_fds"] ?? 0 > 3)
            #expect(found["process_cpu_seconds_total"] ?? 0 > 0)
            #expect(found["galley_uptime_seconds"] ?? -1 >= 0)
        }
    }

    @Test func `a schedule that starts late is seen in its lag`() async throws {
        let recipe = """
            {"galley": 1, "trigger": {"id": "got", "use": "schedule", "input": {"every": "1h"}},
             "steps": [{"return": {"at": "{{ got.scheduled_at }}"}}]}
            """
        try await ServerBed.use(["hourly": recipe]) {
            (bed: ServerBed) async throws -> Void in
            let token = try await bed.token(.viewer)
            while try await bed.engine.store.schedule(of: "hourly") == nil { await Task.yield() }
            bed.clock.advance(3 * 3_600_000)
            // Rung: nobody waits for the scheduler to see that the clock was set.
            try await bed.edit("other", ServerBed.hook(#""path": "x""#))
            while try await bed.engine.store.jobs(JobFilter()).isEmpty { await Task.yield() }
            _ = try await bed.engine.end(of: 1)
            let found = try await Self.scrape(bed, token)
            #expect(found["galley_schedule_starts_total", ["outcome": "started"]] == 1)
            #expect(found["galley_schedule_missed_total"] == 2)
            #expect(found["galley_schedule_lag_seconds_count"] == 1)
            #expect(found["galley_schedule_lag_seconds_bucket", ["le": "3600"]] == 0)
            #expect(found["galley_schedule_lag_seconds_sum"] ?? 0 > 3_600)
        }
    }

    @Test func `a token with the role viewer may read it, within its scopes; nobody else`() async throws {
        try await ServerBed.use([:]) {
            (bed: ServerBed) async throws -> Void in
            #expect(try await bed.get("/metrics").status == 401)
            #expect(try await bed.get("/metrics", headers: ["Authorization: Bearer galley_wrong"]).status == 401)
            for (token, status) in [
                (try await bed.token(nil), 403), (try await bed.token(.viewer, scopes: ["jobs"]), 403),
                (try await bed.token(.viewer, scopes: ["stats"]), 200), (try await bed.token(.viewer), 200),
            ] {
                #expect(try await bed.get("/metrics", headers: [token]).status == status)
            }
        }
        try await ServerBed.use([:], configure: { $0.isOpen = true }) {
            (bed: ServerBed) async throws -> Void in
            #expect(try await bed.get("/metrics").status == 200)
        }
    }

    @Test func `addresses that nobody knows make no labels`() async throws {
        try await ServerBed.use([:]) {
            (bed: ServerBed) async throws -> Void in
            let token = try await bed.token(.viewer)
            for number in 0..<20 { #expect(try await bed.get("/nothing/\(number)").status == 404) }
            #expect(
                try await bed.send("GET /health HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n").status
                    == 421)
            let requests = try await Self.scrape(bed, token).all("galley_http_requests_total")
            #expect(
                Set(requests.map(\.labels)) == [
                    ["route": "(none)", "status": "404"], ["route": "(none)", "status": "421"],
                ])
        }
    }

    @Test func `text, labels and numbers are as the format wants them`() throws {
        var metrics = MetricsText()
        metrics.add("a_total", .counter, "One\nline \\ \"quoted\".", [([("name", "a\"b\\c\nd"), ("other", "é")], 0.1)])
        let histogram = DurationHistogram(bounds: [0.5, 1])
        for seconds in [0.5, 0.6, 7, -3] { histogram.add(seconds: seconds) }
        metrics.add("b_seconds", "Times.", label: "kind", [("x", histogram.bounds, histogram.now)])
        metrics.add("c", .gauge, "None.", [])
        #expect(
            metrics.text == #"""
                # HELP a_total One\nline \\ "quoted".
                # TYPE a_total counter
                a_total{name="a\"b\\c\nd",other="é"} 0.1
                # HELP b_seconds Times.
                # TYPE b_seconds histogram
                b_seconds_bucket{kind="x",le="0.5"} 2
                b_seconds_bucket{kind="x",le="1"} 3
                b_seconds_bucket{kind="x",le="+Inf"} 4
                b_seconds_sum{kind="x"} 8.1
                b_seconds_count{kind="x"} 4
                # HELP c None.
                # TYPE c gauge

                """#)
        let found = try ScrapedMetrics(metrics.text)
        #expect(found["a_total", ["name": "a\"b\\c\nd", "other": "é"]] == 0.1)
    }

    @Test func `of many recipes only those with most jobs have a name`() {
        var counts: [String: [JobState: Int]] = [:]
        for number in 0..<1_000 { counts["r\(number)"] = [.succeeded: number, .failed: 1] }
        let bounded = MetricsRoute.bounded(counts)
        #expect(bounded.count == EngineActivity.mostRecipes + 1)
        #expect(bounded["r999"] == [.succeeded: 999, .failed: 1])
        #expect(bounded[EngineActivity.others]?[.failed] == 800)
        #expect(
            bounded.values.joined().reduce(0) { $0 + $1.value } == counts.values.joined().reduce(0) { $0 + $1.value })
    }
}
