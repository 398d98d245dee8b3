// Commands against a server elsewhere: a real `galley serve`, and commands in a folder that is no workspace.

import Foundation
import JSONCore
import Testing

struct RemoteTests {
    private static let till = """
        { "galley": 1, "name": "Till", "trigger": { "use": "manual" },
          "steps": [ { "id": "first", "set": { "a": 1 } }, { "if": "trigger.n.to_i < 0",
            "then": [ { "id": "no", "stop": "failed", "reason": "the till is closed" } ] },
            { "return": { "n": "{{ trigger.n }}" } } ] }
        """
    private static let nightly = """
        { "galley": 1, "name": "Nightly", "trigger": { "use": "schedule", "input": { "cron": "0 3 * * *" } },
          "steps": [ { "return": {} } ] }
        """

    /// A server with a token, and a place from which commands go there.
    private final class Remote: Sendable {
        let home: CommandPlace
        let away: CommandPlace
        let server: GalleyProcess
        let url: String
        let token: String

        init(role: String = "admin", recipes: [String: String] = [:]) async throws {
            home = try await CommandPlace(
                ["till": RemoteTests.till, "nightly": RemoteTests.nightly].merging(recipes) { $1 })
            away = try CommandPlace(empty: ())
            try home.write("Tables/towns.csv", "name\nUlm\nNice\n")
            token = try await home.galley("tokens", "add", "laptop", "--role", role).expect(0).data
                .trimmingCharacters(in: .whitespacesAndNewlines)
            server = try home.start("serve", "--port", "0")
            try await server.wait { $0.contains("galley serves") }
            let line = server.messages.split(whereSeparator: \.isWhitespace).first { $0.hasPrefix("http://") }
            url = try #require(line.map(String.init))
        }

        /// From elsewhere, with the address and the token in the environment.
        func galley(_ arguments: String..., token: String? = nil, input: String = "") async throws -> Ended {
            try await GalleyProcess(
                arguments, in: away, input: input,
                environment: ["GALLEY_SERVER": url, "GALLEY_TOKEN": token ?? self.token]
            ).end()
        }

        func stop() async throws {
            server.send(SIGTERM)
            try await server.end().expect(0)
        }
    }

