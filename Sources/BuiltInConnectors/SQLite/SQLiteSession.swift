// One SQLite database, a file of the workspace or in memory, open for one step: bounded in time, kept to itself.
//
// On SQLite's own interface and not on GRDB's: GRDB takes statements of its program, and stops the process when one of them
// leaves a transaction open; statements of recipes may do that.

import ConnectorKit
import GRDBSQLite
import JSONCore

/// An open database. Belongs to one thread; closed when released.
final class SQLiteSession {
    /// What the connection may do besides reading.
    enum Access { case reading, writing }

    let connection: OpaquePointer
    private let name: String
    private let deadline: ContinuousClock.Instant
    private let seconds: Int
    private let flag: CancellationFlag
    private let mayWrite: Bool
    private let memory: SQLiteMemory?

    /// - Parameters:
    ///   - name: relative to the workspace, for messages.
    ///   - creates: whether a missing file is made (only for writing).
    init(
        path: String, name: String, _ access: Access, creates: Bool = false, seconds: Int, flag: CancellationFlag
    ) throws(ConnectorError) {
        mayWrite = access == .writing
        let flags = mayWrite ? SQLITE_OPEN_READWRITE | (creates ? SQLITE_OPEN_CREATE : 0) : SQLITE_OPEN_READONLY
        var opened: OpaquePointer?
        let code = sqlite3_open_v2(
            path, &opened, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_NOFOLLOW, nil)
        guard code == SQLITE_OK, let opened else {
            sqlite3_close_v2(opened)
            throw access == .reading || !creates
                ? ConnectorError(
                    type: "not_found", "there is no database \"\(name)\" in the workspace, or it can't be opened")
                : ConnectorError(type: "file", "the database \"\(name)\" can't be made")
        }
        (connection, self.name, self.flag, self.seconds) = (opened, "\"\(name)\"", flag, seconds)
        (deadline, memory) = (.now + .seconds(seconds), nil)
        guardConnection()
    }

    /// A database in memory, empty; nothing of it reaches the disk, and it's gone with this value.
    /// - Parameters:
    ///   - name: for messages.
    ///   - memory: what it may take.
    ///   - longest: bytes of one value or row.
    init(
        inMemory name: String, memory: SQLiteMemory, longest: Int, seconds: Int, flag: CancellationFlag
    ) throws(ConnectorError) {
        var opened: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        guard sqlite3_open_v2(":memory:", &opened, flags, nil) == SQLITE_OK, let opened else {
            sqlite3_close_v2(opened)
            throw ConnectorError(type: "internal", "SQLite can't be started")
        }
        // What sorting and the like set aside stays in memory too, where it is counted.
        sqlite3_exec(opened, "PRAGMA temp_store = MEMORY; PRAGMA journal_mode = OFF", nil, nil, nil)
        (connection, self.name, self.flag, self.seconds) = (opened, name, flag, seconds)
        (deadline, mayWrite, self.memory) = (.now + .seconds(seconds), true, memory)
        guardConnection()
        // A value is made whole before anything is counted, and a row may have many.
        sqlite3_limit(connection, SQLITE_LIMIT_LENGTH, Int32(clamping: longest))
        sqlite3_limit(connection, SQLITE_LIMIT_COLUMN, 1_000)
    }

    deinit { sqlite3_close_v2(connection) }

    /// No other files, no open transactions, no end to time.
    private func guardConnection() {
        sqlite3_limit(connection, SQLITE_LIMIT_ATTACHED, 0)
        sqlite3_limit(connection, SQLITE_LIMIT_LENGTH, 64 << 20)
        sqlite3_limit(connection, SQLITE_LIMIT_SQL_LENGTH, 1 << 20)
        sqlite3_busy_timeout(connection, Int32(min(seconds, 10) * 1_000))
        let own = Unmanaged.passUnretained(self).toOpaque()
        sqlite3_progress_handler(
            connection, memory == nil ? 4_096 : 8,
            { own in own.map { Unmanaged<SQLiteSession>.fromOpaque($0).takeUnretainedValue().isOver } == true ? 1 : 0 },
            own)
        sqlite3_set_authorizer(
            connection,
            { own, action, first, second, _, _ in
                guard let own else { return SQLITE_DENY }
                let file = Unmanaged<SQLiteSession>.fromOpaque(own).takeUnretainedValue()
                return file.allows(action, first.map { String(cString: $0) }, second.map { String(cString: $0) })
                    ? SQLITE_OK : SQLITE_DENY
            }, own)
    }

