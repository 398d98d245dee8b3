// Alerts: what is told, together and how often, what is held back, and when it is over.

import ConnectorKit
import JSONCore
import JobHistory
import RecipeLanguage
import Testing

@testable import Engine

@Suite(.timeLimit(.minutes(2)))
struct AlertTests {
    @Test func `a failure is told once, what follows is held back and told with its number, its end is told`()
        async throws
    {
        let office = AlertOffice(try TestBed(AlertOffice.step), [AlertOffice.rule(.failure)])
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
        let bed = try TestBed(AlertOffice.step)
        let quiet = AlertOffice(bed, [])
        try await quiet.pass()
        try await quiet.fail()
        #expect(try await bed.engine.store.alertEvents().isEmpty)
        let office = AlertOffice(bed, [AlertOffice.rule(.failure)])
        try await office.pass()
        try await office.succeed()
        #expect(try await bed.engine.store.alertEvents().isEmpty)
        #expect(office.post.titles.isEmpty)
    }

    @Test func `what happens within the group is told together`() async throws {
        let bed = try TestBed(recipes: ["a": TestBed.recipe(AlertOffice.step), "b": TestBed.recipe(AlertOffice.step)])
        let office = AlertOffice(bed, [AlertOffice.rule(.failure) { $0.group = .seconds(30) }])
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
        let rule = AlertOffice.rule(.repeatedFailure) {
            $0.conditions[0].count = 3
            $0.conditions[0].period = .seconds(600)
        }
        let office = AlertOffice(try TestBed(AlertOffice.step), [rule])
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
        let rule = AlertOffice.rule(.silence) {
            $0.conditions[0].recipe = "test"
            $0.conditions[0].period = .seconds(7_200)
        }
        let office = AlertOffice(try TestBed(AlertOffice.step), [rule])
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
        let office = AlertOffice(bed, [AlertOffice.rule(.needsDecision)])
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
        let (bed, post) = (try TestBed(AlertOffice.step), AlertPost())
        let broken = ConnectionState(name: "crm", connector: "crm", state: "there is no secret CRM_TOKEN")
        for _ in 0..<2 {
            try await AlertOffice(bed, [AlertOffice.rule(.brokenConnection)], post: post, states: [broken]).pass()
        }
        #expect(post.titles == ["the connection crm can't be used"])
        #expect(post.last?.text.contains("CRM_TOKEN") == true)
        let whole = ConnectionState(name: "crm", connector: "crm", state: ConnectionState.complete)
        try await AlertOffice(bed, [AlertOffice.rule(.brokenConnection)], post: post, states: [whole]).pass()
        #expect(post.titles.last == "the connection crm works again")
    }

    @Test func `polls that fail in a row are told when there are enough`() async throws {
        let recipe = TestBed.recipe(
            #"{"use":"world.read","input":{"name":"{{ got.id }}"}}"#,
            trigger: #"{ "id": "got", "use": "world.record" }"#)
        let bed = try TestBed(recipes: ["test": recipe])
        let office = AlertOffice(bed, [AlertOffice.rule(.pollsFailing) { $0.conditions[0].count = 2 }])
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
        let office = AlertOffice(bed, [AlertOffice.rule(.subscriptionFailing) { $0.conditions[0].count = 2 }])
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
            AlertOffice.step, trigger: #"{"id":"got","use":"schedule","input":{"every":"1h","catch_up":"none"}}"#)
        let bed = try TestBed(recipes: ["test": recipe])
        let office = AlertOffice(bed, [AlertOffice.rule(.missedSchedule)])
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
        let office = AlertOffice(try TestBed(AlertOffice.step), [AlertOffice.rule(.failure) { $0.recipes = ["other"] }])
        try await office.pass()
        try await office.fail()
        try await office.pass()
        #expect(office.post.titles.isEmpty)
    }
}
