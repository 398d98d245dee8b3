// Lists of jobs and of records: filters, pages, counts, text.

import JSONCore
import JobHistory
import RecipeLanguage
import Testing

struct ListTests {
    /// Jobs 1...12, a minute apart: recipe a or b in turn, every third failed, 12 queued.
    private func filled(_ history: TemporaryHistory) async throws -> JobStore {
        let store = try history.owner()
        for number in 1...11 {
            let error: JSON? = number % 3 == 0 ? ["message": .string("refused \(number)")] : nil
            try await store.run(
                ["n": .integer(number), "name": number == 4 ? "Łódź 100%" : number == 5 ? "say \"hi\"" : "x"],
                recipe: number % 2 == 0 ? "b" : "a",
                to: error == nil ? .succeeded : .failed, at: noon + Int64(number) * 60_000, error: error)
        }
        _ = try await store.queue(["n": 12], recipe: "b", at: noon + 12 * 60_000)
        return store
    }

    private struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let jobs: [JobID]
        let filter: JobFilter
        var testDescription: String { name }

        init(_ name: String, _ jobs: [JobID], _ set: (inout JobFilter) -> Void) {
            var filter = JobFilter()
            set(&filter)
            (self.name, self.jobs, self.filter) = (name, jobs, filter)
        }
    }

    private static let cases: [Case] = [
        Case("everything", [12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]) { _ in },
        Case("a recipe", [11, 9, 7, 5, 3, 1]) { $0.recipe = "a" },
        Case("an unknown recipe", []) { $0.recipe = "c" },
        Case("failed", [9, 6, 3]) { $0.states = [.failed] },
        Case("failed of a recipe", [9, 3]) { ($0.states, $0.recipe) = ([.failed], "a") },
        Case("two states", [12, 9, 6, 3]) { $0.states = [.failed, .queued] },
        Case("two states, short", [12, 9]) { ($0.states, $0.limit) = ([.failed, .queued], 2) },
        Case("succeeded of a recipe", [10, 8, 4, 2]) { ($0.states, $0.recipe) = ([.succeeded], "b") },
        Case("since", [12, 11, 10]) { $0.createdSince = noon + 10 * 60_000 },
        Case("between", [4, 3]) { ($0.createdSince, $0.createdBefore) = (noon + 3 * 60_000, noon + 5 * 60_000) },
        Case("since, failed", [9]) { ($0.createdSince, $0.states) = (noon + 7 * 60_000, [.failed]) },
        Case("after all", []) { $0.createdSince = noon + 99 * 60_000 },
        Case("before all", []) { $0.createdBefore = noon },
        Case("a page", [5, 4, 3]) { ($0.before, $0.limit) = (6, 3) },
        Case("a page of a recipe", [5, 3]) { ($0.before, $0.limit, $0.recipe) = (6, 2, "a") },
        Case("text in an error", [9]) { $0.text = "REFUSED 9" },
        Case("text in a recipe's name", [12, 10, 8, 6, 4, 2]) { $0.text = "B" },
        Case("text with a wildcard", [4]) { $0.text = "100%" },
        Case("text beyond ASCII, other case", [4]) { $0.text = "łÓDŹ" },
        Case("text with quotes", [5]) { $0.text = "SAY \"hi\"" },
        Case("text nowhere", []) { $0.text = "zzz" }, Case("U+0000", []) { $0.text = "\0" },
        Case("no rows asked for", []) { $0.limit = 0 },
    ]

    @Test(arguments: cases)
    private func `a filter finds its jobs, newest first`(test: Case) async throws {
        let history = try TemporaryHistory()
        let store = try await filled(history)
        #expect(try await store.jobs(test.filter).map(\.id) == test.jobs)
        if test.filter.limit > 12, test.filter.before == nil {
            #expect(try await store.counts(test.filter).values.reduce(0, +) == test.jobs.count)
        }
        await store.close()
    }

    @Test func `counts by state agree with the lists`() async throws {
        let history = try TemporaryHistory()
        let store = try await filled(history)
        #expect(try await store.counts() == [.succeeded: 8, .failed: 3, .queued: 1])
        var filter = JobFilter()
        filter.recipe = "b"
        #expect(try await store.counts(filter) == [.succeeded: 4, .failed: 1, .queued: 1])
        filter.states = [.failed]
        #expect(try await store.counts(filter) == [.failed: 1])
        await store.close()
    }

    @Test func `pages by key give every job once while new ones arrive`() async throws {
        let history = try TemporaryHistory()
        let store = try await filled(history)
        var filter = JobFilter()
        filter.limit = 5
        var seen: [JobID] = []
        while true {
            let page = try await store.jobs(filter)
            guard let last = page.last else { break }
            seen += page.map(\.id)
            filter.before = last.id
            _ = try await store.queue(recipe: "a")
        }
        #expect(seen == Array((1...12).reversed()))
        await store.close()
    }

    @Test func `records come in pages by seq`() async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        let id = try await store.start()
        let neighbour = try await store.start()
        try await store.commit((0..<10).map { .step(.of(id, $0, "lines[\($0)]/charge")) } + [.step(.of(neighbour, 0))])
        #expect(try await store.steps(of: id, limit: 4).map(\.seq) == [0, 1, 2, 3])
        #expect(try await store.steps(of: id, after: 3, limit: 4).map(\.seq) == [4, 5, 6, 7])
        #expect(
            try await store.steps(of: id, after: 7, limit: 4).map(\.address) == ["lines[8]/charge", "lines[9]/charge"])
        #expect(try await store.steps(of: id, after: 9, limit: 4).isEmpty)
        #expect(try await store.steps(of: id, after: .max, limit: 4).isEmpty)
        #expect(try await store.steps(of: -1, limit: 4).isEmpty)
        #expect(try await store.steps(of: .max, limit: 4).isEmpty)
        await store.close()
    }
}
