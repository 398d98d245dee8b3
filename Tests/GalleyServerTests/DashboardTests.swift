// The pages over a real server: they answer, keep hostile texts harmless, and their forms do what they say.

import Engine
import Foundation
import JSONCore
import JobHistory
import RecipeLanguage
import Testing

@testable import GalleyServer

@Suite(.serialized) struct DashboardTests {
    /// Ends attributes and tags; the accents make grapheme clusters that an escaping by characters misses.
    private static let bait =
        #"<script>alert(1)</script>"\#u{301} onfocus=alert(2) x='\#u{301} <\#u{301}img src=x onerror=alert(3)>"#

    private static let recipe = """
        {"galley": 1, "name": \(JSON.string(bait).compact),
         "trigger": {"id": "got", "use": "webhook.received", "input": {"path": "in", "schema": {"type": "object",
          "properties": {"text": {"type": "string", "title": \(JSON.string(bait).compact)}}}}},
         "report": {"Text": "got.body.text"},
         "steps": [{"title": \(JSON.string(bait).compact), "set": {"x": "{{ got.body.text }}"}},
                   {"id": "halted", "stop": "failed", "reason": "{{ got.body.text }}"}]}
        """

    private static let pages = [
        "/", "/?range=30d", "/?since=1764000000000&until=1764003600000", "/jobs", "/jobs?state=failed,canceled",
        "/jobs/1",
        "/jobs/1?step=0", "/jobs/1?under=x", "/jobs?text=\(percent("alert(1)"))", "/jobs/bulk?action=retry", "/recipes",
        "/recipes/bait",
        "/schedules", "/webhooks", "/webhooks/1", "/topics", "/topics/baited/topic", "/topics/baited/topic?before=2",
        "/tables", "/tables/baited", "/tables/baited?after=1", "/connections", "/connectors", "/settings",
        "/settings/audit", "/settings/audit?who=\(percent(bait))",
    ]

    private static func percent(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }

    /// Runs one event to its end, and has a delivery refused.
    private static func deliver(_ bed: ServerBed) async throws {
        let event: JSON = ["body": ["text": .string(bait)], "headers": [:], "query": [:], "raw": ""]
        let result = try await bed.engine.run("bait", event: event, origin: "webhook")
        try #require(result.job == 1 && result.state == .failed)
        for number in 1...2 {
            _ = try await bed.engine.store.publish(
                .string(bait), key: bait, to: "baited/topic", by: StepWrite(key: "step \(number)", job: 1),
                at: 1_764_000_000_000, mostMessages: 100)
        }
        // A subscription at a system that writes such texts too.
        var subscription = Subscription(
            recipe: "bait", fingerprint: "f", token: "t0ken", connector: bait, trigger: bait, connection: bait,
            input: [:],
            url: "https://x.example/\(bait)", madeAt: 1, state: .ending, next: nil)
        subscription.error = bait
        try await bed.engine.store.save([subscription])
        #expect(try await bed.post("/hooks/in", bait).status == 400)
    }

    @Test func `a paused schedule says why, and is neither to come nor missing`() async throws {
        let recipe =
            #"{"galley": 1, "name": "Ticks", "trigger": {"use": "schedule", "input": {"every": "1h"}}, "steps": [{"return": 1}]}"#
        try await ServerBed.use(["tick": recipe], configure: { $0.isOpen = true }) { bed in
            #expect(try await bed.get("/").body.contains(#"href="/recipes/tick""#))
            #expect(try await bed.form("/schedules/tick/pause", "reason=+").status == 400)
            #expect(try await bed.form("/schedules/none/pause", "reason=x").status == 404)
            #expect(try await bed.form("/schedules/tick/resume", "").status == 409)
            #expect(try await bed.form("/schedules/tick/pause", "reason=stocktaking").status == 303)
            bed.clock.advance(3 * 3_600_000)
            let schedules = try await bed.get("/schedules").body
            #expect(schedules.contains("stocktaking") && schedules.contains(">none<"))
            let home = try await bed.get("/").body
            #expect(!home.contains(#"href="/recipes/tick""#) && !home.contains("Silent"))
            #expect(try await bed.form("/schedules/tick/resume", "").status == 303)
            #expect(try await !bed.get("/schedules").body.contains("stocktaking"))
        }
    }

