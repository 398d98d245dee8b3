// The store of a workspace's history: opening it, and what it is.

import Foundation
import GRDB
import RecipeLanguage
import Synchronization

/// The durable history of a workspace: every event, job and step.
///
/// One process owns it and writes, through one connection on one thread; any number read beside it. `folder` is the
/// data folder itself (`.galley`).
public final class JobStore: Sendable {
    /// The claim all writes of this owner are made under; of a reader: the epoch at opening.
    public let epoch: Int64
    /// What opening as owner took over; zeros for a reader.
    public let takeover: Takeover
    /// A random name made with the database, for idempotency keys that differ between workspaces: 32 hex digits.
    public let workspaceID: String
    /// SQLite's version, for `galley doctor`.
    public static var sqliteVersion: String { sqliteLibraryVersion }

    let path: String
    let options: StoreOptions
    /// nil: a reader.
    let writer: HistoryWriter?
    let ids: JobNumbers
    let recipes: RecipeCache
    /// Whether a step may have asked people ever.
    let hasApprovals: Atomic<Bool>
    /// The key of links; read, or made, by whoever needs it first.
    let linkKey = Mutex<[UInt8]?>(nil)
    /// Opened at the first read.
    private let readers = Mutex(Readers())
    private let turns = ReadTurns(JobStore.readersAtOnce)
    private static let readersAtOnce = 3

    private struct Readers {
        var pool: DatabasePool?
        /// For `readNow`.
        var poolNow: DatabasePool?
        var isClosed = false
    }

    private init(
        path: String, options: StoreOptions, opening: Opening, takeover: Takeover, writer: HistoryWriter?,
        ids: JobNumbers, recipes: RecipeCache, hasApprovals: Bool
    ) {
        (self.path, self.options, self.takeover, self.writer) = (path, options, takeover, writer)
        (epoch, workspaceID) = (opening.epoch, opening.workspaceID)
        (self.ids, self.recipes) = (ids, recipes)
        self.hasApprovals = Atomic(hasApprovals)
    }

    deinit {
        writer?.queue.close()  // the thread finishes what waits, and ends
    }

    public var isOwner: Bool { writer != nil }
    public var health: StoreHealth { writer?.health ?? .ok }

    /// The health; while the disk is full something small is written meanwhile, so that whoever asks again learns of space.
    ///
    /// Nothing else may come by: senders stay away from a server that is not ready.
    public func healthLookingAgain() -> StoreHealth {
        let found = health
        if found == .full, let writer, FullDisk.hasRoom(at: path), !writer.isLooking.exchange(true, ordering: .relaxed)
        {
            Task {
                try? await write { try $0.execute("UPDATE owner SET epoch = epoch") }
                writer.isLooking.store(false, ordering: .relaxed)
            }
        }
        return found
    }

    /// Transactions this owner has committed since it was opened.
    public var commitCount: Int { writer?.commitCount ?? 0 }
    /// How long each of them took to become durable; nil for a reader.
    public var commitTimes: DurationHistogram? { writer?.commitTimes }
    /// Whether links with which people answer may stand in what is recorded.
    public var mayHoldLinks: Bool { hasApprovals.load(ordering: .relaxed) }
    /// What waits for the next transaction.
    public var waitingWrites: Int { writer?.queue.waitingCount ?? 0 }
    /// Bytes of the database and of its log on disk.
    public var sizeBytes: (database: Int, log: Int) {
        func size(_ path: String) -> Int {
            var found = stat()
            return stat(path, &found) == 0 ? Int(found.st_size) : 0
        }
        return (size(path), size(path + "-wal"))
    }

    /// The number of the next job; never given twice. Numbers may have gaps after a crash.
    public func nextJobID() -> JobID { ids.next() }

