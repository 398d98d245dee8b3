// Webhooks over real connections: what is accepted, what is refused, and what the inbox says of it.

import Crypto
import Engine
import GalleyServer
import JSONCore
import JobHistory
import Testing

@Suite(.timeLimit(.minutes(2)))
struct HookTests {
    private func job(_ answer: Answer) throws -> JobID {
        JobID(try #require(answer.json["jobs"]?[0]?.integer))
    }

    @Test func `an accepted delivery is a job, and its event holds body, headers, query and raw text`() async throws {
        try await ServerBed.use(["lead": ServerBed.hook(#""path": "/crm/leads/""#, returns: "{{ got }}")]) {
            (bed: ServerBed) async throws -> Void in
            let answer = try await bed.post(
                "/hooks/crm/leads?from=web&tag=a&tag=b", #"{"id": 7, "price": 10.00}"#,
                headers: ["Content-Type: application/json", "X-Trace: t1"])
            #expect(answer.status == 202)
            let end = try await bed.engine.end(of: try job(answer))
            #expect(end.result?["got"]?["body"]?.compact == #"{"id":7,"price":10.00}"#)
            #expect(end.result?["got"]?["query"] == ["from": "web", "tag": ["a", "b"]])
            #expect(end.result?["got"]?["headers"]?["x-trace"] == "t1")
            #expect(end.result?["got"]?["raw"] == #"{"id": 7, "price": 10.00}"#)
        }
    }

    @Test(arguments: [
        ("application/x-www-form-urlencoded", "a=1&b=two+words&b=%C3%BC", #"{"a":"1","b":["two words","ü"]}"#),
        ("application/x-www-form-urlencoded", #"{"id": 7}"#, #"{"id":7}"#),
        ("text/plain", "plain", #""plain""#), ("application/vnd.x+json; charset=utf-8", "[1]", "[1]"),
        ("", "[2]", "[2]"), ("", "no json", #""no json""#), ("application/json", "", "null"),
    ])
    func `the body is read by its content type`(type: String, body: String, read: String) async throws {
        try await ServerBed.use(["any": ServerBed.hook(#""path": "any""#)]) {
            (bed: ServerBed) async throws -> Void in
            let headers = type.isEmpty ? [] : ["Content-Type: \(type)"]
            let answer = try await bed.post("/hooks/any", body, headers: headers)
            let end = try await bed.engine.end(of: try job(answer))
            #expect((end.result?["got"] ?? .null).compact == read)
        }
    }

    @Test func `a dedupe key makes one job, however often the event comes`() async throws {
        try await ServerBed.use(["lead": ServerBed.hook(#""path": "leads""#, #", "dedupe": "got.body.id""#)]) {
            (bed: ServerBed) async throws -> Void in
            let first = try await bed.post("/hooks/leads", #"{"id": 1}"#)
            let again = try await bed.post("/hooks/leads", #"{"id": 1}"#)
            let (made, known) = (try job(first), try job(again))
            #expect(made == known)
            #expect(again.status == 202)
            #expect(try await bed.post("/hooks/leads", #"{"id": null}"#).status == 422)
            #expect(try await bed.engine.store.jobs(JobFilter()).count == 1)
            let inbox = try await bed.engine.store.deliveries()
            #expect(inbox.map(\.verdict) == [.refused, .passedOver, .accepted])
            #expect(try await bed.engine.store.delivery(inbox[0].id)?.body == Array(#"{"id": null}"#.utf8))
        }
    }

    @Test func `every recipe that listens at an address gets the event, unless its when says no`() async throws {
        try await ServerBed.use([
            "one": ServerBed.hook(#""path": "shared""#), "two": ServerBed.hook(#""path": "shared""#),
            "three": ServerBed.hook(#""path": "shared""#, #", "when": "got.body.n > 5""#),
        ]) {
            (bed: ServerBed) async throws -> Void in
            #expect(try await bed.post("/hooks/shared", #"{"n": 1}"#).json["jobs"]?.array?.count == 2)
            #expect(try await bed.post("/hooks/shared", #"{"n": 9}"#).json["jobs"]?.array?.count == 3)
        }
    }

    @Test func `a stopped recipe and an unknown address are answered alike`() async throws {
        try await ServerBed.use(["lead": ServerBed.hook(#""path": "leads""#)]) {
            (bed: ServerBed) async throws -> Void in
            try await bed.engine.recipes.turn("lead", on: false, reason: "holiday")
            let stopped = try await bed.post("/hooks/leads", "{}")
            let unknown = try await bed.post("/hooks/other", "{}")
            #expect(stopped.status == 404)
            #expect(stopped.body == unknown.body)
            #expect(try await bed.post("/hooks/leads", "{}", method: "PUT").body == unknown.body)
            try await bed.engine.recipes.turn("lead", on: true)
            #expect(try await bed.post("/hooks/leads", "{}").status == 202)
        }
    }

    @Test func `only a right signature gets in, and a repeated delivery makes no second job`() async throws {
        let secret = SymmetricKey(data: Array("It's a Secret to Everybody".utf8))
        let body = "Hello, World!"
        let signature = HMAC<SHA256>.authenticationCode(for: Array(body.utf8), using: secret).map {
            ($0 < 16 ? "0" : "") + String($0, radix: 16)
        }.joined()
        try await ServerBed.use([
            "push": ServerBed.hook(#""path": "push", "verify": {"scheme": "github", "secret": "HOOK_SECRET"}"#),
            "lost": ServerBed.hook(#""path": "lost", "verify": {"scheme": "github", "secret": "NOT_THERE"}"#),
            "typo": ServerBed.hook(#""path": "typo", "verify": {"scheme": "githib", "secret": "HOOK_SECRET"}"#),
        ]) {
            (bed: ServerBed) async throws -> Void in
            func post(_ path: String, _ headers: [String]) async throws -> Answer {
                try await bed.post("/hooks/" + path, body, headers: ["Content-Type: text/plain"] + headers)
            }
            let right = ["X-Hub-Signature-256: sha256=\(signature)", "X-GitHub-Delivery: d-1"]
            let first = try await post("push", right)
            #expect(first.status == 202)
            let again = try await post("push", right)
            let (made, known) = (try job(first), try job(again))
            #expect(made == known)
            for wrong in [
                [], ["X-Hub-Signature-256: sha256=\(signature.dropLast())0"],
                ["X-Hub-Signature-256: sha256=\(signature)", "X-Hub-Signature-256: sha256=\(signature)"],
                ["X-Hub-Signature-256: \(signature)"], ["X-Hub-Signature-256: sha256="],
            ] { #expect(try await post("push", wrong).status == 401) }
            #expect(try await post("lost", right).status == 401, "without its secret it fails closed")
            #expect(try await post("typo", right).status == 404, "a verify that can't be read lets nobody in")
            #expect(try await bed.engine.store.jobs(JobFilter()).count == 1)
        }
    }

    @Test func `a signed delivery without an id is known again within its window, whatever else is changed about it`()
        async throws
    {
        @Sendable func signature(_ text: String) -> String {
            let key = SymmetricKey(data: Array("It's a Secret to Everybody".utf8))
            return HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key)
                .map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }
        try await ServerBed.use([
            "pay": ServerBed.hook(#""path": "pay", "verify": {"scheme": "stripe", "secret": "HOOK_SECRET"}"#),
            "chat": ServerBed.hook(#""path": "chat", "verify": {"scheme": "slack", "secret": "HOOK_SECRET"}"#),
            "push": ServerBed.hook(#""path": "push", "verify": {"scheme": "github", "secret": "HOOK_SECRET"}"#),
        ]) {
            (bed: ServerBed) async throws -> Void in
            let seconds = bed.clock.now / 1_000
            func post(_ path: String, _ headers: [String], _ body: String) async throws -> JobID {
                let answer = try await bed.post("/hooks/" + path, body, headers: headers)
                #expect(answer.status == 202)
                return try job(answer)
            }
            let paid = signature("\(seconds).{}")
            let first = try await post("pay", ["Stripe-Signature: t=\(seconds),v1=\(paid)"], "{}")
            for header in ["v1=\(paid),t=\(seconds)", "t=\(seconds),v1=00,v0=11,v1=\(paid.uppercased())"] {
                #expect(try await post("pay", ["Stripe-Signature: \(header)", "X-New: \(header)"], "{}") == first)
            }
            let later = signature("\(seconds + 1).{}")
            let other = try await post("pay", ["Stripe-Signature: t=\(seconds + 1),v1=\(later)"], "{}")
            #expect(other != first, "signed again: another delivery")
            let said = signature("v0:\(seconds):command=%2Fhello")
            let command = [
                "X-Slack-Signature: v0=\(said)", "X-Slack-Request-Timestamp: \(seconds)",
                "Content-Type: application/x-www-form-urlencoded",
            ]
            let spoken = try await post("chat", command, "command=%2Fhello")
            #expect(try await post("chat", command, "command=%2Fhello") == spoken)
            // Nothing says when it was signed: two of the same may be two events.
            let pushed = ["X-Hub-Signature-256: sha256=\(signature("{}"))"]
            let push = try await post("push", pushed, "{}")
            #expect(try await post("push", pushed, "{}") != push)
        }
    }

    @Test func `what proves a sender is kept nowhere, and a delivery that was passed over can come in again`()
        async throws
    {
        let settings =
            #""path": "guarded", "verify": {"scheme": "token", "header": "X-Token", "secret": "HOOK_SECRET"}"#
        try await ServerBed.use(
            ["guarded": ServerBed.hook(settings, #", "when": "got.body.n > 5""#)], configure: { $0.isOpen = true }
        ) {
            (bed: ServerBed) async throws -> Void in
            let proofs = [
                "Cookie: galley=bait-1", "Authorization: Bearer bait-2", "Proxy-Authorization: Basic bait-3",
                "X-Token: It's a Secret to Everybody", "X-Kept: yes", "Content-Type: application/json",
            ]
            #expect(try await bed.post("/hooks/guarded", #"{"n": 9}"#, headers: proofs).status == 202)
            #expect(try await bed.post("/hooks/guarded?plan=gold", #"{"n": 1}"#, headers: proofs).status == 202)
            let wrong = proofs.map { $0.hasPrefix("X-Token") ? $0 + "!" : $0 }
            #expect(try await bed.post("/hooks/guarded", #"{"n": 7}"#, headers: wrong).status == 401)
            let job = try #require(try await bed.engine.store.jobs(JobFilter()).first)
            let event = try #require(try await bed.engine.store.job(job.id)?.event)
            let deliveries = try await bed.engine.store.deliveries(path: nil, verdict: nil, before: nil, limit: 10)
            for text in [event.compact] + deliveries.map({ JSON.object($0.headers).compact }) {
                #expect(text.contains("x-kept") && !text.contains("bait-") && !text.contains("Everybody"), "\(text)")
            }
            let passedOver = try #require(deliveries.first { $0.verdict == .passedOver })
            #expect(try await bed.form("/webhooks/\(passedOver.id)/replay", "").status == 303)
            let again = try await bed.engine.store.deliveries(verdict: .passedOver)
            #expect(again.map(\.query) == [["plan": "gold"], ["plan": "gold"]])
            let refused = try #require(deliveries.first { $0.verdict == .refused })
            #expect(try await bed.form("/webhooks/\(refused.id)/replay", "").status == 422)
        }
    }

    @Test func `a body that is too long is refused before it is read, declared or not`() async throws {
        var limits = ServerLimits()
        limits.bodyBytes = 1_000
        try await ServerBed.use(["any": ServerBed.hook(#""path": "any""#)], limits: limits) {
            (bed: ServerBed) async throws -> Void in
            let head = "POST /hooks/any HTTP/1.1\r\nHost: test\r\nConnection: close\r\n"
            #expect(try await bed.send(head + "Content-Length: 5000000000\r\n\r\n").status == 413)
            let chunk = "400\r\n" + String(repeating: "a", count: 1_024) + "\r\n"
            let chunked = head + "Transfer-Encoding: chunked\r\n\r\n" + chunk + chunk + "0\r\n\r\n"
            #expect(try await bed.send(chunked).status == 413)
            let text = String(repeating: "a", count: 998)
            #expect(try await bed.post("/hooks/any", "\"\(text)\"").status == 202)
        }
    }

    @Test(arguments: [("identity", 202), ("gzip", 415), ("identity, br", 415), (" GZIP", 415), ("", 202)])
    func `a compressed body is refused as that`(coding: String, status: Int) async throws {
        try await ServerBed.use(["any": ServerBed.hook(#""path": "any""#)]) {
            (bed: ServerBed) async throws -> Void in
            let answer = try await bed.post("/hooks/any", "[1]", headers: ["Content-Encoding: \(coding)"])
            #expect(answer.status == status, "\(answer.body)")
            if status == 415 { #expect(answer.body.contains("not with Content-Encoding")) }
        }
    }

    @Test func `more deliveries than fit are told to come again`() async throws {
        var limits = ServerLimits()
        limits.deliveryBytesAtOnce = 1_000
        try await ServerBed.use(["any": ServerBed.hook(#""path": "any""#)], limits: limits) {
            (bed: ServerBed) async throws -> Void in
            let answer = try await bed.post("/hooks/any", "\"" + String(repeating: "a", count: 1_000) + "\"")
            #expect(answer.status == 429)
            #expect(answer.head.lowercased().contains("retry-after: 1"))
            #expect(try await bed.post("/hooks/any", "{}").status == 202)
        }
    }

    @Test func `a broken edit leaves the recipe as it was, and a mended one counts`() async throws {
        try await ServerBed.use(["lead": ServerBed.hook(#""path": "leads""#, returns: "one")]) {
            (bed: ServerBed) async throws -> Void in
            try await bed.edit("lead", #"{"galley": 1, "trigger": "#)
            let old = try await bed.engine.end(of: job(try await bed.post("/hooks/leads", "{}")))
            #expect(old.result == ["got": "one"])
            #expect(await bed.engine.recipes.entries["lead"]?.problems.isEmpty == false)
            try await bed.edit("lead", ServerBed.unreadable)
            let kept = try await bed.engine.end(of: job(try await bed.post("/hooks/leads", "{}")))
            #expect(kept.result == ["got": "one"])
            #expect(await bed.engine.recipes.entries["lead"]?.problems.map(\.code) == ["unreadable_file"])
            try await bed.edit("lead", ServerBed.hook(#""path": "moved""#, returns: "two"))
            #expect(try await bed.post("/hooks/leads", "{}").status == 404)
            let new = try await bed.engine.end(of: job(try await bed.post("/hooks/moved", "{}")))
            #expect(new.result == ["got": "two"])
        }
    }
}
