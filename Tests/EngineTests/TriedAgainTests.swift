// What is kept of attempts: failures, waits with their reasons, rounds of a try; and how failures are told.

import ConnectorKit
import Foundation
import JSONCore
import JobHistory
import RecipeLanguage
import Synchronization
import Testing

@testable import Engine

@Suite(.timeLimit(.minutes(2)))
struct TriedAgainTests {
    private func attempts(_ bed: TestBed, _ job: JobID, _ seq: Int = 0) async throws -> [AttemptRecord] {
        try await bed.engine.store.attempts(of: job, seqs: seq...seq)[seq] ?? []
    }

    @Test func `attempts are kept with the waits between them and their reasons`() async throws {
        let bed = try TestBed(#"{"id":"a","use":"world.create","input":{"name":"a"}}"#)
        bed.world.script("a", .refuse(503, retryAfter: 20), .refuse(429))
        let end = try await bed.run()
        let kept = try await attempts(bed, end.job)
        #expect(kept.map(\.attempt) == [1, 2, 3])
        #expect(kept.map { $0.error?["status"]?.integer } == [503, 429, nil])
        #expect(kept[0].wait.map { $0 >= 20_000 } == true)
        #expect(kept[0].waitReason == "the other side asked for it (Retry-After)")
        #expect(kept[1].waitReason?.hasPrefix("back-off") == true && kept[2].wait == nil)
        #expect(kept[0].waitSentence == "waited 20.0 s: the other side asked for it (Retry-After)")
    }

    @Test func `a step that works at once leaves nothing more than its record`() async throws {
        let bed = try TestBed(#"{"id":"a","use":"world.create","input":{"name":"a"}}"#)
        let end = try await bed.run()
        #expect(try await attempts(bed, end.job).isEmpty)
    }

    @Test func `rounds of a try are kept with their waits, and go with the job`() async throws {
        let bed = try TestBed(
            #"{"id":"t","try":[{"id":"a","use":"world.create","input":{"name":"a"},"retry":{"times":0}}],"retry":{"times":2,"wait":"1ms"}}"#
        )
        bed.world.script("a", .refuse(400), .refuse(409))
        let end = try await bed.run()
        #expect(end.state == .succeeded)
        let kept = try await attempts(bed, end.job)
        #expect(kept.map { $0.error?["status"]?.integer } == [400, 409])
        #expect(kept.allSatisfy { $0.wait != nil && $0.exchanges == nil })
        bed.advance(.seconds(3_600))
        _ = try await bed.engine.store.prune(finishedBefore: .max)
        #expect(try await attempts(bed, end.job).isEmpty)
    }

    @Test func `error_step in any round of a try is the step as people know it`() async throws {
        let bed = try TestBed(
            """
            {"set":{"steps":[]}},
            {"for_each":"[1,2]","as":"line","steps":[
              {"try":[{"id":"order","use":"world.create","input":{"name":"order"},"retry":{"times":0}}],
               "retry":{"times":2,"wait":"1ms","when":"error.step.end_with?('/order')"},
               "catch":[{"append":{"steps":"{{ error.step }}"}}]}]},
            {"return":{"steps":"{{ steps }}"}}
            """)
        bed.world.script("order", .refuse(400), .refuse(400), .refuse(400), .refuse(400), .refuse(400), .refuse(400))
        let end = try await bed.run()
        let steps = end.result?["steps"]?.array?.compactMap(\.string) ?? []
        #expect(steps.count == 2 && steps.allSatisfy { !$0.contains("~") && $0.hasSuffix("/order") }, "\(end)")
        #expect(bed.world.calls.count == 6)
    }

    @Test(arguments: [
        ("lines[3]/try-1~4/order", "lines[3]/order"), ("try-1~2/a/try-2~13/b", "a/b"), ("order", "order"), ("", ""),
        ("a~x/b", "a~x/b"), ("t~2", ""),
    ])
    func `addresses lose the rounds of a try and nothing else`(address: String, shown: String) {
        #expect(StepAddress.withoutRounds(address) == shown)
    }

    @Test func `the failure of nested calls is told once, with the way to it`() async throws {
        let bed = try TestBed(recipes: [
            "a": TestBed.recipe(#"{"id":"x","call":"b"}"#), "b": TestBed.called(#"{"id":"y","call":"c"}"#),
            "c": TestBed.called(#"{"id":"z","call":"d"}"#),
            "d": TestBed.called(#"{"id":"w","use":"world.create","input":{"name":"w"}}"#),
        ])
        bed.world.script("w", .refuse(400))
        let end = try await bed.run(recipe: "a")
        let message = try #require(end.error?["message"]?.string)
        #expect(message == "b (job 2) failed, in c (job 3), in d (job 4): the world answered 400")
    }

    // MARK: Exchanges

    /// Sends two requests, the last of which decides; the bait stands wherever one can.
    private struct Caller: Connector {
        let spec: ConnectorSpec
        static let bait = "s3cr3t-bait+/&value"

        func execute(_ action: String, _ input: JSON, in context: ActionContext) async throws -> JSON {
            var request = HTTPRequest(
                "POST", "https://user:\(Self.bait)@crm.example/orders?api_key=whatever&page=2&q=\(Self.bait)",
                headers: [
                    ("Authorization", "Bearer \(Self.bait)"), ("X-Custom", Self.bait), ("Accept", "application/json"),
                ],
                body: Array(
                    #"{"note":"\#(Self.bait)","access_token":"handed-out-now","email":"ada@acme.example"}"#.utf8),
                isRepeatable: true)
            request.timeout = 5
            let answer = try await context.http.send(request)
            if let error = answer.error(isRepeatable: true) { throw error }
            return ["ok": true]
        }
    }

    private struct Server: HTTPClient {
        let status: Int
        func send(_ request: HTTPRequest) async throws -> HTTPAnswer {
            let echo =
                String(decoding: request.body, as: UTF8.self) + String(repeating: "x", count: 4_050) + Caller.bait
            return HTTPAnswer(
                status: status, headers: [("set-cookie", "sid=abc"), ("content-type", "text/plain")],
                body: Array(echo.utf8), url: request.url)
        }
    }

    private func run(_ step: String, status: Int) async throws -> (bed: TestBed, exchanges: JSON?, text: String) {
        let bed = try TestBed(step)
        var services = bed.services
        let spec = bed.world.spec
        services.connector = { _ in Caller(spec: spec) }
        services.http = Server(status: status)
        services.redact = { Self.redact($0) }
        let engine = Engine(store: bed.engine.store, services: services)
        let end = try await engine.run("test", event: [:], options: .quick)
        let kept = try await engine.store.attempts(of: end.job, seqs: 0...0)[0] ?? []
        let steps = try await engine.store.json(of: try await engine.store.steps(of: end.job, limit: 10))
        return (bed, kept.first?.exchanges, JSON.array(steps).compact)
    }

    private static func redact(_ json: JSON) -> JSON {
        switch json {
        case .string(let text): .string(text.replacing(Caller.bait, with: "[secret BAIT]"))
        case .array(let elements): .array(elements.map { redact($0) })
        case .object(let object): .object(JSONObject(object.entries.map { ($0.key, redact($0.value)) }))
        default: json
        }
    }

    @Test func `a failed attempt shows request and answer, bounded and without secrets`() async throws {
        let (_, exchanges, text) = try await run(
            #"{"id":"a","use":"world.create","input":{"name":"a"},"retry":{"times":0}}"#, status: 500)
        let request = try #require(exchanges?[0]?["request"])
        #expect(request["method"] == "POST")
        #expect(request["url"] == "https://crm.example/orders?api_key=[hidden]&page=2&q=[secret BAIT]")
        #expect(
            request["body"]?.string == #"{"note":"[secret BAIT]","access_token":"[hidden]","email":"ada@acme.example"}"#
        )
        let headers = request["headers"]?.array ?? []
        #expect(headers.contains(["Authorization", "[hidden]"]) && headers.contains(["X-Custom", "[secret BAIT]"]))
        #expect(headers.contains(["Accept", "application/json"]))
        let response = try #require(exchanges?[0]?["response"])
        #expect(response["status"] == 500 && response["headers"]?.array?.contains(["set-cookie", "[hidden]"]) == true)
        let body = try #require(response["body"]?.string)
        #expect(body.utf8.count < 4_300 && body.hasSuffix("bytes in all]"))
        for part in ["s3cr3t", "bait+", "&value"] { #expect(!text.contains(part), "\(part) is kept") }
        for part in ["handed-out-now", "sid=abc"] { #expect(exchanges?.compact.contains(part) == false, "\(part)") }
    }

    @Test(arguments: [
        ("", 200, false), (#","record":"exchange""#, 200, true), (#","record":"data""#, 200, false), ("", 400, true),
    ])
    func `exchanges are kept of failures, and of all where the step says so`(more: String, status: Int, isKept: Bool)
        async throws
    {
        let (_, exchanges, _) = try await run(
            #"{"id":"a","use":"world.create","input":{"name":"a"}\#(more)}"#, status: status)
        #expect((exchanges != nil) == isKept)
    }

    @Test func `a masked step keeps where it called and how that ended, and no more`() async throws {
        let (_, exchanges, _) = try await run(
            #"{"id":"a","use":"world.create","input":{"name":"a"},"mask":true,"retry":{"times":0}}"#, status: 400)
        #expect(exchanges?[0]?["request"] == ["method": "POST", "url": "https://crm.example/…"])
        #expect(exchanges?[0]?["response"] == ["status": 400])
    }

    @Test(arguments: [
        (#"{"password": "a\"b", "x": 1}"#, #"{"password": "[hidden]", "x": 1}"#),
        (#"{"clientSecret":"abc","token_type":"bearer"}"#, #"{"clientSecret":"[hidden]","token_type":"bearer"}"#),
        (#"{"pin": 1234, "access_token": null}"#, #"{"pin": [hidden], "access_token": null}"#),
        (#"{"refresh_token":"cut off he"#, #"{"refresh_token":"[hidden]"#),
        (
            "grant_type=refresh_token&refresh_token=abc&scope=all",
            "grant_type=refresh_token&refresh_token=[hidden]&scope=all"
        ),
        ("<wsse:Password>abc</wsse:Password>", "<wsse:Password>[hidden]</wsse:Password>"),
        (#"<w:Password Type="a>b" w:x=''>abc</w:Password>"#, #"<w:Password Type="a>b" w:x=''>[hidden]</w:Password>"#),
        (#"<token secret="abc" a="b">c</token>"#, #"<token secret="[hidden]" a="b">[hidden]</token>"#),
        ("<sessionId\n x='1'>abc</sessionId>", "<sessionId\n x='1'>[hidden]</sessionId>"),
        ("<token secret='a b'/>abc", "<token secret='[hidden]'/>abc"),
        ("<Password><![CDATA[a<b]]></Password>", "<Password>[hidden]</Password>"),
        ("<SessionHeader>\n  <a>b</a></SessionHeader>", "<SessionHeader>\n  <a>b</a></SessionHeader>"),
        ("the token is <b>5</b>", "the token is <b>5</b>"), ("<token x=\"cut", "<token x=\"cut"),
        (#"{"text":"{\"api_key\":\"abc\"}"}"#, #"{"text":"{\"api_key\":\"[hidden]\"}"}"#),
        ("/a?sig=abc#top", "/a?sig=[hidden]#top"), (#"{"tokens":{"a":1}}"#, #"{"tokens":{"a":1}}"#), ("", ""),
    ])
    func `values under the names of credentials are hidden, whatever they are`(text: String, shown: String) {
        #expect(SensitiveNames.hidingValues(in: text) == shown)
    }

    @Test(arguments: [
        (
            "grant_type=password&client_id=me&x_key=s3cret&scope=a+b",
            "grant_type=password&client_id=[hidden]&x_key=[hidden]&scope=a+b"
        ),
        ("grant_type=client_credentials&resource=", "grant_type=client_credentials&resource="),
        (
            #"{"access_token":"t0ken","token_type":"Bearer","expires_in":3600,"instance":{"scope":"x"}}"#,
            #"{"access_token":"[hidden]","token_type":"Bearer","expires_in":3600,"instance":"[hidden]"}"#
        ),
        (#"{"error":"invalid_client","scope":["t0ken"]}"#, #"{"error":"invalid_client","scope":"[hidden]"}"#),
        (#"["t0ken"]"#, ""), ("t0ken", ""), ("a=t0ken&t0ken", ""), ("<html a=\"t0ken\">", ""), ("a b=t0ken", ""),
        ("", ""),
    ])
    func `of a request for a token just what is known to be no secret is kept`(body: String, shown: String) {
        #expect(String(decoding: ConfidentialBody.shown(Array(body.utf8)), as: UTF8.self) == shown)
    }

    @Test func `a request for a token is shown as text, with nothing secret in it`() async throws {
        var request = HTTPRequest(
            "POST", "https://id.example/token", headers: [("Authorization", "Basic czNjcmV0")],
            body: Array("grant_type=client_credentials&client_secret=s3cret".utf8), isRepeatable: true)
        request.isConfidential = true
        let recorder = ExchangeRecorder(TokenServer())
        _ = try await recorder.send(request)
        request.body = Array("<login>s3cret</login>".utf8)
        _ = try await recorder.send(request)
        let kept = ExchangeRecord(redact: { $0 }).json(recorder)
        #expect(kept?[0]?["request"]?["body"] == "grant_type=client_credentials&client_secret=[hidden]")
        #expect(kept?[0]?["response"]?["body"] == #"{"access_token":"[hidden]","expires_in":60}"#)
        #expect(kept?[1]?["request"]?["body"] == "[21 bytes with credentials]")
        for secret in ["s3cret", "czNjcmV0", "t0ken"] { #expect(kept?.compact.contains(secret) == false) }
    }
}

private struct TokenServer: HTTPClient {
    func send(_ request: HTTPRequest) async throws -> HTTPAnswer {
        HTTPAnswer(
            status: 200, headers: [("content-type", "application/json")],
            body: Array(#"{"access_token":"t0ken","expires_in":60}"#.utf8), url: request.url)
    }
}
