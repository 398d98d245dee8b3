// Polling on a clock that tests move: where it begins, pages, failures, what a crash leaves, pauses and edits.

import ConnectorKit
import Engine
import JSONCore
import JobHistory
import Testing

@Suite(.timeLimit(.minutes(2)))
struct PollerTests {
    private static func recipe(_ input: String = "", more: String = "") -> String {
        TestBed.recipe(
            #"{"use":"world.read","input":{"name":"{{ got.id }}"}}"#,
            trigger: #"{ "id": "got", "use": "world.record", "input": { \#(input) } \#(more) }"#)
    }

    private static func bed(_ input: String = "", more: String = "") async throws -> TestBed {
        let bed = try TestBed(recipes: ["test": recipe(input, more: more)])
        try await bed.engine.recipes.refresh()
        return bed
    }

    /// The ids of the events that became jobs, oldest first.
    private static func ids(_ bed: TestBed) async throws -> [String] {
        var ids: [String] = []
        for job in try await bed.engine.store.jobs(JobFilter()).reversed() {
            ids.append(try await bed.engine.store.job(job.id)?.event["id"]?.string ?? "?")
        }
        return ids
    }

    private static func state(_ bed: TestBed) async throws -> PollerState {
        try #require(try await bed.engine.store.poller(of: "test"))
    }

    @Test func `what is there at first is known, what comes after starts a job`() async throws {
        let bed = try await Self.bed()
        bed.world.enter(["n": 1, "id": "a"], ["n": 2, "id": "b"], ["n": 2, "id": "c"])
        let poller = Poller(bed.engine)
        try await poller.pass()
        #expect(try await Self.ids(bed).isEmpty)
        #expect(try await Self.state(bed).cursor == 2)
        try await poller.pass()
        #expect(bed.world.polls == [nil], "not due yet")
        bed.world.enter(["n": 3, "id": "d"], ["n": 2, "id": "e"])
        bed.advance(.seconds(60))
        try await poller.pass()
        #expect(try await Self.ids(bed) == ["d", "e"])
        #expect(bed.world.polls == [nil, 2])
        #expect(try await bed.engine.store.job(1)?.summary.origin == "poll")
        bed.advance(.seconds(60))
        try await poller.pass()
        #expect(try await Self.ids(bed) == ["d", "e"], "the record at the cursor comes again and is known")
        #expect(try await Self.state(bed).events == 2)
    }

    @Test func `since says where to begin, every how often`() async throws {
        let bed = try await Self.bed(#""since": 2, "every": "10s""#)
        bed.world.enter(["n": 1, "id": "a"], ["n": 2, "id": "b"], ["n": 3, "id": "c"])
        let poller = Poller(bed.engine)
        try await poller.pass()
        #expect(try await Self.ids(bed) == ["b", "c"])
        #expect(try await Self.state(bed).next == noon + 10_000)
    }

    /// Polls as often as asked; the waits between them, in seconds.
    private static func waits(_ bed: TestBed, _ polls: Int) async throws -> [Int] {
        var waits: [Int] = []
        for _ in 0..<polls {
            try await Poller(bed.engine).pass()
            let state = try await Self.state(bed)
            let wait = try #require(state.next) - (try #require(state.polledAt))
            waits.append(Int(wait) / 1_000)
            bed.advance(.milliseconds(wait))
        }
        return waits
    }

    @Test func `polls that find nothing come later and later until there is a record`()
        async throws
    {
        let bed = try await Self.bed(#""since": 0"#)
        #expect(try await Self.waits(bed, 9) == [60, 90, 135, 202, 303, 455, 600, 600, 600])
        #expect(try await Self.state(bed).emptyPolls == 8)
        bed.world.enter(["n": 2, "id": "a"])
        // The record at the cursor comes again with each poll, and is nothing new.
        #expect(try await Self.waits(bed, 3) == [60, 90, 135])
        // One that is no job because of the recipe's `when` is something new all the same.
        bed.write("test", Self.recipe(#""since": 0"#, more: #", "when": "got.n < 3""#))
        try await bed.engine.recipes.refresh()
        bed.world.enter(["n": 3, "id": "b"])
        #expect(try await Self.waits(bed, 2) == [60, 90])
        #expect(try await Self.ids(bed) == ["a"])
    }

    @Test func `an interval that the recipe says is held, also when it is said later`() async throws {
        let fixed = try await Self.bed(#""since": 0, "every": "10s""#)
        #expect(try await Self.waits(fixed, 5) == [10, 10, 10, 10, 10])
        let bed = try await Self.bed(#""since": 0"#)
        _ = try await Self.waits(bed, 7)
        try await Poller(bed.engine).pass()
        let late = try #require(try await Self.state(bed).next)
        bed.write("test", Self.recipe(#""since": 0, "every": "30s""#))
        try await bed.engine.recipes.refresh()
        try await Poller(bed.engine).pass()
        #expect(try await Self.state(bed).next == late - 570_000)
        bed.advance(.seconds(30))
        #expect(try await Self.waits(bed, 2) == [30, 30])
        #expect(try await Self.state(bed).emptyPolls == 0)
    }

    @Test func `who resumes a poller gets the usual pace, who lists it sees the real one`() async throws {
        let bed = try await Self.bed(#""since": 0"#)
        _ = try await Self.waits(bed, 4)
        let recipe = try #require(await bed.engine.recipes.entries["test"]?.version?.recipe)
        var known = KnownStarts()
        known.pollers = try await bed.engine.store.pollers()
        let standing = ScheduleStanding(
            "test", use: "world.record", recipe: recipe, errors: 0, zone: "UTC", known, now: noon)
        // 60 + 90 + 135 + 202.5 seconds after the first one.
        #expect(standing?.json["next"] == "2025-11-24T16:08:07.500Z")
        #expect(standing?.json["empty_polls"] == 3)
        try await bed.engine.pause("test", reason: "migration")
        try await bed.engine.unpause("test")
        #expect(try await Self.waits(bed, 2) == [90, 135])
    }

    @Test func `failures wait longer each time, keep the reason, and move no cursor`() async throws {
        let bed = try await Self.bed(#""since": "{{ 1 + 1 }}""#)
        bed.world.enter(["n": 2, "id": "a"])
        let down = ConnectorError(type: "server", "the world is down", isTransient: true)
        bed.world.failPolls(down, down, down, ConnectorError(type: "rate_limited", "slower", retryAfter: 7_200))
        let poller = Poller(bed.engine)
        var waits: [Milliseconds] = []
        var now = noon
        for _ in 0..<4 {
            try await poller.pass()
            let state = try await Self.state(bed)
            let wait = try #require(state.next) - now
            waits.append(wait)
            bed.advance(.milliseconds(wait))
            now += wait
            #expect(state.cursor == 2)
        }
        #expect(waits == [60_000, 120_000, 240_000, 7_200_000])
        #expect(try await Self.state(bed).error == "slower")
        try await poller.pass()
        #expect(try await Self.ids(bed) == ["a"])
        #expect(try await Self.state(bed).failures == 0)
    }

    @Test func `sixty failures in a row stop the polling with the reason, until it is resumed`() async throws {
        let bed = try await Self.bed(#""since": 0"#)
        bed.world.enter(["n": 2, "id": "a"])
        let down = ConnectorError(type: "server", "the world is down", isTransient: true)
        for _ in 0..<61 { bed.world.failPolls(down) }
        let poller = Poller(bed.engine)
        for _ in 0..<60 {
            try await poller.pass()
            bed.advance(.seconds(3_600))
        }
        var state = try await Self.state(bed)
        #expect(state.pause?.reason == "60 polls in a row failed, the last one because: the world is down")
        #expect(state.next == nil && state.failures == 60)
        try await poller.pass()
        #expect(try await Self.state(bed).failures == 60)
        let next = try await bed.engine.unpause(state.recipe)
        #expect(next != nil)
        try await poller.pass()
        state = try await Self.state(bed)
        #expect(state.failures == 1 && state.pause == nil)
        bed.advance(.seconds(3_600))
        try await poller.pass()
        #expect(try await Self.ids(bed) == ["a"])
    }

    @Test func `a crash between two pages loses nothing and doubles nothing`() async throws {
        let bed = try await Self.bed(#""since": 0"#)
        bed.world.enter(
            ["n": 3, "id": "a"], ["n": 1, "id": "b"], ["n": 2, "id": "c"], ["n": 1, "id": "d"], ["n": 9, "id": "e"])
        bed.world.betweenPages { throw ConnectorError(type: "connection", "reset") }
        try await Poller(bed.engine).pass()
        #expect(try await Self.ids(bed).count <= 2)
        bed.world.betweenPages(nil)
        let next = try bed.crash()
        try await next.engine.recipes.refresh()
        bed.advance(.seconds(120))
        try await Poller(next.engine).pass()
        #expect(try await Self.ids(next).sorted() == ["a", "b", "c", "d", "e"])
        #expect(try await Self.state(next).cursor == 9)
    }

    @Test func `pages are on disk while later ones are still to come`() async throws {
        let bed = try await Self.bed(#""since": 0"#)
        for n in 1...5 { bed.world.enter(["n": .integer(n), "id": .string("r\(n)")]) }
        let store = bed.engine.store
        bed.world.betweenPages {
            if try await store.counts()[.queued] ?? 0 >= 2 {
                #expect(try await store.poller(of: "test")?.cursor == 0)
            }
        }
        try await Poller(bed.engine).pass()
        #expect(try await Self.ids(bed) == ["r1", "r2", "r3", "r4", "r5"])
    }

    @Test func `a record that can't be told from others is refused and holds up no other`() async throws {
        let bed = try await Self.bed(#""since": 0"#)
        bed.world.enter(["n": 1], ["n": 2, "id": "b"])
        try await Poller(bed.engine).pass()
        #expect(try await Self.ids(bed) == ["b"])
        let state = try await Self.state(bed)
        #expect(state.refused == 1 && state.error?.contains("told from others") == true && state.failures == 0)
    }

    @Test func `the recipe's own when and dedupe count`() async throws {
        let bed = try await Self.bed(#""since": 0"#, more: #", "when": "got.n > 1", "dedupe": "got.n""#)
        bed.world.enter(["n": 1, "id": "a"], ["n": 2, "id": "b"], ["n": 2, "id": "c"])
        try await Poller(bed.engine).pass()
        #expect(try await Self.ids(bed) == ["b"])
    }

    @Test func `a paused poller asks nothing and later takes what came meanwhile`() async throws {
        let bed = try await Self.bed()
        let poller = Poller(bed.engine)
        try await poller.pass()
        try await bed.engine.pause("test", reason: "migration")
        bed.world.enter(["n": 1, "id": "a"])
        bed.advance(.seconds(600))
        try await Poller(bed.engine).pass()
        #expect(bed.world.polls.count == 1)
        try await bed.engine.unpause("test")
        try await Poller(bed.engine).pass()
        #expect(try await Self.ids(bed) == ["a"])
    }

    @Test func `other settings start anew, another interval goes on`() async throws {
        let bed = try await Self.bed()
        bed.world.enter(["n": 1, "id": "a"])
        try await Poller(bed.engine).pass()
        bed.write("test", Self.recipe(#""every": "5s""#))
        try await bed.engine.recipes.refresh()
        bed.advance(.seconds(60))
        try await Poller(bed.engine).pass()
        #expect(bed.world.polls == [nil, 1])
        bed.write("test", Self.recipe(#""kind": "other""#))
        try await bed.engine.recipes.refresh()
        try await Poller(bed.engine).pass()
        #expect(bed.world.polls == [nil, 1, nil])
        bed.remove("test")
        try await bed.engine.recipes.refresh()
        bed.advance(.seconds(600))
        try await Poller(bed.engine).pass()
        #expect(bed.world.polls.count == 3)
        #expect(try await bed.engine.store.poller(of: "test")?.next == nil)
    }

    @Test func `a running poller asks again by itself and its jobs start`() async throws {
        let bed = try await Self.bed(#""since": 0"#)
        bed.world.enter(["n": 1, "id": "a"])
        let (poller, dispatcher) = (Poller(bed.engine), Dispatcher(bed.engine) { _ in .quick })
        let runs = [Task { try await poller.run() }, Task { try await dispatcher.run() }]
        await bed.world.arrivals.reaches(1)
        #expect(bed.world.names == ["a"])
        poller.stop()
        await bed.engine.stop()
        for run in runs { try await run.value }
    }
}
