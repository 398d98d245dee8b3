// Look-up tables as JSON.

import JSONCore
import JobHistory
import RecipeLanguage

/// Some rows of a table.
public struct TablePage: Sendable {
    public let name: String
    public let columns: [String]
    /// In the table's order.
    public let rows: [JSONObject]
    /// Of each of them, from 1.
    public let numbers: [Int]
    /// Of the whole table.
    public let total: Int
    /// The number of the last row that was looked at, when there may be more to come.
    public let next: Int?

    init(_ shape: TableShape, _ found: [(number: Int, cells: [JSON])], total: Int, isFull: Bool) {
        (name, columns, self.total) = (shape.name, shape.columns, total)
        (rows, numbers) = (found.map { shape.row($0.cells) }, found.map(\.number))
        next = found.last.flatMap { isFull && $0.number < total ? $0.number : nil }
    }

    public var json: JSON {
        [
            "table": .string(name), "columns": .array(columns.map { .string($0) }),
            "rows": .array(rows.map { .object($0) }), "total": .integer(total),
            "next": next.map { .integer($0) } ?? .null,
        ]
    }
}

/// Rows in one of whose cells a text stands, in small or large letters.
struct TableText: Sendable {
    private let text: String

    /// - Parameter text: nil or empty: any row.
    init(_ text: String?) { self.text = text?.lowercased() ?? "" }

    func stands(in cells: [JSON]) -> Bool {
        text.isEmpty || cells.contains { ($0.string ?? $0.compact).lowercased().contains(text) }
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
