// A look-up table whose rows are in the history, as it is read: what it is, and its rows by key, condition and place.

import GRDB
import JSONCore
import RecipeLanguage

/// A table that a recipe has changed; its rows are here and no longer in its file.
public struct StoredTable: Sendable, Hashable {
    let id: Int64
    public let shape: TableShape
    /// SHA-256 of the file it began as, or was last written to, in hex.
    public let fileHash: String
    public let rowCount: Int
    public let changedAt: Milliseconds

    init(_ row: SQLStatement) throws {
        let columns = try? JSON(parsing: Array(row.bytes(2)))
        guard let names = columns?.array?.compactMap(\.string), !names.isEmpty else {
            throw StoreError.corrupt("the columns of a table can't be read; restore the history from a backup")
        }
        id = row.int64(0)
        shape = TableShape(name: row.text(1), columns: names, isText: row.int(3) != 0)
        (fileHash, rowCount, changedAt) = (row.text(4), row.int(5), row.int64(6))
    }

    static let select = "SELECT id, name, columns, is_text, file_hash, row_count, changed_ms FROM lookup_table"

    static func find(_ name: String, in database: Database) throws -> StoredTable? {
        let statement = try SQLStatement(database, "\(select) WHERE name = ?")
        statement.bind(1, name)
        return try statement.one { try StoredTable($0) }
    }

    static func all(in database: Database) throws -> [StoredTable] {
        try SQLStatement(database, "\(select) ORDER BY name").all { try StoredTable($0) }
    }

    /// Hands the rows to `take` in the table's order until it returns false.
    /// - Parameters:
    ///   - equalities: cells that the wanted rows have: found through the index. Others may come too.
    ///   - after: rows passed over first; only without equalities.
    func rows(
        in database: Database, where equalities: [(place: Int, value: JSON)] = [], after: Int = 0,
        _ take: (TableEntry) throws -> Bool
    ) throws {
        let range = RowKey.range(of: id)
        let statement: SQLStatement
        if let rarest = try rarest(of: equalities, in: database) {
            statement = try SQLStatement(
                database,
                """
                SELECT key, cells FROM lookup_row WHERE key IN
                (SELECT row FROM lookup_cell WHERE tbl = ?1 AND col = ?2 AND cell = ?3) ORDER BY key
                """)
            statement.bind(1, id)
            statement.bind(2, rarest.place)
            statement.bind(3, TableCell.indexKey(rarest.value))
        } else {
            statement = try SQLStatement(
                database,
                "SELECT key, cells FROM lookup_row WHERE key BETWEEN ?1 AND ?2 ORDER BY key LIMIT -1 OFFSET ?3")
            statement.bind(1, range.first)
            statement.bind(2, range.last)
            statement.bind(3, after)
        }
        defer { statement.reset() }
        while try statement.step() {
            guard try take(try entry(statement)) else { return }
        }
    }

    /// The cell that the fewest rows have: those are read, and held against the others by whoever takes them.
    private func rarest(
        of equalities: [(place: Int, value: JSON)], in database: Database
    ) throws -> (place: Int, value: JSON)? {
        guard equalities.count > 1 else { return equalities.first }
        let count = try SQLStatement(
            database,
            "SELECT count(*) FROM (SELECT 1 FROM lookup_cell WHERE tbl = ?1 AND col = ?2 AND cell = ?3 LIMIT ?4)")
        var (rarest, fewest) = (equalities.first, 1_000)
        for equality in equalities where fewest > 1 {
            count.bind(1, id)
            count.bind(2, equality.place)
            count.bind(3, TableCell.indexKey(equality.value))
            count.bind(4, fewest)
            let rows = try count.one { $0.int(0) } ?? 0
            if rows < fewest { (rarest, fewest) = (equality, rows) }
        }
        return rarest
    }

    func row(_ id: Int, in database: Database) throws -> TableEntry? {
        guard let key = RowKey.of(self.id, row: id) else { return nil }
        let statement = try SQLStatement(database, "SELECT key, cells FROM lookup_row WHERE key = ?")
        statement.bind(1, key)
        return try statement.one { try entry($0) }
    }

    private func entry(_ row: SQLStatement) throws -> TableEntry {
        let number = RowKey.row(of: row.int64(0))
        guard let cells = (try? JSON(parsing: Array(row.bytes(1))))?.array, cells.count == shape.columns.count else {
            throw StoreError.corrupt(
                "row \(number) of the table \"\(shape.name)\" can't be read; restore the history from a backup")
        }
        return TableEntry(id: number, cells: cells)
    }
}

/// A table and a row's id in one integer: rows of a table are neighbours, in the order of their ids.
enum RowKey {
    /// Ids of rows in one table, ever: 2⁴⁰.
    static let rowBits: Int64 = 40
    static let largestRow = (1 << rowBits) - 1

    /// nil for an id that no row has.
    static func of(_ table: Int64, row: Int) -> Int64? {
        (1...Int(largestRow)).contains(row) ? table << rowBits | Int64(row) : nil
    }
    static func row(of key: Int64) -> Int { Int(key & Int64(largestRow)) }
    static func range(of table: Int64) -> (first: Int64, last: Int64) {
        (table << rowBits, table << rowBits | Int64(largestRow))
    }
}
