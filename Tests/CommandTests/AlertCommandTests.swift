// Alerts, attempts and drafts end to end: a server on loopback that echoes what it gets, and the history's bytes after it.

import Foundation
import JSONCore
import Testing

struct AlertCommandTests {
    /// Refuses `/refuse…` with an echo of the whole request, drips `/drip`, and prints what else it gets.
    private static let server = """
        import sys, time
        from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
        seen = {}
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def log_message(self, *a): pass
            def do_GET(self): self.do_POST()
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                path = self.path.split("?")[0]
                if path == "/drip":
                    self.send_response(200); self.send_header("Content-Length", "1000000"); self.end_headers()
                    self.wfile.write(b"x" * 100000); self.wfile.flush()
                    print("dripping", file=sys.stderr, flush=True)
                    time.sleep(60); return
                seen[path] = seen.get(path, 0) + 1
                refuses = path.startswith("/refuse") and (path != "/refuse-once" or seen[path] == 1)
                answer = ("you sent " + self.path + "\\n" + str(self.headers) + body).encode() if refuses else b"ok"
                self.send_response(503 if refuses else 200)
                if refuses: self.send_header("Retry-After", "1"); self.send_header("X-Echo", self.headers.get("Authorization") or self.path)
                self.send_header("Content-Length", str(len(answer))); self.end_headers(); self.wfile.write(answer)
                if not path.startswith("/refuse"):
                    print("got " + path + " " + str(dict(self.headers)) + " " + body, file=sys.stderr, flush=True)
        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        print("port", server.server_port, file=sys.stderr, flush=True)
        server.serve_forever()
        """

    private static func start(in place: CommandPlace) async throws -> (process: GalleyProcess, port: String) {
        let process = try GalleyProcess(
            ["-c", server], in: place, program: URL(fileURLWithPath: "/usr/bin/python3"))
        try await process.wait { $0.hasPrefix("port ") && $0.contains("\n") }
        return (process, String(process.messages.dropFirst(5).prefix { $0.isNumber }))
    }

    private static let bait = "b@it/s3cret+for&you=1"

    private static func recipe(_ step: String) -> String {
        #"{"galley": 1, "trigger": {"id": "got", "use": "manual"}, "steps": [\#(step)]}"#
    }

    /// The forms in which a secret could be in a file.
    private static var forms: [String] {
        let raw = Data(bait.utf8)
        return [
            bait, raw.base64EncodedString(), bait.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "",
            bait.replacing("/", with: "\\/"), "s3cret",
        ]
    }

