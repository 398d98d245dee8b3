// Pollers in the store: pages into jobs, the cursor with the last of them, failures, changed triggers.

import JSONCore
import JobHistory
import Testing

struct PollerTests {
    private static let state = PollerState(recipe: "hello", fingerprint: "f", next: noon)

    private static func page(_ store: JobStore, _ keys: String...) async throws -> PolledPage {
        var page = PolledPage()
        let version = try await store.version()
        page.jobs = keys.map {
            NewJob(
                recipe: "hello", version: version, createdAt: noon, event: ["id": .string($0)], dedupeKey: $0,
                origin: "poll")
        }
        return page
    }

    @Test func `pages become jobs at once, the cursor moves with the last, and a repeat doubles nothing`() async throws
    {
        let history = try TemporaryHistory()
        let store = try history.owner()
        _ = try await store.version()
        try await store.place([Self.state])
        #expect(try await store.duePollers(by: noon, limit: 9).map(\.recipe) == ["hello"])
        _ = try await store.accept(try await Self.page(store, "a", "b"), for: Self.state)
        #expect(try await store.poller(of: "hello")?.cursor == nil)
        // The process dies here; the poll begins again.
        await store.close()
        let again = try history.owner()
        let first = try await again.accept(try await Self.page(again, "a", "b"), for: Self.state)
        #expect(first == [.duplicate(of: 1), .duplicate(of: 2)])
        let last = try await again.finish(
            try await Self.page(again, "c"), for: Self.state, cursor: ["at": 3], at: noon + 5, next: noon + 60_000)
        #expect(last == [.accepted(3)])
        let state = try #require(try await again.poller(of: "hello"))
        #expect(state.cursor == ["at": 3] && state.isPrimed && state.events == 3 && state.polledAt == noon + 5)
        #expect(try await again.nextPoll(after: noon) == noon + 60_000)
        await again.close()
    }

    @Test func `what was there before is known, and never becomes a job`() async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        _ = try await store.version()
        try await store.place([Self.state])
        var page = PolledPage()
        page.known = ["a", String(repeating: "long", count: 100)]
        _ = try await store.finish(page, for: Self.state, cursor: nil, at: noon, next: noon)
        let intakes = try await store.accept(
            try await Self.page(store, "a", String(repeating: "long", count: 100), "b"), for: Self.state)
        #expect(intakes == [.duplicate(of: 0), .duplicate(of: 0), .accepted(1)])
        await store.close()
    }

    @Test func `a failure keeps the cursor and its reason, a success forgets it`() async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        _ = try await store.version()
        try await store.place([Self.state])
        try await store.prime(Self.state, at: 7)
        for _ in 0..<2 { try await store.fail(Self.state, "no answer", at: noon, next: noon + 90_000) }
        var state = try #require(try await store.poller(of: "hello"))
        #expect(state.failures == 2 && state.error == "no answer" && state.cursor == 7 && state.next == noon + 90_000)
        _ = try await store.finish(PolledPage(), for: Self.state, cursor: 8, at: noon, next: noon + 60_000)
        state = try #require(try await store.poller(of: "hello"))
        #expect(state.failures == 0 && state.error == nil && state.cursor == 8)
        await store.close()
    }

    @Test func `a changed trigger starts anew, and what its old one still brings is refused`() async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        _ = try await store.version()
        try await store.place([Self.state])
        try await store.prime(Self.state, at: 7)
        var changed = Self.state
        changed.fingerprint = "g"
        try await store.place([changed])
        let state = try #require(try await store.poller(of: "hello"))
        #expect(state.cursor == nil && !state.isPrimed)
        let page = try await Self.page(store, "a")
        await #expect(throws: StoreError.refused("the trigger of hello was changed while it was polled")) {
            _ = try await store.finish(page, for: Self.state, cursor: 9, at: noon, next: noon)
        }
        #expect(try await store.counts().isEmpty)
        #expect(try await store.poller(of: "hello")?.cursor == nil)
        await store.close()
    }

    @Test func `a poll that ends while its recipe is paused or off does not start it again`() async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        _ = try await store.version()
        try await store.place([Self.state])
        try await store.pausePoller(Self.state, Pause(at: noon, reason: "holiday"))
        _ = try await store.finish(PolledPage(), for: Self.state, cursor: 1, at: noon, next: noon + 1)
        #expect(try await store.duePollers(by: noon + 9, limit: 9).isEmpty)
        try await store.resumePoller("hello", next: noon + 2)
        #expect(try await store.duePollers(by: noon + 9, limit: 9).map(\.cursor) == [1])
        var off = Self.state
        off.next = nil
        try await store.place([off])
        try await store.fail(Self.state, "no answer", at: noon, next: noon + 1)
        #expect(try await store.duePollers(by: noon + 9, limit: 9).isEmpty)
        await store.close()
    }
}
