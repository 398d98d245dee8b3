// What the members of an action's input say about a look-up table, so that names are checked before anything runs.

/// Which members name the table, its columns, and conditions on its rows.
public struct TableUse: Sendable, Hashable {
    /// Holds the table's name.
    public let table: String
    /// Objects, or lists of objects, whose members are columns.
    public let rows: [String]
    /// Texts, or lists of texts, that are columns, perhaps with `-` before them.
    public let columns: [String]
    /// Those of `rows` that are conditions, where a column may have an object of them.
    public let conditions: [String]
    /// Those of `rows` that are values to look for, conditions or not: a pill that is nil stays null in them. Left out, it
    /// would mean more rows.
    public let sought: [String]

    /// - Parameter equalities: values that cells must be equal to.
    public init(
        table: String = "table", rows: [String] = [], columns: [String] = [], conditions: [String] = [],
        equalities: [String] = []
    ) {
        (self.table, self.rows, self.columns) = (table, rows + conditions + equalities, columns)
        (self.conditions, sought) = (conditions, conditions + equalities)
    }
}
