// Webhook subscriptions on a clock that tests move: made once, found again after a crash, renewed, ended, and never in the way.

import ConnectorKit
import Crypto
import Engine
import Foundation
import JSONCore
import JobHistory
import Testing

@Suite(.timeLimit(.minutes(2)))
struct SubscriptionTests {
    private static func recipe(_ kind: String = "", trigger: String = "called", more: String = "") -> String {
        TestBed.recipe(
            #"{"use":"world.read","input":{"name":"{{ got.id }}"}}"#,
            trigger: #"{ "id": "got", "use": "world.\#(trigger)", "input": { \#(kind) } \#(more) }"#)
    }

    private static func bed(_ recipe: String = recipe()) async throws -> TestBed {
        let bed = try TestBed(recipes: ["test": recipe])
        try await bed.engine.recipes.refresh()
        return bed
    }

    private static func states(_ bed: TestBed) async throws -> [Subscription.State] {
        try await bed.engine.store.subscriptions().map(\.state)
    }

    private static func standing(_ bed: TestBed) async throws -> JSON {
        try await bed.engine.triggerStandings().first?.json ?? .null
    }

    // MARK: Beginning

    @Test func `a recipe that is on is subscribed once, over passes, edits of its steps and restarts`() async throws {
        let bed = try await Self.bed()
        let subscriber = Subscriber(bed.engine)
        try await subscriber.pass()
        try await subscriber.pass()
        bed.write("test", Self.recipe().replacing("world.read", with: "world.echo"))
        try await bed.engine.recipes.refresh()
        try await subscriber.pass()
        let next = try bed.crash()
        try await next.engine.recipes.refresh()
        try await Subscriber(next.engine).pass()
        #expect(bed.world.desk.now.requests == ["subscribe"])
        #expect(bed.world.desk.now.hooks.count == 1)
        let subscription = try #require(try await next.engine.store.subscriptions().first)
        #expect(subscription.state == .active && subscription.answer == ["id": 1])
        #expect(bed.world.desk.now.hooks.first?.url == subscription.url)
        #expect(subscription.url == "https://galley.example/hooks/subscriptions/\(subscription.token)")
        #expect(subscription.token.utf8.count == 40)
        #expect(try await Self.standing(next)["state"] == "on")
    }

    @Test(arguments: [Desk.Turn.lose, .vanish, .refuse(500)])
    func `an answer that is lost is found out about, also by the process that comes after`(turn: Desk.Turn) async throws
    {
        let bed = try await Self.bed()
        bed.world.desk.script("subscribe", turn)
        try await Subscriber(bed.engine).pass()
        #expect(try await Self.states(bed) == [.sent])
        let next = try bed.crash()
        bed.advance(.seconds(60))
        try await next.engine.recipes.refresh()
        try await Subscriber(next.engine).pass()
        #expect(bed.world.desk.now.hooks.count == 1)
        #expect(try await Self.states(next) == [.active])
        if case .lose = turn { #expect(bed.world.desk.now.requests == ["subscribe", "find"]) }
    }

    @Test func `one that can't be looked for is asked again with the same address and secret`() async throws {
        let bed = try await Self.bed()
        bed.world.desk.change { $0.webhook.finds = false }
        bed.world.desk.script("subscribe", .lose)
        let subscriber = Subscriber(bed.engine)
        try await subscriber.pass()
        bed.advance(.seconds(60))
        try await subscriber.pass()
        let hooks = bed.world.desk.now.hooks
        #expect(hooks.count == 2 && hooks[0].url == hooks[1].url && hooks[0].secret == hooks[1].secret)
    }

    @Test func `one whose own secret was lost with its answer is ended, and another one made`() async throws {
        let bed = try await Self.bed()
        bed.world.desk.change { ($0.webhook.secret, $0.given) = (.answer, "the desk's own") }
        bed.world.desk.script("subscribe", .lose)
        let subscriber = Subscriber(bed.engine)
        try await subscriber.pass()
        bed.advance(.seconds(60))
        for _ in 0..<3 { try await subscriber.pass() }
        #expect(try await Self.states(bed) == [.active])
        #expect(bed.world.desk.now.hooks.map(\.id) == [2])
        #expect(bed.keptSecrets.compactMap { $0["given"] } == ["the desk's own"])
    }

    @Test func `a refusal is told, waited after longer each time, and tried again`() async throws {
        let bed = try await Self.bed()
        bed.world.desk.script("subscribe", .refuse(401), .refuse(403), .refuse(403))
        let subscriber = Subscriber(bed.engine)
        var now = noon
        var waits: [Int64] = []
        for _ in 0..<3 {
            try await subscriber.pass()
            let subscription = try #require(try await bed.engine.store.subscriptions().first)
            #expect(subscription.state == .wanted)
            let wait = try #require(subscription.next) - now
            waits.append(wait)
            bed.advance(.milliseconds(wait))
            now += wait
        }
        #expect(waits == [30_000, 60_000, 120_000])
        #expect(try await Self.standing(bed)["state"] == "failing")
        #expect(try await Self.standing(bed)["reason"] == "the desk answered 403")
        try await subscriber.pass()
        #expect(try await Self.standing(bed)["state"] == "on")
    }

    @Test func `without an address nothing is asked, and what to set is said`() async throws {
        let bed = try await Self.bed()
        bed.serve(at: nil)
        let subscriber = Subscriber(bed.engine)
        try await subscriber.pass()
        #expect(bed.world.desk.now.requests.isEmpty)
        #expect(try await Self.standing(bed)["state"] == "no_address")
        #expect(try await Self.standing(bed)["reason"]?.string?.contains("\"public_url\" of galley.json") == true)
        bed.serve(at: "https://galley.example")
        try await bed.engine.recipes.refresh()
        try await subscriber.pass()
        #expect(bed.world.desk.now.hooks.count == 1)
        // An address that is taken away ends nothing.
        bed.serve(at: nil)
        try await bed.engine.recipes.refresh()
        try await subscriber.pass()
        #expect(bed.world.desk.now.requests == ["subscribe"])
    }

    // MARK: Changing and ending

    @Test func `another input is another subscription, and the one before is ended`() async throws {
        let bed = try await Self.bed()
        let subscriber = Subscriber(bed.engine)
        try await subscriber.pass()
        bed.write("test", Self.recipe(#""kind": "new""#))
        try await bed.engine.recipes.refresh()
        try await subscriber.pass()
        try await subscriber.pass()
        #expect(bed.world.desk.now.requests.sorted() == ["subscribe", "subscribe", "unsubscribe"])
        #expect(bed.world.desk.now.hooks.map(\.id) == [2])
        #expect(try await Self.states(bed) == [.active])
        #expect(bed.keptSecrets.count == 1)
    }

    @Test func `stopping a recipe ends it, and never waits for a system that does not answer`() async throws {
        let bed = try await Self.bed()
        let subscriber = Subscriber(bed.engine)
        try await subscriber.pass()
        bed.world.desk.script("unsubscribe", .refuse(500), .vanish)
        try await bed.engine.recipes.turn("test", on: false, reason: "holiday")
        try await subscriber.pass()
        #expect(try await Self.states(bed) == [.ending])
        let reason = try await Self.standing(bed)["reason"]?.string
        #expect(reason == "holiday; its subscription could not be ended yet: the desk answered 500")
        bed.advance(.seconds(30))
        try await subscriber.pass()
        bed.advance(.seconds(60))
        try await subscriber.pass()
        #expect(bed.world.desk.now.requests == ["subscribe", "unsubscribe", "unsubscribe", "unsubscribe"])
        #expect(bed.world.desk.now.hooks.isEmpty && bed.keptSecrets.isEmpty)
        #expect(try await Self.states(bed).isEmpty)
    }

    @Test func `a recipe that is removed leaves no subscription behind, and one with mistakes keeps its own`()
        async throws
    {
        let bed = try await Self.bed()
        let subscriber = Subscriber(bed.engine)
        try await subscriber.pass()
        bed.write("test", "{")
        try await bed.engine.recipes.refresh()
        try await subscriber.pass()
        #expect(try await Self.states(bed) == [.active])
        bed.remove("test")
        try await bed.engine.recipes.refresh()
        try await subscriber.pass()
        #expect(bed.world.desk.now.hooks.isEmpty)
        #expect(try await Self.states(bed).isEmpty)
    }

    @Test func `one whose secrets are lost with their store is ended, and another one made`() async throws {
        let bed = try await Self.bed()
        let subscriber = Subscriber(bed.engine)
        try await subscriber.pass()
        bed.forgetSecrets()
        for _ in 0..<2 { try await subscriber.pass() }
        #expect(bed.world.desk.now.hooks.map(\.id) == [2] && bed.keptSecrets.count == 1)
        #expect(try await Self.states(bed) == [.active])
    }

    @Test func `an address that a person enters waits for its first call, and shakes hands`() async throws {
        let bed = try await Self.bed()
        bed.world.desk.change { ($0.webhook.subscribes, $0.webhook.secret) = (false, .handshake) }
        try await Subscriber(bed.engine).pass()
        let standing = try await Self.standing(bed)
        let url = try #require(standing["subscriptions"]?[0]?["url"]?.string)
        #expect(standing["state"] == "enter_address" && standing["reason"]?.string?.contains(url) == true)
        #expect(await WebhookIntake(bed.engine).answer(Desk.delivery([], to: url, secret: "x")).status == 503)
        var shake = Desk.delivery([], to: url, secret: "")
        shake.headers = [("x-secret", "shaken not stirred")]
        #expect(await WebhookIntake(bed.engine).answer(shake).status == 200)
        let signed = Desk.delivery([["id": "a"]], to: url, secret: "shaken not stirred")
        #expect(await WebhookIntake(bed.engine).answer(signed).status == 200)
        #expect(try await Self.standing(bed)["state"] == "on")
        #expect(bed.world.desk.now.requests.isEmpty)
    }

    @Test func `one that ends by itself is renewed ahead of its end`() async throws {
        let bed = try await Self.bed()
        bed.world.desk.change { ($0.webhook.renews, $0.expires) = (true, noon + 3_600_000) }
        let subscriber = Subscriber(bed.engine)
        try await subscriber.pass()
        bed.world.desk.change { $0.expires = noon + 7_200_000 }
        bed.advance(.seconds(45 * 60 - 1))
        try await subscriber.pass()
        #expect(bed.world.desk.now.requests == ["subscribe"])
        bed.advance(.seconds(1))
        try await subscriber.pass()
        #expect(bed.world.desk.now.requests == ["subscribe", "renew"])
        #expect(try await bed.engine.store.subscriptions().first?.expiresAt == noon + 7_200_000)
    }

    @Test(arguments: [true, false])
    func `one that can't be renewed is followed by another, and is called until that begins`(renews: Bool) async throws
    {
        let bed = try await Self.bed()
        bed.world.desk.change { ($0.webhook.renews, $0.expires) = (renews, noon + 3_600_000) }
        if renews { bed.world.desk.script("renew", .refuse(404)) }
        let subscriber = Subscriber(bed.engine)
        try await subscriber.pass()
        bed.advance(.seconds(45 * 60))
        try await subscriber.pass()
        #expect(try await Self.states(bed) == [.active, .wanted])
        bed.world.desk.change { $0.expires = noon + 9_000_000 }
        try await subscriber.pass()
        #expect(try await Self.states(bed) == [.ending, .active])
        try await subscriber.pass()
        #expect(try await Self.states(bed) == [.active])
        #expect(bed.world.desk.now.hooks.map(\.id) == [2])
    }

    // MARK: What arrives

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
