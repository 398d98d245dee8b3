// `collection`: SQL over lists of records, inside a job.

import ConnectorKit
import JSONCore
import RecipeLanguage

extension NativeConnector {
    /// Joins, groups and sorts the lists of a job with SQL.
    public static let collection = NativeConnector(
        name: "collection", title: "Collections",
        summary: "Joins, groups, filters and sorts lists of the job with SQL, in memory.",
        docs: "https://www.sqlite.org/lang_select.html", actions: [QueryCollection()])
}

/// `collection.query`: each list is a table of a database in memory that lasts as long as the step.
struct QueryCollection: Action {
    static let mostRows = 100_000
    /// Bytes of a value that SQL makes, unless the lists have longer ones.
    static let longestMade = 4 << 20

    let spec = OperationSpec(
        name: "query", title: "Query lists with SQL",
        summary:
            "Runs one SELECT over lists of records, each of them a table. Numbers, texts and null keep their kind; true is 1; lists and objects in a record are JSON texts.",
        effect: .pure,
        input: .object([
            .string("sql", required: true, "one SELECT in SQLite's SQL, with ? or :name where values go"),
            .member(
                "lists", .object([], open: true), required: true,
                "the tables by name, each a list of objects; a list of other values has the one column \"value\""),
            SQLiteInput.parameters,
            .integer("limit", "the most rows; 1,000 when left out, at most 100,000"),
            .integer("timeout", "seconds, from 1 to 140; 30 when left out"),
        ]),
        output: SQLiteInput.rows,
        examples: [
            [
                "sql":
                    "SELECT o.id, c.name FROM orders o JOIN customers c ON c.id = o.customer WHERE o.total >= :least",
                "lists": ["orders": "{{ orders.rows }}", "customers": "{{ customers.items }}"],
                "parameters": ["least": 100],
            ]
        ])

    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON {
        let sql = try input.filledText("sql")
        let values = try SQLiteValues(input.value("parameters"), member: "parameters")
        let limit = try input.integer("limit", in: 1...Self.mostRows) ?? 1_000
        let seconds = try input.integer("timeout", in: 1...140) ?? 30
        guard let lists = try input.object("lists") else { throw input.missing("lists") }
        return try await BlockingWork.run { flag in
            var tables: [CollectionTable] = []
            for list in lists.entries { tables.append(try CollectionTable(list.key, list.value)) }
            let longest = tables.reduce(Self.longestMade) { max($0, $1.longestRow) }
            let database = try SQLiteSession(
                inMemory: "the collection", memory: SQLiteMemory(), longest: longest, seconds: seconds, flag: flag)
            return try withExtendedLifetime(database) {
                for table in tables { try table.fill(database) }
                return SQLiteInput.json(try database.rows(sql, values, limit: limit))
            }
        }
    }
}
