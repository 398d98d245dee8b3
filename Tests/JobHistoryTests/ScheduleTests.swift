// Schedules in the store: what is due, a due time and its job in one transaction, pauses, what is forgotten.

import JSONCore
import JobHistory
import Testing

struct ScheduleTests {
    private static func state(_ recipe: String, next: Milliseconds?, delay: Milliseconds = 0) -> ScheduleState {
        ScheduleState(recipe: recipe, fingerprint: "f", next: next, start: next.map { $0 + delay })
    }

    /// A plan that starts one job for the state's next time.
    private static func plan(
        _ store: JobStore, _ state: ScheduleState, yields: Bool = false, key: String? = nil
    ) async throws -> FirePlan {
        var plan = FirePlan(state, firedAt: noon)
        let due = state.next ?? 0
        var job = NewJob(
            recipe: state.recipe, version: try await store.version(state.recipe), createdAt: noon,
            event: ["due": .integer(Int(due))],
            origin: "schedule")
        job.dedupeKey = key
        plan.fires = [PlannedFire(due: due, .job(job, yields: yields))]
        (plan.next, plan.start) = (due + 1_000, due + 1_000)
        return plan
    }

    @Test func `what is due comes in order of its start, and nothing else is read`() async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        for name in ["a", "b", "c", "d"] { _ = try await store.version(name) }
        try await store.place([
            Self.state("a", next: noon, delay: 500), Self.state("b", next: noon), Self.state("c", next: noon + 2_000),
            Self.state("d", next: nil),
        ])
        #expect(try await store.dueSchedules(by: noon + 1_000, limit: 9).map(\.recipe) == ["b", "a"])
        #expect(try await store.dueSchedules(by: noon + 1_000, limit: 1).map(\.recipe) == ["b"])
        #expect(try await store.nextScheduleStart() == noon)
        #expect(try await store.overdueSchedules(before: noon + 3_000, names: 2).count == 3)
        #expect(try await store.overdueSchedules(before: noon + 3_000, names: 2).first == ["b", "a"])
        await #expect(throws: StoreError.unknownRecipe("nobody")) {
            try await store.place([Self.state("nobody", next: noon)])
        }
        await store.close()
    }

    @Test func `a due time makes one job, whoever takes it and however often`() async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        _ = try await store.version()
        let state = Self.state("hello", next: noon)
        try await store.place([state])
        let plan = try await Self.plan(store, state)
        let first = try #require(try await store.take([plan]).first)
        #expect(first.fires.map(\.verdict) == [.started])
        // The same plan again: the row has moved.
        #expect(try await store.take([plan]).first?.isStale == true)
        // The same due time again, as after the clock was set back: its fire is there.
        try await store.place([state])
        var again = try #require(try await store.schedule(of: "hello"))
        #expect(again.last == noon)
        again.next = noon
        let repeated = try #require(try await store.take([try await Self.plan(store, again)]).first)
        #expect(repeated.fires.isEmpty && repeated.repeated == 1)
        #expect(try await store.schedule(of: "hello")?.next == noon + 1_000)
        #expect(try await store.counts() == [.queued: 1])
        #expect(try await store.fires(of: "hello").map(\.due) == [noon])
        await store.close()
        let next = try history.owner()
        #expect(try await next.fires(of: "hello").first?.job == first.fires.first?.job)
        await next.close()
    }

    @Test func `of plans made at the same time one is carried out`() async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        _ = try await store.version()
        let state = Self.state("hello", next: noon)
        try await store.place([state])
        let plan = try await Self.plan(store, state)
        let started = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<20 { group.addTask { try await store.take([plan]).reduce(0) { $0 + $1.fires.count } } }
            return try await group.reduce(0, +)
        }
        #expect(started == 1)
        #expect(try await store.counts() == [.queued: 1])
        await store.close()
    }

    @Test func `a fire that yields is skipped while a job of the schedule is open, and counted`() async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        _ = try await store.version()
        _ = try await store.queue()  // made by a person: it holds nothing up
        try await store.place([Self.state("hello", next: noon)])
        for round in 0..<3 {
            let state = try #require(try await store.schedule(of: "hello"))
            let result = try await store.take([try await Self.plan(store, state, yields: true)]).first
            #expect(result?.fires.map(\.verdict) == [round == 0 ? .started : .skipped])
        }
        let state = try #require(try await store.schedule(of: "hello"))
        #expect(state.skipped == 2 && state.pending == 2 && state.missed == 0 && state.last == noon)
        #expect(try await store.fires(of: "hello").first?.reason == "job 2 was still running")
        #expect(try await store.openScheduledJobs(of: "hello") == [2])
        _ = try await store.cancel(job: 2, at: noon, reason: "enough")
        let result = try await store.take([try await Self.plan(store, state, yields: true)]).first
        #expect(result?.fires.map(\.verdict) == [.started])
        #expect(try await store.schedule(of: "hello")?.pending == 0)
        await store.close()
    }

    @Test func `a pause stops the start, survives new settings, and ends with a resume`() async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        _ = try await store.version()
        let state = Self.state("hello", next: noon)
        try await store.pauseSchedule(state, Pause(at: noon, reason: "holiday"))
        #expect(try await store.nextScheduleStart() == nil)
        var edited = Self.state("hello", next: noon + 60_000)
        edited.fingerprint = "g"
        try await store.place([edited])
        let paused = try #require(try await store.schedule(of: "hello"))
        #expect(paused.start == nil && paused.next == noon + 60_000 && paused.pause?.reason == "holiday")
        // A plan made before the pause does nothing.
        #expect(try await store.take([try await Self.plan(store, paused)]).first?.isStale == true)
        try await store.resumeSchedule(edited)
        #expect(try await store.schedule(of: "hello")?.pause == nil)
        #expect(try await store.nextScheduleStart() == noon + 60_000)
        await store.close()
    }

    @Test func `a refused event and a known key make no job, and the schedule goes on`() async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        _ = try await store.version()
        try await store.place([Self.state("hello", next: noon)])
        var plan = try await Self.plan(store, try #require(try await store.schedule(of: "hello")), key: "k")
        _ = try await store.take([plan])
        plan = try await Self.plan(store, try #require(try await store.schedule(of: "hello")), key: "k")
        #expect(try await store.take([plan]).first?.fires.map(\.verdict) == [.duplicate])
        plan = try await Self.plan(store, try #require(try await store.schedule(of: "hello")))
        plan.missed = 3
        plan.fires[0].outcome = .nothing(.refused, reason: "no key")
        #expect(try await store.take([plan]).first?.missed == 4)
        let state = try #require(try await store.schedule(of: "hello"))
        #expect(state.missed == 4 && state.pending == 4 && state.next == noon + 3_000)
        #expect(try await store.counts() == [.queued: 1])
        await store.close()
    }

    @Test func `old fires are forgotten, and how far is remembered`() async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        _ = try await store.version()
        try await store.place([Self.state("hello", next: noon)])
        for _ in 0..<3 {
            _ = try await store.take([try await Self.plan(store, try #require(try await store.schedule(of: "hello")))])
        }
        #expect(try await store.countFires(of: "hello", due: 0...noon + 1_000) == 2)
        #expect(try await store.forgetFires(before: noon + 1_000, after: 0, schedules: 1) == 1)
        #expect(try await store.forgetFires(before: noon + 1_000, after: 1, schedules: 1) == nil)
        // They were dealt with at noon and later: only those before both are gone.
        #expect(try await store.fires(of: "hello").map(\.due) == [noon + 2_000, noon + 1_000])
        #expect(try await store.schedule(of: "hello")?.forgottenThrough == noon + 999)
        await store.close()
    }
}
