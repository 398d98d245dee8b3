// Alerts on their way: tried again, started as recipes, and what a crash leaves of them.

import ConnectorKit
import JSONCore
import JobHistory
import RecipeLanguage
import Testing

@testable import Engine

@Suite(.timeLimit(.minutes(2)))
struct AlertDeliveryTests {
    @Test func `a delivery that fails is tried again, later each time, and seen meanwhile`() async throws {
        let office = AlertOffice(try TestBed(AlertOffice.step), [AlertOffice.rule(.failure)])
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
        let bed = try TestBed(AlertOffice.step)
        let office = AlertOffice(bed, [AlertOffice.rule(.failure)])
        try await office.pass()
        try await office.fail()
        // It dies before anybody has looked …
        let second = try bed.crash()
        let after = AlertOffice(second, [AlertOffice.rule(.failure)])
        try await after.watch.pass()
        // … and before the message is sent …
        let third = try second.crash()
        let sender = AlertOffice(third, [AlertOffice.rule(.failure)])
        _ = try await sender.courier.pass()
        #expect(sender.post.titles == ["test failed"])
        // … and after.
        let fourth = try third.crash()
        let last = AlertOffice(fourth, [AlertOffice.rule(.failure)])
        try await last.pass()
        #expect(last.post.titles.isEmpty)
    }

    @Test func `a try is counted before it is made, so that a crash in it costs a wait`() async throws {
        let bed = try TestBed(AlertOffice.step)
        let office = AlertOffice(bed, [AlertOffice.rule(.failure)])
        try await office.pass()
        try await office.fail()
        try await office.watch.pass()
        let taken = try await bed.engine.store.takeAlertDeliveries(dueBy: noon, limit: 1) {
            noon + AlertCourier.wait($0)
        }
        #expect(taken.count == 1)
        let after = AlertOffice(try bed.crash(), [AlertOffice.rule(.failure)])
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
            "test": TestBed.recipe(AlertOffice.step), "tell": TestBed.recipe(tell),
            "helper": TestBed.called(AlertOffice.step),
        ])
        let office = AlertOffice(bed, [AlertOffice.rule(.failure, to: [.recipe("tell")]) { $0.throttle = .zero }])
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
        let bed = try TestBed(AlertOffice.step)
        let office = AlertOffice(bed, [AlertOffice.rule(.failure)])
        try await office.pass()
        office.post.failure.withLock { $0 = "down" }
        try await office.fail()
        try await office.pass()
        bed.advance(.seconds(60))
        let without = AlertOffice(bed, [])
        try await without.pass()
        #expect(without.post.titles.isEmpty)
        #expect(try await bed.engine.store.alertStandings().isEmpty)
        #expect(try await bed.engine.store.isWatchedForAlerts() == false)
    }

    @Test func `a test goes to each place and says how it went`() async throws {
        let office = AlertOffice(
            try TestBed(AlertOffice.step),
            [
                AlertOffice.rule(
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
        let poll = TestBed.recipe(AlertOffice.step, trigger: #"{ "id": "got", "use": "world.record" }"#)
        let bed = try TestBed(recipes: ["test": TestBed.recipe(AlertOffice.step), "poll": poll])
        let office = AlertOffice(bed, [AlertOffice.rule(.failure, .pollsFailing)])
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
