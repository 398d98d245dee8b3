// Rows that a step writes into a database: objects that all have the same columns.

import ConnectorKit
import JSONCore

/// The member `rows` of an input.
struct RowObjects: Sendable {
    /// Those of the first row; empty without rows.
    let columns: [String]
    let rows: [JSONObject]

    /// - Throws: `bad_input` when a row is no object or has other columns than the first.
    init(_ input: ActionInput) throws(ConnectorError) {
        guard let given = try input.list("rows") else { throw input.missing("rows") }
        var rows: [JSONObject] = []
        for (place, row) in given.enumerated() {
            guard let object = row.object else {
                throw ConnectorError(type: "bad_input", "row \(place + 1) is \(row.kind); it must be an object")
            }
            rows.append(object)
        }
        let columns = rows.first?.keys ?? []
        let known = Set(columns)
        for (place, row) in rows.enumerated() where Set(row.keys) != known {
            throw ConnectorError(
                type: "bad_input", "row \(place + 1) has other columns than the first; all rows must have the same")
        }
        (self.columns, self.rows) = (columns, rows)
    }

    /// - Throws: `bad_input` unless the rows have all these columns.
    func check(_ names: [String], for use: String) throws(ConnectorError) {
        guard let missing = names.first(where: { !columns.contains($0) }) else { return }
        throw ConnectorError(type: "bad_input", "the rows have no column \"\(missing)\", which \(use) needs")
    }
}
