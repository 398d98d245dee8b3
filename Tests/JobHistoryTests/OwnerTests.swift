// Who owns a history: the lock, the epoch, readers beside the owner, schemas.

import Foundation
import GRDB
import JSONCore
import RecipeLanguage
import Testing

@testable import JobHistory

struct OwnerTests {
    @Test func `a second owner is refused at once with the first one's pid`() async throws {
        let history = try TemporaryHistory()
        #expect(JobStore.ownerPID(folder: history.folder) == nil)
        let store = try history.owner()
        #expect(throws: StoreError.owned(pid: getpid())) { try history.owner() }
        #expect(JobStore.ownerPID(folder: history.folder) == getpid())
        await store.close()
        #expect(JobStore.ownerPID(folder: history.folder) == nil)
        let next = try history.owner()
        #expect(next.epoch == store.epoch + 1)
        #expect(next.workspaceID == store.workspaceID)
        #expect(next.workspaceID.utf8.count == 32)
        await next.close()
    }

    @Test func `the folder and the database are for their owner only`() async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        func mode(_ path: String) throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        }
        #expect(try mode(history.folder) == 0o700)
        for file in ["lock", "history.db", "history.db-wal"] { #expect(try mode(history.folder + "/" + file) == 0o600) }
        await store.close()
    }

    @Test(arguments: [false, true])
    func `an owner whose epoch is stale stops writing`(onCaller: Bool) async throws {
        let history = try TemporaryHistory()
        let failures = Recorder()
        var options = StoreOptions()
        options.onDiskFailure = { failures.add($0) }
        let takeovers = Recorder()
        options.onTakeover = { takeovers.add("taken over") }
        let store = try history.owner(options, writesOnCaller: onCaller)
        let id = try await store.start()
        // Somebody removed the lock file, and another process took over.
        try FileManager.default.removeItem(atPath: history.folder + "/lock")
        let other = try history.owner()
        #expect(other.takeover.requeued == 1)
        await #expect(throws: StoreError.notOwner) { try await store.commit([.step(.of(id, 0))]) }
        await #expect(throws: StoreError.notOwner) { try await store.queue() }
        #expect(store.health == .notOwner)
        #expect(failures.all.isEmpty, "no fault of the disk")
        #expect(takeovers.all == ["taken over"])
        #expect(try await other.steps(of: id, limit: 9).isEmpty)
        #expect(try await other.claim(recipe: "hello", limit: 9, now: noon).map(\.id) == [id])
        await other.close()
        await store.close()
    }

    @Test func `a reader sees what is durable, beside an owner and without one, and writes nothing`() async throws {
        let history = try TemporaryHistory()
        #expect(throws: StoreError.noHistory(history.folder)) { try JobStore.openReader(folder: history.folder) }
        let store = try history.owner()
        let id = try await store.run()
        let reader = try JobStore.openReader(folder: history.folder)
        #expect(!reader.isOwner)
        #expect(try await reader.job(id)?.summary.state == .succeeded)
        let second = try await store.run()
        #expect(try await reader.jobs(JobFilter()).map(\.id) == [second, id])
        await #expect(throws: StoreError.notOwner) { try await reader.commit([.step(.of(id, 0))]) }
        await #expect(throws: StoreError.notOwner) { try await reader.prune(finishedBefore: .max) }
        await store.close()
        #expect(try await reader.counts() == [.succeeded: 2])
        await reader.close()
        let alone = try JobStore.openReader(folder: history.folder)
        #expect(try await alone.counts() == [.succeeded: 2])
        let next = try history.owner()
        try await next.run()
        #expect(try await alone.counts() == [.succeeded: 3])
        await next.close()
        await alone.close()
    }

    @Test func `migrations run in order from version 1, each with its number`() async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        let id = try await store.run()
        await store.close()
        let known = Schema.migrations.last?.version ?? 0
        let later = [
            Migration(
                version: known + 1, sql: "ALTER TABLE recipe ADD COLUMN note TEXT; UPDATE recipe SET note = 'two'"),
            Migration(version: known + 2, sql: "UPDATE recipe SET note = note || ' three'"),
        ]
        let newer = try JobStore.openOwner(
            folder: history.folder, options: StoreOptions(), migrations: Schema.migrations + later)
        let note = try await newer.read { try String.fetchOne($0, sql: "SELECT note FROM recipe") }
        #expect(note == "two three")
        #expect(try await newer.job(id)?.event == ["n": 1])
        await newer.close()
        let refusal = StoreError.newerSchema(found: known + 2, known: known)
        #expect(throws: refusal) { try history.owner() }
        #expect(throws: refusal) { try JobStore.openReader(folder: history.folder) }
        #expect(JobStore.ownerPID(folder: history.folder) == nil, "a refused owner gives the lock up")
    }

    @Test func `a migration that fails leaves the older schema whole`() async throws {
        let history = try TemporaryHistory()
        await (try history.owner()).close()
        let broken = [
            Migration(
                version: (Schema.migrations.last?.version ?? 0) + 1,
                sql: "ALTER TABLE recipe ADD COLUMN note TEXT; SELECT nonsense")
        ]
        #expect(throws: StoreError.self) {
            try JobStore.openOwner(
                folder: history.folder, options: StoreOptions(), migrations: Schema.migrations + broken)
        }
        let store = try history.owner()
        try await store.run()
        await store.close()
    }

    @Test func `a reader waits for an owner to migrate`() async throws {
        let history = try TemporaryHistory()
        await (try history.owner()).close()
        let queue = try DatabaseQueue(path: history.database)
        try await queue.write { try $0.execute(sql: "PRAGMA user_version = 0") }
        try queue.close()
        #expect(throws: StoreError.noHistory(history.folder)) { try JobStore.openReader(folder: history.folder) }
    }

    @Test func `a file that is no database is called damaged`() async throws {
        let history = try TemporaryHistory()
        await (try history.owner()).close()
        try Data(repeating: 0x2a, count: 8_192).write(to: URL(fileURLWithPath: history.database))
        do {
            _ = try history.owner()
            Issue.record("it opened")
        } catch StoreError.corrupt(let sentence) {
            #expect(sentence.contains("backup"))
        }
    }

    @Test func `numbers of jobs go on after those that were pruned`() async throws {
        let history = try TemporaryHistory()
        var store = try history.owner()
        for _ in 0..<3 { try await store.run() }
        #expect(try await store.prune(finishedBefore: noon + 100) == 3)
        await store.close()
        store = try history.owner()
        #expect(store.nextJobID() == 4)
        await store.close()
    }
}
