// Events into jobs: dedupe, claims, versions, many callers at once.

import JSONCore
import JobHistory
import RecipeLanguage
import Testing

struct IntakeTests {
    @Test(arguments: [(claim: false, state: JobState.queued), (true, .running)])
    func `an accepted event is a job with what came in`(claim: Bool, state: JobState) async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        let event: JSON = ["body": ["email": "ada@example.com", "amount": .number(JSONNumber(validated: "10.00"))]]
        var job = NewJob(
            recipe: "hello", version: try await store.version(), createdAt: noon, event: event, origin: "webhook",
            parent: (job: 7, address: "lines[3]/charge"), rerunOf: 5)
        job.runAfter = claim ? 0 : noon + 9
        let intake = try await store.accept(job, claim: claim, startedAt: noon + 1)
        #expect(intake == .accepted(1))
        let detail = try #require(try await store.job(1))
        #expect(detail.event.compact == event.compact)
        #expect(detail.summary.state == state)
        #expect(detail.summary.deaths == 0, "the run that goes on is none")
        #expect(detail.summary.origin == "webhook")
        #expect(detail.summary.parent == 7)
        #expect(detail.parentAddress == "lines[3]/charge")
        #expect(detail.summary.rerunOf == 5)
        #expect(detail.summary.startedAt == (claim ? noon + 1 : nil))
        #expect(detail.summary.runAfter == (claim ? nil : noon + 9))
        await store.close()
    }

    @Test(arguments: ["order-1", "", "ключ", String(repeating: "long key ", count: 100)])
    func `a dedupe key makes one job a recipe`(key: String) async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        func job(_ recipe: String) async throws -> NewJob {
            NewJob(
                recipe: recipe, version: try await store.version(recipe), createdAt: noon, event: nil, dedupeKey: key)
        }
        let first = try await store.accept(job("hello"))
        #expect(try await store.accept(job("hello")) == .duplicate(of: first.job))
        #expect(try await store.accept(job("hello"), claim: true, startedAt: noon) == .duplicate(of: first.job))
        #expect(try await store.accept(job("other")) == .accepted(first.job + 1))
        let (id, started) = (store.nextJobID(), try await job("hello"))
        await #expect(throws: StoreError.duplicate(of: first.job)) {
            try await store.commit([.startedJob(id, started, startedAt: noon)])
        }
        #expect(try await store.counts() == [.queued: 2])
        await store.close()
        let again = try history.owner()
        #expect(try await again.accept(job("hello")) == .duplicate(of: first.job))
        await again.close()
    }

    @Test func `thousands of callers at once get one job each, and one a key`() async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        let version = try await store.version()
        let intakes = try await withThrowingTaskGroup(of: Intake.self) { group in
            for number in 0..<4_000 {
                group.addTask {
                    try await store.accept(
                        NewJob(
                            recipe: "hello", version: version, createdAt: noon, event: ["n": .integer(number)],
                            dedupeKey: "key \(number / 2)"))
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let accepted = intakes.compactMap { if case .accepted(let job) = $0 { job } else { nil } }
        #expect(Set(accepted).count == 2_000)
        #expect(Set(intakes.map(\.job)) == Set(accepted))
        #expect(try await store.counts() == [.queued: 2_000])
        #expect(store.commitCount < 2_000, "callers share transactions")
        await store.close()
    }

    @Test func `a page of events is taken whole, its repeats told apart`() async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        let version = try await store.version()
        let page = ["a", "b", "a"].map { key in
            NewJob(recipe: "hello", version: version, createdAt: noon, event: nil, dedupeKey: key)
        }
        #expect(try await store.accept(page) == [.accepted(1), .accepted(2), .duplicate(of: 1)])
        #expect(try await store.accept([]) == [])
        await #expect(throws: StoreError.unknownRecipe("nobody")) {
            try await store.accept(page + [NewJob(recipe: "nobody", version: 1, createdAt: noon, event: nil)])
        }
        await store.close()
    }

    @Test func `jobs are claimed in event order, due waits first, each once`() async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        let version = try await store.version()
        let waiting = try await store.start()
        try await store.commit([
            .end(
                JobEnd(
                    job: waiting, state: .waiting, at: noon, activeMilliseconds: 5, reason: "15m", runAfter: noon + 50))
        ])
        let queued = [try await store.queue(["n": 1]), try await store.queue(["n": 2])]
        var later = NewJob(recipe: "hello", version: version, createdAt: noon, event: nil)
        later.runAfter = noon + 100
        let delayed = try await store.accept(later).job
        _ = try await store.queue(recipe: "other")

        var backlog = try await store.backlog(now: noon)
        #expect(backlog.recipes == ["hello": 2, "other": 1])
        #expect(backlog.nextDue == noon + 50)
        backlog = try await store.backlog(now: noon + 50)
        #expect(backlog.recipes["hello"] == 3)
        #expect(backlog.nextDue == noon + 100)

        let first = try await store.claim(recipe: "hello", limit: 2, now: noon + 50)
        #expect(first.map(\.id) == [waiting, queued[0]])
        #expect(first.map(\.activeMilliseconds) == [5, 0])
        #expect(first.map(\.startedAt) == [noon, noon + 50], "the first start is kept")
        #expect(first.map(\.deaths) == [1, 1])
        #expect(try await store.claim(recipe: "hello", limit: 9, now: noon + 99).map(\.id) == [queued[1]])
        #expect(try await store.claim(recipe: "hello", limit: 9, now: noon + 99).isEmpty)
        #expect(try await store.backlog(now: noon).nextDue == noon + 100)
        #expect(try await store.claim(job: delayed, now: noon + 60)?.recipe == "hello", "asked for by number: at once")
        #expect(try await store.claim(job: delayed, now: noon + 60) == nil)
        #expect(try await store.claim(job: 99, now: noon) == nil)
        #expect(try await store.backlog(now: noon).nextDue == nil)
        await store.close()
    }

    @Test func `a version is known by its content`() async throws {
        let history = try TemporaryHistory()
        var store = try history.owner()
        let (one, two) = (Array("{\"a\":1}".utf8), Array("{\"a\":2}".utf8))
        let first = try await store.register(recipe: "hello", source: one, at: noon)
        #expect(first.number == 1)
        #expect(try await store.register(recipe: "hello", source: two, at: noon + 1).number == 2)
        #expect(try await store.register(recipe: "hello", source: one, at: noon + 2).id == first.id)
        #expect(try await store.register(recipe: "other", source: one, at: noon + 3).number == 1)
        await store.close()
        store = try history.owner()
        #expect(try await store.register(recipe: "hello", source: one, at: noon + 4).id == first.id)
        #expect(try await store.versionSource(first.id) == one)
        let versions = try await store.versions(of: "hello")
        #expect(versions.map(\.number) == [2, 1])
        #expect(versions.map(\.registeredAt) == [noon + 1, noon])
        #expect(versions.last?.hash == "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862")
        #expect(try await store.versions(of: "nobody").isEmpty)
        await #expect(throws: StoreError.unknownRecipe("version 77")) { try await store.versionSource(77) }
        await store.close()
    }
}