    private var isPast: Bool { flag.isRaised || ContinuousClock.now >= deadline }
    private var isOver: Bool {
        guard let memory else { return isPast }
        if memory.isUsedUp(or: { isPast }) { tookTooMuch = true }
        // Reading the clock costs more than counting.
        looks &+= 1
        return tookTooMuch || looks % 256 == 0 && isPast
    }
    private var looks = 0
    private var tookTooMuch = false

    /// For work between statements.
    /// - Throws: as a statement does that is stopped.
    func check() throws {
        if isOver || isPast { throw try failure(SQLITE_INTERRUPT) }
    }
    /// Our own BEGIN and COMMIT pass; a recipe's don't.
    private var isOwnStatement = false

    private func allows(_ action: Int32, _ first: String?, _ second: String?) -> Bool {
        switch action {
        case SQLITE_TRANSACTION, SQLITE_SAVEPOINT: return isOwnStatement
        case SQLITE_ATTACH, SQLITE_DETACH: return false
        case SQLITE_PRAGMA:
            // Reading the schema; a value sets something.
            let readable = ["table_info", "table_xinfo", "table_list", "index_list", "index_info", "foreign_key_list"]
            let isInquiry =
                ["user_version", "foreign_keys", "application_id", "encoding", "journal_mode"].contains(first)
                && second == nil
            return isInquiry || readable.contains(first ?? "")
        case SQLITE_FUNCTION: return !["load_extension", "edit", "fts3_tokenizer"].contains(second ?? "")
        default: return true
        }
    }

    // MARK: - Statements

    /// Runs one statement that gives rows.
    /// - Returns: at most `limit` rows and whether there are more.
    func rows(_ sql: String, _ values: SQLiteValues, limit: Int) throws -> (columns: [String], rows: [JSON], more: Bool)
    {
        let statement = try prepared(sql)
        defer { sqlite3_finalize(statement) }
        guard sqlite3_stmt_readonly(statement) != 0 else {
            throw ConnectorError(
                type: "bad_input",
                memory == nil
                    ? "this statement changes the database; use sqlite.execute for it"
                    : "only a statement that reads, like SELECT, can be run here")
        }
        let columns = try SQLiteRow.columns(of: statement)
        guard !columns.isEmpty else { throw ConnectorError(type: "bad_input", "this statement gives no rows") }
        try values.bind(to: statement)
        var rows: [JSON] = []
        var bytes = 0
        while try step(statement) {
            guard rows.count < limit else { return (columns, rows, true) }
            var entries: [(key: String, value: JSON)] = []
            entries.reserveCapacity(columns.count)
            for (place, column) in columns.enumerated() {
                entries.append((column, try SQLiteRow.value(of: statement, Int32(place), column: column, &bytes)))
            }
            rows.append(.object(JSONObject(uniqueEntries: entries)))
        }
        return (columns, rows, false)
    }

    /// Runs one statement once for each set of values, all in one transaction.
    /// - Returns: how many rows changed and the id of the row inserted last.
    func execute(_ sql: String, _ sets: [SQLiteValues]) throws -> (changes: Int, lastID: Int) {
        try own("BEGIN IMMEDIATE")
        do {
            let statement = try prepared(sql)
            defer { sqlite3_finalize(statement) }
            var changes = 0
            for values in sets {
                try values.bind(to: statement)
                let before = sqlite3_total_changes64(connection)
                while try step(statement) {}
                changes += Int(sqlite3_total_changes64(connection) - before)
                sqlite3_reset(statement)
            }
            let lastID = Int(sqlite3_last_insert_rowid(connection))
            try own("COMMIT")
            return (changes, lastID)
        } catch {
            try? own("ROLLBACK")
            throw error
        }
    }

