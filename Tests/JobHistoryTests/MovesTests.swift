// Retry, decide, cancel.

import JSONCore
import JobHistory
import RecipeLanguage
import Testing

struct MovesTests {
    @Test(arguments: [
        (Superseding(), [0, 1, 2, 3]), (Superseding(fromSeq: 2), [0, 1]), (Superseding(seqs: [3, 0]), [1, 2]),
        (Superseding(numbers: [2]), [0, 2, 3]), (Superseding(fromSeq: 3, seqs: [0], numbers: [3]), [1]),
    ])
    func `a retry takes records back and keeps them readable`(superseding: Superseding, left: [Int]) async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        let id = try await store.start()
        let neighbour = try await store.start()
        try await store.commit((0..<4).flatMap { [.step(.of(id, $0)), .step(.of(neighbour, $0))] })
        try await store.commit([
            .end(
                JobEnd(
                    job: id, state: .failed, at: noon, activeMilliseconds: 4, result: 1, error: ["message": "no"],
                    reason: "r"))
        ])
        try await store.requeue(job: id, supersede: superseding, at: noon)
        #expect(try await store.steps(of: id, limit: 9).map(\.seq) == left)
        let all = try await store.steps(of: id, limit: 9, includingSuperseded: true)
        #expect(all.map(\.seq) == [0, 1, 2, 3])
        #expect(all.filter(\.isSuperseded).map(\.seq) == [0, 1, 2, 3].filter { !left.contains($0) })
        #expect(try await store.steps(of: neighbour, limit: 9).count == 4)
        let detail = try #require(try await store.job(id))
        #expect(detail.summary.state == .queued)
        #expect(detail.summary.finishedAt == nil)
        #expect(detail.summary.errorMessage == nil)
        #expect(detail.summary.reason == nil)
        #expect((detail.result, detail.error) == (nil, nil))
        let claimed = try #require(try await store.claim(recipe: "hello", limit: 1, now: noon).first)
        #expect(claimed.isResumed)
        #expect(claimed.activeMilliseconds == 4)
        await store.close()
    }

    @Test func `a retry can move to another version of the same recipe only`() async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        let id = try await store.run(to: .failed)
        let newer = try await store.register(recipe: "hello", source: [1], at: noon)
        let foreign = try await store.register(recipe: "other", source: [1], at: noon)
        await #expect(throws: StoreError.self) { try await store.requeue(job: id, version: foreign.id, at: noon) }
        #expect(try await store.state(id) == .failed)
        try await store.requeue(job: id, version: newer.id, at: noon)
        #expect(try await store.job(id)?.versionID == newer.id)
        #expect(try await store.job(id)?.summary.version == 2)
        await store.close()
    }

    @Test(arguments: [
        (JobState.failed, true), (.canceled, true), (.needsDecision, true), (.quarantined, true), (.succeeded, false),
        (.queued, false),
    ])
    func `only failed, canceled and parked jobs are retried`(state: JobState, may: Bool) async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        let id = try await store.run(to: state)
        if may {
            try await store.requeue(job: id, at: noon)
            #expect(try await store.state(id) == .queued)
        } else {
            await #expect(throws: StoreError.illegalMove(id, from: state, to: .queued)) {
                try await store.requeue(job: id, at: noon)
            }
        }
        await #expect(throws: StoreError.noSuchJob(99)) { try await store.requeue(job: 99, at: noon) }
        await store.close()
    }

    /// A job that waits for a decision on each of the steps of these seqs.
    private func undecided(_ store: JobStore, _ seqs: [Int]) async throws -> JobID {
        let id = try await store.start()
        try await store.commit(
            seqs.map { .step(.of(id, $0, "charge\($0)", state: .started, effect: .unsafe)) } + [
                .step(.of(id, 9, "other")),
                .end(JobEnd(job: id, state: .needsDecision, at: noon, activeMilliseconds: 0, reason: "?")),
            ])
        return id
    }

    @Test func `a step that did happen gets its output and the job goes on`() async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        let id = try await undecided(store, [0])
        #expect(try await store.decide(job: id, seq: 0, outcome: .done(output: ["id": 5]), at: noon) == .queued)
        let step = try #require(try await store.steps(of: id, limit: 1).first)
        #expect(step.state == .succeeded)
        #expect(step.output == ["id": 5])
        await store.close()
    }

    @Test func `a step that did not happen runs again`() async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        let id = try await undecided(store, [0])
        #expect(try await store.decide(job: id, seq: 0, outcome: .runAgain, at: noon) == .queued)
        #expect(try await store.steps(of: id, limit: 9).map(\.seq) == [9])
        await store.close()
    }

    @Test func `a job can be failed instead`() async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        let id = try await undecided(store, [0])
        #expect(
            try await store.decide(job: id, seq: 0, outcome: .fail(message: "charged twice"), at: noon + 3) == .failed)
        let detail = try #require(try await store.job(id))
        #expect(detail.summary.errorMessage == "charged twice")
        #expect(detail.summary.finishedAt == noon + 3)
        #expect(detail.error?["message"] == "charged twice")
        #expect(try await store.steps(of: id, limit: 1).first?.state == .failed)
        await store.close()
    }

    @Test func `with two steps in flight both are decided before the job goes on`() async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        let id = try await undecided(store, [0, 1])
        #expect(try await store.decide(job: id, seq: 0, outcome: .runAgain, at: noon) == .needsDecision)
        #expect(try await store.job(id)?.summary.reason?.contains("charge1") == true)
        await #expect(throws: StoreError.self, "decided already") {
            try await store.decide(job: id, seq: 0, outcome: .runAgain, at: noon)
        }
        #expect(try await store.decide(job: id, seq: 1, outcome: .done(output: nil), at: noon) == .queued)
        await store.close()
    }

    @Test func `there is nothing to decide on a known outcome, an unknown record or another job`() async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        let id = try await undecided(store, [0])
        for seq in [9, 5] {
            await #expect(throws: StoreError.self) {
                try await store.decide(job: id, seq: seq, outcome: .runAgain, at: noon)
            }
        }
        let failed = try await store.run(to: .failed)
        await #expect(throws: StoreError.self) {
            try await store.decide(job: failed, seq: 0, outcome: .runAgain, at: noon)
        }
        #expect(try await store.state(id) == .needsDecision)
        await store.close()
    }

    @Test(arguments: [JobState.queued, .waiting, .needsDecision, .quarantined])
    func `a job that is not running is canceled at once`(state: JobState) async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        let id = try await store.run(to: state)
        #expect(try await store.cancel(job: id, at: noon + 7, reason: "by ada") == .canceled)
        let summary = try #require(try await store.job(id)?.summary)
        #expect(summary.state == .canceled)
        #expect(summary.finishedAt == noon + 7)
        #expect(summary.reason == "by ada")
        #expect(try await store.claim(job: id, now: .max) == nil)
        await store.close()
    }

    @Test func `a running job is left to the engine and a finished one stays`() async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        let id = try await store.start()
        #expect(try await store.cancel(job: id, at: noon, reason: "") == .running)
        #expect(try await store.state(id) == .running)
        let done = try await store.run()
        await #expect(throws: StoreError.illegalMove(done, from: .succeeded, to: .canceled)) {
            try await store.cancel(job: done, at: noon, reason: "")
        }
        await store.close()
    }
}