    @Test func `what was sent and answered is shown, and no secret is in the history in any form`() async throws {
        let step = #"""
            {"id": "a", "use": "http.post", "connection": "box", "retry": {"times": 1, "wait": "1ms"},
             "input": {"path": "/refuse-once", "query": {"page": 2}, "json": {"email": "ada@acme.example"}}}
            """#
        let query =
            #"{"id": "b", "use": "http.get", "connection": "door", "retry": {"times": 0}, "input": {"path": "/refuse"}}"#
        let place = try await CommandPlace(["once": Self.recipe(step), "never": Self.recipe(query)])
        let (server, port) = try await Self.start(in: place)
        defer { server.send(SIGKILL) }
        try place.write("galley.json", #"{"galley": 1, "network": {"private_addresses": true}}"#)
        try place.write(
            "Connections/box.json",
            #"{"connector": "http", "settings": {"base_url": "http://127.0.0.1:\#(port)"}, "auth": {"type": "bearer", "token": {"secret": "BAIT"}}}"#
        )
        try place.write(
            "Connections/door.json",
            #"{"connector": "http", "settings": {"base_url": "http://127.0.0.1:\#(port)"}, "auth": {"type": "api_key", "in": "query", "name": "k", "key": {"secret": "BAIT"}}}"#
        )
        let environment = ["BAIT": Self.bait]
        try await place.galley("run", "once", environment: environment).expect(0)
        try await place.galley("run", "never", environment: environment).expect(1)
        let shown = try await place.galley("jobs", "show", "1", "--full").expect(0)
        #expect(shown.data.contains("attempt 1 at ") && shown.data.contains("failed (503)"))
        #expect(shown.data.contains(": the other side asked for it (Retry-After)"))
        #expect(shown.data.contains("> POST http://127.0.0.1:\(port)/refuse-once?page=2"), "\(shown)")
        #expect(shown.data.contains(#"> {"email":"ada@acme.example"}"#) && shown.data.contains("< 503"))
        #expect(shown.data.lowercased().contains("> authorization: [hidden]"))
        let steps = try await place.galley("jobs", "show", "2", "--json").expect(0).json["steps"]
        let exchange = steps?[0]?["attempts"]?[0]?["exchanges"]?[0]
        #expect(
            exchange?["request"]?["url"] == .string("http://127.0.0.1:\(port)/refuse?k=[secret BAIT]"),
            "\(steps ?? .null)")
        #expect(exchange?["response"]?["status"] == 503)
        let data = place.folder.appendingPathComponent(".galley")
        for name in try FileManager.default.contentsOfDirectory(atPath: data.path) where name.hasPrefix("history") {
            let bytes = try Data(contentsOf: data.appendingPathComponent(name))
            for form in Self.forms { #expect(bytes.range(of: Data(form.utf8)) == nil, "\(form) is in \(name)") }
        }
    }

    @Test func `a rule is checked, tried, and tells of a failure over a signed webhook`() async throws {
        let place = try await CommandPlace(["bad": Self.recipe(#"{"stop": "failed", "reason": "no stock"}"#)])
        let (hooks, port) = try await Self.start(in: place)
        defer { hooks.send(SIGKILL) }
        func settings(_ key: String) -> String {
            #"""
            {"galley": 1, "network": {"private_addresses": true}, "alerts": {"ops": {"\#(key)": "failure", "group": "0s",
             "to": {"webhook": "http://127.0.0.1:\#(port)/hook", "secret": "HOOK"}}}}
            """#
        }
        try place.write("galley.json", settings("onn"))
        let wrong = try await place.galley("check").expect(65)
        #expect(
            wrong.messages.contains(#"an alert rule has no "onn""#) && wrong.messages.contains("did you mean \"on\"?"))
        try place.write("galley.json", settings("on"))
        try await place.galley("secrets", "set", "HOOK", input: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect(0)
        try await place.galley("check").expect(0)
        let tested = try await place.galley("alerts", "test", "ops").expect(0)
        #expect(tested.data.contains("the webhook at 127.0.0.1:\(port)"))
        #expect(hooks.messages.lowercased().contains("webhook-signature': 'v1,"), "\(hooks.messages)")
        #expect(hooks.messages.contains(#""kind":"test""#))
        try await place.galley("alerts", "test", "opps").expect(66)
        let process = try place.start("serve", "--port", "0")
        try await process.wait { $0.contains("galley serves") }
        // The server notes what happens once it has read its rules.
        try await eventually("bad failed is told") {
            _ = try await place.galley("run", "bad")
            return hooks.messages.contains(#""title":"bad failed"#)
        }
        #expect(hooks.messages.contains("no stock"))
        try await eventually("the message is noted") {
            try await place.galley("alerts", "list").data.contains("✓")
        }
        let list = try await place.galley("alerts", "--json").expect(0).json
        #expect(list["rules"]?[0]?["on"] == ["failure"] && list["open"]?[0]?["subject"] == "bad")
        #expect(list["messages"]?.array?.last?["state"] == "delivered")
        process.send(SIGTERM)
        try await process.end().expect(0)
        let schema = try await place.galley("schema", "--settings").expect(0).json
        #expect(schema["properties"]?["alerts"] != nil)
    }

    @Test func `what a killed download has left goes with the next owner`() async throws {
        let place = try await CommandPlace([
            "load": Self.recipe(
                #"{"use": "http.get", "input": {"url": "{{ got.url }}", "save_to": "exports/big.bin"}}"#)
        ])
        let (server, port) = try await Self.start(in: place)
        defer { server.send(SIGKILL) }
        try place.write("galley.json", #"{"galley": 1, "network": {"private_addresses": true}}"#)
        let run = try place.start("run", "load", "--input", #"{"url": "http://127.0.0.1:\#(port)/drip"}"#)
        let exports = place.folder.appendingPathComponent("exports").path
        func drafts() -> [String] {
            ((try? FileManager.default.contentsOfDirectory(atPath: exports)) ?? []).filter { $0.hasSuffix(".tmp") }
        }
        try await eventually("a draft is there") { !drafts().isEmpty }
        run.send(SIGKILL)
        #expect(try await run.end().code == 128 + SIGKILL)
        #expect(drafts().count == 1)
        _ = try await place.galley("jobs", "cancel", "1")
        #expect(drafts().isEmpty)
    }
}
