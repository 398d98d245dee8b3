// The write-ahead log: when its pages are copied into the database, by whom, and how its file grows.

import GRDB
import GRDBSQLite

/// Checkpoints of the writing connection, after callers were told and not inside their commit as SQLite would do it:
/// they don't wait for it, and a failed flush in it is seen instead of ignored.
final class WriteAheadLog {
    private let handle: OpaquePointer?
    private let checkpointPages: Int
    private var pages = 0
    private var transactions = 0
    /// The file's length when it was last looked at, in bytes.
    private var fileEnd = 0
    private let zeros = [UInt8](repeating: 0, count: 64 << 10)  // SQLite writes no more than 128 KiB at once

    init(_ database: Database, checkpointPages: Int) {
        handle = database.sqliteConnection
        self.checkpointPages = checkpointPages
        // Setting a hook switches SQLite's own checkpoints off. `self` outlives it: see `deinit`.
        sqlite3_wal_hook(
            handle,
            { context, _, _, pages in
                if let context { Unmanaged<WriteAheadLog>.fromOpaque(context).takeUnretainedValue().pages = Int(pages) }
                return SQLITE_OK
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    deinit { sqlite3_wal_hook(handle, nil, nil) }

    func checkpointIfLong() throws {
        guard pages >= checkpointPages else { return }
        try checkpoint()
        // With a reader in the way the log stays long: the next try comes after as many pages again.
        pages = 0
    }

    /// Makes the file longer before it has to be, by 512 KiB: a flush that has to record a new length too takes half as long
    /// again, and otherwise each one does until the log is copied for the first time.
    ///
    /// Called within a transaction, so that nobody else writes behind the end; SQLite takes zeros for the end of the log.
    func growAhead() {
        transactions += 1
        // Most processes run one small job.
        guard transactions > 8, pages * Self.frameBytes + zeros.count > fileEnd else { return }
        var found: UnsafeMutableRawPointer?
        guard sqlite3_file_control(handle, "main", SQLITE_FCNTL_JOURNAL_POINTER, &found) == SQLITE_OK,
            let file = found?.assumingMemoryBound(to: sqlite3_file.self), let methods = file.pointee.pMethods
        else { return }
        var length: sqlite3_int64 = 0
        guard methods.pointee.xFileSize(file, &length) == SQLITE_OK else { return }
        fileEnd = Int(length)
        for _ in 0..<8 {
            // When there is no space for it, the transaction's own pages will tell.
            guard methods.pointee.xWrite(file, zeros, Int32(zeros.count), Int64(fileEnd)) == SQLITE_OK else { return }
            fileEnd += zeros.count
        }
    }

    /// A page of the database with its header in the log.
    private static let frameBytes = 4_096 + 24

    /// Copies what readers have left behind. Waits for nobody.
    func checkpoint() throws {
        let code = sqlite3_wal_checkpoint_v2(handle, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
        // A reader that is in the way is no failure, nor is a full disk: the log keeps everything.
        guard code != SQLITE_OK, code & 0xff != SQLITE_BUSY, code & 0xff != SQLITE_LOCKED else { return }
        let failure = SQLiteFailure(handle, code: code)
        if StoreFailure(failure).isFatal { throw failure }
    }
}
