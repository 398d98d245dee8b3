// `table`: changes and searches rows of the workspace's look-up tables.

import ConnectorKit
import JSONCore
import RecipeLanguage

extension NativeConnector {
    /// Rows of `Tables/`, which recipes may add, change and delete.
    public static let table = NativeConnector(
        name: "table", title: "Table rows",
        summary:
            "Searches, adds, changes and deletes rows of the workspace's lookup tables. Changes are kept in the history, in one transaction with the step that makes them.",
        actions: [SearchRows(), AddRows(), UpdateRows(), UpsertRows(), DeleteRows()])
}

/// What the actions take alike.
enum TableInput {
    /// Rows in one call.
    static let mostRows = 10_000

    static let table = Schema.Property.string(
        "table", required: true, "the table's name: its file in Tables/ without .csv or .json")
    static let conditions: Schema.Property = {
        var schema = Schema(kinds: [.object, .array])
        schema.items = Indirect(.object([], open: true))
        return .member(
            "where", schema,
            "columns and the values they must have, or conditions on them, like {\"country\": \"DE\", \"amount\": {\"at_least\": 100}}; a list of such objects is met by rows that meet one of them"
        )
    }()
    static let id = Schema.Property.integer("id", "one row, by the id that search gives")
    static let everyRow = Schema.Property.boolean("all", "true: every row; said so that it is meant")
    static let row = Schema.Property.member("row", .object([], open: true), "columns and their values")
    static let rows = Schema.Property.member("rows", .array(.object([], open: true)), "several rows at once")
    static let count = Schema.Property.integer("count", required: true, "how many rows")
    static let ids = Schema.Property.member("ids", .array(.integer), required: true, "the ids of the first 10,000")

    /// The rows of `row` or `rows`.
    static func rows(_ input: ActionInput) throws(ConnectorError) -> [JSONObject] {
        let (one, several) = (try input.object("row"), try input.list("rows"))
        guard (one == nil) != (several == nil) else {
            throw ConnectorError(type: "bad_input", "give either \"row\" or \"rows\"")
        }
        if let one { return [one] }
        guard let several, several.count <= mostRows else {
            throw ConnectorError(
                type: "too_large", "\"rows\" has more than \(mostRows) rows: take them in batches with for_each")
        }
        var rows: [JSONObject] = []
        for (place, row) in several.enumerated() {
            guard let object = row.object else {
                throw ConnectorError(
                    type: "bad_input", "\"rows\" must hold objects, but element \(place) is \(row.kind)")
            }
            rows.append(object)
        }
        return rows
    }

    static func filter(_ input: ActionInput) throws(ConnectorError) -> TableFilter {
        do {
            return try TableFilter(input.members["where"])
        } catch {
            throw ConnectorError(type: "bad_input", error.description)
        }
    }

    /// The rows that `id` or `where` name; all of them only when `all` says so.
    static func selection(_ input: ActionInput) throws(ConnectorError) -> TableSelection {
        let (id, filter) = (try input.integer("id", in: 1...Int.max), try filter(input))
        let all = try input.flag("all")
        switch (id, filter.isEmpty, all) {
        case (let id?, true, false): return .id(id)
        case (nil, false, false): return .rows(filter)
        case (nil, true, true): return .rows(.all)
        case (nil, true, false):
            throw ConnectorError(
                type: "bad_input", "say which rows: \"id\", \"where\", or \"all\": true for every row")
        default: throw ConnectorError(type: "bad_input", "give only one of \"id\", \"where\" and \"all\"")
        }
    }

    static func store(_ context: ActionContext) throws(ConnectorError) -> any TableStore {
        guard let store = context.tableStore else {
            throw ConnectorError(type: "internal", "there are no tables here that could be searched or changed")
        }
        return store
    }

    static func spec(
        _ name: String, _ title: String, _ summary: String, effect: Effect = .keyed, input: [Schema.Property],
        output: [Schema.Property], examples: [JSON]
    ) -> OperationSpec {
        OperationSpec(
            name: name, title: title, summary: summary, effect: effect, input: .object([table] + input),
            output: .object(output), examples: examples,
            tables: TableUse(rows: ["row", "rows", "set"], columns: ["order", "key"], conditions: ["where"]),
            changesHistory: effect != .read)
    }
}

