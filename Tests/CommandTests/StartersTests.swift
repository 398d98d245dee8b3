// What starts by itself under a real galley serve: schedules through kill -9, pauses, backfills, and polls of the sandbox.

import Foundation
import JSONCore
import Testing

struct StartersTests {
    private static func timed(_ settings: String) -> String {
        """
        { "galley": 1, "name": "Timed", "trigger": { "id": "clock", "use": "schedule", "input": \(settings) },
          "steps": [ { "return": { "at": "{{ clock.scheduled_at }}", "missed": "{{ clock.missed }}" } } ] }
        """
    }

    private func serve(_ place: CommandPlace) async throws -> GalleyProcess {
        let process = try place.start("serve", "--port", "0")
        try await process.wait { $0.contains("galley serves") }
        return process
    }

    /// The scheduled times of the jobs that there are.
    private func times(_ place: CommandPlace) async throws -> [String] {
        let jobs = try await place.galley("jobs", "list", "--json", "--state", "succeeded", "--limit", "1000")
            .expect(0).lines
        var times: [String] = []
        for job in jobs {
            let shown = try await place.galley("jobs", "show", "\(job["job"]?.integer ?? 0)", "--json").expect(0).json
            times.append(shown["event"]?["scheduled_at"]?.string ?? "?")
        }
        return times
    }

