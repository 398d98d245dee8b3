// The write-ahead log: when its pages are copied into the database, and by whom.

import GRDB
import GRDBSQLite

/// Checkpoints of the writing connection, after callers were told and not inside their commit as SQLite would do it:
/// they don't wait for it, and a failed flush in it is seen instead of ignored.
final class WriteAheadLog {
    private let handle: OpaquePointer?
    private let checkpointPages: Int
    private var pages = 0

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

    /// Copies what readers have left behind. Waits for nobody.
    func checkpoint() throws {
        let code = sqlite3_wal_checkpoint_v2(handle, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
        // A reader that is in the way is no failure, nor is a full disk: the log keeps everything.
        guard code != SQLITE_OK, code & 0xff != SQLITE_BUSY, code & 0xff != SQLITE_LOCKED else { return }
        let failure = SQLiteFailure(handle, code: code)
        if StoreFailure(failure).isFatal { throw failure }
    }
}
