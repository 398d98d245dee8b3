// `sqlite`: SQLite files of the workspace.

import ConnectorKit
import JSONCore
import RecipeLanguage

extension NativeConnector {
    /// Queries and changes SQLite databases that lie in the workspace.
    public static let sqlite = NativeConnector(
        name: "sqlite", title: "SQLite", summary: "Queries and changes SQLite databases that lie in the workspace.",
        docs: "https://www.sqlite.org/lang.html",
        settings: .object([
            .string("file", required: true, "the database, relative to the workspace: data/orders.db"),
            .integer("timeout", "seconds for one statement, from 1 to 140; 30 when left out"),
            .boolean("create", "whether a missing database is made when something is written; false when left out"),
        ]), actions: [QuerySQLite(), ExecuteSQLite(), UpsertSQLite()])
}

/// What the actions take alike.
struct SQLiteInput: Sendable {
    let file: String
    let seconds: Int
    let creates: Bool

    static let file: Schema.Property = .string(
        "file", "the database, relative to the workspace; that of the connection when left out")
    static let parameters: Schema.Property = .any(
        "parameters", "the values of the statement's parameters: a list for ?, an object for :name")

    /// What a query gives.
    static let rows = Schema.object([
        .member("rows", .array(.object([], open: true)), required: true),
        .member("columns", .array(.string), required: true), .integer("count", required: true),
        .boolean("more", required: true, "whether there are further rows"),
    ])

    static func json(_ found: (columns: [String], rows: [JSON], more: Bool)) -> JSON {
        [
            "rows": .array(found.rows), "columns": .array(found.columns.map { .string($0) }),
            "count": .integer(found.rows.count), "more": .bool(found.more),
        ]
    }

    init(_ input: ActionInput, _ context: ActionContext) throws(ConnectorError) {
        let settings = ActionInput(.object(context.connection?.settings ?? [:]))
        let given = try input.text("file")
        let own = try settings.text("file")
        guard let file = given ?? own, !file.isEmpty else {
            throw ConnectorError(
                type: "bad_input", "\"file\" is missing: name the database in the step or use a connection")
        }
        self.file = file
        seconds = try settings.integer("timeout", in: 1...140) ?? 30
        creates = try settings.flag("create")
    }

    /// Runs `body` with the database open, on a thread of its own.
    func open<Answer: Sendable>(
        _ access: SQLiteSession.Access, _ context: ActionContext,
        _ body: @escaping @Sendable (SQLiteSession) throws -> Answer
    ) async throws -> Answer {
        let (files, name) = (context.files, file)
        return try await BlockingWork.run { flag in
            let path = try files.path(of: name)
            if creates, access == .writing { try FileWriting.makeFolders(to: path, name: name) }
            let database = try SQLiteSession(
                path: path, name: name, access, creates: creates, seconds: seconds, flag: flag)
            return try withExtendedLifetime(database) { try body(database) }
        }
    }
}

/// `sqlite.query`.
struct QuerySQLite: Action {
    static let mostRows = 100_000

    let spec = OperationSpec(
        name: "query", title: "Query rows",
        summary: "Runs one SELECT. Whole numbers, fractions, texts and null keep their kind; bytes come as base64.",
        effect: .read,
        input: .object([
            .string("sql", required: true, "one statement, with ? or :name where values go"), SQLiteInput.parameters,
            .integer("limit", "the most rows; 1,000 when left out, at most 100,000"), SQLiteInput.file,
        ]),
        output: SQLiteInput.rows,
        examples: [["sql": "SELECT * FROM orders WHERE customer = :customer", "parameters": ["customer": "C-17"]]])

    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON {
        let sql = try input.filledText("sql")
        let values = try SQLiteValues(input.value("parameters"), member: "parameters")
        let limit = try input.integer("limit", in: 1...Self.mostRows) ?? 1_000
        return try await SQLiteInput(input, context).open(.reading, context) { database in
            SQLiteInput.json(try database.rows(sql, values, limit: limit))
        }
    }
}

/// `sqlite.execute`.
struct ExecuteSQLite: Action {
    let spec = OperationSpec(
        name: "execute", title: "Change rows",
        summary:
            "Runs one statement that changes the database; with \"sets\" once for each set of values, all or nothing.",
        effect: .unsafe,
        input: .object([
            .string("sql", required: true, "one statement, with ? or :name where values go"), SQLiteInput.parameters,
            .member("sets", .array(.any), "several sets of values, instead of parameters"), SQLiteInput.file,
        ]),
        output: .object([
            .integer("changes", required: true, "how many rows changed"),
            .integer("last_id", required: true, "the id of the row inserted last"),
        ]), examples: [["sql": "INSERT INTO orders (id, total) VALUES (?, ?)", "parameters": ["O-1", "10.00"]]])

    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON {
        let sql = try input.filledText("sql")
        let given = try input.list("sets")
        guard given == nil || input.value("parameters") == nil else {
            throw ConnectorError(type: "bad_input", "give either \"parameters\" or \"sets\"")
        }
        var sets: [SQLiteValues] = []
        for set in given ?? [input.value("parameters") ?? .null] {
            sets.append(try SQLiteValues(set, member: given == nil ? "parameters" : "sets"))
        }
        let ready = sets
        return try await SQLiteInput(input, context).open(.writing, context) { database in
            let (changes, lastID) = try database.execute(sql, ready)
            return ["changes": .integer(changes), "last_id": .integer(lastID)]
        }
    }
}

/// `sqlite.upsert`: a repeat writes the same values again.
struct UpsertSQLite: Action {
    let spec = OperationSpec(
        name: "upsert", title: "Insert or update rows",
        summary:
            "Inserts rows, or updates those whose key columns are there already; all or nothing. The key needs a unique index.",
        effect: .idempotent,
        input: .object([
            .string("table", required: true),
            .member("rows", .array(.object([], open: true)), required: true, "objects by column"),
            .member("key", .array(.string), required: true, "the columns that name a row"), SQLiteInput.file,
        ]), output: .object([.integer("count", required: true, "rows written")]),
        examples: [["table": "customers", "rows": [["id": "C-1", "name": "Acme"]], "key": ["id"]]])

    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON {
        let table = try input.filledText("table")
        let key = try input.texts("key") ?? []
        guard !key.isEmpty else { throw ConnectorError(type: "bad_input", "\"key\" names no column") }
        let given = try RowObjects(input)
        let (columns, rows) = (given.columns, given.rows)
        guard !rows.isEmpty else { return ["count": 0] }
        try given.check(key, for: "the key")
        let sql = Self.statement(table, columns, key: key)
        let sets = rows.map { row in SQLiteValues.places(columns.map { row[$0] ?? .null }) }
        return try await SQLiteInput(input, context).open(.writing, context) { database in
            _ = try database.execute(sql, sets)
            return ["count": .integer(sets.count)]
        }
    }

    static func statement(_ table: String, _ columns: [String], key: [String]) -> String {
        let quoted = SQLiteName.quoted
        let changes = columns.filter { !key.contains($0) }.map { "\(quoted($0)) = excluded.\(quoted($0))" }
        return "INSERT INTO \(quoted(table)) (\(columns.map(quoted).joined(separator: ", "))) VALUES ("
            + columns.map { _ in "?" }.joined(separator: ", ")
            + ") ON CONFLICT (\(key.map(quoted).joined(separator: ", "))) DO "
            + (changes.isEmpty ? "NOTHING" : "UPDATE SET " + changes.joined(separator: ", "))
    }
}
