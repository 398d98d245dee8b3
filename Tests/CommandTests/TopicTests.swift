// Topics between recipes, with the built program: delivery at once, through kill -9, where subscriptions begin, replays.

import Foundation
import JSONCore
import Testing

struct TopicTests {
    private static let publisher = """
        { "galley": 1, "name": "Publish", "trigger": { "id": "got", "use": "webhook.received", "input": { "path": "n" }, "dedupe": "got.body.n" },
          "steps": [ { "id": "out", "use": "topic.publish", "input": { "topic": "numbers", "key": "{{ got.body.n }}", "data": "{{ got.body }}" } },
                     { "return": "{{ out.offset }}" } ] }
        """

    private static func subscriber(_ settings: String = "", table: String = "seen") -> String {
        """
        { "galley": 1, "name": "Subscribe", "trigger": { "id": "message", "use": "topic.received", "input": { "topic": "numbers"\(settings) } },
          "steps": [ { "id": "row", "use": "table.add", "input": {
            "table": "\(table)", "row": { "n": "{{ message.data.n }}", "at": "{{ message.offset }}" } } } ] }
        """
    }

    private func serve(_ place: CommandPlace, port: String = "0") async throws -> (process: GalleyProcess, port: String)
    {
        let process = try place.start("serve", "--port", port)
        try await process.wait { $0.contains("galley serves") }
        let url = try #require(process.messages.split(separator: "http://127.0.0.1:").dropFirst().first)
        return (process, String(url.prefix { $0.isNumber }))
    }

