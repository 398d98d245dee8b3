// A table's columns: what rows, conditions and orders mean in it. Pure.

import JSONCore

/// What is known of a table besides its rows.
public struct TableShape: Sendable, Hashable {
    public let name: String
    public let columns: [String]
    /// Whether all cells are texts: the table began as a CSV.
    public let isText: Bool

    public init(name: String, columns: [String], isText: Bool) {
        (self.name, self.columns, self.isText) = (name, columns, isText)
    }

    /// - Throws: `TableMistake` when there is no such column.
    public func place(of column: String) throws(TableMistake) -> Int {
        guard let place = columns.firstIndex(of: column) else { throw .noColumn(column, in: name, columns) }
        return place
    }

    /// A row as cells in the order of the columns.
    /// - Parameter base: the cells that members leave as they are; without one, what is not said is empty.
    public func cells(_ row: JSONObject, over base: [JSON]? = nil) throws(TableMistake) -> [JSON] {
        var cells = base ?? [JSON](repeating: isText ? "" : .null, count: columns.count)
        for (column, value) in row.entries {
            let place = try place(of: column)
            cells[place] = isText ? TableCell.text(value) : value
        }
        return cells
    }

    /// Cells as a row.
    public func row(_ cells: [JSON]) -> JSONObject {
        JSONObject(uniqueEntries: zip(columns, cells).map { ($0, $1) })
    }

    /// A filter for cells in the order of the columns.
    public func rows(where filter: TableFilter) throws(TableMistake) -> RowTest {
        var groups: [[RowTest.CellTest]] = []
        for group in filter.groups {
            var tests: [RowTest.CellTest] = []
            for test in group { tests.append((try place(of: test.column), test)) }
            groups.append(tests)
        }
        return RowTest(groups: groups, isText: isText)
    }

    /// Conditions on cells by place.
    public struct RowTest: Sendable {
        typealias CellTest = (place: Int, test: TableFilter.Test)
        let groups: [[CellTest]]
        let isText: Bool

        public func holds(of cells: [JSON]) -> Bool {
            groups.isEmpty
                || groups.contains { group in
                    group.allSatisfy {
                        cells.indices.contains($0.place) && $0.test.holds(of: cells[$0.place], isText: isText)
                    }
                }
        }

        /// Cells that every fitting row has, for an index: none when several groups or other conditions decide.
        public var equalities: [(place: Int, value: JSON)] {
            guard groups.count == 1, let group = groups.first else { return [] }
            return group.compactMap { place, test in
                guard test.relation == .equals, !test.ignoresCase else { return nil }
                return (place, isText && !test.value.isNull ? TableCell.text(test.value) : test.value)
            }
        }
    }
}

/// What is asked of a table.
public struct TableQuery: Sendable {
    public var filter = TableFilter.all
    /// One row by its id; the filter still counts.
    public var id: Int?
    /// Columns to sort by, each perhaps from the largest down; rows that are equal in them stay in the table's order.
    public var order: [(column: String, isDescending: Bool)] = []
    /// Fitting rows that are passed over.
    public var offset = 0
    public var limit = 100

    public init() {}

    /// From texts like `"name"` and `"-amount"`.
    public static func order(_ texts: [String]) -> [(column: String, isDescending: Bool)] {
        texts.map { $0.hasPrefix("-") ? (String($0.dropFirst()), true) : ($0, false) }
    }
}

/// A row with the number it keeps as long as the table lives.
public struct TableEntry: Sendable, Hashable {
    public let id: Int
    public let cells: [JSON]

    public init(id: Int, cells: [JSON]) { (self.id, self.cells) = (id, cells) }
}

/// The rows that a query found.
public struct TableFound: Sendable {
    public let shape: TableShape
    public let entries: [TableEntry]
    /// All rows that fit, those beyond the limit too.
    public let total: Int

    public init(shape: TableShape, entries: [TableEntry], total: Int) {
        (self.shape, self.entries, self.total) = (shape, entries, total)
    }
}

/// Which rows are changed.
public enum TableSelection: Sendable {
    case id(Int)
    case rows(TableFilter)
}

/// A change of a table's rows.
public enum TableChange: Sendable {
    case add([JSONObject])
    case update(TableSelection, set: JSONObject)
    /// Rows that equal one there is in these columns change it; the others are added.
    case upsert([JSONObject], key: [String])
    case delete(TableSelection)
}
