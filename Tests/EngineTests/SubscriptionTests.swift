// Webhook subscriptions on a clock that tests move: made once, found again after a crash, renewed, ended, and never in the way.

import ConnectorKit
import Engine
import Foundation
import JSONCore
import JobHistory
import Testing

@Suite(.timeLimit(.minutes(2)))
struct SubscriptionTests {
    static func recipe(_ kind: String = "", trigger: String = "called", more: String = "") -> String {
        TestBed.recipe(
            #"{"use":"world.read","input":{"name":"{{ got.id }}"}}"#,
            trigger: #"{ "id": "got", "use": "world.\#(trigger)", "input": { \#(kind) } \#(more) }"#)
    }

    static func bed(_ recipe: String = recipe()) async throws -> TestBed {
        let bed = try TestBed(recipes: ["test": recipe])
        try await bed.engine.recipes.refresh()
        return bed
    }

    static func states(_ bed: TestBed) async throws -> [Subscription.State] {
        try await bed.engine.store.subscriptions().map(\.state)
    }

    static func standing(_ bed: TestBed) async throws -> JSON {
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
}
