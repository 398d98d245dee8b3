// `lookup`: rows of the workspace's tables.

import ConnectorKit
import JSONCore
import RecipeLanguage

extension NativeConnector {
    /// Finds rows in `Tables/`.
    public static let lookup = NativeConnector(
        name: "lookup", title: "Lookup tables",
        summary: "Finds rows in the tables of the workspace (Tables/*.csv and *.json).",
        actions: [FindRow(), ListRows()])
}

/// What both actions take.
private enum LookupInput {
    static let table = Schema.Property.string(
        "table", required: true, "the table's name: its file without .csv or .json")
    static let conditions = Schema.Property.member(
        "where", .object([], open: true), "columns and the values they must have, like {\"country\": \"DE\"}")

    /// A pill that is nil stays a condition: without it more rows would fit than the recipe means.
    static let use = TableUse(equalities: ["where"])

    /// Asks a table, with what goes wrong as a typed error.
    static func ask<Answer>(
        _ input: ActionInput, _ question: (String, [(column: String, value: JSON)]) throws -> Answer
    )
        throws -> Answer
    {
        let table = try input.filledText("table")
        let conditions = (try input.object("where") ?? [:]).entries.map { (column: $0.key, value: $0.value) }
        do {
            return try question(table, conditions)
        } catch let error as ConnectorError {
            throw error
        } catch {
            throw ConnectorError(type: "bad_input", "\(error)")
        }
    }
}

/// `lookup.find`: the first row that fits.
struct FindRow: Action {
    let spec = OperationSpec(
        name: "find", title: "Find a row",
        summary: "Gives the first row whose columns have the given values; row is null when there is none.",
        effect: .read, input: .object([LookupInput.table, LookupInput.conditions]),
        output: .object([.any("row", required: true), .boolean("found", required: true)]),
        examples: [["table": "territories", "where": ["country": "DE"]]], tables: LookupInput.use)

    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON {
        let row = try LookupInput.ask(input) { try context.tables.firstRow(of: $0, where: $1) }
        return ["row": row.map { .object($0) } ?? .null, "found": .bool(row != nil)]
    }
}

/// `lookup.list`: all rows that fit.
struct ListRows: Action {
    static let mostRows = 100_000

    let spec = OperationSpec(
        name: "list", title: "List rows",
        summary:
            "Gives the rows whose columns have the given values, in the table's order; without conditions all rows.",
        effect: .read,
        input: .object([
            LookupInput.table, LookupInput.conditions,
            .integer("limit", "the most rows to give; 1,000 when left out, at most 100,000"),
        ]),
        output: .object([
            .member("rows", .array(.object([], open: true)), required: true), .integer("count", required: true),
            .boolean("more", required: true, "whether the table has further rows that fit"),
        ]), examples: [["table": "territories", "where": ["region": "EMEA"], "limit": 50]],
        tables: LookupInput.use)

    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON {
        let limit = try input.integer("limit", in: 1...Self.mostRows) ?? 1_000
        let rows = try LookupInput.ask(input) { try context.tables.rows(of: $0, where: $1, limit: limit + 1) }
        let given = rows.prefix(limit)
        return [
            "rows": .array(given.map { .object($0) }), "count": .integer(given.count),
            "more": .bool(rows.count > limit),
        ]
    }
}
