// Alerts in the history: what happened is taken out in the transaction that notes what follows from it.

import GRDB
import JSONCore
import RecipeLanguage

extension JobStore {
    /// Deliveries that ended are kept up to this many.
    static let mostEndedDeliveries = 1_000
    /// Calls upwards that are followed to find what started a job.
    private static let mostCalls = 100

    /// Whether what happens is noted at all; durable on return.
    public func watchForAlerts(_ isOn: Bool) async throws {
        try await write { connection in
            try connection.execute(
                isOn ? "INSERT OR IGNORE INTO alert_watch(one) VALUES (1)" : "DELETE FROM alert_watch")
            if !isOn { try connection.execute("DELETE FROM alert_event") }
        }
    }

    public func isWatchedForAlerts() async throws -> Bool {
        try await read { try SQLStatement($0, "SELECT 1 FROM alert_watch").one { _ in true } ?? false }
    }

    /// A connection that can't be used: noted for the rules that watch.
    public func noteBroken(_ connection: String, recipe: String?, message: String, at: Milliseconds) async throws {
        let id = try recipe.map { try recipes.id(of: $0) }
        try await write { writer in
            let statement = try SQLStatement(
                writer.database,
                """
                INSERT INTO alert_event(kind, at_ms, recipe, subject, message)
                SELECT \(AlertEvent.Kind.brokenConnection.rawValue), ?, ?, ?, ? WHERE EXISTS (SELECT 1 FROM alert_watch)
                """)
            statement.bind(1, at)
            statement.bind(2, id)
            statement.bind(3, connection)
            statement.bind(4, message)
            try statement.run()
        }
    }

    /// What happened and was not dealt with, oldest first.
    public func alertEvents(limit: Int = 500) async throws -> [AlertEvent] {
        try await read { database in
            let statement = try SQLStatement(
                database,
                """
                SELECT alert_event.id, kind, at_ms, recipe.name, job, count, subject, message FROM alert_event
                LEFT JOIN recipe ON recipe.id = alert_event.recipe ORDER BY alert_event.id LIMIT ?
                """)
            statement.bind(1, max(0, limit))
            return try statement.all { row in
                AlertEvent.Kind(rawValue: row.int(1)).map { kind in
                    AlertEvent(
                        id: row.int64(0), kind: kind, at: row.int64OrNil(2), recipe: row.textOrNil(3),
                        job: row.int64OrNil(4), count: row.int(5), subject: row.textOrNil(6), message: row.textOrNil(7))
                }
            }.compactMap { $0 }
        }
    }

    public func alertStandings() async throws -> [AlertStanding.Key: AlertStanding] {
        try await read { database in
            let statement = try SQLStatement(
                database,
                """
                SELECT rule, kind, subject, recipe, since_ms, opened_ms, last_ms, untold, told_ms, is_told, due_ms, job,
                message, times FROM alert_standing
                """)
            var standings: [AlertStanding.Key: AlertStanding] = [:]
            for standing in try statement.all({ Self.standing($0) }) {
                if let standing { standings[standing.key] = standing }
            }
            return standings
        }
    }

    private static func standing(_ row: SQLStatement) -> AlertStanding? {
        guard let kind = AlertRule.Kind(rawValue: row.int(1)) else { return nil }
        var standing = AlertStanding(AlertStanding.Key(row.text(0), kind, row.text(2)), since: row.int64(4))
        standing.recipe = row.textOrNil(3)
        (standing.openedAt, standing.lastAt) = (row.int64OrNil(5), row.int64OrNil(6))
        (standing.untold, standing.toldAt, standing.isTold) = (row.int(7), row.int64OrNil(8), row.int(9) != 0)
        (standing.due, standing.job, standing.message) = (row.int64OrNil(10), row.int64OrNil(11), row.textOrNil(12))
        let times = try? JSON(parsing: Array(row.text(13).utf8)).array
        standing.times = (times ?? []).compactMap { $0.integer.map { Milliseconds($0) } }
        return standing
    }

    /// Deals with events up to `through`: what follows from them is durable with their removal.
    /// - Returns: the deliveries' numbers, in order.
    @discardableResult
    public func settleAlerts(
        through: Int64?, standings: [AlertStanding], dropped: [AlertStanding.Key], deliveries: [NewAlertDelivery],
        at now: Milliseconds
    ) async throws -> [Int64] {
        try await write(waitsForSpace: true) { connection in
            let database = connection.database
            if let through {
                let drop = try SQLStatement(database, "DELETE FROM alert_event WHERE id <= ?")
                drop.bind(1, through)
                try drop.run()
            }
            for standing in standings { try connection.put(standing) }
            for key in dropped {
                let drop = try SQLStatement(
                    database, "DELETE FROM alert_standing WHERE rule = ? AND kind = ? AND subject = ?")
                drop.bind(1, key.rule)
                drop.bind(2, key.kind.rawValue)
                drop.bind(3, key.subject)
                try drop.run()
            }
            return try deliveries.map { try connection.add($0, at: now) }
        }
    }

