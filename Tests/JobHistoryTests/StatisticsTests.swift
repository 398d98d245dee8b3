// Statistics against the jobs they count: after ends, retries, cancels and pruning.

import JSONCore
import JobHistory
import RecipeLanguage
import Synchronization
import Testing

struct StatisticsTests {
    private static let minute: Milliseconds = 60_000

    /// The counts of statistics and lists over everything.
    private func expectAgreement(_ store: JobStore, _ place: SourceLocation = #_sourceLocation) async throws {
        let counts = try await store.counts()
        #expect(try await store.quickCounts(recipe: nil, since: nil, until: nil) == counts, sourceLocation: place)
        let ofRecipes = try await store.countsByRecipe()
        #expect(
            ofRecipes.values.reduce(into: [:]) { $0.merge($1) { $0 + $1 } } == counts, sourceLocation: place)
        for (recipe, states) in ofRecipes {
            var filter = JobFilter()
            filter.recipe = recipe
            #expect(try await store.counts(filter) == states, sourceLocation: place)
        }
        let statistics = try await store.statistics(from: noon - 3_600_000, slotLength: 3_600_000, count: 100)
        #expect(statistics.ends.succeeded == counts[.succeeded] ?? 0, sourceLocation: place)
        #expect(statistics.ends.failed == counts[.failed] ?? 0, sourceLocation: place)
        #expect(statistics.ends.canceled == counts[.canceled] ?? 0, sourceLocation: place)
        let byRecipe = try await store.countsByRecipe()
        let sums = byRecipe.values.reduce(into: [JobState: Int]()) { $0.merge($1, uniquingKeysWith: +) }
        #expect(sums == counts, sourceLocation: place)
        #expect(statistics.openNow == counts.filter { !$0.key.isFinished }, sourceLocation: place)
        #expect(
            statistics.slots.reduce(0) { $0 + $1.ends.total + $1.open } == counts.values.reduce(0, +),
            sourceLocation: place)
    }

    @Test func `counts follow jobs through all their moves`() async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        for number in 0..<12 {
            try await store.run(
                recipe: number % 3 == 0 ? "b" : "a", to: number % 4 == 0 ? .failed : .succeeded,
                at: noon + Int64(number) * 40 * Self.minute)
        }
        let queued = try await store.queue(at: noon + 5)
        try await expectAgreement(store)
        try await store.requeue(job: 1, at: noon + 9)
        try await expectAgreement(store)
        _ = try await store.cancel(job: queued, at: noon + 10, reason: "no need")
        try await expectAgreement(store)
        #expect(try await store.prune(finishedBefore: noon + 100 * Self.minute) > 0)
        try await expectAgreement(store)
        await store.close()
        let again = try history.owner()
        try await expectAgreement(again)
        await again.close()
    }

    @Test func `counts are right while hours pass, before and after they are summed up`() async throws {
        let now = Mutex(noon)
        var options = StoreOptions()
        options.clock = { now.withLock { $0 } }
        let history = try TemporaryHistory()
        var store = try history.owner(options)
        for hour in 0..<30 {
            now.withLock { $0 = noon + Int64(hour) * 60 * Self.minute }
            let time = now.withLock { $0 }
            try await store.run(recipe: "a", at: time + 59 * Self.minute)
            let failed = try await store.run(recipe: "b", to: .failed, at: time - 50 * Self.minute)
            if hour % 7 == 3 {
                try await store.requeue(job: failed, at: time)
                _ = try await store.cancel(job: failed, at: time, reason: "no need")
                await store.close()
                store = try history.owner(options)
            }
            try await expectAgreement(store)
        }
        // The clock set back: what is summed up already is not summed up again.
        now.withLock { $0 = noon }
        try await store.run(recipe: "a", at: noon + 1)
        try await expectAgreement(store)
        let day = try await store.statistics(from: noon - 86_400_000, slotLength: 86_400_000, count: 4)
        #expect(day.times.count == day.ends.total && day.ends.total == 61)
        let counted = try await store.quickCounts(
            recipe: "b", since: noon + 30 * Self.minute, until: noon + 10 * 60 * Self.minute)
        #expect(counted == [.failed: 7, .canceled: 2])
        await store.close()
    }

    @Test func `slots and recipes have the jobs that were made in them`() async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        try await store.run(recipe: "a", at: noon)
        try await store.run(recipe: "a", to: .failed, at: noon + Self.minute)
        try await store.run(recipe: "b", at: noon + 5 * Self.minute)
        _ = try await store.queue(recipe: "b", at: noon + 6 * Self.minute)
        try await store.run(recipe: "b", at: noon + 60 * Self.minute)
        let found = try await store.statistics(from: noon, slotLength: 5 * Self.minute, count: 2)
        #expect(found.slots.map(\.ends.succeeded) == [1, 1])
        #expect(found.slots.map(\.ends.failed) == [1, 0])
        #expect(found.slots.map(\.open) == [0, 1])
        #expect(found.recipes.map(\.recipe) == ["a", "b"])
        #expect(found.recipes.map(\.ends.total) == [2, 1])
        #expect(found.ends.successRate == 2.0 / 3)
        let one = try await store.statistics(from: noon, slotLength: 5 * Self.minute, count: 2, recipe: "b")
        #expect(one.ends.total == 1)
        let none = try await store.statistics(from: noon, slotLength: 5 * Self.minute, count: 2, recipe: "zzz")
        #expect(none.ends.total == 0 && none.times.percentile(0.5) == nil)
        let window = try await store.quickCounts(recipe: "b", since: noon, until: noon + 60 * Self.minute)
        #expect(window == [.succeeded: 1, .queued: 1])
        await store.close()
    }

    @Test(arguments: [(0.5, 450.0...560.0), (0.95, 850.0...1_050.0), (1, 1_000.0...1_500.0)])
    func `percentiles are exact to the stretch they lie in`(share: Double, range: ClosedRange<Double>) async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        let version = try await store.version()
        for number in 1...100 {
            let id = store.nextJobID()
            let job = NewJob(recipe: "hello", version: version, createdAt: noon, event: [:])
            let end = JobEnd(job: id, state: .succeeded, at: noon + 1, activeMilliseconds: Int64(number) * 10)
            try await store.commit([.startedJob(id, job, startedAt: noon), .end(end)])
        }
        let found = try await store.statistics(from: noon, slotLength: Self.minute, count: 1)
        #expect(found.times.count == 100)
        #expect(range.contains(Double(try #require(found.times.percentile(share)))))
        await store.close()
    }

    @Test func `lines of steps leave far items of loops out`() async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        let job = try await store.start()
        let addresses = ["lines"] + (0..<12).map { "lines[\($0)]/add" } + ["after"]
        try await store.commit(addresses.enumerated().map { .step(.of(job, $0, $1)) })
        let near = try await store.stepLines(of: job, limit: 100, firstItems: true)
        #expect(near.map(\.address) == ["lines"] + (0..<5).map { "lines[\($0)]/add" } + ["after"])
        let inside = try await store.stepLines(of: job, after: 9, limit: 2, prefix: "lines[")
        #expect(inside.map(\.address) == ["lines[9]/add", "lines[10]/add"])
        #expect(try await store.stepStates(of: [job])[job]?.count == 14)
        await store.close()
    }
}
