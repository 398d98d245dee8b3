// What arrives at the address of a subscription: events once, handshakes, secrets that come first, and what is refused.

import ConnectorKit
import Crypto
import Engine
import Foundation
import JSONCore
import JobHistory
import Testing

extension SubscriptionTests {
    private static func deliver(
        _ bed: TestBed, _ events: JSON, header: String? = nil
    ) async throws -> WebhookAnswer {
        let hook = try #require(bed.world.desk.now.hooks.first)
        return await WebhookIntake(bed.engine).answer(
            Desk.delivery(events, to: hook.url, secret: hook.secret, header: header))
    }

    @Test func `each event makes a job once, whether it is called or polled`() async throws {
        let bed = try await Self.bed(Self.recipe(#""since": 0"#, trigger: "both"))
        try await Subscriber(bed.engine).pass()
        let answer = try await Self.deliver(bed, [["n": 1, "id": "a"], ["n": 2, "id": "b"]])
        #expect(answer.status == 200 && answer.body["jobs"] == [1, 2])
        #expect(try await Self.deliver(bed, [["n": 2, "id": "b"]]).body["jobs"] == [2])
        bed.world.enter(["n": 1, "id": "a"], ["n": 3, "id": "c"])
        try await Poller(bed.engine).pass()
        let jobs = try await bed.engine.store.jobs(JobFilter()).reversed()
        #expect(jobs.map(\.origin) == ["webhook", "webhook", "poll"])
        #expect(try await bed.engine.store.job(3)?.event == ["n": 3, "id": "c"])
        #expect(try await bed.engine.store.subscriptions().first?.deliveries == 2)
    }

    @Test(arguments: ["", "00", String(repeating: "ab", count: 32)])
    func `a delivery with a wrong signature is refused before it is read`(signature: String) async throws {
        let bed = try await Self.bed()
        try await Subscriber(bed.engine).pass()
        #expect(try await Self.deliver(bed, [["id": "a"]], header: signature).status == 401)
        #expect(try await bed.engine.store.jobs(JobFilter()).isEmpty)
        #expect(try await bed.engine.store.deliveries().first?.verdict == .refused)
    }

    @Test func `nothing is taken before the secret is known, at another address, or after the end`() async throws {
        let bed = try await Self.bed()
        bed.world.desk.change { ($0.webhook.secret, $0.given) = (.answer, "the desk's own") }
        bed.world.desk.script("subscribe", .lose)
        let subscriber = Subscriber(bed.engine)
        try await subscriber.pass()
        #expect(try await Self.deliver(bed, [["id": "a"]]).status == 503)
        let elsewhere = Desk.delivery(
            [], to: "https://galley.example/hooks/subscriptions/0123", secret: "the desk's own")
        #expect(await WebhookIntake(bed.engine).answer(elsewhere).status == 404)
        let url = try #require(bed.world.desk.now.hooks.first?.url)
        try await bed.engine.recipes.turn("test", on: false)
        try await subscriber.pass()
        let late = Desk.delivery([], to: url, secret: "the desk's own")
        #expect([404, 410].contains(await WebhookIntake(bed.engine).answer(late).status))
    }

    @Test func `a handshake gives its secret once, and what it signs is taken from then on`() async throws {
        let bed = try await Self.bed()
        bed.world.desk.change { $0.webhook.secret = .handshake }
        bed.world.desk.script("subscribe", .lose)
        try await Subscriber(bed.engine).pass()
        let url = try #require(bed.world.desk.now.hooks.first?.url)
        func shake(_ secret: String) async -> WebhookAnswer {
            var request = Desk.delivery([], to: url, secret: "")
            request.headers = [("x-secret", secret)]
            return await WebhookIntake(bed.engine).answer(request)
        }
        let answer = await shake("shaken not stirred")
        #expect(answer.status == 200 && answer.text == "hello" && answer.headers == ["X-Secret": "shaken not stirred"])
        #expect(await shake("another one").status == 409)
        let signed = Desk.delivery([["id": "a"]], to: url, secret: "shaken not stirred")
        #expect(await WebhookIntake(bed.engine).answer(signed).status == 200)
        #expect(await WebhookIntake(bed.engine).answer(Desk.delivery([], to: url, secret: "another one")).status == 401)
    }

    @Test func `a secret that comes in a body before anything is signed is taken once`() async throws {
        let bed = try await Self.bed()
        bed.world.desk.change { ($0.webhook.subscribes, $0.webhook.secret) = (false, .handshake) }
        try await Subscriber(bed.engine).pass()
        let url = try #require(try await bed.engine.store.subscriptions().first?.url)
        func bring(_ token: String) async -> WebhookAnswer {
            var request = Desk.delivery([], to: url, secret: "")
            request.body = JSON.object(["token": .string(token)]).compactBytes
            return await WebhookIntake(bed.engine).answer(request)
        }
        #expect(await WebhookIntake(bed.engine).answer(Desk.delivery([["id": "a"]], to: url, secret: "")).status == 503)
        let recipe = try #require(await bed.engine.recipes.entries["test"]?.version?.recipe)
        func token() async -> String? {
            try? await SubscriptionToken.read(recipe, bed.engine.services, bed.engine.store)
        }
        #expect(await token() == nil)
        #expect(await bring("first").status == 200)
        #expect(await token() == "first")
        #expect(await bring("second").status == 401)
        #expect(
            await WebhookIntake(bed.engine).answer(Desk.delivery([["id": "a"]], to: url, secret: "first")).status == 200
        )
        #expect(await WebhookIntake(bed.engine).answer(Desk.delivery([], to: url, secret: "second")).status == 401)
    }

    @Test func `a system that wants to hear nothing hears nothing, also when it is refused`() async throws {
        let bed = try await Self.bed()
        bed.world.desk.change { $0.webhook.answer = WebhookHandshake(status: 204, headers: ["X-A": "b"]) }
        try await Subscriber(bed.engine).pass()
        let answer = try await Self.deliver(bed, [["id": "a"]])
        #expect(answer.status == 204 && answer.text == "" && answer.headers == ["X-A": "b"])
        #expect(try await bed.engine.store.jobs(JobFilter()).count == 1)
        let refused = try await Self.deliver(bed, [["id": "a"]], header: "00")
        #expect(refused.status == 401 && refused.text == "")
    }

    @Test func `a signature over the address is checked with the one that the system was given`() async throws {
        let bed = try await Self.bed()
        bed.world.desk.change {
            $0.webhook.signature.signature = try? WebhookSignature.readScheme([
                "scheme": "hmac", "header": "x-desk", "signed": "{method} {url} {body}",
            ]).signature
        }
        try await Subscriber(bed.engine).pass()
        let hook = try #require(bed.world.desk.now.hooks.first)
        func deliver(_ signed: String, _ target: String?) async -> Int {
            let body = #"{"events":[]}"#
            let text = Array("POST \(signed) \(body)".utf8)
            let code = HMAC<SHA256>.authenticationCode(for: text, using: SymmetricKey(data: Array(hook.secret.utf8)))
            var request = Desk.delivery(
                [], to: hook.url, secret: "",
                header: code.map { byte in
                    (byte < 16 ? "0" : "") + String(byte, radix: 16)
                }.joined())
            (request.body, request.target) = (Array(body.utf8), target)
            return await WebhookIntake(bed.engine).answer(request).status
        }
        #expect(await deliver(hook.url, nil) == 200)
        #expect(await deliver("\(hook.url)?a=b%20c", "/hooks/any?a=b%20c") == 200)
        #expect(await deliver(hook.url, "/hooks/any?a=b") == 401)
        #expect(await deliver("\(hook.url)x", nil) == 401)
    }

    @Test func `a call that tells nothing makes the poll due at once`() async throws {
        let bed = try await Self.bed(Self.recipe(#""since": 0"#, trigger: "both"))
        bed.world.desk.change { $0.webhook.onlyWakes = true }
        try await Subscriber(bed.engine).pass()
        let poller = Poller(bed.engine)
        try await poller.pass()
        bed.world.enter(["n": 1, "id": "a"])
        try await poller.pass()
        #expect(try await bed.engine.store.jobs(JobFilter()).isEmpty, "not due yet")
        #expect(try await Self.deliver(bed, []).status == 200)
        try await poller.pass()
        #expect(try await bed.engine.store.jobs(JobFilter()).count == 1)
    }

    @Test func `a secret that comes in the body is not in the inbox`() async throws {
        let secret = "the desk's very own secret"
        let bed = try TestBed(recipes: ["test": Self.recipe()]) { json in
            json.string.map { .string($0.replacing(secret, with: "[secret]")) } ?? json
        }
        try await bed.engine.recipes.refresh()
        bed.world.desk.change { state in
            (state.webhook.secret, state.given) = (.answer, secret)
            state.webhook.signature = WebhookSignature(.member)
            state.webhook.signature.member = ["state"]
        }
        try await Subscriber(bed.engine).pass()
        var delivery = Desk.delivery([], to: try #require(bed.world.desk.now.hooks.first?.url), secret: "")
        delivery.body = JSON.object(["state": .string(secret), "events": []]).compactBytes
        #expect(await WebhookIntake(bed.engine).answer(delivery).status == 200)
        let noted = try #require(try await bed.engine.store.deliveries().first)
        let body = try await bed.engine.store.delivery(noted.id)?.body ?? []
        #expect(String(decoding: body, as: UTF8.self) == #"{"state":"[secret]","events":[]}"#)
    }

    @Test func `no secret of a subscription is in the history`() async throws {
        let bed = try await Self.bed()
        bed.world.desk.change { ($0.webhook.secret, $0.given) = (.answer, "the desk's very own secret") }
        try await Subscriber(bed.engine).pass()
        let secrets = bed.keptSecrets.flatMap(\.values)
        #expect(secrets.count == 2)
        for file in ["history.db", "history.db-wal"] {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(bed.folder)/.galley/\(file)"))
            for secret in secrets { #expect(bytes.range(of: Data(secret.utf8)) == nil) }
        }
    }
}
