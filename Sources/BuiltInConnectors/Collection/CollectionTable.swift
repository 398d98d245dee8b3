// A list of a job as a table of a database in memory.

import ConnectorKit
import GRDBSQLite
import JSONCore

/// A list with the columns that its records have.
struct CollectionTable {
    static let mostColumns = 1_000

    private let name: String
    private let columns: [String]
    private let rows: [JSON]
    /// At least as many bytes as the longest row has in SQLite.
    let longestRow: Int

    /// - Throws: `bad_input` when it is no list, or when SQL couldn't tell its columns apart.
    init(_ name: String, _ value: JSON) throws(ConnectorError) {
        func wrong(_ what: String) -> ConnectorError {
            ConnectorError(type: "bad_input", "the list \"\(name)\" \(what)")
        }
        guard case .array(let rows) = value else {
            throw wrong("must be a list, but it is \(value.kind)")
        }
        guard !name.isEmpty, !name.lowercased().hasPrefix("sqlite_"), !name.utf8.contains(0) else {
            throw wrong("needs another name: one that is not empty and does not begin with sqlite_")
        }
        var columns: [String] = []
        var known: Set<String> = []
        var lower: [String: String] = [:]
        func add(_ column: String) throws(ConnectorError) {
            guard known.insert(column).inserted else { return }
            guard !column.utf8.contains(0) else { throw wrong("has a member with a null character in its name") }
            // SQL compares names without case, in ASCII.
            if let other = lower.updateValue(column, forKey: Self.folded(column)) {
                throw wrong("has members \"\(other)\" and \"\(column)\", which are the same name in SQL")
            }
            columns.append(column)
            guard columns.count <= Self.mostColumns else { throw wrong("has more than \(Self.mostColumns) members") }
        }
        var longest = 0
        for row in rows {
            var bytes = 64
            switch row {
            case .object(let object):
                for member in object.entries {
                    try add(member.key)
                    bytes += 16 + Self.bytes(member.value)
                }
            case .null: continue
            default:
                try add("value")
                bytes += 16 + Self.bytes(row)
            }
            longest = max(longest, bytes)
        }
        longestRow = longest
        // A table without columns can't be; an empty list has one, so that it can be counted.
        (self.name, self.columns, self.rows) = (name, columns.isEmpty ? ["value"] : columns, rows)
    }

    private static func bytes(_ value: JSON) -> Int {
        switch value {
        case .string(let text): text.utf8.count
        case .number(let number): number.text.utf8.count
        case .array, .object: value.compact.utf8.count
        default: 8
        }
    }

    private static func folded(_ name: String) -> String {
        String(decoding: name.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
    }

    /// Makes the table and its rows. Columns have no type: values stay what they are.
    func fill(_ database: SQLiteSession) throws {
        let names = columns.map(SQLiteName.quoted).joined(separator: ", ")
        let table = SQLiteName.quoted(name)
        let code = sqlite3_exec(database.connection, "CREATE TABLE \(table) (\(names))", nil, nil, nil)
        guard code != SQLITE_ERROR else {
            throw ConnectorError(type: "bad_input", "there are two lists called \"\(name)\"; SQL doesn't see case")
        }
        guard code == SQLITE_OK else { throw try database.failure(code) }
        let places = columns.map { _ in "?" }.joined(separator: ", ")
        let statement = try database.prepared("INSERT INTO \(table) VALUES (\(places))")
        defer { sqlite3_finalize(statement) }
        for (place, row) in rows.enumerated() {
            if place % 256 == 0 { try database.check() }
            let object = row.object
            let values = columns.map { object?[$0] ?? (object == nil && $0 == "value" ? row : .null) }
            try SQLiteValues.places(values).bind(to: statement)
            while try database.step(statement) {}
            sqlite3_reset(statement)
        }
    }
}
