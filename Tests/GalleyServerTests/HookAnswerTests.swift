// What senders of webhooks hear besides 202: questions about the address, bodies that don't fit, answers of the recipe's own.

import Crypto
import Engine
import GalleyServer
import JSONCore
import JobHistory
import Testing

@Suite(.timeLimit(.minutes(2)))
struct HookAnswerTests {
    private static let secret = "It's a Secret to Everybody"

    private static func slack(_ bed: ServerBed, _ body: String) -> [String] {
        let time = bed.clock.now / 1_000
        let code = HMAC<SHA256>.authenticationCode(
            for: Array("v0:\(time):\(body)".utf8), using: SymmetricKey(data: Array(secret.utf8)))
        let hex = code.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        return [
            "Content-Type: application/json", "X-Slack-Request-Timestamp: \(time)", "X-Slack-Signature: v0=\(hex)",
        ]
    }

    @Test func `Slack's question about the address is answered and makes no job`() async throws {
        let recipe = ServerBed.hook(#""path": "slack", "verify": {"scheme": "slack", "secret": "HOOK_SECRET"}"#)
        try await ServerBed.use(["slack": recipe]) { (bed: ServerBed) async throws -> Void in
            let question = #"{"type": "url_verification", "challenge": "3eZbrw1a", "token": "t"}"#
            let answer = try await bed.post("/hooks/slack", question, headers: Self.slack(bed, question))
            #expect(answer.status == 200 && answer.body == "3eZbrw1a")
            #expect(answer.header("content-type")?.hasPrefix("text/plain") == true)
            #expect(try await bed.post("/hooks/slack", question).status == 401, "only who signs is answered")
            #expect(try await bed.engine.store.jobs(JobFilter()).isEmpty)
            let event = #"{"type": "event_callback", "event_id": "E1"}"#
            #expect(try await bed.post("/hooks/slack", event, headers: Self.slack(bed, event)).status == 202)
        }
    }

    @Test func `a hub's question is answered by a recipe that takes GET, and shows the secret where there is one`()
        async throws
    {
        let open = #""path": "open", "method": "GET""#
        let guarded = #""path": "guarded", "method": "GET", "verify": {"scheme": "github", "secret": "HOOK_SECRET"}"#
        try await ServerBed.use([
            "open": ServerBed.hook(open), "guarded": ServerBed.hook(guarded),
            "posted": ServerBed.hook(#""path": "posted""#),
        ]) { (bed: ServerBed) async throws -> Void in
            let question = "hub.mode=subscribe&hub.challenge=11582"
            let token = "&hub.verify_token=It's%20a%20Secret%20to%20Everybody"
            for (path, status) in [
                ("open?" + question, 200), ("guarded?" + question + token, 200), ("guarded?" + question, 401),
                ("guarded?" + question + "&hub.verify_token=x", 401), ("posted?" + question, 404),
                ("guarded?hub.mode=unsubscribe&hub.challenge=1" + token, 401),
            ] {
                let answer = try await bed.get("/hooks/" + path)
                #expect(answer.status == status, "\(path)")
                if status == 200 { #expect(answer.body == "11582", "\(path)") }
            }
            #expect(try await bed.engine.store.jobs(JobFilter()).isEmpty)
            #expect(try await bed.get("/hooks/open?n=1").status == 202)
        }
    }

    @Test func `a body that does not fit the schema is refused with each mistake, and makes no job`() async throws {
        let schema =
            #""schema": {"type": "object", "required": ["qty"], "properties": {"qty": {"type": "integer", "minimum": 1}}}"#
        try await ServerBed.use(["order": ServerBed.hook(#""path": "orders", "# + schema)]) {
            (bed: ServerBed) async throws -> Void in
            for body in [#"{"qty": "2"}"#, #"{"qty": 0}"#, "{}", "[]", ""] {
                let answer = try await bed.post("/hooks/orders", body)
                #expect(answer.status == 422, "\(body)")
                #expect(answer.header("content-type") == "application/problem+json")
                #expect(answer.json["mistakes"]?.array?.count == 1 && answer.json["status"] == 422, "\(body)")
            }
            #expect(try await bed.engine.store.jobs(JobFilter()).isEmpty)
            #expect(try await bed.engine.store.deliveries(verdict: .refused).count == 5)
            #expect(try await bed.post("/hooks/orders", #"{"qty": 2}"#).status == 202)
            #expect(try await bed.form("/hooks/orders", "qty=2").status == 202, "a form has texts only")
        }
    }

    @Test(arguments: [
        (#"{}"#, 200, "", nil), (#"{"status": 204}"#, 204, "", nil),
        (#"{"text": "<Response/>", "headers": {"Content-Type": "text/xml"}}"#, 200, "<Response/>", "text/xml"),
        (#"{"status": 201, "json": {"ok": true}}"#, 201, #"{"ok":true}"#, "application/json"),
    ])
    func `a sender gets the answer that the recipe fixes, whether its event makes a job or not`(
        respond: String, status: Int, body: String, type: String?
    ) async throws {
        let recipe = ServerBed.hook(#""path": "in", "respond": \#(respond)"#, #", "when": "got.body.n > 5""#)
        try await ServerBed.use(["in": recipe]) { (bed: ServerBed) async throws -> Void in
            for n in [1, 9] {
                let answer = try await bed.post("/hooks/in", "{\"n\": \(n)}")
                #expect(answer.status == status && answer.body == body, "\(n): \(answer)")
                if let type { #expect(answer.header("content-type") == type) }
            }
            #expect(try await bed.engine.store.jobs(JobFilter()).count == 1)
            #expect(try await bed.post("/hooks/in", "{").status == 400)
        }
    }

    @Test(arguments: [#""""#, #""  ""#, "null", "[]", "{}"])
    func `an empty dedupe key is refused, as it would keep out all that follow`(id: String) async throws {
        try await ServerBed.use(["lead": ServerBed.hook(#""path": "leads""#, #", "dedupe": "got.body.id""#)]) {
            (bed: ServerBed) async throws -> Void in
            for _ in 0..<2 { #expect(try await bed.post("/hooks/leads", "{\"id\": \(id)}").status == 422) }
            #expect(try await bed.post("/hooks/leads", #"{"id": 0}"#).status == 202)
            #expect(try await bed.engine.store.jobs(JobFilter()).count == 1)
        }
    }
}
