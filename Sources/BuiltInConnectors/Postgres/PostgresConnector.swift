// `postgres`: PostgreSQL databases, with libpq.

import ConnectorKit
import JSONCore
import RecipeLanguage

/// Queries and changes PostgreSQL databases, and finds new and changed rows.
public struct PostgresConnector: PollingConnector, TestedConnector {
    public let spec: ConnectorSpec
    private let actions: NativeConnector

    public static let standard = PostgresConnector()

    init() {
        actions = NativeConnector(
            name: "postgres", title: "PostgreSQL",
            summary: "Queries and changes PostgreSQL databases, and finds new and changed rows.",
            docs: "https://www.postgresql.org/docs/15/sql.html",
            actions: [QueryPostgres(), ExecutePostgres(), InsertPostgres(), UpsertPostgres(), ExportPostgres()])
        spec = ConnectorSpec(
            name: actions.spec.name, title: actions.spec.title, summary: actions.spec.summary, docs: actions.spec.docs,
            actions: actions.spec.actions, triggers: PostgresPoll.triggers, settings: PostgresServer.settings,
            connectionRequired: true)
    }

    public func execute(_ action: String, _ input: JSON, in context: ActionContext) async throws -> JSON {
        try await actions.execute(action, input, in: context)
    }

    /// Signs in.
    public func sendTest(in context: ActionContext) async throws -> Bool {
        let server = try PostgresServer(context.connection, seconds: nil)
        try await BlockingWork.run { flag in _ = try PostgresSession(server, flag) }
        return true
    }

    public func firstCursor(of trigger: String, _ input: JSON, in context: ActionContext) throws -> JSON? { nil }

    public func poll(
        _ trigger: String, _ input: JSON, from cursor: JSON?, in context: ActionContext,
        page: @Sendable ([PolledEvent]) async throws -> Void
    ) async throws -> PollEnd {
        let poll = try PostgresPoll(trigger, ActionInput(input))
        let server = try PostgresServer(context.connection, seconds: nil)
        let found = try await BlockingWork.run { flag in
            try poll.find(after: cursor, in: try PostgresSession(server, flag))
        }
        if !found.events.isEmpty { try await page(found.events) }
        return PollEnd(cursor: found.cursor, hasMore: found.hasMore)
    }
}

/// What the actions take alike.
enum PostgresInput {
    static let mostRows = 100_000
    /// Bytes of values that one step keeps.
    static let mostBytes = 64 << 20

    static let parameters: Schema.Property = .member("parameters", .array(.any), "the values of $1, $2, …")
    static let timeout: Schema.Property = .integer(
        "timeout", "seconds, from 1 to 3,600; that of the connection when left out")

    /// Runs `body` in a transaction on a thread of its own.
    static func run<Answer: Sendable>(
        _ access: PostgresSession.Access, _ input: ActionInput, _ context: ActionContext,
        _ body: @escaping @Sendable (PostgresSession) throws -> Answer
    ) async throws -> Answer {
        let server = try PostgresServer(context.connection, seconds: try input.integer("timeout", in: 1...3_600))
        return try await BlockingWork.run { flag in
            let session = try PostgresSession(server, flag)
            return try session.transaction(access) { try body(session) }
        }
    }

    /// `schema.table` or `table`, as SQL.
    static func table(_ input: ActionInput) throws(ConnectorError) -> String {
        let parts = try input.filledText("table").split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, !parts.contains("") else {
            throw ConnectorError(type: "bad_input", "\"table\" must be a table or schema.table")
        }
        return parts.map { quoted(String($0)) }.joined(separator: ".")
    }

    /// A quoted name is a name whatever is in it.
    static func quoted(_ name: String) -> String { SQLiteName.quoted(name) }
}

/// Rows that a step keeps in memory, up to its limits.
struct PostgresRows {
    let limit: Int
    private(set) var rows: [JSON] = []
    private(set) var hasMore = false
    private var bytes = 0

    init(limit: Int) { self.limit = limit }

    /// - Returns: false when it is one too many.
    mutating func take(_ row: PostgresRow) throws -> Bool {
        guard rows.count < limit else {
            hasMore = true
            return false
        }
        bytes += row.sizeBytes
        guard bytes <= PostgresInput.mostBytes else {
            throw ConnectorError(
                type: "too_large",
                "the rows have more than 64 MiB; ask for fewer with LIMIT, or write them to a file with postgres.export"
            )
        }
        rows.append(.object(try row.json()))
        return true
    }
}