    /// Takes the lock, creates or migrates `history.db`, raises the epoch and takes over what was running.
    ///
    /// Blocks for a few milliseconds; longer when a migration or a takeover has much to do.
    /// - Throws: `StoreError.owned` at once when another process owns it; `newerSchema`, `corrupt`, `full`, `disk`.
    public static func openOwner(folder: String, options: StoreOptions = StoreOptions()) throws -> JobStore {
        try openOwner(folder: folder, options: options, migrations: Schema.migrations)
    }

    static func openOwner(folder: String, options: StoreOptions, migrations: [Migration]) throws -> JobStore {
        try makeFolder(folder)
        let lock = try OwnerLock.take(folder: folder)
        let path = folder + "/history.db"
        try HistoryFiles.verifyLogHasDatabase(path)
        // Made here so that nobody else may read it; the log beside it takes over its mode.
        let made = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard made >= 0 else { throw StoreError.cannotOpen(path, errno) }
        closeFile(made)
        do {
            var configuration = Configuration()
            configuration.label = "galley.history"
            configuration.allowsUnsafeTransactions = true  // a transaction that failed is rolled back by the writer
            configuration.foreignKeysEnabled = false  // checked by the code that writes; not again for every row
            configuration.busyMode = .timeout(options.busyTimeout / .seconds(1))
            let database = try DatabaseQueue(path: path, configuration: configuration)
            let (opening, takeover, recipes, hasApprovals) = try database.writeWithoutTransaction { database in
                try setUp(database, options)
                try Schema.migrate(database, with: migrations)
                let (opening, takeover) = try Takeover.run(database)
                return (opening, takeover, try RecipeCache(database), try Approval.isAnyKept(database))
            }
            let ids = JobNumbers(after: opening.lastJob)
            let writer = try HistoryWriter(
                database, lock: lock, files: HistoryFiles(folder: folder), epoch: opening.epoch, ids: ids,
                options: options,
                fullDisk: FullDisk(folder: folder, tell: options.onFull))
            return JobStore(
                path: path, options: options, opening: opening, takeover: takeover, writer: writer, ids: ids,
                recipes: recipes, hasApprovals: hasApprovals)
        } catch {
            throw StoreFailure(error).storeError
        }
    }

    /// Opens read-only connections; works beside an owner and without one. Writing methods throw `StoreError.notOwner`.
    /// - Throws: `noHistory` when nothing was ever run here, `unwritable` when it can't be looked at, `olderSchema` when an
    ///   owner has to migrate first.
    public static func openReader(folder: String) throws -> JobStore {
        let path = folder + "/history.db"
        guard access(path, F_OK) == 0 else {
            throw errno == ENOENT ? StoreError.noHistory(folder) : StoreError.cannotOpen(path, errno)
        }
        let known = Schema.migrations.last?.version ?? 0
        do {
            let pool = try readerPool(path)
            let (opening, recipes) = try pool.read { database in
                let found = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
                if found == 0 { throw StoreError.noHistory(folder) }  // an owner is just making it
                if found > known { throw StoreError.newerSchema(found: found, known: known) }
                if found < known { throw StoreError.olderSchema(found: found, known: known) }
                return (try Opening(database), try RecipeCache(database))
            }
            let store = JobStore(
                path: path, options: StoreOptions(), opening: opening,
                takeover: Takeover(requeued: 0, needsDecision: 0, quarantined: 0), writer: nil,
                ids: JobNumbers(after: opening.lastJob), recipes: recipes, hasApprovals: true)
            store.readers.withLock { $0.pool = pool }
            return store
        } catch {
            throw StoreFailure(error).storeError
        }
    }

    /// The process that owns a data folder now; nil when none does.
    public static func ownerPID(folder: String) -> Int32? { OwnerLock.owner(of: folder) }

    /// Finishes what was handed in, copies the log into the database and gives up the lock.
    public func close() async {
        let pools = readers.withLock { readers in
            readers.isClosed = true
            return [readers.pool.take(), readers.poolNow.take()].compactMap(\.self)
        }
        await withCheckedContinuation { (done: CheckedContinuation<Void, Never>) in
            // A thread of its own: closing blocks, and Swift's pool must not.
            Thread {
                // Before the writer, which is then the last one and can empty the log.
                for pool in pools { try? pool.close() }
                self.writer?.closeAndWait()
                done.resume()
            }.start()
        }
    }