    private func publish(_ numbers: ClosedRange<Int>, in place: CommandPlace) async throws {
        for n in numbers { try await place.galley("run", "publish", "--input", #"{"body": {"n": \#(n)}}"#).expect(0) }
    }

    private func rows(_ table: String = "seen", in place: CommandPlace) async throws -> [String] {
        try await place.galley("tables", "show", table, "--json", "--limit", "10000").expect(0).lines
            .compactMap { $0["n"]?.string }
    }

    /// Seconds from a message's being published to the job that the newest subscriber has of it.
    private func latency(of offset: Int, in place: CommandPlace) async throws -> Double {
        let format = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        let message = try await place.galley("topics", "show", "numbers", "--json", "--after", "\(offset - 1)").expect(
            0)
        let job = try await place.galley("jobs", "list", "--json", "--recipe", "new", "--limit", "1").expect(0)
        let (published, created) = (
            try #require(message.lines.first?["published_at"]?.string),
            try #require(job.lines.first?["created_at"]?.string)
        )
        return try format.parse(created).timeIntervalSince(format.parse(published))
    }

    @Test func `every message starts each subscriber once and in order, through kill -9 at any moment`() async throws {
        let place = try await CommandPlace([
            "publish": Self.publisher, "first": Self.subscriber(#", "from": "beginning""#),
            "second": Self.subscriber(#", "from": 1"#, table: "also"),
        ])
        for table in ["seen", "also"] { try place.write("Tables/\(table).csv", "n,at\n") }
        let count = 60
        var (server, port) = try await serve(place)
        let script = """
            import sys, time, urllib.request
            for n in range(1, int(sys.argv[2]) + 1):
                while True:
                    try:
                        urllib.request.urlopen(urllib.request.Request("http://127.0.0.1:" + sys.argv[1] + "/hooks/n",
                            b'{"n": %d}' % n, {"Content-Type": "application/json"}), timeout=5)
                        break
                    except OSError: time.sleep(0.02)
                time.sleep(0.01)
            """
        let sender = try GalleyProcess(
            ["-c", script, port, "\(count)"], in: place, program: URL(fileURLWithPath: "/usr/bin/python3"))
        for _ in 0..<4 {
            // Not a wait for anything: the moment is what varies.
            try await Task.sleep(for: .milliseconds(Int.random(in: 50...500)))
            server.send(SIGKILL)
            _ = try await server.end()
            server = try await serve(place, port: port).process
        }
        try await sender.end().expect(0)
        try await eventually("everything has arrived") {
            let (one, two) = (try await self.rows(in: place), try await self.rows("also", in: place))
            return one.count >= count && two.count >= count
        }
        server.send(SIGTERM)
        try await server.end().expect(0)
        let offsets = (1...count).map { "\($0)" }
        for table in ["seen", "also"] {
            let lines = try await place.galley("tables", "show", table, "--json", "--limit", "10000").expect(0).lines
            #expect(lines.compactMap { $0["at"]?.string } == offsets, "\(table)")
            #expect(Set(lines.compactMap { $0["n"]?.string }).count == count, "\(table)")
        }
        let topic = try await place.galley("topics", "list", "--json").expect(0).json[0]
        #expect(topic?["messages"]?.integer == count && topic?["last"]?.integer == count)
        #expect(topic?["readers"]?.array?.allSatisfy { $0["behind"] == 0 } == true)
    }

    @Test func `a subscription begins now, and then gets what is published without a server too`() async throws {
        let place = try await CommandPlace(["publish": Self.publisher, "new": Self.subscriber()])
        try place.write("Tables/seen.csv", "n,at\n")
        try await publish(1...2, in: place)
        var server = try await serve(place).process
        try await eventually("the subscription") {
            try await place.galley("topics", "list", "--json").expect(0).json[0]?["readers"]?[0] != nil
        }
        let start = ContinuousClock.now
        try await publish(3...3, in: place)
        try await eventually("message 3") { try await self.rows(in: place) == ["3"] }
        // Far below the hour between two polls: the message itself made it due.
        #expect(ContinuousClock.now - start < .seconds(30))
        #expect(try await latency(of: 3, in: place) < 5)
        server.send(SIGTERM)
        try await server.end().expect(0)
        try await publish(4...5, in: place)
        let behind = try await place.galley("topics", "list").expect(0)
        #expect(behind.data.contains("new (2 behind)"), "\(behind)")
        server = try await serve(place).process
        try await eventually("messages 4 and 5") { try await self.rows(in: place) == ["3", "4", "5"] }
        server.send(SIGTERM)
        try await server.end().expect(0)
    }

    @Test func `where a subscription begins is checked before it does`() async throws {
        for (settings, words) in [
            (#", "from": "begining""#, "did you mean \"beginning\"?"), (#", "from": 0"#, "\"from\""),
            (#", "form": "now""#, "did you mean \"from\"?"),
            (#", "from": true"#, "\"from\""),
        ] {
            let place = try await CommandPlace(["new": Self.subscriber(settings)])
            try place.write("Tables/seen.csv", "n,at\n")
            let checked = try await place.galley("check").expect(65)
            #expect(checked.messages.contains(words), "\(checked)")
        }
        for settings in ["", #", "from": "now""#, #", "from": 17"#, #", "from": "{{ properties.from }}""#] {
            let place = try await CommandPlace(["new": Self.subscriber(settings)])
            try place.write("galley.json", #"{"galley": 1, "properties": {"from": "beginning"}}"#)
            try place.write("Tables/seen.csv", "n,at\n")
            try await place.galley("check").expect(0)
        }
    }

    @Test func `messages are shown and replayed to a recipe that subscribes`() async throws {
        let place = try await CommandPlace(["publish": Self.publisher, "new": Self.subscriber()])
        try place.write("Tables/seen.csv", "n,at\n")
        #expect(try await place.galley("topics").expect(0).messages.contains("no topics"))
        try await publish(1...4, in: place)
        let shown = try await place.galley("topics", "show", "numbers", "--json", "--after", "2").expect(0).lines
        #expect(shown.map { $0["offset"] } == [3, 4] && shown[0]["data"] == ["n": 3] && shown[0]["key"] == "3")
        #expect(
            try await place.galley("topics", "show", "nmbers").expect(66).messages.contains("did you mean \"numbers\"?")
        )
        #expect(
            try await place.galley("topics", "replay", "numbers", "--recipe", "publish").expect(65).messages
                .contains("does not subscribe"))
        let dry = try await place.galley("run", "publish", "--dry-run", "--input", #"{"body": {"n": 9}}"#).expect(0)
        #expect(dry.messages.contains("not called (dry run)"))
        let replay = try await place.galley(
            "topics", "replay", "numbers", "--recipe", "new", "--from", "2", "--to", "3", "--json"
        ).expect(0).json
        #expect(replay["made"] == 2)
        try await place.galley("jobs", "resume").expect(0)
        #expect(try await rows(in: place) == ["2", "3"])
        let origins = try await place.galley("jobs", "list", "--json", "--recipe", "new").expect(0).lines
        #expect(origins.allSatisfy { $0["origin"] == "replay" } && origins.count == 2)
    }
}
