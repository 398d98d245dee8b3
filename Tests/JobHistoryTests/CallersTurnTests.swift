// A caller who is alone writes on its own thread: when it may, what comes meanwhile, and what becomes of failures.

import Foundation
import GRDB
import JSONCore
import RecipeLanguage
import Testing

@testable import JobHistory

struct CallersTurnTests {
    private func store(_ history: TemporaryHistory, _ options: StoreOptions = StoreOptions()) async throws -> JobStore {
        let store = try history.owner(options, writesOnCaller: true)
        // The writer's thread has just been started and may not have come to rest.
        while try await !writesHere(store) {}
        return store
    }

    private func writesHere(_ store: JobStore) async throws -> Bool {
        let here = pthread_self()
        return try await store.write { _ in pthread_self() == here }
    }

    @Test func `a caller who is alone needs no other thread`() async throws {
        let history = try TemporaryHistory()
        let store = try await store(history)
        for _ in 0..<100 { #expect(try await writesHere(store)) }
        await store.close()
        let server = try history.owner()
        for _ in 0..<100 { #expect(try await !writesHere(server)) }
        await server.close()
    }

    @Test func `what comes during a caller's turn is the writer's next transaction`() async throws {
        let history = try TemporaryHistory()
        let store = try await store(history)
        let id = try await store.start()
        let before = store.commitCount
        let (callersThread, others) = try await store.write { _ in
            let others = (0..<5).map { _ in
                Task.immediate {
                    try await store.write { connection in
                        try connection.execute("UPDATE job SET deaths = deaths + 1 WHERE id = \(id)")
                        return pthread_self()
                    }
                }
            }
            return (pthread_self(), others)
        }
        for other in others { #expect(try await other.value != callersThread) }
        #expect(store.commitCount == before + 2)
        #expect(try await store.job(id)?.summary.deaths == 5)  // the run under way is none yet
        // They came together: the next one is not taken for a lone caller, the one after it is.
        #expect(try await !writesHere(store))
        while try await !writesHere(store) {}
        await store.close()
    }

    @Test func `a mistake in it concerns that caller only`() async throws {
        let history = try TemporaryHistory()
        let store = try await store(history)
        let (done, running) = (try await store.run(), try await store.start())
        await #expect(throws: StoreError.illegalMove(done, from: .succeeded, to: .succeeded)) {
            try await store.commit([
                .step(.of(running, 7)), .end(JobEnd(job: done, state: .succeeded, at: noon, activeMilliseconds: 0)),
            ])
        }
        #expect(try await store.steps(of: running, limit: 1).isEmpty)
        try await store.commit([.step(.of(running, 7))])
        #expect(try await store.steps(of: running, limit: 9).count == 1)
        #expect(store.health == .ok)
        await store.close()
    }

    @Test func `a flush that fails in it stops the store`() async throws {
        let history = try TemporaryHistory()
        var options = StoreOptions()
        let failures = Recorder()
        options.onDiskFailure = { failures.add($0) }
        let store = try await store(history, options)
        await #expect(throws: StoreError.self) {
            try await store.write { _ in throw DatabaseError(resultCode: .SQLITE_IOERR_FSYNC) }
        }
        guard case .failed = store.health else { Issue.record("\(store.health)"); return }
        await #expect(throws: StoreError.self) { try await store.start() }
        #expect(failures.all.count == 1)
        await store.close()
    }
}
