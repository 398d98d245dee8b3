// `postgres.query` and `postgres.execute`: one statement with bound values.

import ConnectorKit
import JSONCore
import RecipeLanguage

/// `postgres.query`, in a transaction that may only read.
struct QueryPostgres: Action {
    let spec = OperationSpec(
        name: "query", title: "Query rows",
        summary:
            "Runs one SELECT. Numbers keep all digits, JSON and arrays come as data, times in ISO 8601 (UTC), bytes as base64.",
        effect: .read,
        input: .object([
            .string("sql", required: true, "one statement, with $1, $2, … where values go"), PostgresInput.parameters,
            .integer("limit", "the most rows; 1,000 when left out, at most 100,000"), PostgresInput.timeout,
        ]),
        output: SQLiteInput.rows,
        examples: [["sql": "SELECT * FROM orders WHERE customer = $1", "parameters": ["C-17"]]])

    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON {
        let sql = try input.filledText("sql")
        let values = try input.list("parameters") ?? []
        let limit = try input.integer("limit", in: 1...PostgresInput.mostRows) ?? 1_000
        return try await PostgresInput.run(.reading, input, context) { session in
            let statement = try session.prepare(sql)
            guard !statement.columns.isEmpty else {
                throw ConnectorError(
                    type: "bad_input",
                    "this statement gives no rows; one that changes something is for postgres.execute")
            }
            try PostgresRow.check(statement.columns)
            var kept = PostgresRows(limit: limit)
            try session.run(statement, values) { try kept.take($0) }
            return SQLiteInput.json((statement.columns.map(\.name), kept.rows, kept.hasMore))
        }
    }
}

/// `postgres.execute`.
struct ExecutePostgres: Action {
    let spec = OperationSpec(
        name: "execute", title: "Change rows",
        summary:
            "Runs one statement that changes the database; with \"sets\" once for each set of values, all or nothing. RETURNING gives rows.",
        effect: .unsafe, effectOfInput: EffectRule(member: "effect", effects: ["IDEMPOTENT": .idempotent]),
        input: .object([
            .string("sql", required: true, "one statement, with $1, $2, … where values go"), PostgresInput.parameters,
            .member("sets", .array(.array(.any)), "several sets of values, instead of parameters"),
            PostgresInput.timeout,
            .string("effect", "what a repeat does: unsafe when left out", choices: ["idempotent", "unsafe"]),
        ]),
        output: .object([
            .integer("changes", required: true, "how many rows changed"),
            .member("rows", .array(.object([], open: true)), required: true, "what RETURNING gives, up to 1,000 rows"),
            .boolean("more", required: true, "whether RETURNING gave further rows"),
        ]), examples: [["sql": "UPDATE orders SET paid = true WHERE id = $1 RETURNING total", "parameters": ["O-1"]]])

    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON {
        let sql = try input.filledText("sql")
        let given = try input.list("sets")
        let single = try input.list("parameters")
        guard given == nil || single == nil else {
            throw ConnectorError(type: "bad_input", "give either \"parameters\" or \"sets\"")
        }
        let sets = try (given ?? [.array(single ?? [])]).map { set in
            guard let values = set.array else {
                throw ConnectorError(type: "bad_input", "each of \"sets\" must be a list of values")
            }
            return values
        }
        return try await PostgresInput.run(.writing, input, context) { session in
            let statement = try session.prepare(sql)
            try PostgresRow.check(statement.columns)
            var kept = PostgresRows(limit: 1_000)
            var changes = 0
            for values in sets {
                changes += try session.run(statement, values) { row in
                    _ = try kept.take(row)
                    return true
                }
            }
            return ["changes": .integer(changes), "rows": .array(kept.rows), "more": .bool(kept.hasMore)]
        }
    }
}
