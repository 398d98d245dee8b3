// The scheduler on a clock that tests move: due times, what was missed, overlaps, pauses, edits, crashes, clocks that jump.

import Engine
import JSONCore
import JobHistory
import Testing

@Suite(.timeLimit(.minutes(2)))
struct SchedulerTests {
    private static let steps = #"{"use":"world.read","input":{"name":"{{ got.scheduled_at }}","got":"{{ got }}"}}"#

    private static func recipe(_ input: String, _ settings: String = "", more: String = "") -> String {
        TestBed.recipe(
            steps, settings, trigger: #"{ "id": "got", "use": "schedule", "input": { \#(input) } \#(more) }"#)
    }

    /// A bed with the recipe `test` and a scheduler that has seen it.
    private static func bed(_ input: String = #""every":"1m""#, more: String = "") async throws -> (TestBed, Scheduler)
    {
        let bed = try TestBed(recipes: ["test": recipe(input, more: more)])
        try await bed.engine.recipes.refresh()
        let scheduler = Scheduler(bed.engine)
        _ = try await scheduler.pass()
        return (bed, scheduler)
    }

    /// The events of the scheduled jobs, oldest first: when they were due in minutes after noon, and how many were missed.
    private static func events(_ bed: TestBed, origin: String = "schedule") async throws -> [String] {
        var events: [String] = []
        for job in try await bed.engine.store.jobs(JobFilter()).reversed() where job.origin == origin {
            let event = try #require(try await bed.engine.store.job(job.id)).event
            let time = try #require(event["scheduled_at"]?.string)
            events.append("\(time.dropFirst(11).prefix(5)) \(event["missed"]?.integer ?? -1)")
        }
        return events
    }

    @Test func `a new schedule starts at its next time, with what its pill promises`() async throws {
        let (bed, scheduler) = try await Self.bed()
        #expect(try await scheduler.pass() == noon + 60_000)
        #expect(try await bed.engine.store.counts().isEmpty)
        bed.advance(.seconds(60))
        #expect(try await scheduler.pass() == noon + 120_000)
        bed.advance(.seconds(60))
        _ = try await bed.engine.work { _ in .quick }
        _ = try await scheduler.pass()
        let job = try #require(try await bed.engine.store.job(2))
        #expect(job.summary.origin == "schedule")
        #expect(
            job.event == ["scheduled_at": "2025-11-24T16:02:00Z", "previous_at": "2025-11-24T16:01:00Z", "missed": 0])
        #expect(try await bed.engine.store.job(1)?.event["previous_at"] == .null)
    }

    @Test(
        arguments: [
            (#""catch_up":"none""#, 300, ["16:05 4"]), (#""catch_up":"none""#, 361 + 60, ["16:07 6"]),
            (#""catch_up":"last""#, 330, ["16:05 4"]), ("", 330, ["16:05 4"]),
            (#""catch_up":"all""#, 300, ["16:01 0", "16:02 0", "16:03 0", "16:04 0", "16:05 0"]),
            (#""catch_up":"all","catch_up_limit":2"#, 300, ["16:04 3", "16:05 0"]),
        ])
    func `times that nobody was there for are made up for as catch_up says, and counted`(
        policy: String, seconds: Int, expected: [String]
    ) async throws {
        let (bed, scheduler) = try await Self.bed(#""every":"1m""# + (policy.isEmpty ? "" : ",") + policy)
        bed.advance(.seconds(seconds))
        _ = try await scheduler.pass()
        #expect(try await Self.events(bed) == expected)
        let state = try #require(try await bed.engine.store.schedule(of: "test"))
        #expect(state.missed == seconds / 60 - expected.count)
        #expect(state.pending == 0)
    }

    @Test func `with none a time is let go when it is too late, and the next job says how many`() async throws {
        let (bed, scheduler) = try await Self.bed(#""every":"10m","catch_up":"none""#)
        bed.advance(.seconds(35 * 60))
        _ = try await scheduler.pass()
        #expect(try await bed.engine.store.counts().isEmpty)
        #expect(try await bed.engine.store.schedule(of: "test")?.missed == 3)
        bed.advance(.seconds(5 * 60))
        _ = try await scheduler.pass()
        #expect(try await Self.events(bed) == ["16:40 3"])
    }

    @Test func `the clock set back starts nothing twice, and set forwards it is caught up with`() async throws {
        let (bed, scheduler) = try await Self.bed()
        for _ in 0..<3 {
            bed.advance(.seconds(60))
            _ = try await scheduler.pass()
            _ = try await bed.engine.work { _ in .quick }
        }
        bed.advance(.seconds(-150))
        #expect(try await scheduler.pass() == noon + 60_000)
        for _ in 0..<5 {
            bed.advance(.seconds(60))
            _ = try await scheduler.pass()
            _ = try await bed.engine.work { _ in .quick }
        }
        #expect(try await Self.events(bed) == ["16:01 0", "16:02 0", "16:03 0", "16:04 0", "16:05 0"])
        bed.advance(.seconds(365 * 86_400))
        _ = try await scheduler.pass()
        #expect(try await bed.engine.store.schedule(of: "test")?.missed == 365 * 1_440 - 1)
        // A clock that was years ahead: after it was mended the schedule does not wait for years.
        bed.advance(.seconds(-365 * 86_400))
        bed.advance(.seconds(60))
        #expect(try #require(try await scheduler.pass()) <= noon + 8 * 60_000)
    }

    @Test func `what a crash leaves behind is neither lost nor doubled`() async throws {
        let (bed, scheduler) = try await Self.bed()
        bed.advance(.seconds(60))
        _ = try await scheduler.pass()
        let next = try bed.crash()
        bed.advance(.seconds(125))
        try await next.engine.recipes.refresh()
        let later = Scheduler(next.engine)
        _ = try await later.pass()
        #expect(try await Self.events(next) == ["16:01 0"], "the first job is still open, so 16:03 is skipped")
        #expect(try await next.engine.store.schedule(of: "test")?.skipped == 1)
        _ = try await next.engine.work { _ in .quick }
        next.advance(.seconds(60))
        _ = try await later.pass()
        #expect(try await Self.events(next) == ["16:01 0", "16:04 2"])
    }

    @Test(arguments: [("skip", ["16:01 0", "16:03 1"]), ("queue", ["16:01 0", "16:02 0", "16:03 0"])])
    func `a time that comes while the job before runs`(overlap: String, expected: [String]) async throws {
        let (bed, scheduler) = try await Self.bed(#""every":"1m","overlap":"\#(overlap)""#)
        bed.advance(.seconds(60))
        _ = try await scheduler.pass()
        bed.advance(.seconds(60))
        _ = try await scheduler.pass()
        _ = try await bed.engine.work { _ in .quick }
        bed.advance(.seconds(60))
        _ = try await scheduler.pass()
        #expect(try await Self.events(bed) == expected)
    }

    @Test func `with cancel the job before gives way, running or not`() async throws {
        let (bed, scheduler) = try await Self.bed(#""every":"1m","overlap":"cancel""#)
        bed.world.script("2025-11-24T16:01:00Z", .block())
        bed.advance(.seconds(60))
        _ = try await scheduler.pass()
        let running = Task { try await bed.engine.resume(1, options: .quick) }
        await bed.world.arrivals.reaches(1)
        bed.advance(.seconds(60))
        _ = try await scheduler.pass()
        #expect(try await bed.engine.end(of: 1).state == .canceled)
        _ = try await running.value
        #expect(try await bed.engine.store.job(1)?.summary.reason?.contains("job 2 took its place") == true)
        #expect(try await bed.state(2) == .queued)
    }

    @Test func `a paused schedule starts and counts nothing, and goes on with the next time`() async throws {
        let (bed, scheduler) = try await Self.bed()
        try await bed.engine.pause("test", reason: "stocktaking")
        bed.advance(.seconds(600))
        #expect(try await scheduler.pass() == nil)
        #expect(try await bed.engine.store.schedule(of: "test")?.pause?.reason == "stocktaking")
        #expect(try await bed.engine.unpause("test") == noon + 660_000)
        bed.advance(.seconds(60))
        _ = try await scheduler.pass()
        #expect(try await Self.events(bed) == ["16:11 0"])
        await #expect(throws: ControlError.self) { try await bed.engine.unpause("test") }
    }

    @Test func `edits move the next time, and what is off or gone has none`() async throws {
        let (bed, scheduler) = try await Self.bed()
        func pass() async throws -> Milliseconds? {
            try await bed.engine.recipes.refresh()
            // Nobody listens for the scheduler here, as `run` does.
            let scheduler = Scheduler(bed.engine)
            return try await scheduler.pass()
        }
        bed.write("test", Self.recipe(#""every":"1h""#))
        #expect(try await pass() == noon + 3_600_000)
        bed.write("test", Self.recipe(#""every":"1h","catch_up":"all""#))
        bed.advance(.seconds(2 * 3_600))
        _ = try await pass()
        #expect(try await Self.events(bed).count == 2, "another policy is no other schedule")
        try await bed.engine.recipes.turn("test", on: false, reason: "holiday")
        #expect(try await pass() == nil)
        bed.advance(.seconds(5 * 3_600))
        try await bed.engine.recipes.turn("test", on: true)
        #expect(try await pass() == noon + 8 * 3_600_000)
        bed.remove("test")
        #expect(try await pass() == nil)
        bed.write("test", TestBed.recipe(Self.steps))
        #expect(try await pass() == nil)
        _ = scheduler
    }

    @Test func `jitter delays the start by the recipe's own time, not the due time`() async throws {
        let (bed, scheduler) = try await Self.bed(#""every":"1h","jitter":"10m""#)
        // What was due before it was there is not its own, though the start would still be to come.
        let start = try #require(try await scheduler.pass())
        #expect((noon + 3_600_000...noon + 4_200_000).contains(start))
        bed.advance(.milliseconds(3_600_000))
        if start > noon + 3_600_000 {
            _ = try await scheduler.pass()
            #expect(try await bed.engine.store.counts().isEmpty)
        }
        bed.advance(.seconds(600))
        _ = try await scheduler.pass()
        #expect(try await Self.events(bed) == ["17:00 0"])
    }

    @Test func `an event that when does not want makes no job, one that can't be told is refused`() async throws {
        let (bed, scheduler) = try await Self.bed(more: #", "when": "got.scheduled_at.include?('16:02')""#)
        for _ in 0..<3 {
            bed.advance(.seconds(60))
            _ = try await scheduler.pass()
        }
        #expect(try await Self.events(bed) == ["16:02 0"])
        let (other, second) = try await Self.bed(more: #", "dedupe": "got.previous_at""#)
        other.advance(.seconds(60))
        _ = try await second.pass()
        #expect(try await other.engine.store.fires(of: "test").map(\.verdict) == [.refused])
        #expect(try await other.engine.store.schedule(of: "test")?.missed == 1)
    }

    @Test func `a backfill makes each time's job once, also beside the schedule itself`() async throws {
        let (bed, scheduler) = try await Self.bed()
        bed.advance(.seconds(60))
        _ = try await scheduler.pass()
        bed.advance(.seconds(240))
        let preview = try await bed.engine.backfill("test", from: noon, through: noon + 180_000, isPreview: true)
        #expect(preview.times.count == 4 && preview.made == 3 && preview.repeated == 1 && preview.jobs.isEmpty)
        #expect(try await bed.engine.store.counts() == [.queued: 1])
        let made = try await bed.engine.backfill("test", from: noon, through: noon + 180_000, isPreview: false)
        #expect(made.jobs == [2, 3, 4] && made.made == 3)
        let again = try await bed.engine.backfill("test", from: noon, through: noon + 180_000, isPreview: false)
        #expect(again.jobs.isEmpty && again.repeated == 4)
        #expect(try await Self.events(bed, origin: "backfill") == ["16:00 0", "16:02 0", "16:03 0"])
        #expect(try await bed.engine.store.job(3)?.event["previous_at"] == "2025-11-24T16:01:00Z")
        _ = try await bed.engine.work { _ in .quick }
        _ = try await scheduler.pass()
        #expect(
            try await Self.events(bed) == ["16:01 0", "16:05 1"], "only 16:04 was missed: the others were filled in")
    }

    @Test(
        arguments: [
            (noon, noon - 1, "ends before it begins"), (noon, noon + 60_000, "ends in the future"),
            (0, noon, "there are 1000000 times in this stretch"),
        ])
    func `a stretch that can't be filled in is refused`(from: Milliseconds, through: Milliseconds, reason: String)
        async throws
    {
        let (bed, _) = try await Self.bed()
        do {
            _ = try await bed.engine.backfill("test", from: from, through: through, isPreview: true)
            Issue.record("it was not refused")
        } catch let error as ControlError {
            #expect(error.description.contains(reason))
        }
    }

    @Test func `only recipes that start by themselves can be paused`() async throws {
        let bed = try TestBed(Self.steps)
        await #expect(throws: ControlError.self) { try await bed.engine.pause("test", reason: "no") }
    }

    @Test func `a running scheduler sleeps until it is told of a change, and starts what a dispatcher then runs`()
        async throws
    {
        let bed = try TestBed(recipes: ["test": Self.recipe(#""every":"1m""#)])
        let (scheduler, dispatcher) = (Scheduler(bed.engine), Dispatcher(bed.engine) { _ in .quick })
        let runs = [Task { try await scheduler.run() }, Task { try await dispatcher.run() }]
        try await bed.engine.recipes.refresh()
        // A resume tells it to look again; the clock has moved meanwhile.
        while try await bed.engine.store.schedule(of: "test") == nil { await Task.yield() }
        bed.advance(.seconds(60))
        try await bed.engine.recipes.refresh()
        await bed.world.arrivals.reaches(1)
        #expect(bed.world.names == ["2025-11-24T16:01:00Z"])
        scheduler.stop()
        await bed.engine.stop()
        for run in runs { try await run.value }
    }

    @Test func `many schedules due together share transactions`() async throws {
        var recipes: [String: String] = [:]
        for n in 0..<60 { recipes["r\(n)"] = Self.recipe(#""every":"1h""#) }
        let bed = try TestBed(recipes: recipes)
        try await bed.engine.recipes.refresh()
        let scheduler = Scheduler(bed.engine)
        _ = try await scheduler.pass()
        bed.advance(.seconds(3_600))
        let before = bed.engine.store.commitCount
        _ = try await scheduler.pass()
        #expect(bed.engine.store.commitCount - before <= 4)
        #expect(try await bed.engine.store.counts() == [.queued: 60])
    }

    @Test func `what should have started and did not is told`() async throws {
        let (bed, _) = try await Self.bed()
        let watch = StartWatch(bed.engine)
        #expect(try await watch.look() == 0)
        bed.advance(.seconds(180))
        #expect(try await watch.look() == 1)
        #expect(try await Overdue.find(in: bed.engine.store, now: noon + 180_000).first == ["test"])
    }
}