    @Test func `a schedule starts each time once, through kill -9 and SIGTERM, and counts what it missed`() async throws
    {
        let place = try await CommandPlace(["tick": Self.timed(#"{ "every": "1s" }"#)])
        var server = try await serve(place)
        func jobs() async throws -> Int {
            try await place.galley("jobs", "list", "--json").lines.count { $0["state"] == "succeeded" }
        }
        try await eventually("three jobs") { try await jobs() >= 3 }
        server.send(SIGKILL)
        _ = try await server.end()
        let before = try await jobs()
        server = try await serve(place)
        try await eventually("more jobs") { try await jobs() >= before + 3 }
        server.send(SIGTERM)
        try await server.end().expect(0)
        let times = try await times(place)
        #expect(Set(times).count == times.count && !times.contains("?"), "\(times)")
        let entry = try #require(try await place.galley("schedules", "list", "--json").expect(0).json.array?.first)
        #expect(entry["state"] == "on" && entry["kind"] == "schedule")
        #expect(entry["last"]?.string != nil)
        // Every second between the first and the last is a job or was missed.
        let seconds = try times.map { try #require(ISO8601DateFormatter().date(from: $0)).timeIntervalSince1970 }
        let span = Int((seconds.max() ?? 0) - (seconds.min() ?? 0)) + 1
        #expect(span == times.count + (entry["missed"]?.integer ?? 0) + (entry["skipped"]?.integer ?? 0))
    }

    @Test func `a schedule is paused, resumed and filled in beside the server and without one`() async throws {
        let place = try await CommandPlace(["hourly": Self.timed(#"{ "every": "1h" }"#)])
        let without = try await place.galley("schedules", "list").expect(0)
        #expect(without.messages.contains("`galley serve` does not run"))
        let server = try await serve(place)
        let paused = try await place.galley("schedules", "pause", "hourly", "--reason", "stocktaking", "--json").expect(
            0)
        #expect(try paused.json["paused"] == true)
        let list = try await place.galley("schedules", "list").expect(0)
        #expect(list.data.contains("paused") && list.messages.contains("hourly is paused: stocktaking"))
        #expect(
            try await place.galley("schedules", "list", "--json").json.array?.first?["paused_reason"] == "stocktaking")
        try await place.galley("schedules", "resume", "hourly").expect(0)
        #expect(try await place.galley("schedules", "resume", "hourly").expect(65).messages.contains("is not paused"))
        let stretch = ["--from", "2026-01-05T08:30:00Z", "--to", "2026-01-05T12:00:00Z"]
        func backfill(_ more: String...) async throws -> JSON {
            try await GalleyProcess(["schedules", "backfill", "hourly", "--json"] + stretch + more, in: place).end()
                .expect(0).json
        }
        let preview = try await backfill()
        #expect(preview["count"] == 4 && preview["make"] == 4 && preview["made"] == false)
        #expect(preview["times"]?[0] == "2026-01-05T09:00:00+00:00")
        #expect(preview["marks"] == ["make", "make", "make", "make"])
        #expect(try await backfill("--dry-run")["jobs"] == [])
        #expect(try await backfill("--yes")["jobs"]?.array?.count == 4)
        let again = try await backfill("--yes")
        #expect(again["jobs"] == [] && again["repeated"] == 4)
        let mixed = try await place.galley(
            "schedules", "backfill", "hourly", "--from", "2026-01-05T12:00:00Z", "--to", "2026-01-05T13:00:00Z"
        ).expect(0).data.split(separator: "\n")
        #expect(mixed.count == 3 && mixed[1].hasSuffix("started before") && mixed[2].hasSuffix("would make a job"))
        try await eventually("four jobs") { try await self.times(place).count == 4 }
        server.send(SIGTERM)
        try await server.end().expect(0)
        try await place.galley("schedules", "pause", "hourly", "--reason", "no server").expect(0)
        #expect(try await place.galley("schedules", "list", "--json").json.array?.first?["state"] == "paused")
        try await place.galley("schedules", "pause", "nobody", "--reason", "x").expect(66)
        try await place.galley("schedules", "pause", "hourly").expect(64)
        try await place.galley("schedules", "backfill", "hourly", "--from", "soon", "--to", "2026-01-01").expect(65)
    }

    /// A workspace with the CRM's connector, leading to a sandbox.
    private func crm(_ url: String) async throws -> CommandPlace {
        let place = try await CommandPlace([
            "greet": """
            { "galley": 1, "name": "Greet", "connections": { "crm": "crm" },
              "trigger": { "id": "lead", "use": "crm.new_lead", "input": { "every": "1s" } },
              "steps": [ { "return": { "hello": "{{ lead.email }}" } } ] }
            """
        ])
        let connector = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Connectors/sandbox_crm/connector.json")
        try place.write(
            "Connectors/sandbox_crm/connector.json", String(contentsOf: connector, encoding: .utf8))
        try place.write(
            "Connections/crm.json",
            """
            { "connector": "sandbox_crm", "settings": { "url": "\(url)" }, "auth": { "key": "demo-crm-key" },
              "network": { "private_addresses": true } }
            """)
        return place
    }

    private func enter(_ email: String, at url: String, in place: CommandPlace) async throws {
        let script = """
            import sys, urllib.request
            urllib.request.urlopen(urllib.request.Request(sys.argv[1] + "/crm/v1/leads", sys.argv[2].encode(),
                {"Content-Type": "application/json", "X-API-Key": "demo-crm-key"}))
            """
        try await GalleyProcess(
            ["-c", script, url, #"{"email": "\#(email)"}"#], in: place,
            program: URL(fileURLWithPath: "/usr/bin/python3")
        ).end().expect(0)
    }

    @Test func `new records of the sandbox's CRM start a recipe once each, also those of a time without a server`()
        async throws
    {
        let apps = try await CommandPlace()
        let sandbox = try apps.start("sandbox", "--port", "0", "--smtp-port", "0")
        try await sandbox.wait { $0.contains("stop it with") }
        let url = String(try #require(sandbox.data.split(separator: " ").first { $0.hasPrefix("http://") })).replacing(
            ",", with: "")
        let place = try await crm(url)
        try await place.galley("check").expect(0)
        var server = try await serve(place)
        func poller() async throws -> JSON? {
            try await place.galley("schedules", "list", "--json").expect(0).json.array?.first
        }
        try await eventually("the first poll") { try await poller()?["last"]?.string != nil }
        func greeted() async throws -> [String] {
            let jobs = try await place.galley("jobs", "list", "--json").expect(0).lines
            var greeted: [String] = []
            for job in jobs where job["state"] == "succeeded" {
                let shown = try await place.galley("jobs", "show", "\(job["job"]?.integer ?? 0)", "--json").expect(0)
                greeted.append(try shown.json["result"]?["hello"]?.string ?? "?")
            }
            return greeted.sorted()
        }
        try await enter("ada@example.com", at: url, in: place)
        try await eventually("ada") { try await greeted() == ["ada@example.com"] }
        server.send(SIGKILL)
        _ = try await server.end()
        try await enter("eve@example.com", at: url, in: place)
        server = try await serve(place)
        try await eventually("eve") { try await greeted() == ["ada@example.com", "eve@example.com"] }
        sandbox.send(SIGTERM)
        _ = try await sandbox.end()
        try await eventually("a failure") { try await poller()?["state"] == "failing" }
        let list = try await place.galley("schedules").expect(0)
        #expect(list.messages.contains("greet is failing: "))
        #expect(try await place.galley("doctor").messages.contains("the last poll of 1 recipes failed (greet)"))
        server.send(SIGTERM)
        try await server.end().expect(0)
        let run = try await place.galley("run", "greet", "--input", #"{"email": "x@example.com"}"#).expect(0)
        #expect(run.data.contains("x@example.com"))
    }
}