    // MARK: Deliveries

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

    // MARK: What alerts ask about jobs

    /// A job that raised an event; nil when it is gone.
    public func alertJob(_ id: JobID) async throws -> AlertJob? {
        try await read { database in
            let find = try SQLStatement(
                database,
                """
                SELECT recipe.name, job.version, error_message, reason, error, origin, parent_job
                FROM job JOIN recipe ON recipe.id = job.recipe WHERE job.id = ?
                """)
            find.bind(1, id)
            let found = try find.one { row in
                (
                    recipe: row.text(0), version: row.int64(1), message: row.textOrNil(2) ?? row.textOrNil(3),
                    error: try StoredPayload(row, 4), origin: row.text(5), parent: row.int64OrNil(6)
                )
            }
            guard let found else { return nil }
            let error = try found.error.resolved(in: database).json("the error of job \(id)")
            var (origin, parent, calls) = (found.origin, found.parent, 0)
            let up = try SQLStatement(database, "SELECT origin, parent_job FROM job WHERE id = ?")
            while let caller = parent, calls < Self.mostCalls {
                up.bind(1, caller)
                guard let next = try up.one({ ($0.text(0), $0.int64OrNil(1)) }) else { break }
                (origin, parent, calls) = (next.0, next.1, calls + 1)
            }
            return AlertJob(
                id: id, recipe: found.recipe, version: found.version, message: found.message,
                errorType: error?["type"]?.string, step: error?["step"]?.string, rootOrigin: origin)
        }
    }

    /// When the newest job of a recipe was made; nil when it has none.
    public func newestJob(of recipe: String) async throws -> Milliseconds? {
        try await read { database in
            let statement = try SQLStatement(
                database,
                """
                SELECT created_ms FROM job WHERE recipe = (SELECT id FROM recipe WHERE name = ?) ORDER BY id DESC LIMIT 1
                """)
            statement.bind(1, recipe)
            return try statement.one { $0.int64(0) }
        }
    }

    /// Whether a job of a recipe has succeeded since, among its newest, or the job `id` itself by now.
    /// - Parameter now: what ended later was before the clock was set back.
    public func hasSucceeded(
        _ recipe: String, since: Milliseconds, now: Milliseconds, or id: JobID?
    ) async throws -> Bool {
        try await read { database in
            let statement = try SQLStatement(
                database,
                """
                SELECT 1 FROM (SELECT state, finished_ms FROM job
                    WHERE recipe = (SELECT id FROM recipe WHERE name = ?1) ORDER BY id DESC LIMIT 50)
                WHERE state = \(JobState.succeeded.rawValue) AND finished_ms BETWEEN ?2 AND ?4
                UNION ALL SELECT 1 FROM job WHERE id = ?3 AND state = \(JobState.succeeded.rawValue) LIMIT 1
                """)
            statement.bind(1, recipe)
            statement.bind(2, since)
            statement.bind(3, id)
            statement.bind(4, now)
            return try statement.one { _ in true } ?? false
        }
    }

    /// Whether a job of a recipe waits for a person.
    public func hasParkedJob(_ recipe: String) async throws -> Bool {
        try await read { database in
            for state in [JobState.needsDecision, .quarantined] {
                let statement = try SQLStatement(
                    database,
                    """
                    SELECT 1 FROM job INDEXED BY job_open WHERE \(state.sqlCondition)
                    AND recipe = (SELECT id FROM recipe WHERE name = ?) LIMIT 1
                    """)
                statement.bind(1, recipe)
                if try statement.one({ _ in true }) != nil { return true }
            }
            return false
        }
    }
}

extension WriterConnection {
    fileprivate func put(_ standing: AlertStanding) throws {
        let statement = try SQLStatement(
            database,
            """
            INSERT OR REPLACE INTO alert_standing(rule, kind, subject, recipe, since_ms, opened_ms, last_ms, untold, told_ms,
            is_told, due_ms, job, message, times) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
        statement.bind(1, standing.key.rule)
        statement.bind(2, standing.key.kind.rawValue)
        statement.bind(3, standing.key.subject)
        statement.bind(4, standing.recipe)
        statement.bind(5, standing.since)
        statement.bind(6, standing.openedAt)
        statement.bind(7, standing.lastAt)
        statement.bind(8, standing.untold)
        statement.bind(9, standing.toldAt)
        statement.bind(10, standing.isTold ? 1 : 0)
        statement.bind(11, standing.due)
        statement.bind(12, standing.job)
        statement.bind(13, standing.message)
        statement.bind(14, JSON.array(standing.times.map { .integer(Int($0)) }).compact)
        try statement.run()
    }

    fileprivate func add(_ delivery: NewAlertDelivery, at now: Milliseconds) throws -> Int64 {
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