    /// A table with such texts in every place.
    private static func table(_ services: inout EngineServices) {
        services.tableFiles.columns = { ["baited": [bait]] }
        services.tableFiles.read = { name in
            guard name == "baited" else { throw OwnerFailure(kind: "no_such_job", "there is no table \(name)") }
            return TableFile(
                shape: TableShape(name: name, columns: [bait], isText: true), path: bait, hash: "1", rowCount: 2,
                cells: { _ in [.string(bait)] })
        }
    }

    @Test func `every page answers, and no text of an event or a recipe becomes markup`() async throws {
        try await ServerBed.use(["bait": Self.recipe], configure: { $0.isOpen = true }, adjust: Self.table) { bed in
            try await Self.deliver(bed)
            let audited = AuditEntry(
                at: 1, who: Self.bait, kind: Self.bait, from: Self.bait, action: Self.bait, subject: Self.bait)
            try await bed.engine.store.note(audited)
            for page in Self.pages {
                let answer = try await bed.get(page)
                #expect(answer.status == 200, "\(page)")
                #expect(answer.body.contains("<h1>") && answer.body.contains("<main"), "\(page)")
                let scalars = answer.body.unicodeScalars
                for piece in ["<script>alert", "\"\u{301} onfocus", "'\u{301} <", "<\u{301}img", "<img"] {
                    #expect(!scalars.contains(piece.unicodeScalars), "\(page): \(piece)")
                }
                #expect(!answer.body.contains(" style=") && !answer.body.contains("<style"), "\(page)")
            }
        }
    }

    @Test(arguments: [
        "/jobs/99", "/recipes/none", "/webhooks/99", "/topics/none", "/tables/none", "/connections/none",
        "/connectors/none",
        "/jobs/1/compare",
    ])
    func `what is not there is said in words`(page: String) async throws {
        try await ServerBed.use(["bait": Self.recipe], configure: { $0.isOpen = true }) { bed in
            let answer = try await bed.get(page)
            #expect(answer.status == 404)
        }
    }

    @Test func `a failed job is retried, rerun and its recipe stopped by forms`() async throws {
        try await ServerBed.use(["bait": Self.recipe], configure: { $0.isOpen = true }) { bed in
            try await Self.deliver(bed)
            let form = ["Content-Type: application/x-www-form-urlencoded"]
            let retried = try await bed.post("/jobs/1/retry", "from=halted", headers: form)
            #expect(retried.status == 303 && retried.head.contains("/jobs/1?notice=retried"))
            let rerun = try await bed.post("/jobs/1/rerun", "", headers: form)
            #expect(rerun.status == 303 && rerun.head.contains("/jobs/2?notice=rerun"))
            #expect(try await bed.post("/recipes/bait/stop", "", headers: form).status == 303)
            #expect(try await bed.post("/hooks/in", "{}").status == 404)
            let ran = try await bed.post("/recipes/bait/run", "f0=by+hand", headers: form)
            #expect(ran.status == 303 && ran.head.contains("/jobs/3"))
            #expect(try await bed.engine.store.job(3)?.event["body"]?["text"] == "by hand")
        }
    }

    @Test func `a job is exported as a test of its recipe`() async throws {
        try await ServerBed.use(["bait": Self.recipe], configure: { $0.isOpen = true }) { bed in
            try await Self.deliver(bed)
            let test = try await bed.get("/jobs/1/test.json").json
            #expect(test["expect"]?["state"] == "failed")
            #expect(test["event"]?["body"]?["text"] == .string(Self.bait))
        }
    }

    @Test func `templates write values only in the way that makes them safe`() throws {
        for (name, source) in Templates.all {
            #expect(!source.contains("{{{") && !source.contains("{{&") && !source.contains("{{%"), "\(name)")
            #expect(!source.contains(" style=") && !source.contains("onclick") && !source.contains("http"), "\(name)")
        }
        _ = try PageTemplates()
    }

    @Test(arguments: [
        (0.999_9, "99.9 %"), (1, "100 %"), (0.5, "50 %"), (0.000_1, "0.1 %"), (0, "0 %"),
    ])
    func `shares never round to all or nothing`(share: Double, words: String) {
        #expect(NumberWords.percent(share) == words)
    }
}