/// `table.search`: rows by conditions, sorted, a page at a time.
struct SearchRows: Action {
    let spec = TableInput.spec(
        "search", "Search rows",
        "Finds rows by conditions on several columns, sorted by columns or in the table's order, a page at a time.",
        effect: .read,
        input: [
            TableInput.conditions, TableInput.id,
            .member(
                "order", .array(.string),
                "columns to sort by; - in front sorts from the largest down: [\"-amount\", \"name\"]"),
            .integer("limit", "the most rows to give; 100 when left out, at most 10,000"),
            .integer("offset", "so many rows that fit are passed over first"),
        ],
        output: [
            .member(
                "entries",
                .array(
                    .object([
                        .integer("id", required: true), .member("row", .object([], open: true), required: true),
                    ])), required: true, "the rows, each with its id"),
            TableInput.count, .integer("total", required: true, "all rows that fit"),
            .boolean("more", required: true, "whether rows that fit come after these"),
        ],
        examples: [
            [
                "table": "customers", "where": ["country": "DE", "employees": ["at_least": 50]],
                "order": ["-employees"],
                "limit": 20,
            ]
        ])

    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON {
        var query = TableQuery()
        query.filter = try TableInput.filter(input)
        query.id = try input.integer("id", in: 1...Int.max)
        query.order = TableQuery.order(try input.texts("order") ?? [])
        query.limit = try input.integer("limit", in: 1...TableInput.mostRows) ?? 100
        query.offset = try input.integer("offset", in: 0...1_000_000) ?? 0
        let found = try await TableInput.store(context).search(try input.filledText("table"), query)
        let entries = found.entries.map { entry -> JSON in
            ["id": .integer(entry.id), "row": .object(found.shape.row(entry.cells))]
        }
        return [
            "entries": .array(entries), "count": .integer(entries.count), "total": .integer(found.total),
            "more": .bool(query.offset + entries.count < found.total),
        ]
    }
}

/// `table.add`: new rows at the end of the table.
struct AddRows: Action {
    let spec = TableInput.spec(
        "add", "Add rows", "Adds one row or several at the end of the table; columns that are left out are empty.",
        input: [TableInput.row, TableInput.rows],
        output: [TableInput.count, .integer("id", "the id of the first new row"), TableInput.ids],
        examples: [["table": "customers", "row": ["name": "Acme", "country": "DE"]]])

    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON {
        try await TableInput.store(context).change(
            try input.filledText("table"), .add(try TableInput.rows(input)), key: context.idempotencyKey)
    }
}

/// `table.update`: other values in the rows that fit.
struct UpdateRows: Action {
    let spec = TableInput.spec(
        "update", "Update rows", "Sets columns of the rows that fit; other columns stay as they are.",
        input: [
            TableInput.conditions, TableInput.id, TableInput.everyRow,
            .member("set", .object([], open: true), required: true, "columns and their new values"),
        ], output: [TableInput.count, TableInput.ids],
        examples: [["table": "customers", "where": ["name": "Acme"], "set": ["country": "FR"]]])

    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON {
        guard let values = try input.object("set") else { throw input.missing("set") }
        return try await TableInput.store(context).change(
            try input.filledText("table"), .update(try TableInput.selection(input), set: values),
            key: context.idempotencyKey)
    }
}

/// `table.upsert`: changes the rows with the same key, adds the others.
struct UpsertRows: Action {
    let spec = TableInput.spec(
        "upsert", "Add or update rows",
        "Updates the rows whose key columns have the same values, and adds the rows for which there is none.",
        input: [
            .member("key", .array(.string), required: true, "the columns that tell rows apart"), TableInput.row,
            TableInput.rows,
        ],
        output: [
            .integer("added", required: true), .integer("updated", required: true), TableInput.ids,
        ],
        examples: [["table": "customers", "key": ["name"], "rows": [["name": "Acme", "country": "DE"]]]])

    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON {
        guard let key = try input.texts("key"), !key.isEmpty else { throw input.missing("key") }
        return try await TableInput.store(context).change(
            try input.filledText("table"), .upsert(try TableInput.rows(input), key: key), key: context.idempotencyKey)
    }
}

/// `table.delete`: takes the rows that fit out of the table.
struct DeleteRows: Action {
    let spec = TableInput.spec(
        "delete", "Delete rows", "Deletes the rows that fit.",
        input: [TableInput.conditions, TableInput.id, TableInput.everyRow], output: [TableInput.count],
        examples: [["table": "customers", "where": ["country": "XX"]]])

    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON {
        try await TableInput.store(context).change(
            try input.filledText("table"), .delete(try TableInput.selection(input)), key: context.idempotencyKey)
    }
}
