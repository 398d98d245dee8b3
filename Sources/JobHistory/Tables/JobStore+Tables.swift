// Look-up tables in the history: reading them, and changes of their rows, each once under its step's key.

import GRDB
import JSONCore
import RecipeLanguage

extension JobStore {
    /// Every table that recipes have changed, by name.
    public func storedTables() async throws -> [StoredTable] { try await read { try StoredTable.all(in: $0) } }

    public func storedTable(_ name: String) async throws -> StoredTable? {
        try await read { try StoredTable.find(name, in: $0) }
    }

    /// The same without waiting for other tasks: for formulas, which can't.
    public func storedTablesNow() throws -> [StoredTable] { try readNow { try StoredTable.all(in: $0) } }

    /// Rows whose cells equal `conditions`, by type too; for formulas.
    /// - Throws: `TableMistake` for a column there isn't.
    public func rowsNow(
        of table: StoredTable, where conditions: [(column: String, value: JSON)], limit: Int
    ) throws -> [JSONObject] {
        var wanted: [(place: Int, value: JSON)] = []
        for condition in conditions { wanted.append((try table.shape.place(of: condition.column), condition.value)) }
        guard limit > 0 else { return [] }
        return try readNow { database in
            var found: [JSONObject] = []
            try table.rows(in: database, where: wanted) { entry in
                guard wanted.allSatisfy({ TableCell.isEqual(entry.cells[$0.place], $0.value) }) else { return true }
                found.append(table.shape.row(entry.cells))
                return found.count < limit
            }
            return found
        }
    }

    /// Rows in the table's order with their numbers in it, `after` so many of them.
    public func rows(
        of table: StoredTable, after: Int, limit: Int,
        where isWanted: @escaping @Sendable ([JSON]) -> Bool = { _ in true }
    ) async throws -> [(number: Int, entry: TableEntry)] {
        guard limit > 0 else { return [] }
        return try await read { database in
            var found: [(number: Int, entry: TableEntry)] = []
            var number = max(0, after)
            try table.rows(in: database, after: number) { entry in
                number += 1
                if isWanted(entry.cells) { found.append((number, entry)) }
                return found.count < limit
            }
            return found
        }
    }

    /// - Throws: `TableMistake` for a column there isn't.
    public func search(_ table: StoredTable, _ query: TableQuery) async throws -> TableFound {
        let search = try TableSearch(query, in: table.shape)
        return try await read { [search] database in
            var search = search
            if let id = query.id {
                if let entry = try table.row(id, in: database) { search.take(entry) }
            } else {
                try table.rows(in: database, where: search.equalities) { entry in
                    search.take(entry)
                    return true
                }
            }
            return search.found()
        }
    }

    /// Changes rows, once under the key of `write`; durable on return.
    ///
    /// - Parameters:
    ///   - start: the table's file, for the first change of a table.
    ///   - mostRows: how many a table may have.
    /// - Returns: the answer of the step. The same one when the change was made before.
    /// - Throws: `StoreError.refused` with a sentence when the change can't be made: then nothing is changed.
    public func change(
        _ change: TableChange, of table: String, from start: TableFile?, by write: StepWrite, at now: Milliseconds,
        mostRows: Int
    ) async throws -> JSON {
        try await self.write(waitsForSpace: true) { connection in
            try connection.once(write) {
                do {
                    var editor = try TableEditor(connection.database, table, start, mostRows: mostRows, now: now)
                    return try editor.apply(change)
                } catch let mistake as TableMistake {
                    throw StoreError.refused(mistake.description)
                }
            }.answer
        }
    }

    /// Forgets the rows that recipes have changed: the table is its file again.
    /// - Returns: whether there were any.
    public func forgetTable(_ name: String) async throws -> Bool {
        try await write { connection in
            guard let table = try StoredTable.find(name, in: connection.database) else { return false }
            let range = RowKey.range(of: table.id)
            for sql in [
                "DELETE FROM lookup_cell WHERE tbl = ?1", "DELETE FROM lookup_row WHERE key BETWEEN ?2 AND ?3",
                "DELETE FROM lookup_table WHERE id = ?1",
            ] {
                let statement = try SQLStatement(connection.database, sql)
                if sql.contains("?1") { statement.bind(1, table.id) }
                if sql.contains("?2") {
                    statement.bind(2, range.first)
                    statement.bind(3, range.last)
                }
                try statement.run()
            }
            return true
        }
    }

    /// Notes that a table's file is what its rows were written to.
    public func noteFile(_ hash: String, of table: String) async throws {
        try await write { connection in
            let statement = try SQLStatement(
                connection.database, "UPDATE lookup_table SET file_hash = ?2 WHERE name = ?1")
            statement.bind(1, table)
            statement.bind(2, hash)
            try statement.run()
        }
    }
}
