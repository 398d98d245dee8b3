// Triggers of `postgres`: rows behind a cursor of one growing column and, among equals, a key.

import ConnectorKit
import JSONCore
import RecipeLanguage

/// What one poll asks for.
struct PostgresPoll: Sendable {
    private enum Kind: String { case newRow = "new_row", changedRow = "changed_row" }

    private let kind: Kind
    private let table: String
    private let tableName: String
    private let by: String
    private let key: String
    private let settleSeconds: Int
    private let limit: Int

    static let triggers = [
        TriggerSpec(
            name: "new_row", title: "New row",
            summary: "Starts for each row that is added to a table, in the order of a column that grows, like its id.",
            input: .object(
                [
                    .string("table", required: true, "the table, or schema.table"),
                    .string("by", required: true, "the column that grows with each new row: id"), limitSetting,
                ] + TriggerSpec.Poll.settings), event: .object([], open: true), poll: .init(every: .seconds(60))),
        TriggerSpec(
            name: "changed_row", title: "New or changed row",
            summary: "Starts for each row that is added or changed, by a column with the time of its last change.",
            input: .object(
                [
                    .string("table", required: true, "the table, or schema.table"),
                    .string("by", required: true, "the column that grows with each change: updated_at"),
                    .string("key", required: true, "the column that tells rows apart: id"),
                    .integer(
                        "settle",
                        "seconds that a change rests before it is taken, for transactions that set the time before they end; 5 when left out, at most 3,600. Only where \"by\" is a time with a zone"
                    ), limitSetting,
                ] + TriggerSpec.Poll.settings), event: .object([], open: true), poll: .init(every: .seconds(60))),
    ]
    private static let limitSetting: Schema.Property = .integer(
        "limit", "the most rows of one poll; 500 when left out, at most 5,000")

    init(_ trigger: String, _ input: ActionInput) throws(ConnectorError) {
        guard let kind = Kind(rawValue: trigger) else {
            throw ConnectorError(type: "bad_input", "postgres has no trigger \"\(trigger)\"")
        }
        self.kind = kind
        table = try PostgresInput.table(input)
        tableName = try input.filledText("table")
        by = try input.filledText("by")
        key = kind == .changedRow ? try input.filledText("key") : by
        settleSeconds = kind == .changedRow ? try input.integer("settle", in: 0...3_600) ?? 5 : 0
        limit = try input.integer("limit", in: 1...5_000) ?? 500
    }

    struct Found: Sendable {
        var events: [PolledEvent] = []
        var cursor: JSON?
        var hasMore = false
    }

    /// The next rows. Without a cursor none: what is there then counts as known.
    func find(after cursor: JSON?, in session: PostgresSession) throws -> Found {
        try session.transaction(.reading) {
            let horizon = try horizon(session)
            guard let cursor, !cursor.isNull else { return try newest(session, horizon) }
            return try rows(session, after: cursor, horizon)
        }
    }

    // MARK: - SQL

    private var quotedBy: String { "r." + PostgresInput.quoted(by) }
    private var quotedKey: String { "r." + PostgresInput.quoted(key) }
    private var isOneColumn: Bool { key == by }

    /// Conditions that hold back rows which others, not seen yet, may still come before: a transaction that began earlier may
    /// add a smaller id, or an earlier time, after this poll.
    private func horizon(_ session: PostgresSession) throws -> String {
        let sql =
            "SELECT c.relkind::text AS kind, a.atttypid::int8 AS type, k.attnum IS NOT NULL AS has_key FROM pg_catalog.pg_class c "
            + "LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = $2 AND a.attnum > 0 AND NOT a.attisdropped "
            + "LEFT JOIN pg_catalog.pg_attribute k ON k.attrelid = c.oid AND k.attname = $3 AND k.attnum > 0 AND NOT k.attisdropped "
            + "WHERE c.oid = pg_catalog.to_regclass($1)"
        var found: JSONObject?
        try session.run(try session.prepare(sql), [.string(table), .string(by), .string(key)]) { row in
            found = try row.json()
            return true
        }
        guard let found else {
            throw ConnectorError(
                type: "not_found", "there is no table \"\(tableName)\" that \(session.server.username) can see")
        }
        guard let type = found["type"]?.integer else {
            throw ConnectorError(type: "bad_input", "the table \"\(tableName)\" has no column \"\(by)\"")
        }
        guard found["has_key"]?.bool == true else {
            throw ConnectorError(type: "bad_input", "the table \"\(tableName)\" has no column \"\(key)\"")
        }
        var conditions = ""
        // Views and foreign tables don't say which transaction wrote a row.
        if ["r", "p", "m"].contains(found["kind"]?.string) {
            conditions +=
                " AND pg_catalog.age(r.xmin) > pg_catalog.age((pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())::text::numeric % 4294967296)::text::xid)"
        }
        if type == 1184, settleSeconds > 0 {
            conditions += " AND \(quotedBy) <= pg_catalog.clock_timestamp() - interval '\(settleSeconds) seconds'"
        }
        return conditions
    }

    private func newest(_ session: PostgresSession, _ horizon: String) throws -> Found {
        let sql =
            "SELECT \(quotedBy)::text AS a, \(quotedKey)::text AS b FROM \(table) r WHERE \(quotedBy) IS NOT NULL\(horizon) "
            + "ORDER BY \(quotedBy) DESC, \(quotedKey) DESC LIMIT 1"
        var cursor: JSON = []
        try session.run(try session.prepare(sql), []) { row in
            cursor = [.string(row.text(0) ?? ""), .string(row.text(1) ?? "")]
            return true
        }
        return Found(cursor: cursor)
    }

    private func rows(_ session: PostgresSession, after cursor: JSON, _ horizon: String) throws -> Found {
        let condition: String
        let values: [JSON]
        switch cursor {
        // The table was empty.
        case .array([]): (condition, values) = ("true", [])
        case .array(let parts) where parts.count == 2:
            if isOneColumn {
                (condition, values) = ("\(quotedBy) > $1", [parts[0]])
            } else {
                (condition, values) = ("(\(quotedBy), \(quotedKey)) > ($1, $2)", parts)
            }
        // `since` of the recipe begins with its own value.
        case .string, .integer, .number: (condition, values) = ("\(quotedBy) >= $1", [cursor])
        default:
            throw ConnectorError(type: "bad_input", "\"since\" must be a value of the column \"\(by)\"")
        }
        let sql =
            "SELECT r.*, \(quotedBy)::text, \(quotedKey)::text FROM \(table) r WHERE \(quotedBy) IS NOT NULL AND \(condition)\(horizon) "
            + "ORDER BY \(quotedBy), \(quotedKey) LIMIT \(limit + 1)"
        let statement = try session.prepare(sql)
        let columns = statement.columns.dropLast(2)
        var found = Found(cursor: cursor)
        var bytes = 0
        try session.run(statement, values) { row in
            bytes += row.sizeBytes
            guard found.events.count < limit, bytes <= PostgresInput.mostBytes || found.events.isEmpty else {
                found.hasMore = true
                return false
            }
            let (at, name) = (row.text(columns.count) ?? "", row.text(columns.count + 1) ?? "")
            let event = PostgresRow(result: row.result, number: row.number, columns: Array(columns))
            found.events.append(
                PolledEvent(
                    event: .object(try event.json()), key: kind == .newRow ? at : "\(name)@\(at)"))
            found.cursor = [.string(at), .string(name)]
            return true
        }
        return found
    }
}
