// Alerts: what is told, together and how often, what is held back, when it is over, and what a crash leaves.

import ConnectorKit
import Foundation
import JSONCore
import JobHistory
import RecipeLanguage
import Synchronization
import Testing

@testable import Engine

@Suite(.timeLimit(.minutes(2)))
struct AlertTests {
    /// What was sent, and what sending does.
    final class Post: Sendable {
        let sent = Mutex<[(id: String, notice: AlertNotice)]>([])
        let failure = Mutex<String?>(nil)

        var titles: [String] { sent.withLock { $0.map(\.notice.title) } }
        var last: AlertNotice? { sent.withLock { $0.last?.notice } }
    }

    /// An engine with rules over a bed's history, and its alerts one pass after the other.
    struct Office {
        let bed: TestBed
        let engine: Engine
        let watch: AlertWatch
        let courier: AlertCourier
        let post: Post

        init(_ bed: TestBed, _ rules: [AlertRule], post: Post = Post(), states: [ConnectionState] = []) {
            (self.bed, self.post) = (bed, post)
            var services = bed.services
            services.alerts = { rules }
            services.connectionStates = { states }
            services.sendAlert = { notice, _, id in
                if let failure = post.failure.withLock({ $0 }) { throw ControlError(failure) }
                post.sent.withLock { $0.append((id, notice)) }
            }
            engine = Engine(store: bed.engine.store, services: services)
            (watch, courier) = (AlertWatch(engine), AlertCourier(engine))
        }

        /// Looks, and delivers what is due.
        func pass() async throws {
            try await watch.pass()
            _ = try await courier.pass()
        }

        func fail(_ recipe: String = "test", times: Int = 1) async throws {
            for _ in 0..<times {
                bed.world.script("a", .refuse(400))
                #expect(try await engine.run(recipe, event: [:], options: .quick).state == .failed)
            }
        }

        func succeed(_ recipe: String = "test") async throws {
            #expect(try await engine.run(recipe, event: [:], options: .quick).state == .succeeded)
        }
    }

    static let step = #"{"id":"a","use":"world.create","input":{"name":"a"}}"#

    static func rule(
        _ kinds: AlertRule.Kind..., to: [AlertRule.Target] = [.mail(connection: "post", to: ["ops@acme.example"])],
        change: (inout AlertRule) -> Void = { _ in }
    ) -> AlertRule {
        var rule = AlertRule(name: "ops")
        rule.conditions = kinds.map { AlertRule.Condition($0) }
        (rule.targets, rule.group) = (to, .zero)
        change(&rule)
        return rule
    }

    @Test func `a failure is told once, what follows is held back and told with its number, its end is told`()
        async throws
    {
        let office = Office(try TestBed(Self.step), [Self.rule(.failure)])
        try await office.pass()
        try await office.fail()
        try await office.pass()
        #expect(office.post.titles == ["test failed"])
        #expect(office.post.last?.text.contains("the world answered 400") == true)
        #expect(office.post.last?.text.contains("galley jobs show 1") == true)
        try await office.fail(times: 3)
        office.bed.advance(.seconds(1_800))
        try await office.pass()
        #expect(office.post.titles.count == 1, "within the hour nothing more")
        office.bed.advance(.seconds(1_800))
        try await office.pass()
        #expect(office.post.titles == ["test failed", "test failed 3 times"])
        #expect(office.post.last?.text.contains("held back") == true)
        try await office.succeed()
        try await office.pass()
        #expect(office.post.titles.last == "test works again")
        #expect(office.post.last?.json["kind"] == "recovery")
        try await office.pass()
        #expect(office.post.titles.count == 3)
    }

    @Test func `nothing is noted without rules, and success costs nothing with them`() async throws {
        let bed = try TestBed(Self.step)
        let quiet = Office(bed, [])
        try await quiet.pass()
        try await quiet.fail()
        #expect(try await bed.engine.store.alertEvents().isEmpty)
        let office = Office(bed, [Self.rule(.failure)])
        try await office.pass()
        try await office.succeed()
        #expect(try await bed.engine.store.alertEvents().isEmpty)
        #expect(office.post.titles.isEmpty)
    }

