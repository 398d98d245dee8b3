// Look-up tables as JSON.

import JSONCore
import JobHistory

/// Some rows of a table.
public struct TablePage: Sendable {
    public let name: String
    public let columns: [String]
    /// In the table's order.
    public let rows: [JSONObject]
    /// Of the whole table.
    public let total: Int
    /// How many rows come before these.
    public let after: Int

    public init(name: String, columns: [String], rows: [JSONObject], total: Int, after: Int) {
        (self.name, self.columns, self.rows, self.total, self.after) = (name, columns, rows, total, after)
    }

    public var json: JSON {
        let end = after + rows.count
        return [
            "table": .string(name), "columns": .array(columns.map { .string($0) }),
            "rows": .array(rows.map { .object($0) }), "total": .integer(total),
            "next": end < total && !rows.isEmpty ? .integer(end) : .null,
        ]
    }
}

/// An entry of the list of tables.
public struct TableStanding: Sendable {
    public let name: String
    public let columns: [String]
    /// When recipes changed its rows last; nil: they are those of its file.
    public let changedAt: Milliseconds?
    /// Whether the file was edited after recipes had changed rows.
    public let isFileEdited: Bool
    /// Whether its file is a CSV; else JSON.
    public let isText: Bool

    public var json: JSON {
        [
            "name": .string(name), "columns": .array(columns.map { .string($0) }),
            "rows_from": changedAt == nil ? "file" : "recipes",
            "changed": .time(changedAt), "file_edited": .bool(isFileEdited), "format": isText ? "csv" : "json",
        ]
    }
}
