// `postgres.insert` and `postgres.upsert`: many rows at once, all or nothing.

import ConnectorKit
import JSONCore
import RecipeLanguage

/// Rows for a table, in statements of many rows each.
private struct PostgresBatch: Sendable {
    /// Of one statement: the protocol has 65,535 at most.
    private static let mostValues = 30_000

    let table: String
    let columns: [String]
    let rows: [JSONObject]

    static let table: Schema.Property = .string("table", required: true, "the table, or schema.table")
    static let rows: Schema.Property = .member(
        "rows", .array(.object([], open: true)), required: true, "objects by column, all with the same columns")

    /// - Parameters:
    ///   - key: columns that the rows have to have; so is `update`.
    init(_ input: ActionInput, key: [String] = [], update: [String] = []) throws {
        table = try PostgresInput.table(input)
        let given = try RowObjects(input)
        (columns, rows) = (given.columns, given.rows)
        guard rows.isEmpty || (1...1_600).contains(columns.count) else {
            throw ConnectorError(type: "bad_input", "a row must have from 1 to 1,600 columns")
        }
        try given.check(rows.isEmpty ? [] : key, for: "the key")
        try given.check(rows.isEmpty ? [] : update, for: "\"update\"")
    }

    /// Writes all rows.
    /// - Parameters:
    ///   - ending: what follows the values.
    ///   - kept: takes what RETURNING gives.
    /// - Returns: how many rows were written.
    func write(
        _ session: PostgresSession, ending: String, kept: inout PostgresRows
    ) throws -> Int {
        let size = max(1, min(1_000, Self.mostValues / max(1, columns.count)))
        var statement: (rows: Int, statement: PostgresSession.Statement)?
        var count = 0
        for start in stride(from: 0, to: rows.count, by: size) {
            let part = rows[start..<min(start + size, rows.count)]
            if statement?.rows != part.count {
                let made = try session.prepare(sql(rows: part.count) + ending)
                try PostgresRow.check(made.columns)
                statement = (part.count, made)
            }
            guard let ready = statement?.statement else { break }
            let values = part.flatMap { row in columns.map { row[$0] ?? .null } }
            count += try session.run(ready, values) { row in
                _ = try kept.take(row)
                return true
            }
        }
        return count
    }

    private func sql(rows: Int) -> String {
        var place = 0
        let sets = (0..<rows).map { _ in
            "("
                + columns.map { _ in
                    place += 1
                    return "$\(place)"
                }.joined(separator: ",") + ")"
        }
        return "INSERT INTO \(table) (\(columns.map(PostgresInput.quoted).joined(separator: ", "))) VALUES "
            + sets.joined(separator: ",")
    }

    /// Only the rows at these places.
    func keeping(_ places: Set<Int>) -> PostgresBatch {
        PostgresBatch(table, columns, rows.enumerated().filter { places.contains($0.offset) }.map(\.element))
    }

    private init(_ table: String, _ columns: [String], _ rows: [JSONObject]) {
        (self.table, self.columns, self.rows) = (table, columns, rows)
    }
}

/// `postgres.insert`.
struct InsertPostgres: Action {
    let spec = OperationSpec(
        name: "insert", title: "Insert rows", summary: "Inserts rows into a table, all or nothing.", effect: .unsafe,
        input: .object([
            PostgresBatch.table, PostgresBatch.rows,
            .member("returning", .array(.string), "columns to give back of each row, like a generated id"),
            PostgresInput.timeout,
        ]),
        output: .object([
            .integer("count", required: true, "rows written"),
            .member("rows", .array(.object([], open: true)), required: true, "with returning: of each row, in order"),
        ]),
        examples: [["table": "orders", "rows": [["customer": "C-17", "total": "10.00"]], "returning": ["id"]]])

    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON {
        let batch = try PostgresBatch(input)
        let names = try input.texts("returning") ?? []
        guard !batch.rows.isEmpty else { return ["count": 0, "rows": []] }
        let ending = names.isEmpty ? "" : " RETURNING " + names.map(PostgresInput.quoted).joined(separator: ", ")
        return try await PostgresInput.run(.writing, input, context) { session in
            var kept = PostgresRows(limit: batch.rows.count)
            let count = try batch.write(session, ending: ending, kept: &kept)
            return ["count": .integer(count), "rows": .array(kept.rows)]
        }
    }
}

/// `postgres.upsert`: a repeat writes the same values again.
struct UpsertPostgres: Action {
    let spec = OperationSpec(
        name: "upsert", title: "Insert or update rows",
        summary:
            "Inserts rows, or updates those whose key columns are there already; all or nothing. The key needs a unique index. Of rows with the same key the last counts.",
        effect: .idempotent,
        input: .object([
            PostgresBatch.table, PostgresBatch.rows,
            .member("key", .array(.string), required: true, "the columns that name a row"),
            .member(
                "update", .array(.string), "the columns that change when the row is there; all others when left out"),
            PostgresInput.timeout,
        ]), output: .object([.integer("count", required: true, "rows inserted or updated")]),
        examples: [["table": "customers", "rows": [["id": "C-1", "name": "Acme"]], "key": ["id"]]])

    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON {
        let key = try input.texts("key") ?? []
        guard !key.isEmpty else { throw ConnectorError(type: "bad_input", "\"key\" names no column") }
        let given = try input.texts("update")
        var batch = try PostgresBatch(input, key: key, update: given ?? [])
        guard !batch.rows.isEmpty else { return ["count": 0] }
        let update = given ?? batch.columns.filter { !key.contains($0) }
        // One statement can't change a row twice.
        var last: [[JSON]: Int] = [:]
        for (place, row) in batch.rows.enumerated() { last[key.map { row[$0] ?? .null }] = place }
        batch = batch.keeping(Set(last.values))
        let quoted = PostgresInput.quoted
        let changes = update.map { "\(quoted($0)) = excluded.\(quoted($0))" }
        let ending =
            " ON CONFLICT (\(key.map(quoted).joined(separator: ", "))) DO "
            + (changes.isEmpty ? "NOTHING" : "UPDATE SET " + changes.joined(separator: ", "))
        let ready = batch
        return try await PostgresInput.run(.writing, input, context) { session in
            var kept = PostgresRows(limit: 0)
            return ["count": .integer(try ready.write(session, ending: ending, kept: &kept))]
        }
    }
}
