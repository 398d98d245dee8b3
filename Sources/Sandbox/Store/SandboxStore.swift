// The sandbox's database: one file (or memory), its tables, and how it is put back to the start.

import Dispatch
import GRDB
import JSONCore

/// All state of the sandbox, behind one serial queue: requests are handled one after the other, each in one transaction.
struct SandboxStore: Sendable {
    let database: DatabaseQueue

    /// - Parameter path: the file; nil keeps everything in memory.
    init(path: String?) throws {
        var configuration = Configuration()
        configuration.label = "sandbox"
        database =
            try path.map { try DatabaseQueue(path: $0, configuration: configuration) }
            ?? DatabaseQueue(configuration: configuration)
        try database.inDatabase { db in
            // The sandbox plays the outside world of crash tests: it has to be quick, and is not what is being crashed.
            try db.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF")
        }
        try database.write { db in
            try db.execute(sql: Self.tables)
            if try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM record") == 0 {
                try SeedData.fill(Records(db: db, origin: .seed))
            }
        }
    }

    /// One request's work in one transaction.
    func write<Result: Sendable>(_ work: @Sendable @escaping (Records) throws -> Result) async throws -> Result {
        try await database.write { db in try work(Records(db: db, origin: .request)) }
    }

    /// Everything as it was at the start: the records of a new sandbox, no ledger, no rules, counters at their first value.
    func reset() async throws {
        try await database.write { db in
            for table in ["record", "counter", "ledger", "idempotency", "failure_rule", "failure_count"] {
                try db.execute(sql: "DELETE FROM \(table)")
            }
            try SeedData.fill(Records(db: db, origin: .seed))
        }
    }

    private static let tables = """
        CREATE TABLE IF NOT EXISTS record (
            sequence INTEGER PRIMARY KEY, app TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, unique_key TEXT,
            parent TEXT, body TEXT NOT NULL, origin TEXT NOT NULL, changed INTEGER NOT NULL DEFAULT 0,
            UNIQUE (kind, id), UNIQUE (kind, unique_key));
        CREATE INDEX IF NOT EXISTS record_parent ON record (kind, parent, sequence);
        CREATE TABLE IF NOT EXISTS counter (prefix TEXT PRIMARY KEY, last INTEGER NOT NULL);
        CREATE TABLE IF NOT EXISTS ledger (
            sequence INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, app TEXT NOT NULL, operation TEXT NOT NULL,
            method TEXT NOT NULL, path TEXT NOT NULL, idempotency_key TEXT, body_hash TEXT NOT NULL, body TEXT,
            status INTEGER NOT NULL, effect INTEGER NOT NULL, replay INTEGER NOT NULL, injected TEXT, subject TEXT);
        CREATE INDEX IF NOT EXISTS ledger_key ON ledger (idempotency_key);
        CREATE TABLE IF NOT EXISTS idempotency (
            app TEXT NOT NULL, key TEXT NOT NULL, operation TEXT NOT NULL, path TEXT NOT NULL, body BLOB NOT NULL,
            status INTEGER NOT NULL, content_type TEXT NOT NULL, answer BLOB NOT NULL, subject TEXT,
            PRIMARY KEY (app, key)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS failure_rule (
            id INTEGER PRIMARY KEY, app TEXT, operation TEXT, path TEXT, skip INTEGER NOT NULL, times INTEGER,
            failure TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS failure_count (token TEXT PRIMARY KEY, count INTEGER NOT NULL);
        """
}