    @Test func `jobs are run, listed, shown, retried and exported as at home`() async throws {
        let remote = try await Remote()
        let run = try await remote.galley("run", "till", "--input", #"{"n": 7}"#).expect(0)
        #expect(try run.json == ["n": 7])
        #expect(run.messages.contains("job 1 succeeded") && run.messages.contains("first"))
        try await remote.galley("run", "till", "--input", #"{"n": -1}"#).expect(1)
        for arguments in [
            ["jobs", "list"], ["jobs", "list", "--json", "--state", "failed"], ["jobs", "show", "2"],
            ["jobs", "show", "2", "--json"], ["jobs", "steps", "1"], ["jobs", "why", "2"], ["jobs", "export"],
            ["jobs", "export", "--no-steps", "--limit", "1"], ["schedules", "list", "--json"], ["stats", "--json"],
            ["recipes", "versions", "till"], ["recipes", "graph", "till"], ["tables", "list"],
            ["tables", "show", "towns", "--limit", "1"], ["connections", "list"], ["deliveries"], ["users"],
            ["schedules", "next", "nightly", "--from", "2026-01-01", "--count", "2"], ["recipes", "list", "--json"],
            ["alerts"], ["alerts", "--json"],
        ] {
            let there = try await GalleyProcess(
                arguments + ["--server", remote.url], in: remote.away, environment: ["GALLEY_TOKEN": remote.token]
            ).end().expect(0)
            let here = try await GalleyProcess(arguments, in: remote.home).end().expect(0)
            #expect(there.data == here.data, "\(arguments)")
            #expect(there.messages == here.messages, "\(arguments)")
        }
        for (arguments, code) in [
            (["schedules", "next", "till"], Int32(65)), (["schedules", "pause", "till", "--reason", "none"], 65),
        ] {
            let there = try await GalleyProcess(
                arguments + ["--server", remote.url], in: remote.away, environment: ["GALLEY_TOKEN": remote.token]
            ).end().expect(code)
            let here = try await GalleyProcess(arguments, in: remote.home).end().expect(code)
            #expect(here.messages == there.messages)
        }
        for verb in [["next"], ["pause", "--reason", "none"], ["resume"]] {
            let arguments = ["schedules", verb[0], "nihgtly"] + verb.dropFirst()
            try await GalleyProcess(
                arguments + ["--server", remote.url], in: remote.away, environment: ["GALLEY_TOKEN": remote.token]
            ).end().expect(66)
            try await GalleyProcess(arguments, in: remote.home).end().expect(66)
        }
        let watch = try await remote.galley("jobs", "watch", "2").expect(1)
        #expect(watch.data.contains("first") && watch.messages.contains("job 2 failed"))
        try await remote.galley("jobs", "retry", "2").expect(1)
        #expect(try await remote.galley("jobs", "rerun", "1", "--json").expect(0).json["result"] == ["n": 7])
        let count = try await remote.galley("jobs", "retry", "--recipe", "till").expect(0)
        #expect(count.messages.contains("1 job would be retried"))
        #expect(try await remote.galley("jobs", "retry", "--recipe", "till", "--yes").messages.contains("1 job in the"))
        try await remote.galley("jobs", "cancel", "1").expect(65)
        try await remote.galley("jobs", "show", "99").expect(66)
        #expect(try await remote.galley("jobs", "prune", "--older-than", "30d").messages.contains("0 jobs deleted"))
        let list = try await remote.galley("recipes", "list", "--json").expect(0).json
        #expect(list.array?.compactMap { $0["id"]?.string } == ["nightly", "till"])
        try await remote.stop()
    }

    @Test func `topics and tables are shown, exported and changed as at home`() async throws {
        let keep = """
            { "galley": 1, "name": "Keep", "trigger": { "id": "got", "use": "manual" },
              "steps": [ { "use": "table.add", "input": { "table": "towns", "row": { "name": "{{ got.name }}" } } },
                { "use": "topic.publish", "input": { "topic": "names", "data": "{{ got.name }}" } } ] }
            """
        let read = """
            { "galley": 1, "name": "Read", "trigger": { "id": "got", "use": "topic.received", "input": { "topic": "names" } },
              "steps": [ { "return": "{{ got.data }}" } ] }
            """
        let remote = try await Remote(recipes: ["keep": keep, "read": read])
        for name in ["Oslo, \\\"the\\\" town", "Ulm", "Nice"] {
            try await remote.galley("run", "keep", "--input", #"{"name": "\#(name)"}"#).expect(0)
        }
        for arguments in [
            ["topics", "list"], ["topics", "--json"], ["topics", "show", "names"],
            ["topics", "show", "names", "--limit", "2", "--json"], ["topics", "show", "names", "--after", "1"],
            ["tables", "export", "towns"], ["tables", "export", "towns", "--format", "json"],
            ["tables", "list", "--json"],
        ] {
            let there = try await GalleyProcess(
                arguments + ["--server", remote.url], in: remote.away, environment: ["GALLEY_TOKEN": remote.token]
            ).end().expect(0)
            let here = try await GalleyProcess(arguments, in: remote.home).end().expect(0)
            #expect(there.data == here.data && there.messages == here.messages, "\(arguments)")
        }
        try await remote.galley("topics", "show", "nmes").expect(66)
        try await remote.galley("tables", "export", "twns").expect(66)
        let replay = try await remote.galley("topics", "replay", "names", "--recipe", "read", "--from", "2").expect(0)
        #expect(replay.messages.contains("2 jobs of read made from the topic names"))
        try await remote.galley("topics", "replay", "names", "--recipe", "till").expect(65)
        try await remote.galley("tables", "save", "towns").expect(0)
        #expect(try remote.home.text("Tables/towns.csv").hasSuffix("\"Oslo, \"\"the\"\" town\"\nUlm\nNice\n"))
        try await remote.galley("tables", "reset", "towns").expect(0)
        #expect(try await remote.galley("tables", "--json").json[0]?["rows_from"] == "file")
        try await remote.stop()
    }

    @Test func `recipes, schedules, people and tokens are changed from elsewhere, and the log says by whom`()
        async throws
    {
        let remote = try await Remote()
        try await remote.galley("recipes", "stop", "till", "--reason", "holiday").expect(0)
        #expect(try await remote.galley("recipes", "list", "--json").json.array?.last?["reason"] == "holiday")
        try await remote.galley("recipes", "start", "till").expect(0)
        try await remote.galley("recipes", "stop", "tll").expect(66)
        try await remote.galley("schedules", "pause", "nightly", "--reason", "quiet week").expect(0)
        let schedules = try await remote.galley("schedules").expect(0)
        #expect(schedules.messages.contains("nightly is paused: quiet week"))
        #expect(
            try await remote.galley("schedules", "resume", "nightly").expect(0).messages.contains("goes on, next at"))
        let preview = try await remote.galley(
            "schedules", "backfill", "nightly", "--from", "2024-01-01", "--to", "2024-01-02"
        ).expect(0)
        #expect(preview.data.contains("2 times in this stretch: 2 would make a job"))
        try await remote.galley(
            "schedules", "backfill", "nightly", "--from", "2024-01-01", "--to", "2024-01-02", "--yes"
        ).expect(0)

        try remote.home.write("Recipes/till/recipe.json", Self.till.replacingOccurrences(of: "closed", with: "shut"))
        try await eventually("the edit was read") {
            try await remote.galley("recipes", "versions", "till", "--json").json.array?.count == 2
        }
        let diff = try await remote.galley("recipes", "diff", "till").expect(0)
        #expect(diff.data.contains("step `no`: reason changed"))
        try await remote.galley("recipes", "rollback", "till", "1").expect(0)
        #expect(try remote.home.text("Recipes/till/recipe.json") == Self.till)

        try await remote.galley("users", "add", "ann", "--role", "viewer", input: "correct horse battery").expect(0)
        // There is no admin among the users, and nobody stops being one.
        try await remote.galley("users", "role", "ann", "author").expect(0)
        try await remote.galley("users", "sign-out", "ann").expect(0)
        let token = try await remote.galley("tokens", "add", "ci", "--scope", "jobs", "--expires", "1d").expect(0)
        #expect(token.data.hasPrefix("galley_"))
        try await remote.galley("tokens", "remove", "ci").expect(0)
        let audit = try await remote.galley("audit", "--who", "laptop").expect(0).data
        for words in ["recipe till to version 1", "user ann to author", "token ci", "schedule.pause"] {
            #expect(audit.contains(words), "\(words) in \(audit)")
        }
        try await remote.stop()
    }

    @Test func `what goes wrong on the way is said in a sentence, with what to do`() async throws {
        let remote = try await Remote(role: "viewer")
        func refused(
            _ code: Int32, _ words: String, _ arguments: [String], _ environment: [String: String] = [:]
        ) async throws {
            let ended = try await GalleyProcess(arguments, in: remote.away, environment: environment).end().expect(code)
            #expect(ended.messages.contains(words), "\(ended)")
            #expect(ended.data.isEmpty)
        }
        let (url, token) = (remote.url, ["GALLEY_TOKEN": remote.token])
        try await refused(69, "wants a token", ["jobs", "--server", url])
        try await refused(69, "does not take this token", ["jobs", "--server", url], ["GALLEY_TOKEN": "galley_no"])
        try await refused(69, "this needs the role operator", ["jobs", "retry", "1", "--server", url], token)
        try await refused(65, "holds no token", ["jobs", "--server", url], ["GALLEY_TOKEN": "a b"])
        try await refused(69, "did not answer", ["jobs", "--server", "http://127.0.0.1:1"], token)
        try await refused(65, "so that others can read it", ["jobs", "--server", "http://galley.example"], token)
        try await refused(65, "write an address like", ["jobs", "--server", "galley.example"], token)
        try await refused(
            65, "goes into GALLEY_TOKEN", ["jobs", "--server", "https://me:secret@galley.example"], token)
        try await refused(64, "choose one", ["jobs", "--server", url, "--env", "test"], token)
        try await refused(64, "choose one", ["jobs", "--server", url, "--workspace", "/tmp"], token)
        try await refused(64, "belong to --server", ["jobs", "--token-file", "t"])
        try await refused(65, "--token-file: there is no file", ["jobs", "--server", url, "--token-file", "none"])
        try await refused(65, "work on the machine", ["run", "till", "--dry-run", "--server", url], token)
        try await refused(
            65, "from must be", ["schedules", "next", "nightly", "--from", "soon", "--server", url], token)
        try await refused(69, "no Galley server answers", ["jobs", "--server", url + "/elsewhere"], token)
        try await remote.stop()
    }

    /// Answers everything in the way that the path says, and notes what came.
    private static let stranger = """
        import http.server, sys
        class Stranger(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                print(self.path, self.headers.get("Authorization"), file=sys.stderr, flush=True)
                kind = self.path.split("/")[1]
                self.send_response({"moved": 302, "sent-on": 301, "loud": 502}.get(kind, 200))
                if kind in ("sent-on", "loud"): self.send_header("Galley-API", "1")
                if kind == "sent-on": self.send_header("Location", "https://elsewhere.example/")
                if kind == "newer": self.send_header("Galley-API", "2")
                if kind == "odd": self.send_header("Galley-API", "1")
                if kind == "moved": self.send_header("Location", "/stolen")
                body = b"<p" if kind == "odd" else b"{}"
                if kind == "loud": body = b'{"detail": "wait\\u001b[2J\\u0007"}'
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            def log_message(self, *words): pass
        server = http.server.HTTPServer(("127.0.0.1", 0), Stranger)
        print("port", server.server_port, file=sys.stderr, flush=True)
        server.serve_forever()
        """

    @Test(arguments: [
        ("newer", "speaks version 2 of the API"), ("plain", "no Galley server answers"),
        ("odd", "no Galley server answers"), ("moved", "sends on to /stolen, which is not followed"),
        ("sent-on", "sends on to https://elsewhere.example/"), ("loud", "wait␛[2J␇"),
    ])
    func `a server that is no Galley, or another one, is told as that, and sees no second request`(
        kind: String, words: String
    ) async throws {
        let place = try CommandPlace(empty: ())
        let stranger = try GalleyProcess(
            ["-c", Self.stranger], in: place, program: URL(fileURLWithPath: "/usr/bin/python3"))
        try await stranger.wait { $0.contains("port ") }
        let port = try #require(stranger.messages.split(whereSeparator: \.isWhitespace).dropFirst().first)
        let ended = try await place.galley(
            "jobs", "--server", "http://127.0.0.1:\(port)/\(kind)/", environment: ["GALLEY_TOKEN": "galley_x"]
        ).expect(69)
        #expect(ended.messages.contains(words) && ended.data.isEmpty, "\(ended)")
        #expect(!ended.messages.contains("\u{1B}") && !ended.messages.contains("\u{9B}"))
        #expect(stranger.messages.components(separatedBy: "Bearer").count == 2, "\(stranger.messages)")
        stranger.send(SIGKILL)
        _ = try await stranger.end()
    }

    @Test func `https is verified: by the system's authorities, or by the one that is named`() async throws {
        let home = try await CommandPlace(["till": Self.till])
        try home.write("server.pem", TestCertificates.server)
        try home.write("server.key", TestCertificates.serverKey)
        try home.write("authority.pem", TestCertificates.authority)
        let token = try await home.galley("tokens", "add", "laptop").expect(0).data
        let server = try home.start(
            "serve", "--port", "0", "--tls-certificate", home.folder.path + "/server.pem", "--tls-key",
            home.folder.path + "/server.key")
        try await server.wait { $0.contains("galley serves") }
        let line = server.messages.split(whereSeparator: \.isWhitespace).first { $0.hasPrefix("https://") }
        let url = try #require(line.map(String.init))
        func list(_ more: String...) async throws -> Ended {
            try await GalleyProcess(
                ["recipes", "list", "--json", "--server", url] + more, in: home, environment: ["GALLEY_TOKEN": token]
            ).end()
        }
        let unknown = try await list().expect(69)
        #expect(unknown.messages.contains("did not answer") && unknown.data.isEmpty, "\(unknown)")
        #expect(try await list("--server-ca", "authority.pem").expect(0).json.array?.count == 1)
        try await list("--server-ca", "none.pem").expect(69)
        let stranger = try await list().expect(69).messages
        #expect(stranger.contains("name its file with --server-ca FILE") && !stranger.contains("network"))
        server.send(SIGTERM)
        try await server.end().expect(0)
    }

    @Test func `a token is read from a file too, and never from the command line`() async throws {
        let remote = try await Remote()
        try remote.away.write("token", remote.token + "\n")
        let path = remote.away.folder.path + "/token"
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        let open = try await remote.away.galley("stats", "--server", remote.url, "--token-file", "token").expect(0)
        #expect(open.messages.contains("chmod 600"))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        let kept = try await remote.away.galley("stats", "--server", remote.url, "--token-file", "token").expect(0)
        #expect(!kept.messages.contains("chmod"))
        try await remote.away.galley("stats", "--server", remote.url, "--token", remote.token).expect(64)
        // A workspace that is named wins over the environment.
        let home = try await GalleyProcess(
            ["recipes", "list", "--json", "--workspace", remote.home.folder.path], in: remote.away,
            environment: ["GALLEY_SERVER": "http://127.0.0.1:1"]
        ).end().expect(0)
        #expect(try home.json.array?.count == 2)
        let here = try await GalleyProcess(
            ["recipes", "list", "--json", "--workspace", "."], in: remote.home,
            environment: ["GALLEY_SERVER": "http://127.0.0.1:1"]
        ).end().expect(0)
        #expect(try here.json.array?.count == 2)
        try await remote.stop()
    }
}
