// Alerts in the history: what happened is taken out in the transaction that notes what follows from it.

import GRDB
import JSONCore
import RecipeLanguage

extension JobStore {
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
}
