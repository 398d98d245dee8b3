// The ledger: every request that was meant to change something, what came of it, and whether it was a repeat.

import GRDB
import JSONCore

/// One line of the ledger. Crash tests judge by it what the engine really did to the world.
struct LedgerEntry: Sendable {
    let app: String
    let operation: String
    let method: String
    let path: String
    let idempotencyKey: String?
    let body: [UInt8]
    /// What was answered; 0 when the connection was closed instead.
    let status: Int
    /// Whether this request changed something.
    let hadEffect: Bool
    /// Whether the answer is the stored one of an earlier request with the same idempotency key.
    let isReplay: Bool
    /// The failure that was made on purpose.
    let injected: String?
    let subject: String?

    /// Bodies longer than this are in the ledger by their hash only.
    static let storedBodyBytes = 4096
}

extension Records {
    func write(_ entry: LedgerEntry) throws {
        let body = entry.body.count <= LedgerEntry.storedBodyBytes ? String(validating: entry.body, as: UTF8.self) : nil
        try db.execute(
            sql: """
                INSERT INTO ledger (at_ms, app, operation, method, path, idempotency_key, body_hash, body, status, effect,
                    replay, injected, subject)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                nowMilliseconds, entry.app, entry.operation, entry.method, entry.path, entry.idempotencyKey,
                BodyHash.text(of: entry.body), body, entry.status, entry.hadEffect, entry.isReplay, entry.injected,
                entry.subject,
            ])
    }

    /// Entries after `sequence`, oldest first, of one app and one operation where those are given.
    func ledger(after sequence: Int, limit: Int, app: String?, operation: String?) throws -> JSON {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT * FROM ledger WHERE sequence > ? AND (? IS NULL OR app = ?) AND (? IS NULL OR operation = ?)
                ORDER BY sequence LIMIT ?
                """,
            arguments: [sequence, app, app, operation, operation, limit + 1])
        let entries = rows.prefix(limit).map { row -> JSON in
            func text(_ column: String) -> JSON { (row[column] as String?).map(JSON.string) ?? .null }
            return [
                "sequence": .integer(row["sequence"]), "at": .string(Self.timestamp(row["at_ms"])), "app": text("app"),
                "operation": text("operation"), "method": text("method"), "path": text("path"),
                "idempotency_key": text("idempotency_key"), "body_hash": text("body_hash"), "body": text("body"),
                "status": .integer(row["status"]), "effect": .bool(row["effect"]), "replay": .bool(row["replay"]),
                "injected": text("injected"), "subject": text("subject"),
            ]
        }
        let next: JSON = rows.count > limit ? .integer(rows[limit - 1]["sequence"]) : .null
        let total = try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM ledger") ?? 0
        return ["entries": .array(entries), "next_after": next, "total": .integer(total)]
    }
}

/// FNV-1a with 64 bits: tells bodies apart in the ledger; not meant to withstand anyone.
enum BodyHash {
    static func text(of bytes: [UInt8]) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
