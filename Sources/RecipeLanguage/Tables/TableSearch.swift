// Picks the rows of an answer out of a stream of rows, holding no more of them than the answer needs. Pure.

import JSONCore

/// Takes every row of a table, in the table's order, and keeps those that a query asks for.
///
/// Sorted answers hold `2 × (offset + limit)` rows at most: what is beyond is cut off now and then.
public struct TableSearch: Sendable {
    private let query: TableQuery
    private let shape: TableShape
    private let test: TableShape.RowTest
    private let order: [(place: Int, isDescending: Bool)]
    private var kept: [(keys: [TableSortKey], entry: TableEntry)] = []
    public private(set) var total = 0

    /// - Throws: `TableMistake` for a column that the table does not have.
    public init(_ query: TableQuery, in shape: TableShape) throws(TableMistake) {
        (self.query, self.shape) = (query, shape)
        test = try shape.rows(where: query.filter)
        var order: [(place: Int, isDescending: Bool)] = []
        for part in query.order { order.append((try shape.place(of: part.column), part.isDescending)) }
        self.order = order
    }

    /// Cells that every fitting row has.
    public var equalities: [(place: Int, value: JSON)] { test.equalities }

    public mutating func take(_ entry: TableEntry) {
        guard query.id == nil || entry.id == query.id, test.holds(of: entry.cells) else { return }
        total += 1
        let wanted = query.offset + query.limit
        guard !order.isEmpty else {
            if total > query.offset, total <= wanted { kept.append(([], entry)) }
            return
        }
        kept.append((order.map { TableSortKey(entry.cells[$0.place]) }, entry))
        if kept.count >= 2 * wanted + 16 { sort(keeping: wanted) }
    }

    /// The answer.
    public mutating func found() -> TableFound {
        if !order.isEmpty {
            sort(keeping: query.offset + query.limit)
            kept.removeFirst(min(query.offset, kept.count))
        }
        return TableFound(shape: shape, entries: kept.map(\.entry), total: total)
    }

    private mutating func sort(keeping count: Int) {
        kept.sort { one, two in
            for (part, keys) in zip(order, zip(one.keys, two.keys)) {
                let order = keys.0.compare(keys.1)
                if order != 0 { return part.isDescending ? order > 0 : order < 0 }
            }
            return one.entry.id < two.entry.id
        }
        kept.removeLast(max(0, kept.count - count))
    }
}
