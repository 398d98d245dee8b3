// galley serve as a real process: it starts, takes events, sees edits, lets other commands in, and stops in order.

import Foundation
import JSONCore
import Testing

struct ServeTests {
    private static let hook = """
        {
          "galley": 1,
          "name": "Hook",
          "trigger": { "id": "got", "use": "webhook.received", "input": { "path": "leads" }, "dedupe": "got.body.id" },
          "steps": [ { "return": { "id": "{{ got.body.id }}" } } ]
        }
        """

    /// Starts the server on a free port.
    static func serve(_ place: CommandPlace) async throws -> (process: GalleyProcess, url: String) {
        let process = try place.start("serve", "--port", "0")
        try await process.wait { $0.contains("galley serves") }
        let url = try #require(process.messages.split(separator: " ").first { $0.hasPrefix("http://") })
        return (process, url.split(separator: "\n").first.map { String($0) } ?? "")
    }

    /// Posts JSON and gives the status and the answer.
    private func post(_ url: String, _ body: String, in place: CommandPlace) async throws -> String {
        let script = """
            import sys, urllib.request, urllib.error
            request = urllib.request.Request(sys.argv[1], sys.argv[2].encode() or None, {"Content-Type": "application/json"})
            try: answer = urllib.request.urlopen(request)
            except urllib.error.HTTPError as error: answer = error
            print(answer.status, answer.read().decode())
            """
        let python = try GalleyProcess(
            ["-c", script, url, body], in: place, program: URL(fileURLWithPath: "/usr/bin/python3"))
        return try await python.end().expect(0).data.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    @Test func `a webhook becomes a job that other commands see, and SIGTERM stops the server in order`() async throws {
        let place = try await CommandPlace(["hook": Self.hook])
        let (server, url) = try await Self.serve(place)
        #expect(try await post(url + "/hooks/leads", #"{"id": 7}"#, in: place) == #"202 {"accepted":true,"jobs":[1]}"#)
        try await eventually("job 1 succeeded") {
            try await place.galley("jobs", "list", "--json").data.contains("succeeded")
        }
        try await place.galley("jobs", "rerun", "1").expect(0)
        #expect(try await post(url + "/health", "", in: place) == #"200 {"ready":true,"open":0}"#)
        server.send(SIGTERM)
        try await server.end().expect(0)
        let list = try await place.galley("jobs", "list", "--json").expect(0)
        #expect(list.data.split(separator: "\n").count == 2, "\(list)")
    }

    @Test func `a closed terminal stops the server in order, unless nohup said otherwise`() async throws {
        let place = try await CommandPlace(["hook": Self.hook])
        let (server, _) = try await Self.serve(place)
        server.send(SIGHUP)
        server.send(SIGHUP)
        let ended = try await server.end().expect(0)
        #expect(ended.messages.contains("stopping: running steps have 25 s to end"))
        let kept = try GalleyProcess(
            [GalleyProcess.executable.path, "serve", "--port", "0"], in: place,
            program: URL(fileURLWithPath: "/usr/bin/nohup"))
        try await kept.wait { $0.contains("galley serves") }
        kept.send(SIGHUP)
        #expect(try await place.galley("recipes", "stop", "hook").expect(0).code == 0, "it still answers")
        kept.send(SIGTERM)
        try await kept.end().expect(0)
    }

    @Test func `a second server is refused, and the first goes on`() async throws {
        let place = try await CommandPlace(["hook": Self.hook])
        let (server, url) = try await Self.serve(place)
        let second = try await place.galley("serve", "--port", "0").expect(69)
        #expect(second.messages.contains("another galley (process "))
        #expect(try await post(url + "/hooks/leads", #"{"id": 7}"#, in: place).hasPrefix("202"))
        server.send(SIGTERM)
        try await server.end().expect(0)
    }

    @Test func `a recipe is stopped and started beside the server, and edits count without a restart`() async throws {
        let place = try await CommandPlace(["hook": Self.hook])
        let (server, url) = try await Self.serve(place)
        try await place.galley("recipes", "stop", "hook", "--reason", "holiday").expect(0)
        #expect(try await post(url + "/hooks/leads", #"{"id": 1}"#, in: place).hasPrefix("404"))
        try await place.galley("recipes", "start", "hook").expect(0)
        #expect(try await post(url + "/hooks/leads", #"{"id": 1}"#, in: place).hasPrefix("202"))
        let wrong = try await place.galley("recipes", "stop", "hok").expect(66)
        #expect(wrong.messages.contains(#"did you mean "hook"?"#))
        try place.write("Recipes/hook/recipe.json", Self.hook.replacingOccurrences(of: "leads", with: "moved"))
        try await eventually("the edit was read") {
            try await post(url + "/hooks/moved", #"{"id": 2}"#, in: place).hasPrefix("202")
        }
        try place.write("Recipes/hook/recipe.json", "{")
        try await server.wait { $0.contains("goes on as it was before the edit") }
        #expect(try await post(url + "/hooks/moved", #"{"id": 3}"#, in: place).hasPrefix("202"))
        server.send(SIGTERM)
        try await server.end().expect(0)
    }

    @Test func `settings that only a restart brings into force are said once a change`() async throws {
        let place = try await CommandPlace(["hook": Self.hook])
        let (server, _) = try await Self.serve(place)
        let words = "galley.json has changed: restart galley serve for it"
        func count() -> Int { server.messages.components(separatedBy: words).count - 1 }
        func write(_ more: String) throws { try place.write("galley.json", #"{"galley": 1\#(more)}"#) }
        try write(#", "properties": {"stage": "one"}"#)
        try await server.wait { $0.contains(words) }
        try write(#", "properties": {"stage": "one"}, "retention_days": 9"#)
        try place.write("Recipes/hook/recipe.json", Self.hook.replacing("leads", with: "moved"))
        try await server.wait { $0.contains("recipe changed") }
        #expect(count() == 1, "nothing new waits for a restart")
        try write(#", "properties": {"stage": "two"}"#)
        try await eventually("the second change was told") { count() == 2 }
        server.send(SIGTERM)
        try await server.end().expect(0)
    }

    @Test func `a port that is taken is a message, not a crash`() async throws {
        let place = try await CommandPlace(["hook": Self.hook])
        let other = try await CommandPlace(["hook": Self.hook])
        let (server, url) = try await Self.serve(place)
        let port = try #require(url.split(separator: ":").last)
        let second = try await other.galley("serve", "--port", String(port)).expect(69)
        #expect(
            second.messages.contains("can't listen at 127.0.0.1, port \(port): the port is taken by another program\n"))
        server.send(SIGTERM)
        try await server.end().expect(0)
    }
}
