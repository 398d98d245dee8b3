// The tables of the workspace as they are now: the rows that recipes have changed, and the files of all others.

import ConnectorKit
import JSONCore
import JobHistory
import RecipeLanguage
import Synchronization

/// What is lent of the files of tables.
public struct TableFiles: Sendable {
    /// The columns of each table that can be read.
    public var columns: @Sendable () -> [String: [String]] = { [:] }
    /// A table with its rows.
    /// - Throws: a sentence when there is no such table or it can't be read.
    public var read: @Sendable (_ table: String) throws -> TableFile = {
        throw OwnerFailure(kind: "no_such_job", "there is no table \($0)")
    }
    /// SHA-256 of a table's file in hex; nil when there is none.
    public var hash: @Sendable (_ table: String) -> String? = { _ in nil }
    /// Writes a table's file in one step.
    /// - Throws: a sentence when it can't be written.
    public var write:
        @Sendable (_ table: String, _ content: [UInt8], TableFormat) throws -> (hash: String, path: String) = {
            name, _, _ in throw ControlError("the file of the table \(name) can't be written here")
        }

    public init() {}
}

/// Looks rows up where they are: in the history once a recipe has changed the table, else in its file.
///
/// In the process that owns the history every change goes through here, so which tables are stored is known without asking
/// the database.
public final class WorkspaceTables: TableSource {
    private let files: TableFiles
    private let rowsInFiles: any TableSource
    private let store: JobStore?
    private let stored = Mutex(Stored())

    private struct Stored: Sendable {
        /// nil: to be asked.
        var tables: [String: StoredTable]?
        /// Counts how often one came or went: what was read before is not believed.
        var generation = 0
    }

    /// - Parameter store: nil where no history is: tables are their files then.
    public init(files: TableFiles, rowsInFiles: any TableSource, store: JobStore?) {
        (self.files, self.rowsInFiles, self.store) = (files, rowsInFiles, store)
    }

    convenience init(_ services: EngineServices, store: JobStore?) {
        self.init(files: services.tableFiles, rowsInFiles: services.tables, store: store)
    }

    public func firstRow(of table: String, where conditions: [(column: String, value: JSON)]) throws -> JSONObject? {
        guard let (known, store) = try known(table) else {
            return try rowsInFiles.firstRow(of: table, where: conditions)
        }
        return try store.rowsNow(of: known, where: conditions, limit: 1).first
    }

    public func rows(
        of table: String, where conditions: [(column: String, value: JSON)], limit: Int
    ) throws -> [JSONObject] {
        guard let (known, store) = try known(table) else {
            return try rowsInFiles.rows(of: table, where: conditions, limit: limit)
        }
        return try store.rowsNow(of: known, where: conditions, limit: limit)
    }

    /// The stored table with the store it is in.
    private func known(_ name: String) throws -> (StoredTable, JobStore)? {
        guard let store else { return nil }
        let (tables, generation) = stored.withLock { ($0.tables, $0.generation) }
        if let tables { return tables[name].map { ($0, store) } }
        let found = Dictionary(try store.storedTablesNow().map { ($0.shape.name, $0) }) { first, _ in first }
        stored.withLock { if $0.generation == generation { $0.tables = found } }
        return found[name].map { ($0, store) }
    }

    /// Forgets which tables are stored: one has come or gone.
    private func askAgain() { stored.withLock { ($0.tables, $0.generation) = (nil, $0.generation + 1) } }

    // MARK: Searching and changing

    /// - Throws: `TableMistake`, or a sentence when there is no such table.
    public func search(_ table: String, _ query: TableQuery) async throws -> TableFound {
        if let (known, store) = try known(table) { return try await store.search(known, query) }
        let file = try files.read(table)
        return try await BlockingWork.run { flag in
            var search = try TableSearch(query, in: file.shape)
            // The ids that the rows get when the table is first changed.
            for place in 0..<file.rowCount {
                if place % 1_024 == 0 { try flag.check() }
                search.take(TableEntry(id: place + 1, cells: file.cells(place)))
            }
            return search.found()
        }
    }

    /// Changes rows, once under the key of `write`.
    /// - Throws: `StoreError.refused` with a sentence, or a sentence when there is no such table.
    func change(
        _ table: String, _ change: TableChange, by write: StepWrite, at now: Milliseconds, mostRows: Int
    ) async throws -> JSON {
        guard let store else { throw ControlError("there is no history here that could keep rows") }
        let isStored = try known(table) != nil
        let start = isStored ? nil : try files.read(table)
        let answer = try await store.change(change, of: table, from: start, by: write, at: now, mostRows: mostRows)
        if !isStored { askAgain() }
        return answer
    }

    // MARK: What people see

    /// The columns of each table.
    public func columns() throws -> [String: [String]] {
        let own = try store?.storedTablesNow().map { ($0.shape.name, $0.shape.columns) } ?? []
        return files.columns().merging(own) { $1 }
    }

