// What a new owner does with the jobs that an earlier one left running.

import JSONCore
import RecipeLanguage
import Testing

@testable import JobHistory

struct TakeoverTests {
    /// Leaves a history as a killed process does: claims are never ended.
    private func abandon(_ store: JobStore) async { await store.close() }

    @Test(arguments: [
        (StepState.started, Effect.pure, JobState.queued), (.started, .read, .queued), (.started, .idempotent, .queued),
        (.started, .keyed, .queued), (.started, .unsafe, .needsDecision), (.succeeded, .unsafe, .queued),
        (.failed, .unsafe, .queued),
    ])
    func `a step cut short decides what becomes of its job`(
        step: StepState, effect: Effect, state: JobState
    ) async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        let id = try await store.start()
        try await store.commit([
            .step(.of(id, 0, output: ["kept": 1])), .step(.of(id, 1, "charge", state: step, effect: effect)),
        ])
        await abandon(store)
        let next = try history.owner()
        #expect(
            next.takeover
                == Takeover(
                    requeued: state == .queued ? 1 : 0, needsDecision: state == .needsDecision ? 1 : 0, quarantined: 0))
        let summary = try #require(try await next.job(id)?.summary)
        #expect(summary.state == state)
        #expect(summary.reason?.contains("charge") == (state == .needsDecision ? true : nil))
        #expect(try await next.steps(of: id, limit: 9).first?.output == ["kept": 1])
        if state == .queued {
            let claimed = try #require(try await next.claim(job: id, now: noon + 5))
            #expect(claimed.isResumed)
            #expect(claimed.deaths == 2)
            #expect(claimed.startedAt == noon)
        }
        await next.close()
    }

    @Test func `an unsafe step that a retry took back does not count`() async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        let id = try await store.start()
        var step = StepRecord.of(id, 0, "charge", state: .started, effect: .unsafe)
        step.isSuperseded = true
        try await store.commit([.step(step)])
        await abandon(store)
        let next = try history.owner()
        #expect(try await next.state(id) == .queued)
        await next.close()
    }

    @Test func `a job whose runner dies three times is quarantined, and a person can free it`() async throws {
        let history = try TemporaryHistory()
        let first = try history.owner()
        let (id, other) = (try await first.start(), try await first.queue())
        await abandon(first)
        for death in 1...2 {
            let store = try history.owner()
            #expect(store.takeover.requeued == 1)
            #expect(try await store.claim(job: id, now: noon)?.deaths == death + 1)
            await abandon(store)
        }
        let store = try history.owner()
        #expect(store.takeover == Takeover(requeued: 0, needsDecision: 0, quarantined: 1))
        #expect(try await store.job(id)?.summary.reason == "its runner died 3 times while it was running")
        #expect(try await store.claim(recipe: "hello", limit: 9, now: noon).map(\.id) == [other])
        try await store.requeue(job: id, at: noon)
        #expect(try await store.claim(job: id, now: noon)?.deaths == 1)
        await store.close()
    }

    @Test func `deaths before an orderly end are forgotten`() async throws {
        let history = try TemporaryHistory()
        var store = try history.owner()
        let id = try await store.start()
        for _ in 0..<4 {
            await abandon(store)
            store = try history.owner()
            #expect(try await store.claim(job: id, now: noon)?.deaths == 2)
            try await store.commit([
                .end(JobEnd(job: id, state: .queued, at: noon, activeMilliseconds: 3, reason: "stopped"))
            ])
            #expect(try await store.claim(job: id, now: noon)?.deaths == 1)
        }
        #expect(try await store.job(id)?.summary.activeMilliseconds == 12)
        await store.close()
    }

    @Test func `jobs that wait or need a person are left as they are`() async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        let states: [JobState] = [.waiting, .needsDecision, .succeeded, .failed]
        var jobs: [JobID] = []
        for state in states { jobs.append(try await store.run(to: state)) }
        await abandon(store)
        let next = try history.owner()
        #expect(next.takeover == Takeover(requeued: 0, needsDecision: 0, quarantined: 0))
        for (job, state) in zip(jobs, states) { #expect(try await next.state(job) == state) }
        await next.close()
    }
}
