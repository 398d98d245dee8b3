// No space: intake is refused, running jobs wait, and work goes on when there is space again.

import Foundation
import GRDB
import GRDBSQLite
import JSONCore
import RecipeLanguage
import Synchronization
import Testing

@testable import JobHistory

struct FullDiskTests {
    @Test(arguments: [
        (SQLITE_FULL, "the disk is full"), (SQLITE_IOERR | 19 << 8, "the disk is full"),
        (SQLITE_CANTOPEN, "can't be opened"), (SQLITE_READONLY | 8 << 8, "can't be opened"),
        (SQLITE_IOERR | 4 << 8, "the disk failed"),
    ])
    func `what SQLite says becomes a sentence that is true`(code: Int32, says: String) {
        #expect(StoreFailure(SQLiteFailure(nil, code: code)).storeError.description.contains(says))
    }

    @Test(arguments: [
        (EROFS, "cannot open /x: Read-only file system; galley keeps its history there and has to write to it"),
        (EACCES, "cannot open /x: Permission denied; galley keeps its history there and has to write to it"),
        (ENOSPC, "the disk is full: nothing was accepted; free some space and try again"),
        (EIO, "the disk failed, so nothing written last can be believed: cannot open /x: Input/output error"),
    ])
    func `a folder that can't be written to is no failure of the disk`(code: Int32, says: String) {
        #expect(StoreError.cannotOpen("/x", code).description == says)
    }

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

    @Test(arguments: [false, true])
    func `intake is refused at once and nothing is lost or half there`(onCaller: Bool) async throws {
        let history = try TemporaryHistory()
        let store = try history.owner(options(pages: 100), writesOnCaller: onCaller)
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

    @Test(arguments: [false, true])
    func `a running job waits for space and goes on by itself`(onCaller: Bool) async throws {
        let history = try TemporaryHistory()
        let store = try history.owner(options(pages: 80), writesOnCaller: onCaller)
        let running = try await store.start()
        let accepted = try await fill(store)
        let big: JSON = ["text": .string(String(repeating: "y", count: 20_000))]
        let isFree = Flag()
        // The first in line finds no space until some is freed, so what comes after it waits as well.
        let first = Task { try await store.waitForSpace(isFree) }
        while isFree.looks == 0 { await Task.yield() }
        let write = Task { try await store.commit([.step(.of(running, 0, output: big))]) }
        await #expect(throws: StoreError.full) { try await store.queue() }
        #expect(try await store.steps(of: running, limit: 1).isEmpty)
        isFree.raise()
        try await first.value
        try await write.value
        #expect(store.health == .ok)
        #expect(try await store.steps(of: running, limit: 1).first?.output == big)
        #expect(try await store.queue() > accepted.count)
        await store.close()
    }

    @Test(arguments: [false, true])
    func `who asks how it is learns of space, though nobody writes anything`(onCaller: Bool) async throws {
        let history = try TemporaryHistory()
        let store = try history.owner(options(pages: 80), writesOnCaller: onCaller)
        _ = try await fill(store)
        #expect(store.healthLookingAgain() == .full)
        let queue = try DatabaseQueue(path: history.database)
        try await queue.write { try $0.execute(sql: "DELETE FROM job; DELETE FROM dedupe; DELETE FROM payload") }
        let deadline = ContinuousClock.now + .seconds(30)
        while store.healthLookingAgain() != .ok, ContinuousClock.now < deadline { await Task.yield() }
        #expect(store.health == .ok)
        try queue.close()
        await store.close()
    }

    @Test(arguments: [false, true])
    func `a lock that another program holds is waited for by running jobs and told to others`(onCaller: Bool)
        async throws
    {
        let history = try TemporaryHistory()
        var options = options(pages: 10_000)
        options.busyTimeout = .milliseconds(1)
        let store = try history.owner(options, writesOnCaller: onCaller)
        let running = try await store.start()
        let held = try Holding(history.database)
        await #expect(throws: StoreError.busy) { try await store.queue() }
        let write = Task { try await store.commit([.step(.of(running, 0))]) }
        #expect(store.health == .ok)
        try held.release()
        try await write.value
        #expect(try await store.steps(of: running, limit: 9).count == 1)
        await store.close()
    }

    @Test(arguments: [false, true])
    func `it is said once that the disk is full, and nobody waits past the end of patience`(onCaller: Bool) async throws
    {
        let history = try TemporaryHistory()
        let warning = Flag()
        var options = options(pages: 80)
        options.onFull = { _ = warning.look() }
        let store = try history.owner(options, writesOnCaller: onCaller)
        let running = try await store.start()
        _ = try await fill(store)
        let big: JSON = ["text": .string(String(repeating: "y", count: 20_000))]
        let write = Task { try await store.commit([.step(.of(running, 0, output: big))]) }
        while warning.looks == 0 { await Task.yield() }
        store.limitPatience(to: .milliseconds(5))
        await #expect(throws: StoreError.stayedFull) { try await write.value }
        await #expect(throws: StoreError.stayedFull) {
            try await store.commit([.step(.of(running, 0, output: big))])
        }
        #expect(warning.looks == 1)
        await store.close()
    }

    @Test func `some space is held back, given up once and taken again`() throws {
        let history = try TemporaryHistory()
        let reserve = history.folder + "/reserve"
        func size() -> Int? {
            var found = stat()
            return stat(reserve, &found) == 0 ? Int(found.st_size) : nil
        }
        try FileManager.default.createDirectory(atPath: history.folder, withIntermediateDirectories: true)
        let first = FullDisk(folder: history.folder) {}
        #expect(size() == 512 << 10)
        #expect(first.giveUpReserve() && size() == nil)
        #expect(!first.giveUpReserve())
        #expect(FullDisk(folder: history.folder) {}.giveUpReserve())
        #expect(!FullDisk(folder: history.folder + "/nowhere") {}.giveUpReserve())
    }

    @Test(arguments: [false, true])
    func `closing does not wait for space`(onCaller: Bool) async throws {
        let history = try TemporaryHistory()
        let store = try history.owner(options(pages: 80), writesOnCaller: onCaller)
        let running = try await store.start()
        _ = try await fill(store)
        let big: JSON = ["text": .string(String(repeating: "y", count: 20_000))]
        let write = Task { try await store.commit([.step(.of(running, 0, output: big))]) }
        await store.close()
        await #expect(throws: StoreError.self) { try await write.value }
    }
}

extension JobStore {
    /// Fails as a full disk does until the flag is up; then the bound that stands for the disk is raised.
    fileprivate func waitForSpace(_ isFree: Flag) async throws {
        try await write(waitsForSpace: true) { connection in
            guard isFree.look() else { throw DatabaseError(resultCode: .SQLITE_FULL) }
            _ = try SQLStatement(connection.database, "PRAGMA max_page_count = 10000").one { $0.int(0) }
        }
    }
}

/// Another program with a write lock on the database.
private final class Holding {
    private let shell: DatabaseQueue

    init(_ path: String) throws {
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        shell = try DatabaseQueue(path: path, configuration: configuration)
        try shell.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
    }

    func release() throws {
        try shell.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
        try shell.close()
    }
}

/// Goes up once.
private final class Flag: Sendable {
    private let up = Atomic<Bool>(false)
    private let count = Atomic<Int>(0)
    /// How often it was looked at.
    var looks: Int { count.load(ordering: .acquiring) }
    func look() -> Bool {
        count.add(1, ordering: .releasing)
        return up.load(ordering: .acquiring)
    }
    func raise() { up.store(true, ordering: .releasing) }
}
