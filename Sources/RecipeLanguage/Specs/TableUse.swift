// What the members of an action's input say about a look-up table, so that names are checked before anything runs.

/// Which members name the table, its columns, and conditions on its rows.
public struct TableUse: Sendable, Hashable {
    /// Holds the table's name.
    public let table: String
    /// Objects, or lists of objects, whose members are columns.
    public let rows: [String]
    /// Texts, or lists of texts, that are columns, perhaps with `-` before them.
    public let columns: [String]
    /// Those of `rows` that are conditions: a pill that is nil stays null in them. Left out, it would mean more rows.
    public let conditions: [String]

    public init(table: String = "table", rows: [String] = [], columns: [String] = [], conditions: [String] = []) {
        (self.table, self.rows, self.columns, self.conditions) = (table, rows + conditions, columns, conditions)
    }
}
