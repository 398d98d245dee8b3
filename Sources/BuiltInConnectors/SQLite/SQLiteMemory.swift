// How much memory databases in memory may take, all of them together.
//
// SQLite counts for the whole process only. So a session knows what was taken when the first of those that run now began.
// While all of them have little they run at once; beyond that one goes on alone and the others wait, so that what is taken
// then is its own, and it is stopped for it and no other.

import ConnectorKit
import GRDBSQLite
import Glibc
import Synchronization

/// The share of one session in what all may take. Belongs to one thread.
final class SQLiteMemory {
    /// What one session may take once it goes on alone.
    static let mostBytes = 256 << 20
    private static let freeBytes: Int64 = 64 << 20

    private struct Running {
        var sessions = 0
        /// Bytes, before the first of them.
        var before: Int64 = 0
        var alone: ObjectIdentifier?
    }
    private static let running = Mutex(Running())
    private let before: Int64
    /// What all had taken when this one went on alone.
    private var whenAlone: Int64?

    init() {
        before = Self.running.withLock { running in
            if running.sessions == 0 { running.before = sqlite3_memory_used() }
            running.sessions += 1
            return running.before
        }
    }

    deinit {
        let own = ObjectIdentifier(self)
        Self.running.withLock { running in
            running.sessions -= 1
            if running.alone == own { running.alone = nil }
        }
    }

    /// Whether this session has taken too much; waits while another has much.
    /// - Parameter isOver: ends the waiting.
    func isUsedUp(or isOver: () -> Bool) -> Bool {
        while true {
            let taken = sqlite3_memory_used() - before
            if taken <= Self.freeBytes { return false }
            let mayGoOn = Self.running.withLock { running in
                let own = ObjectIdentifier(self)
                if running.alone == nil { running.alone = own }
                return running.alone == own
            }
            if mayGoOn {
                let start = whenAlone ?? taken
                whenAlone = start
                return taken - start > Int64(Self.mostBytes)
            }
            if isOver() { return false }
            usleep(2_000)
        }
    }
}
