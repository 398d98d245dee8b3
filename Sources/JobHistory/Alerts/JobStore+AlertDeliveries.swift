// Deliveries of alerts: kept until they came through or were given up, and the last ones that ended.

import GRDB
import JSONCore
import RecipeLanguage

extension JobStore {
    /// Deliveries that ended are kept up to this many.
    static let mostEndedDeliveries = 1_000

    private static let deliveryColumns =
        "id, rule, state, created_ms, attempts, next_ms, ended_ms, job, error, target, message"

    private static func delivery(_ row: SQLStatement) -> AlertDelivery {
        AlertDelivery(
            id: row.int64(0), rule: row.text(1), state: AlertDelivery.State(rawValue: row.int(2)) ?? .givenUp,
            createdAt: row.int64(3), attempts: row.int(4), nextAt: row.int64(5), endedAt: row.int64OrNil(6),
            job: row.int64OrNil(7), error: row.textOrNil(8),
            target: (try? JSON(parsing: Array(row.text(9).utf8))) ?? .null,
            message: (try? JSON(parsing: Array(row.text(10).utf8))) ?? .null)
    }

    /// Newest first.
    public func alertDeliveries(before: Int64? = nil, limit: Int = 50) async throws -> [AlertDelivery] {
        try await read { database in
            let statement = try SQLStatement(
                database,
                "SELECT \(Self.deliveryColumns) FROM alert_delivery WHERE id < ? ORDER BY id DESC LIMIT ?")
            statement.bind(1, before ?? .max)
            statement.bind(2, max(0, limit))
            return try statement.all { Self.delivery($0) }
        }
    }

    /// Those that wait and have failed before, or were given up: what a person should know of.
    public func failingAlertDeliveries(since: Milliseconds, limit: Int = 20) async throws -> [AlertDelivery] {
        try await read { database in
            let statement = try SQLStatement(
                database,
                """
                SELECT \(Self.deliveryColumns) FROM alert_delivery
                WHERE (state = 0 AND error IS NOT NULL) OR (state = 2 AND ended_ms >= ?) ORDER BY id DESC LIMIT ?
                """)
            statement.bind(1, since)
            statement.bind(2, max(0, limit))
            return try statement.all { Self.delivery($0) }
        }
    }

    /// Takes what is due: the try is counted before it is made, so that a crash during it can't repeat it without end.
    /// - Parameter nextTry: when the next try is, by the number of this one.
    public func takeAlertDeliveries(
        dueBy now: Milliseconds, limit: Int, nextTry: @escaping @Sendable (Int) -> Milliseconds
    ) async throws -> [AlertDelivery] {
        let hasDue = try await nextAlertDelivery().map { $0 <= now } ?? false
        guard hasDue else { return [] }
        return try await write { connection in
            let find = try SQLStatement(
                connection.database,
                """
                SELECT \(Self.deliveryColumns) FROM alert_delivery INDEXED BY alert_delivery_due
                WHERE state = 0 AND next_ms <= ? ORDER BY next_ms LIMIT ?
                """)
            find.bind(1, now)
            find.bind(2, limit)
            let due = try find.all { Self.delivery($0) }
            let count = try SQLStatement(
                connection.database, "UPDATE alert_delivery SET attempts = attempts + 1, next_ms = ?2 WHERE id = ?1")
            for delivery in due {
                count.bind(1, delivery.id)
                count.bind(2, nextTry(delivery.attempts + 1))
                try count.run()
            }
            return due
        }
    }

    /// Notes how a try went.
    public func endAlertDelivery(
        _ id: Int64, state: AlertDelivery.State, job: JobID? = nil, error: String? = nil, at now: Milliseconds
    ) async throws {
        try await write { connection in
            let statement = try SQLStatement(
                connection.database,
                """
                UPDATE alert_delivery SET state = ?2, job = ?3, error = ?4, ended_ms = iif(?2 = 0, NULL, ?5) WHERE id = ?1
                """)
            statement.bind(1, id)
            statement.bind(2, state.rawValue)
            statement.bind(3, job)
            statement.bind(4, error)
            statement.bind(5, now)
            try statement.run()
        }
    }

    /// When the next delivery is due; nil when none waits.
    public func nextAlertDelivery() async throws -> Milliseconds? {
        try await read { database in
            try SQLStatement(
                database,
                "SELECT next_ms FROM alert_delivery INDEXED BY alert_delivery_due WHERE state = 0 ORDER BY next_ms LIMIT 1"
            ).one { $0.int64(0) }
        }
    }
}

extension WriterConnection {
    func add(_ delivery: NewAlertDelivery, at now: Milliseconds) throws -> Int64 {
        let insert = try SQLStatement(
            database,
            """
            INSERT INTO alert_delivery(rule, state, created_ms, attempts, next_ms, target, message)
            VALUES (?1, 0, ?2, 0, ?2, ?3, ?4)
            """)
        insert.bind(1, delivery.rule)
        insert.bind(2, now)
        insert.bind(3, delivery.target.compact)
        insert.bind(4, delivery.message.compact)
        try insert.run()
        let id = database.lastInsertedRowID
        let forget = try SQLStatement(database, "DELETE FROM alert_delivery WHERE state <> 0 AND id <= ?")
        forget.bind(1, id - Int64(JobStore.mostEndedDeliveries))
        try forget.run()
        return id
    }
}
