// A prepared statement, bound and read without a detour through dictionaries or boxed values.

import GRDB
import GRDBSQLite

/// What SQLite said when it refused.
struct SQLiteFailure: Error {
    /// Extended result code.
    let code: Int32
    let message: String
    /// `errno` of the system call that failed, or 0.
    let systemError: Int32

    init(_ connection: OpaquePointer?, code: Int32) {
        self.code = connection.map { sqlite3_extended_errcode($0) } ?? code
        message = connection.flatMap { sqlite3_errmsg($0) }.map { String(cString: $0) } ?? "error \(code)"
        systemError = connection.map { sqlite3_system_errno($0) } ?? 0
    }

    init(_ error: DatabaseError) {
        code = error.extendedResultCode.rawValue
        message = error.message ?? "error \(code)"
        systemError = 0
    }

    var primaryCode: Int32 { code & 0xff }
    var isInterruption: Bool { primaryCode == SQLITE_INTERRUPT }
}

/// One statement of one connection; used only where that connection is.
///
/// Texts are bound without a copy: what they point to has to live until `reset`.
struct SQLStatement {
    private let statement: Statement
    private let handle: OpaquePointer

    /// The statement for `sql` out of the connection's cache.
    init(_ database: Database, _ sql: String) throws {
        statement = try database.cachedStatement(sql: sql)
        handle = statement.sqliteStatement
    }

    func bind(_ index: Int32, _ value: Int64) { sqlite3_bind_int64(handle, index, value) }
    func bind(_ index: Int32, _ value: Int) { sqlite3_bind_int64(handle, index, Int64(value)) }
    func bind(_ index: Int32, _ value: Int64?) {
        if let value { sqlite3_bind_int64(handle, index, value) } else { sqlite3_bind_null(handle, index) }
    }
    func bindNull(_ index: Int32) { sqlite3_bind_null(handle, index) }

    /// A text that the caller keeps alive.
    func bindText(_ index: Int32, _ bytes: UnsafeRawBufferPointer) {
        // An empty buffer may have no address, and a null pointer would bind NULL.
        guard let base = bytes.baseAddress else { return bind(index, "") }
        sqlite3_bind_text64(
            handle, index, base.assumingMemoryBound(to: CChar.self), UInt64(bytes.count), nil, UInt8(SQLITE_UTF8))
    }

    /// Bytes that the caller keeps alive.
    func bindBlob(_ index: Int32, _ bytes: UnsafeRawBufferPointer) {
        guard let base = bytes.baseAddress else { sqlite3_bind_zeroblob(handle, index, 0); return }
        sqlite3_bind_blob64(handle, index, base, UInt64(bytes.count), nil)
    }

    /// A text that SQLite copies.
    func bind(_ index: Int32, _ text: String) {
        var text = text
        _ = text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { characters in
                if let base = characters.baseAddress, !characters.isEmpty {
                    sqlite3_bind_text64(handle, index, base, UInt64(characters.count), Self.copied, UInt8(SQLITE_UTF8))
                } else {
                    sqlite3_bind_text64(handle, index, "", 0, Self.copied, UInt8(SQLITE_UTF8))
                }
            }
        }
    }
    func bind(_ index: Int32, _ text: String?) {
        if let text { bind(index, text) } else { bindNull(index) }
    }
    /// Bytes that SQLite copies.
    func bind(_ index: Int32, _ bytes: [UInt8]) {
        bytes.withUnsafeBytes { raw in
            if let base = raw.baseAddress, !raw.isEmpty {
                _ = sqlite3_bind_blob64(handle, index, base, UInt64(raw.count), Self.copied)
            } else {
                _ = sqlite3_bind_zeroblob(handle, index, 0)
            }
        }
    }

    /// `SQLITE_TRANSIENT`.
    private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    /// Whether there is a (further) row.
    func step() throws -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE:
            sqlite3_reset(handle)
            return false
        case let code:
            let failure = SQLiteFailure(sqlite3_db_handle(handle), code: code)
            sqlite3_reset(handle)
            throw failure
        }
    }

    /// Runs a statement that has no rows; returns how many rows it changed.
    @discardableResult
    func run() throws -> Int {
        while try step() {}
        return Int(sqlite3_changes(sqlite3_db_handle(handle)))
    }

    /// Ends reading before the last row.
    func reset() { sqlite3_reset(handle) }

    /// The one row of a look-up, or nil.
    func one<Value>(_ read: (SQLStatement) throws -> Value) throws -> Value? {
        defer { reset() }
        return try step() ? try read(self) : nil
    }

    /// Every row.
    func all<Value>(_ read: (SQLStatement) throws -> Value) throws -> [Value] {
        defer { reset() }
        var values: [Value] = []
        while try step() { values.append(try read(self)) }
        return values
    }

    func int64(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }
    func int(_ column: Int32) -> Int { Int(sqlite3_column_int64(handle, column)) }
    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }
    func isBlob(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_BLOB }
    func int64OrNil(_ column: Int32) -> Int64? { isNull(column) ? nil : int64(column) }
    func text(_ column: Int32) -> String { String(decoding: bytes(column), as: UTF8.self) }
    func textOrNil(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }

    /// The bytes of a text or blob, valid until the next step.
    func bytes(_ column: Int32) -> UnsafeRawBufferPointer {
        let base = sqlite3_column_blob(handle, column)  // for a text: its UTF-8, as it is
        return UnsafeRawBufferPointer(start: base, count: Int(sqlite3_column_bytes(handle, column)))
    }
}

/// A statement that is prepared at its first use and then kept.
final class LaterStatement {
    private let database: Database
    private let sql: String
    private var statement: SQLStatement?

    init(_ database: Database, _ sql: String) { (self.database, self.sql) = (database, sql) }

    func ready() throws -> SQLStatement {
        if let statement { return statement }
        let prepared = try SQLStatement(database, sql)
        statement = prepared
        return prepared
    }
}
