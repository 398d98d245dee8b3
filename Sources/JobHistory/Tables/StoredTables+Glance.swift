// A quick look at the stored tables of a workspace, for commands that have no other business with the history.

import Foundation
import GRDB

extension StoredTable {
    /// The tables that recipes have changed; none when there is no history, or one of an older Galley.
    ///
    /// Opens one read-only connection and closes it: about a millisecond.
    public static func all(folder: String) -> [StoredTable] {
        let path = folder + "/history.db"
        guard access(path, F_OK) == 0 else { return [] }
        var configuration = Configuration()
        (configuration.readonly, configuration.busyMode) = (true, .timeout(1))
        configuration.label = "galley.history.glance"
        guard let queue = try? DatabaseQueue(path: path, configuration: configuration) else { return [] }
        defer { try? queue.close() }
        let tables = try? queue.read { database -> [StoredTable] in
            let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
            return version >= 9 ? try all(in: database) : []
        }
        return tables ?? []
    }
}
