// No space: intake is refused, running jobs wait, and work goes on when there is space again.

import Foundation
import JSONCore
import RecipeLanguage
import Testing

@testable import JobHistory

struct FullDiskTests {
    private func options(pages: Int) -> StoreOptions {
        var options = StoreOptions()
        options.maximumPages = pages
        options.fullDiskWait = (.milliseconds(1), .milliseconds(4))
        return options
    }

    /// Accepts events until there is no space.
    private func fill(_ store: JobStore) async throws -> [JobID] {
        let version = try await store.version()
        let event: JSON = ["text": .string(String(repeating: "x", count: 3_000))]
        var accepted: [JobID] = []
        do {
            while accepted.count < 10_000 {
                accepted.append(
                    try await store.accept(NewJob(recipe: "hello", version: version, createdAt: noon, event: event)).job
                )
            }
            Issue.record("never full")
        } catch StoreError.full {}
        return accepted
    }

    @Test func `intake is refused at once and nothing is lost or half there`() async throws {
        let history = try TemporaryHistory()
        let store = try history.owner(options(pages: 60))
        let accepted = try await fill(store)
        #expect(store.health == .full)
        #expect(accepted.count > 10)
        #expect(try await store.counts() == [.queued: accepted.count])
        await store.close()
        let roomy = try history.owner()
        #expect(roomy.health == .ok)
        #expect(try await roomy.counts() == [.queued: accepted.count])
        await roomy.close()
    }

    @Test func `a running job waits for space and goes on by itself`() async throws {
        let history = try TemporaryHistory()
        let store = try history.owner(options(pages: 60))
        let running = try await store.start()
        let accepted = try await fill(store)
        let big: JSON = ["text": .string(String(repeating: "y", count: 20_000))]
        let write = Task { try await store.commit([.step(.of(running, 0, output: big))]) }
        while store.health != .full { await Task.yield() }
        #expect(try await store.steps(of: running, limit: 1).isEmpty)
        // Space comes from outside, as on a real disk: another connection may not write, so the bound is raised.
        try await store.raisePageBound(to: 10_000)
        try await write.value
        #expect(store.health == .ok)
        #expect(try await store.steps(of: running, limit: 1).first?.output == big)
        #expect(try await store.queue() > accepted.count)
        await store.close()
    }

    @Test func `closing does not wait for space`() async throws {
        let history = try TemporaryHistory()
        let store = try history.owner(options(pages: 60))
        let running = try await store.start()
        _ = try await fill(store)
        let big: JSON = ["text": .string(String(repeating: "y", count: 20_000))]
        let write = Task { try await store.commit([.step(.of(running, 0, output: big))]) }
        while store.health != .full { await Task.yield() }
        await store.close()
        await #expect(throws: StoreError.full) { try await write.value }
    }
}

extension JobStore {
    /// As if space had become free; goes through even while the writer waits for space.
    fileprivate func raisePageBound(to pages: Int) async throws {
        try await write(waitsForSpace: true) { connection in
            _ = try SQLStatement(connection.database, "PRAGMA max_page_count = \(pages)").one { $0.int(0) }
        }
    }
}
