// The audit log: only added to, the oldest lines go when there are very many.

import GRDB

extension JobStore {
    /// Lines kept.
    static let keptAuditEntries: Int64 = 200_000

    /// Durable on return.
    public func note(_ entry: AuditEntry) async throws {
        try await write { try $0.note(entry) }
    }

    /// Newest first; `before` is the keyset cursor of the next page.
    public func audit(who: String? = nil, before: Int64? = nil, limit: Int = 50) async throws -> [AuditEntry] {
        try await read { database in
            let statement = try SQLStatement(
                database,
                """
                SELECT id, at_ms, who, kind, sender, action, subject FROM audit
                WHERE id < ?1 AND (?2 IS NULL OR who = ?2) ORDER BY id DESC LIMIT ?3
                """)
            statement.bind(1, before ?? .max)
            statement.bind(2, who)
            statement.bind(3, max(0, limit))
            return try statement.all { row in
                var entry = AuditEntry(
                    at: row.int64(1), who: row.text(2), kind: row.text(3), from: row.text(4), action: row.text(5),
                    subject: row.text(6))
                entry.id = row.int64(0)
                return entry
            }
        }
    }
}

extension WriterConnection {
    /// A line of the audit log, in the transaction of what it tells of.
    func note(_ entry: AuditEntry) throws {
        let statement = try SQLStatement(
            database, "INSERT INTO audit(at_ms, who, kind, sender, action, subject) VALUES (?, ?, ?, ?, ?, ?)")
        statement.bind(1, entry.at)
        statement.bind(2, entry.who)
        statement.bind(3, entry.kind)
        statement.bind(4, entry.from)
        statement.bind(5, entry.action)
        statement.bind(6, entry.subject)
        try statement.run()
        let id = database.lastInsertedRowID
        guard id % 128 == 0 else { return }  // now and then, so that it costs nearly nothing
        let old = try SQLStatement(database, "DELETE FROM audit WHERE id <= ?")
        old.bind(1, id - JobStore.keptAuditEntries)
        try old.run()
    }
}