    /// From `time` on nothing waits for space any longer: what can't be written then throws `StoreError.stayedFull`.
    public func limitPatience(to time: Duration) { writer?.queue.limitPatience(until: .now + time) }

    /// Reads within one snapshot, on a read-only connection and off Swift's pool.
    func read<Value: Sendable>(_ work: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        await turns.take()
        defer { turns.giveBack() }
        do {
            return try await pool(\.pool).read(work)
        } catch let error as CancellationError {
            throw error
        } catch {
            // A canceled task interrupts its statement.
            if let failure = error as? SQLiteFailure, failure.isInterruption { throw CancellationError() }
            throw StoreFailure(error).storeError
        }
    }

    /// Reads at once, on the caller's thread: for formulas, which can't wait for a task. A look-up through an index takes some
    /// 50 µs.
    ///
    /// On connections of its own: a read that waits for a task gives its connection back in Swift's pool, whose threads may all
    /// stand here waiting for one.
    func readNow<Value>(_ work: (Database) throws -> Value) throws -> Value {
        do {
            return try pool(\.poolNow).read(work)
        } catch let mistake as TableMistake {
            throw mistake
        } catch {
            throw StoreFailure(error).storeError
        }
    }

    /// The read-only connections, opened at the first read.
    private func pool(_ kind: WritableKeyPath<Readers, DatabasePool?>) throws -> DatabasePool {
        try readers.withLock { readers in
            guard !readers.isClosed else { throw StoreError.closed }
            if let pool = readers[keyPath: kind] { return pool }
            let pool = try Self.readerPool(path)
            readers[keyPath: kind] = pool
            return pool
        }
    }

    /// Does something within the writer's next transaction.
    /// - Parameter waitsForSpace: wait while the disk is full, instead of throwing `StoreError.full`.
    func write<Value: Sendable>(
        waitsForSpace: Bool = false, _ work: @escaping @Sendable (WriterConnection) throws -> Value
    ) async throws -> Value {
        guard let writer else { throw StoreError.notOwner }
        return try await withCheckedThrowingContinuation { caller in
            writer.submit(OperationTask(waitsForSpace: waitsForSpace, caller: caller, work: work))
        }
    }

    /// READONLY connections: `query_only` ones would checkpoint when they close last.
    private static func readerPool(_ path: String) throws -> DatabasePool {
        var configuration = Configuration()
        configuration.label = "galley.history.reader"
        configuration.readonly = true
        configuration.foreignKeysEnabled = false
        configuration.busyMode = .timeout(5)
        configuration.maximumReaderCount = readersAtOnce
        configuration.prepareDatabase { $0.add(function: TextSearch.function) }
        return try DatabasePool(path: path, configuration: configuration)
    }

    /// FULL comes last: opening in WAL mode through GRDB's own setting would set NORMAL.
    private static func setUp(_ database: Database, _ options: StoreOptions) throws {
        guard try String.fetchOne(database, sql: "PRAGMA journal_mode = WAL") == "wal" else {
            throw StoreError.disk("the history needs a disk with shared memory files (SQLite's WAL mode)")
        }
        try database.execute(sql: "PRAGMA synchronous = FULL")
        try database.execute(sql: "PRAGMA cache_size = -16000")
        try database.execute(sql: "PRAGMA journal_size_limit = \(64 << 20)")
        if let pages = options.maximumPages { _ = try Int.fetchOne(database, sql: "PRAGMA max_page_count = \(pages)") }
    }

    private static func makeFolder(_ folder: String) throws {
        if mkdir(folder, 0o700) == 0 || errno == EEXIST { return }
        throw StoreError.cannotOpen(folder, errno)
    }
}