    /// By name.
    public func list() async throws -> [TableStanding] {
        let own = Dictionary(try await store?.storedTables().map { ($0.shape.name, $0) } ?? []) { first, _ in first }
        return try columns().sorted { $0.key < $1.key }.map { name, columns in
            let isText = own[name]?.shape.isText ?? (try? files.read(name).shape.isText) ?? true
            return TableStanding(
                name: name, columns: columns, changedAt: own[name]?.changedAt,
                isFileEdited: own[name].map(isFileEdited) ?? false, isText: isText)
        }
    }

    /// Whether the file of a stored table was edited since the table was taken over from it, or is gone.
    public func isFileEdited(_ table: StoredTable) -> Bool { files.hash(table.shape.name) != table.fileHash }

    /// Rows in the table's order, those after so many.
    /// - Parameter text: stands in one of their cells; nil or empty: any row.
    /// - Throws: a sentence when there is no such table.
    public func page(_ name: String, after: Int, limit: Int, holding text: String? = nil) async throws -> TablePage {
        let (after, limit, text) = (max(0, after), max(0, limit), TableText(text))
        if let store, let table = try await store.storedTable(name) {
            let found = try await store.rows(of: table, after: after, limit: limit) { text.stands(in: $0) }
            let rows = found.map { ($0.number, $0.entry.cells) }
            return TablePage(table.shape, rows, total: table.rowCount, isFull: rows.count == limit)
        }
        let file = try files.read(name)
        return try await BlockingWork.run { flag in
            var rows: [(number: Int, cells: [JSON])] = []
            for place in min(after, file.rowCount)..<file.rowCount {
                if place % 1_024 == 0 { try flag.check() }
                guard rows.count < limit else { break }
                let cells = file.cells(place)
                if text.stands(in: cells) { rows.append((place + 1, cells)) }
            }
            return TablePage(file.shape, rows, total: file.rowCount, isFull: rows.count == limit)
        }
    }

    /// The whole table as the text of a file, piece by piece.
    /// - Parameter format: nil: that of its own file.
    /// - Throws: a sentence when there is no such table.
    public func export(_ name: String, as format: TableFormat?, _ emit: (String) throws -> Void) async throws {
        func write(_ shape: TableShape, _ isFirst: inout Bool, _ rows: [[JSON]], _ format: TableFormat) throws {
            for cells in rows {
                try emit(format.row(cells, shape, isFirst: isFirst))
                isFirst = false
            }
        }
        var isFirst = true
        if let store, let table = try await store.storedTable(name) {
            let format = format ?? (table.shape.isText ? .csv : .json)
            try emit(format.head(table.shape.columns))
            var after = 0
            while true {
                let rows = try await store.rows(of: table, after: after, limit: 1_000)
                try write(table.shape, &isFirst, rows.map(\.entry.cells), format)
                after += rows.count
                if rows.count < 1_000 { break }
            }
            return try emit(format.tail)
        }
        let file = try files.read(name)
        let own = format ?? (file.shape.isText ? .csv : .json)
        try emit(own.head(file.shape.columns))
        for place in 0..<file.rowCount { try write(file.shape, &isFirst, [file.cells(place)], own) }
        try emit(own.tail)
    }

    /// Writes the present rows to the table's file; the table stays stored.
    /// - Parameter force: also over a file that was edited meanwhile.
    /// - Returns: the file's path.
    public func save(_ name: String, force: Bool) async throws -> String {
        guard let store, let table = try await store.storedTable(name) else {
            _ = try files.read(name)  // says so when there is no such table
            throw ControlError("no recipe has changed the table \(name): its file has all there is")
        }
        guard force || files.hash(name) == nil || !isFileEdited(table) else {
            throw ControlError(
                "the file of the table \(name) was edited since recipes changed its rows: `galley tables reset \(name)` takes the file, --force writes over it"
            )
        }
        let text = SavedText()
        let format: TableFormat = table.shape.isText ? .csv : .json
        try await export(name, as: format) { text.add($0) }
        let written = try files.write(name, text.bytes, format)
        try await store.noteFile(written.hash, of: name)
        return written.path
    }

    /// Forgets what recipes have changed: the table is its file again.
    public func reset(_ name: String) async throws {
        guard let store, try await store.storedTable(name) != nil else {
            _ = try files.read(name)
            throw ControlError("no recipe has changed the table \(name): it is its file already")
        }
        guard files.hash(name) != nil else {
            throw ControlError(
                "the table \(name) has no file any more: its rows would be lost; `galley tables export \(name)` writes them down first, or put the file back"
            )
        }
        _ = try await store.forgetTable(name)
        askAgain()
    }
}

/// Collects the pieces of a file.
private final class SavedText: Sendable {
    private let state = Mutex<[UInt8]>([])
    var bytes: [UInt8] { state.withLock { $0 } }
    func add(_ text: String) { state.withLock { $0 += Array(text.utf8) } }
}