    @Test func `what happens within the group is told together`() async throws {
        let bed = try TestBed(recipes: ["a": TestBed.recipe(Self.step), "b": TestBed.recipe(Self.step)])
        let office = Office(bed, [Self.rule(.failure) { $0.group = .seconds(30) }])
        try await office.pass()
        try await office.fail("a")
        try await office.pass()
        bed.advance(.seconds(10))
        try await office.fail("b")
        try await office.pass()
        #expect(office.post.titles.isEmpty)
        bed.advance(.seconds(20))
        try await office.pass()
        #expect(office.post.titles == ["2 things need attention: a, b"])
        #expect(office.post.last?.json["alerts"]?.array?.compactMap { $0["recipe"]?.string } == ["a", "b"])
    }

    @Test func `repeated failures are told when there are enough of them within the time`() async throws {
        let rule = Self.rule(.repeatedFailure) {
            $0.conditions[0].count = 3
            $0.conditions[0].period = .seconds(600)
        }
        let office = Office(try TestBed(Self.step), [rule])
        try await office.pass()
        try await office.fail(times: 2)
        try await office.pass()
        office.bed.advance(.seconds(601))
        try await office.fail(times: 2)
        try await office.pass()
        #expect(office.post.titles.isEmpty)
        try await office.fail()
        try await office.pass()
        #expect(office.post.titles == ["test fails again and again: 3 failures"])
    }

    @Test func `silence is told after its time, and that it is over`() async throws {
        let rule = Self.rule(.silence) {
            $0.conditions[0].recipe = "test"
            $0.conditions[0].period = .seconds(7_200)
        }
        let office = Office(try TestBed(Self.step), [rule])
        try await office.pass()
        office.bed.advance(.seconds(3_600))
        try await office.succeed()
        office.bed.advance(.seconds(7_199))
        try await office.pass()
        #expect(office.post.titles.isEmpty, "an hour after the start there was a job")
        office.bed.advance(.seconds(1))
        try await office.pass()
        try await office.pass()
        #expect(office.post.titles == ["test is silent"])
        #expect(office.post.last?.text.contains("no job for 2h") == true)
        office.bed.advance(.seconds(60))
        try await office.succeed()
        try await office.pass()
        #expect(office.post.titles.last == "test is heard of again")
    }

