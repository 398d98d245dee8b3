// What an error of the writing connection means for the store.

import Foundation
import GRDB
import GRDBSQLite

/// An error, sorted by whom it concerns.
struct StoreFailure {
    let storeError: StoreError
    /// Nothing may be written any more.
    let isFatal: Bool
    /// The whole transaction, not just the task it came up in.
    let concernsAll: Bool

    init(_ error: any Error) {
        switch error {
        case StoreError.notOwner: self.init(as: .notOwner, isFatal: true, concernsAll: true)
        case let gone as HistoryFiles.Gone: self.init(as: .corrupt(gone.sentence), isFatal: true, concernsAll: true)
        case let error as StoreError: self.init(as: error)
        case let error as SQLiteFailure: self.init(sqlite: error)
        case let error as DatabaseError: self.init(sqlite: SQLiteFailure(error))
        default: self.init(as: .refused("\(error)"))
        }
    }

    private init(as error: StoreError, isFatal: Bool = false, concernsAll: Bool = false) {
        (storeError, self.isFatal, self.concernsAll) = (error, isFatal, concernsAll)
    }

    private init(sqlite failure: SQLiteFailure) {
        let noSpace = failure.systemError == ENOSPC || failure.systemError == EDQUOT
        switch failure.primaryCode {
        case SQLITE_FULL: self.init(as: .full, concernsAll: true)
        // A write or a growth that finds no space can be tried again. A flush can't: what was lost is not known.
        case SQLITE_IOERR where noSpace && failure.code != Self.flush && failure.code != Self.folderFlush:
            self.init(as: .full, concernsAll: true)
        // Room for the index of the log could not be had; nothing is lost by that.
        case SQLITE_IOERR where failure.code == Self.sharedMemorySize: self.init(as: .full, concernsAll: true)
        case SQLITE_CANTOPEN, SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH:
            self.init(
                as: .unwritable(
                    "the history database can't be opened (\(failure.message)): galley has to be able to write to its folder, also to read it"
                ), isFatal: true, concernsAll: true)
        case SQLITE_BUSY, SQLITE_LOCKED: self.init(as: .busy, concernsAll: true)
        case SQLITE_CORRUPT, SQLITE_NOTADB:
            self.init(
                as: .corrupt("the history database is damaged (\(failure.message)); restore it from a backup"),
                isFatal: true, concernsAll: true)
        case SQLITE_CONSTRAINT, SQLITE_TOOBIG, SQLITE_MISMATCH, SQLITE_RANGE, SQLITE_ERROR:
            self.init(as: .refused("the history database refused it: \(failure.message)"))
        default:
            let reason = failure.systemError == 0 ? "" : ": \(String(cString: strerror(failure.systemError)))"
            self.init(
                as: .disk(
                    "the history database cannot be read or written: \(failure.message) (\(failure.code))\(reason)"),
                isFatal: true, concernsAll: true)
        }
    }

    private static let sharedMemorySize = SQLITE_IOERR | (19 << 8)  // SQLITE_IOERR_SHMSIZE
    private static let flush = SQLITE_IOERR | (4 << 8)  // SQLITE_IOERR_FSYNC
    private static let folderFlush = SQLITE_IOERR | (5 << 8)  // SQLITE_IOERR_DIR_FSYNC
}