    private func own(_ sql: String) throws {
        isOwnStatement = true
        defer { isOwnStatement = false }
        let code = sqlite3_exec(connection, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw try failure(code) }
    }

    func prepared(_ sql: String) throws -> OpaquePointer {
        var statement: OpaquePointer?
        let (code, rest) = sql.withCString { text in
            var tail: UnsafePointer<CChar>?
            let code = sqlite3_prepare_v2(connection, text, -1, &statement, &tail)
            return (code, tail.map { String(cString: $0) } ?? "")
        }
        guard code == SQLITE_OK else { throw try failure(code) }
        guard let statement else { throw ConnectorError(type: "bad_input", "\"sql\" holds no statement") }
        guard isBlank(rest) else {
            sqlite3_finalize(statement)
            throw ConnectorError(type: "bad_input", "\"sql\" holds more than one statement; make a step of each")
        }
        return statement
    }

    /// Whether nothing but spaces, semicolons and comments is left.
    private func isBlank(_ sql: String) -> Bool {
        var statement: OpaquePointer?
        var rest = sql
        while !rest.isEmpty {
            let (code, tail) = rest.withCString { text in
                var tail: UnsafePointer<CChar>?
                let code = sqlite3_prepare_v2(connection, text, -1, &statement, &tail)
                return (code, tail.map { String(cString: $0) } ?? "")
            }
            guard code == SQLITE_OK, statement == nil else {
                sqlite3_finalize(statement)
                return false
            }
            guard tail.utf8.count < rest.utf8.count else { return true }
            rest = tail
        }
        return true
    }

    /// - Returns: whether there is a row.
    func step(_ statement: OpaquePointer) throws -> Bool {
        switch sqlite3_step(statement) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code: throw try failure(code)
        }
    }

    /// - Throws: `CancellationError` when the step was cancelled.
    func failure(_ code: Int32) throws -> ConnectorError {
        if flag.isRaised { throw CancellationError() }
        let said = sqlite3_errmsg(connection).map { String(cString: $0) } ?? ""
        switch code & 0xFF {
        case SQLITE_INTERRUPT where tookTooMuch:
            return ConnectorError(
                type: "too_large",
                "\(name) and what the statement makes of it need more than \(SQLiteMemory.mostBytes >> 20) MiB")
        case SQLITE_INTERRUPT:
            return ConnectorError(
                type: "timeout",
                "the statement took longer than \(seconds) seconds and was stopped; nothing was changed")
        case SQLITE_BUSY, SQLITE_LOCKED:
            return ConnectorError(type: "conflict", "another program is writing to \(name)", isTransient: true)
        case SQLITE_CONSTRAINT: return ConnectorError(type: "conflict", "\(name) refuses this: \(said)")
        case SQLITE_READONLY: return ConnectorError(type: "file", "\(name) can't be written to: \(said)")
        case SQLITE_NOTADB, SQLITE_CORRUPT:
            return ConnectorError(type: "file", "\(name) is no sound SQLite database: \(said)")
        case SQLITE_IOERR:
            return ConnectorError(
                type: "file", "the disk failed under \(name): \(said)", outcome: mayWrite ? .unknown : .refused)
        case SQLITE_FULL: return ConnectorError(type: "file", "the disk is full", isTransient: true)
        case SQLITE_AUTH:
            return ConnectorError(
                type: "bad_input",
                "this statement is not allowed here: a step is its own transaction, and reaches no other file and no settings"
            )
        case SQLITE_TOOBIG:
            return ConnectorError(
                type: "too_large", "a value has more than \(sqlite3_limit(connection, SQLITE_LIMIT_LENGTH, -1)) bytes")
        case SQLITE_CANTOPEN: return ConnectorError(type: "file", "\(name) can't be opened: \(said)")
        default: return ConnectorError(type: "bad_input", "\(name) can't run this: \(said)")
        }
    }
}