    @Test func `a job that waits for a person is told, and that none does any more`() async throws {
        let bed = try TestBed(#"{"id":"s","use":"world.send","input":{"name":"s"}}"#)
        let office = Office(bed, [Self.rule(.needsDecision)])
        try await office.pass()
        bed.world.script("s", .lose)
        #expect(try await office.engine.run("test", event: [:], options: .quick).state == .needsDecision)
        try await office.pass()
        #expect(office.post.titles == ["a job of test waits for a person"])
        _ = try await office.engine.decide(1, step: nil, outcome: .fail(message: "no"))
        try await office.pass()
        #expect(office.post.titles.last == "no job of test waits for a person any more")
    }

    @Test func `a connection that is incomplete is told once, and when it is complete`() async throws {
        let (bed, post) = (try TestBed(Self.step), Post())
        let broken = ConnectionState(name: "crm", connector: "crm", state: "there is no secret CRM_TOKEN")
        for _ in 0..<2 { try await Office(bed, [Self.rule(.brokenConnection)], post: post, states: [broken]).pass() }
        #expect(post.titles == ["the connection crm can't be used"])
        #expect(post.last?.text.contains("CRM_TOKEN") == true)
        let whole = ConnectionState(name: "crm", connector: "crm", state: ConnectionState.complete)
        try await Office(bed, [Self.rule(.brokenConnection)], post: post, states: [whole]).pass()
        #expect(post.titles.last == "the connection crm works again")
    }

    @Test func `polls that fail in a row are told when there are enough`() async throws {
        let recipe = TestBed.recipe(
            #"{"use":"world.read","input":{"name":"{{ got.id }}"}}"#,
            trigger: #"{ "id": "got", "use": "world.record" }"#)
        let bed = try TestBed(recipes: ["test": recipe])
        let office = Office(bed, [Self.rule(.pollsFailing) { $0.conditions[0].count = 2 }])
        try await office.engine.recipes.refresh()
        try await office.pass()
        let poller = Poller(office.engine)
        bed.world.failPolls(ConnectorError(type: "server", "it is down"), ConnectorError(type: "server", "it is down"))
        for expected in [0, 1] {
            try await poller.pass()
            try await office.pass()
            #expect(office.post.titles.count == expected)
            bed.advance(.seconds(7_200))
        }
        #expect(office.post.last?.text.contains("2 in a row, at last: it is down") == true)
        try await poller.pass()
        try await office.pass()
        #expect(office.post.titles.last == "polls of test work again")
    }

    @Test func `a webhook subscription that fails in a row is told when it is enough, and its end too`() async throws {
        let recipe = TestBed.recipe(
            #"{"use":"world.read","input":{"name":"{{ got.id }}"}}"#,
            trigger: #"{ "id": "got", "use": "world.called" }"#)
        let bed = try TestBed(recipes: ["test": recipe])
        let office = Office(bed, [Self.rule(.subscriptionFailing) { $0.conditions[0].count = 2 }])
        try await office.engine.recipes.refresh()
        try await office.pass()
        bed.world.desk.script("subscribe", .refuse(403), .refuse(403))
        let subscriber = Subscriber(office.engine)
        for expected in [0, 1] {
            try await subscriber.pass()
            try await office.pass()
            #expect(office.post.titles.count == expected)
            bed.advance(.seconds(7_200))
        }
        #expect(office.post.last?.text.contains("2 in a row, at last: ") == true)
        #expect(office.post.titles == ["the webhook subscription of test fails"])
        try await subscriber.pass()
        try await office.pass()
        #expect(office.post.titles.last == "the webhook subscription of test works again")
    }

    @Test func `schedules that miss times are told`() async throws {
        let recipe = TestBed.recipe(
            Self.step, trigger: #"{"id":"got","use":"schedule","input":{"every":"1h","catch_up":"none"}}"#)
        let bed = try TestBed(recipes: ["test": recipe])
        let office = Office(bed, [Self.rule(.missedSchedule)])
        try await office.engine.recipes.refresh()
        try await office.pass()
        let scheduler = Scheduler(office.engine)
        _ = try await scheduler.pass()
        bed.advance(.seconds(4 * 3_600 + 1_800))
        _ = try await scheduler.pass()
        try await office.pass()
        #expect(office.post.titles.first?.contains("of its schedule") == true, "\(office.post.titles)")
    }

    @Test func `recipes that a rule does not name are not its matter`() async throws {
        let office = Office(try TestBed(Self.step), [Self.rule(.failure) { $0.recipes = ["other"] }])
        try await office.pass()
        try await office.fail()
        try await office.pass()
        #expect(office.post.titles.isEmpty)
    }

    @Test func `a delivery that fails is tried again, later each time, and seen meanwhile`() async throws {
        let office = Office(try TestBed(Self.step), [Self.rule(.failure)])
        try await office.pass()
        office.post.failure.withLock { $0 = "the mail server is down" }
        try await office.fail()
        try await office.pass()
        try await office.pass()
        var waiting = try await office.engine.store.failingAlertDeliveries(since: 0)
        #expect(waiting.first?.attempts == 1 && waiting.first?.error?.contains("the mail server is down") == true)
        office.bed.advance(.seconds(10))
        try await office.pass()
        waiting = try await office.engine.store.failingAlertDeliveries(since: 0)
        #expect(waiting.first?.attempts == 2)
        #expect(waiting.first.map { $0.nextAt - office.engine.services.clock() } == 20_000)
        office.post.failure.withLock { $0 = nil }
        office.bed.advance(.seconds(20))
        try await office.pass()
        #expect(office.post.titles == ["test failed"])
        #expect(try await office.engine.store.failingAlertDeliveries(since: 0).isEmpty)
    }

    @Test func `a crash loses no alert and repeats none`() async throws {
        let bed = try TestBed(Self.step)
        let office = Office(bed, [Self.rule(.failure)])
        try await office.pass()
        try await office.fail()
        // It dies before anybody has looked …
        let second = try bed.crash()
        let after = Office(second, [Self.rule(.failure)])
        try await after.watch.pass()
        // … and before the message is sent …
        let third = try second.crash()
        let sender = Office(third, [Self.rule(.failure)])
        _ = try await sender.courier.pass()
        #expect(sender.post.titles == ["test failed"])
        // … and after.
        let fourth = try third.crash()
        let last = Office(fourth, [Self.rule(.failure)])
        try await last.pass()
        #expect(last.post.titles.isEmpty)
    }

    @Test func `a try is counted before it is made, so that a crash in it costs a wait`() async throws {
        let bed = try TestBed(Self.step)
        let office = Office(bed, [Self.rule(.failure)])
        try await office.pass()
        try await office.fail()
        try await office.watch.pass()
        let taken = try await bed.engine.store.takeAlertDeliveries(dueBy: noon, limit: 1) {
            noon + AlertCourier.wait($0)
        }
        #expect(taken.count == 1)
        let after = Office(try bed.crash(), [Self.rule(.failure)])
        _ = try await after.courier.pass()
        #expect(after.post.titles.isEmpty)
        after.bed.advance(.seconds(10))
        _ = try await after.courier.pass()
        #expect(after.post.titles == ["test failed"])
    }

    @Test func `a recipe is started with the alert, once, and its own failures start no more`() async throws {
        let tell =
            #"{"call":"helper","input":{"title":"{{ got.title }}"}}"#
        let bed = try TestBed(recipes: [
            "test": TestBed.recipe(Self.step), "tell": TestBed.recipe(tell), "helper": TestBed.called(Self.step),
        ])
        let office = Office(bed, [Self.rule(.failure, to: [.recipe("tell")]) { $0.throttle = .zero }])
        try await office.pass()
        try await office.fail()
        try await office.pass()
        bed.world.script("a", .refuse(400))
        let ends = try await office.engine.work { _ in .quick }
        #expect(ends.map(\.recipe).contains("tell") && ends.allSatisfy { $0.state == .failed })
        let told = try #require(try await office.engine.store.jobs(JobFilter()).first { $0.recipe == "tell" })
        #expect(told.origin == "alert")
        let event = try await office.engine.store.job(told.id)?.event
        #expect(event?["title"] == "test failed" && event?["alerts"]?[0]?["job"] == 1)
        for _ in 0..<3 {
            try await office.pass()
            #expect(try await office.engine.work { _ in .quick }.isEmpty)
        }
        #expect(try await office.engine.store.jobs(JobFilter()).count == 3)
    }

    @Test func `a rule that is gone tells nothing more`() async throws {
        let bed = try TestBed(Self.step)
        let office = Office(bed, [Self.rule(.failure)])
        try await office.pass()
        office.post.failure.withLock { $0 = "down" }
        try await office.fail()
        try await office.pass()
        bed.advance(.seconds(60))
        let without = Office(bed, [])
        try await without.pass()
        #expect(without.post.titles.isEmpty)
        #expect(try await bed.engine.store.alertStandings().isEmpty)
        #expect(try await bed.engine.store.isWatchedForAlerts() == false)
    }

    @Test func `a test goes to each place and says how it went`() async throws {
        let office = Office(
            try TestBed(Self.step),
            [
                Self.rule(
                    .failure, to: [.webhook(url: "https://x:y@hooks.example/T0/secret", isSecret: false, secret: nil)])
            ])
        #expect(try await office.engine.testAlert("ops")["results"]?[0]?["to"] == "the webhook at hooks.example")
        #expect(office.post.last?.kind == .test)
        office.post.failure.withLock { $0 = "no way" }
        let failed = try await office.engine.testAlert("ops")["results"]?[0]
        #expect(failed?["delivered"] == false && failed?["error"]?.string?.contains("no way") == true)
        await #expect(throws: OwnerFailure.self) { _ = try await office.engine.testAlert("op") }
    }

    @Test func `a running watch is woken by what happens to jobs and to polls`() async throws {
        let poll = TestBed.recipe(Self.step, trigger: #"{ "id": "got", "use": "world.record" }"#)
        let bed = try TestBed(recipes: ["test": TestBed.recipe(Self.step), "poll": poll])
        let office = Office(bed, [Self.rule(.failure, .pollsFailing)])
        try await office.pass()
        let (woken, wake) = AsyncStream.makeStream(of: Void.self)
        var services = office.engine.services
        services.sendAlert = { _, _, _ in wake.yield() }
        services.clock = systemMilliseconds
        let engine = Engine(store: office.bed.engine.store, services: services)
        let watch = AlertWatch(engine)
        let run = Task { try await watch.run() }
        office.bed.world.script("a", .refuse(400))
        _ = try await engine.run("test", event: [:], options: .quick)
        var seen = woken.makeAsyncIterator()
        await seen.next()
        try await engine.recipes.refresh()
        bed.world.failPolls(ConnectorError(type: "server", "it is down"))
        try await Poller(engine).pass()
        await seen.next()
        watch.stop()
        try await run.value
    }
}
