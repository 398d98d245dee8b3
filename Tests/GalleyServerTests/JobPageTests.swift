// The pages of jobs: filters that can't be read, texts that turn directions around, steps that fail their job.

import Engine
import JSONCore
import JobHistory
import RecipeLanguage
import Testing

@testable import GalleyServer

@Suite(.timeLimit(.minutes(2)))
struct JobPageTests {
    private static let recipe = """
        {"galley": 1, "trigger": {"id": "got", "use": "manual"},
         "steps": [{"if": "got.wait.present?", "then": [{"wait": "1h"}]},
                   {"id": "halted", "stop": "failed", "reason": "{{ got.text }}"}]}
        """

    private static func use(_ body: @escaping @Sendable (ServerBed) async throws -> Void) async throws {
        try await ServerBed.use(["halts": recipe], configure: { $0.isOpen = true }, body)
    }

    @Test(arguments: [
        "state=zzz", "state=failed,zzz", "state=failed&state=zzz", "state=,", "since=foo", "until=foo", "stat=failed",
        "recipe=a&recipe=b", "text=a&text=b", "parent=x", "before=x", "since=999999999999999999999",
    ])
    func `a filter that is not understood shows no jobs and changes none`(query: String) async throws {
        try await Self.use { (bed: ServerBed) async throws -> Void in
            _ = try await bed.engine.run("halts", event: ["text": "no"], origin: "manual")
            #expect(try await bed.get("/jobs?" + query).status == 400)
            #expect(try await bed.get("/jobs/bulk?action=retry&" + query).status == 400)
            #expect(try await bed.form("/jobs/bulk", "action=retry&" + query).status == 400)
            #expect(try await bed.engine.store.job(1)?.summary.state == .failed)
        }
    }

    @Test(arguments: [
        "", "?state=&since=&until=&text=&recipe=", "?state=failed&state=canceled", "?since=2026-01-31T09:30&until=1",
        "?recipe=halts&parent=1&before=5&notice=retried", "?since=1764000000000",
    ])
    func `a filter that is understood, or empty, is a list`(query: String) async throws {
        try await Self.use { (bed: ServerBed) async throws -> Void in
            #expect(try await bed.get("/jobs" + query).status == 200)
        }
    }

    @Test(arguments: [
        (3_600_000, "in 1 h, 2025-11-24 17:00:00 (Europe/Berlin)"),
        (-60_000, "1 min ago, 2025-11-24 15:59:00 (Europe/Berlin)"),
        (90 * 86_400_000, "2026-02-22 16:00:00 (Europe/Berlin)"),
    ])
    func `a time is told with how far away it is, and once when that is a date`(ahead: Milliseconds, words: String) {
        let now: Milliseconds = 1_763_996_400_000
        #expect(TimeWords(now: now, zone: "Europe/Berlin").both(now + ahead) == words)
    }

    @Test func `what sets a direction in a text is shown and does not turn our own words around`() async throws {
        try await Self.use { (bed: ServerBed) async throws -> Void in
            let text = "a\u{202E}b\u{2066}c\u{200F}d\u{061C}e ü–“"
            _ = try await bed.engine.run("halts", event: ["text": .string(text)], origin: "manual")
            for page in ["/jobs", "/jobs/1", "/jobs/1?step=0"] {
                let body = try await bed.get(page).body
                #expect(body.contains(#"a\u202Eb\u2066c\u200Fd\u061Ce ü–“"#), "\(page)")
                #expect(
                    !body.unicodeScalars.contains { [0x202E, 0x2066, 0x200F, 0x061C].contains($0.value) }, "\(page)")
            }
        }
    }

    @Test func `a step that fails the job is no success`() async throws {
        try await Self.use { (bed: ServerBed) async throws -> Void in
            _ = try await bed.engine.run("halts", event: ["text": "no"], origin: "manual")
            for page in ["/jobs/1?step=1", "/recipes/halts"] {
                #expect(try await bed.get(page).body.contains("Failed the job"), "\(page)")
            }
        }
    }

    @Test(arguments: [
        ("", "canceled"), ("reason=", "canceled"), ("reason=+%0A", "canceled"),
        ("reason=wrong+order+", "canceled: wrong order"),
    ])
    func `a job is canceled for the reason that is given, on its page and with others`(form: String, kept: String)
        async throws
    {
        try await Self.use { (bed: ServerBed) async throws -> Void in
            for place in ["/jobs/1/cancel", "/jobs/bulk"] {
                let job = try #require(try await bed.engine.accept("halts", event: ["wait": 1], origin: "manual")?.job)
                let fields = place == "/jobs/bulk" ? ["action=cancel", form] : [form]
                #expect(try await bed.form(place, fields.joined(separator: "&")).status == 303)
                let end = try await bed.engine.end(of: job)
                #expect(end.state == .canceled && end.reason == kept, "\(place): \(end)")
            }
            #expect(try await bed.get("/jobs/2").body.contains(kept))
        }
    }

    @Test func `only a job that ended by itself is exported as a test`() async throws {
        try await Self.use { (bed: ServerBed) async throws -> Void in
            let job = try #require(try await bed.engine.accept("halts", event: ["wait": 1], origin: "manual")?.job)
            _ = try await bed.engine.cancel(job, reason: "not wanted")
            _ = try await bed.engine.end(of: job)
            let refused = try await bed.get("/api/v1/jobs/\(job)/test")
            #expect(refused.status == 409)
            #expect(refused.json["detail"]?.string?.contains("job \(job) is canceled") == true)
            #expect(try await bed.get("/jobs/\(job)/test.json").status == 409)
            #expect(try await !bed.get("/jobs/\(job)").body.contains("Export as test"))
        }
    }

    @Test func `settings that wait for a restart are among what needs a person`() async throws {
        for waits in [true, false] {
            try await ServerBed.use(
                [:],
                configure: { configuration in
                    configuration.isOpen = true
                    configuration.workspace.awaitsRestart = { waits }
                }
            ) { (bed: ServerBed) async throws -> Void in
                #expect(try await bed.get("/").body.contains("galley.json has changed: restart galley serve") == waits)
            }
        }
    }
}
