// Changes rows of one stored table within the writer's transaction, and keeps the index of cells with them.

import GRDB
import JSONCore
import RecipeLanguage

/// One change of one table. Everything that can be wrong is found before the first row is written, but for limits.
struct TableEditor {
    /// Ids told in an answer; `count` tells of all.
    static let mostIDs = 10_000
    /// Of one row as JSON.
    static let mostRowBytes = 256 << 10

    private let database: Database
    private let mostRows: Int
    private let now: Milliseconds
    private let table: StoredTable
    private var lastRow: Int
    private var rowCount: Int
    private let insertRow, deleteRow, updateRow, insertCell, deleteCell: SQLStatement

    /// Takes the table over from its file when it has never been changed.
    /// - Throws: `TableMistake` when it is neither stored nor has a file, or is too large.
    init(_ database: Database, _ name: String, _ start: TableFile?, mostRows: Int, now: Milliseconds) throws {
        (self.database, self.mostRows, self.now) = (database, mostRows, now)
        insertRow = try SQLStatement(database, "INSERT INTO lookup_row(key, cells) VALUES (?, ?)")
        deleteRow = try SQLStatement(database, "DELETE FROM lookup_row WHERE key = ?")
        updateRow = try SQLStatement(database, "UPDATE lookup_row SET cells = ?2 WHERE key = ?1")
        insertCell = try SQLStatement(database, "INSERT INTO lookup_cell(tbl, col, cell, row) VALUES (?, ?, ?, ?)")
        deleteCell = try SQLStatement(
            database, "DELETE FROM lookup_cell WHERE tbl = ? AND col = ? AND cell = ? AND row = ?")
        let isNew: Bool
        if let known = try StoredTable.find(name, in: database) {
            (table, isNew) = (known, false)
        } else if let start {
            guard start.rowCount <= mostRows else { throw Self.tooLarge(name, mostRows) }
            let make = try SQLStatement(
                database,
                """
                INSERT INTO lookup_table(name, columns, is_text, file_hash, last_row, row_count, changed_ms)
                VALUES (?, ?, ?, ?, 0, 0, ?)
                """)
            make.bind(1, name)
            make.bind(2, JSON.array(start.shape.columns.map { .string($0) }).compact)
            make.bind(3, start.shape.isText ? 1 : 0)
            make.bind(4, start.hash)
            make.bind(5, now)
            try make.run()
            guard let made = try StoredTable.find(name, in: database) else {
                throw StoreError.corrupt("the table \"\(name)\" could not be made in the history")
            }
            (table, isNew) = (made, true)
        } else {
            throw TableMistake("there is no table \"\(name)\"", .noTable)
        }
        let last = try SQLStatement(database, "SELECT last_row FROM lookup_table WHERE id = ?")
        last.bind(1, table.id)
        (lastRow, rowCount) = (try last.one { $0.int(0) } ?? 0, table.rowCount)
        if isNew, let start { for place in 0..<start.rowCount { _ = try insert(start.cells(place)) } }
    }

    private static func tooLarge(_ name: String, _ most: Int) -> TableMistake {
        TableMistake(
            "the table \"\(name)\" would have more than \(most) rows (limit table_rows): larger data belongs in a database",
            .tooLarge)
    }

    /// - Returns: the answer of the step.
    mutating func apply(_ change: TableChange) throws -> JSON {
        let answer: JSON
        switch change {
        case .add(let rows):
            let cells = try rows.map { try table.shape.cells($0) }
            let ids = try cells.map { try insert($0) }
            answer = [
                "count": .integer(ids.count), "id": ids.first.map { .integer($0) } ?? .null, "ids": Self.list(ids),
            ]
        case .update(let selection, let values):
            _ = try table.shape.cells(values)
            var ids: [Int] = []
            for entry in try selected(selection) {
                try update(entry, try table.shape.cells(values, over: entry.cells))
                ids.append(entry.id)
            }
            answer = ["count": .integer(ids.count), "ids": Self.list(ids)]
        case .upsert(let rows, let key):
            answer = try upsert(rows, key)
        case .delete(let selection):
            let entries = try selected(selection)
            for entry in entries { try delete(entry) }
            answer = ["count": .integer(entries.count)]
        }
        try finish()
        return answer
    }

    private mutating func upsert(_ rows: [JSONObject], _ key: [String]) throws -> JSON {
        let places = try key.map { try table.shape.place(of: $0) }
        let cells = try rows.map { row in
            for column in key where row[column]?.isNull ?? true {
                throw TableMistake("each row of an upsert must have a value for the key column \"\(column)\"")
            }
            return try table.shape.cells(row)
        }
        var (added, updated): ([Int], [Int]) = ([], [])
        for (row, new) in zip(rows, cells) {
            var found: [TableEntry] = []
            try table.rows(in: database, where: places.map { ($0, new[$0]) }) { entry in
                if places.allSatisfy({ TableCell.isEqual(entry.cells[$0], new[$0]) }) { found.append(entry) }
                return true
            }
            if found.isEmpty { added.append(try insert(new)) }
            for entry in found {
                try update(entry, try table.shape.cells(row, over: entry.cells))
                updated.append(entry.id)
            }
        }
        return [
            "added": .integer(added.count), "updated": .integer(updated.count), "ids": Self.list(added + updated),
        ]
    }

    /// The rows that are meant; read before the first of them is changed.
    private func selected(_ selection: TableSelection) throws -> [TableEntry] {
        switch selection {
        case .id(let id): return try table.row(id, in: database).map { [$0] } ?? []
        case .rows(let filter):
            let test = try table.shape.rows(where: filter)
            var found: [TableEntry] = []
            try table.rows(in: database, where: test.equalities) { entry in
                if test.holds(of: entry.cells) { found.append(entry) }
                return true
            }
            return found
        }
    }

    private static func list(_ ids: [Int]) -> JSON { .array(ids.prefix(mostIDs).map { .integer($0) }) }

    // MARK: Rows

    private static func text(_ cells: [JSON]) throws -> String {
        let text = JSON.array(cells).compact
        guard text.utf8.count <= mostRowBytes else {
            throw TableMistake("a row has more than \(mostRowBytes >> 10) KiB: keep large data in files", .tooLarge)
        }
        return text
    }

    private mutating func insert(_ cells: [JSON]) throws -> Int {
        guard rowCount < mostRows else { throw Self.tooLarge(table.shape.name, mostRows) }
        guard let key = RowKey.of(table.id, row: lastRow + 1) else {
            throw TableMistake("the table \"\(table.shape.name)\" has used up its row numbers", .tooLarge)
        }
        (lastRow, rowCount) = (lastRow + 1, rowCount + 1)
        insertRow.bind(1, key)
        insertRow.bind(2, try Self.text(cells))
        try insertRow.run()
        for (place, cell) in cells.enumerated() { try index(insertCell, place, cell, key) }
        return lastRow
    }

    private func update(_ entry: TableEntry, _ cells: [JSON]) throws {
        guard cells != entry.cells, let key = RowKey.of(table.id, row: entry.id) else { return }
        updateRow.bind(1, key)
        updateRow.bind(2, try Self.text(cells))
        try updateRow.run()
        for (place, cell) in cells.enumerated() where cell != entry.cells[place] {
            try index(deleteCell, place, entry.cells[place], key)
            try index(insertCell, place, cell, key)
        }
    }

    private mutating func delete(_ entry: TableEntry) throws {
        guard let key = RowKey.of(table.id, row: entry.id) else { return }
        deleteRow.bind(1, key)
        try deleteRow.run()
        for (place, cell) in entry.cells.enumerated() { try index(deleteCell, place, cell, key) }
        rowCount -= 1
    }

    private func index(_ statement: SQLStatement, _ place: Int, _ cell: JSON, _ key: Int64) throws {
        statement.bind(1, table.id)
        statement.bind(2, place)
        statement.bind(3, TableCell.indexKey(cell))
        statement.bind(4, key)
        try statement.run()
    }

    private func finish() throws {
        let note = try SQLStatement(
            database, "UPDATE lookup_table SET last_row = ?2, row_count = ?3, changed_ms = ?4 WHERE id = ?1")
        note.bind(1, table.id)
        note.bind(2, lastRow)
        note.bind(3, rowCount)
        note.bind(4, now)
        try note.run()
    }
}
