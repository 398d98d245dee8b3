// What outside systems were asked to call: one row for each subscription, from before the first request until its end.

import GRDB
import JSONCore

/// One subscription of a recipe's trigger at an outside system.
public struct Subscription: Sendable, Hashable {
    /// Raw values are what the database holds.
    public enum State: Int, Sendable, CaseIterable, CustomStringConvertible {
        /// Nothing was sent yet, or the system refused.
        case wanted = 0
        /// The request was sent; whether the system took it is not known.
        case sent = 1
        case active = 2
        /// A person enters the address at the system.
        case byHand = 3
        /// The system is to be told that it ends.
        case ending = 4

        public var description: String {
            switch self {
            case .wanted: "wanted"
            case .sent: "sent"
            case .active: "active"
            case .byHand: "by_hand"
            case .ending: "ending"
            }
        }
    }

    /// 0 until it is stored.
    public var id: Int64 = 0
    public let recipe: String
    /// Of what is subscribed to: another one is another subscription.
    public let fingerprint: String
    /// The last part of its address, which nobody can guess.
    public let token: String
    public let connector: String
    public let trigger: String
    public let connection: String?
    /// The trigger's settings, typed.
    public let input: JSON
    /// The whole address.
    public let url: String
    public let madeAt: Milliseconds
    public var state: State
    /// When something is to be done about it; nil: nothing is.
    public var next: Milliseconds?
    public var activeAt: Milliseconds?
    /// When the system ends it by itself.
    public var expiresAt: Milliseconds?
    /// Since when it is to end.
    public var endingAt: Milliseconds?
    /// Failures since the last success.
    public var failures = 0
    public var failedAt: Milliseconds?
    /// Why it failed last, in words; nil after a success.
    public var error: String?
    /// What subscribing gave, secrets left out.
    public var answer: JSON = .null
    /// Deliveries that came by it and proved themselves.
    public fileprivate(set) var deliveries = 0
    public fileprivate(set) var deliveredAt: Milliseconds?

    public init(
        recipe: String, fingerprint: String, token: String, connector: String, trigger: String, connection: String?,
        input: JSON, url: String, madeAt: Milliseconds, state: State, next: Milliseconds?
    ) {
        (self.recipe, self.fingerprint, self.token) = (recipe, fingerprint, token)
        (self.connector, self.trigger, self.connection) = (connector, trigger, connection)
        (self.input, self.url, self.madeAt, self.state, self.next) = (input, url, madeAt, state, next)
    }
}

extension JobStore {
    /// All of them, in order of their making.
    public func subscriptions() async throws -> [Subscription] {
        try await read { database in
            try SQLStatement(database, "\(Self.selectSubscription) ORDER BY subscription.id").all(Self.subscription)
        }
    }

    public func subscription(token: String) async throws -> Subscription? {
        try await read { database in
            let statement = try SQLStatement(database, "\(Self.selectSubscription) WHERE token = ?")
            statement.bind(1, token)
            return try statement.one(Self.subscription)
        }
    }

    public func subscription(_ id: Int64) async throws -> Subscription? {
        try await read { database in
            let statement = try SQLStatement(database, "\(Self.selectSubscription) WHERE subscription.id = ?")
            statement.bind(1, id)
            return try statement.one(Self.subscription)
        }
    }

    /// Writes new ones and what has changed in others, in one transaction; durable on return. Counts of deliveries stay.
    public func save(_ subscriptions: [Subscription]) async throws {
        guard !subscriptions.isEmpty else { return }
        let rows = try subscriptions.map { (try recipes.id(of: $0.recipe), $0) }
        try await write(waitsForSpace: true) { connection in
            for (recipe, subscription) in rows {
                if subscription.id == 0 { try connection.insert(subscription, recipe) }
                try connection.update(subscription)
            }
        }
    }

    /// Forgets one that has ended.
    public func remove(_ subscription: Subscription) async throws {
        try await write(waitsForSpace: true) { connection in
            let statement = try SQLStatement(connection.database, "DELETE FROM subscription WHERE token = ?")
            statement.bind(1, subscription.token)
            try statement.run()
        }
    }

    private static let selectSubscription = """
        SELECT subscription.id, recipe.name, fingerprint, token, connector, trigger_name, connection, input, url, made_ms,
        state, next_ms, active_ms, expires_ms, ending_ms, failures, failed_ms, error, answer, deliveries, delivered_ms
        FROM subscription JOIN recipe ON recipe.id = subscription.recipe
        """

    private static func subscription(_ row: SQLStatement) throws -> Subscription {
        guard let state = Subscription.State(rawValue: row.int(10)), let input = try? JSON(parsing: row.text(7)),
            let answer = try? row.textOrNil(18).map({ try JSON(parsing: $0) }) ?? .null
        else {
            throw StoreError.corrupt("subscription \(row.int64(0)) can't be read; restore the history from a backup")
        }
        var subscription = Subscription(
            recipe: row.text(1), fingerprint: row.text(2), token: row.text(3), connector: row.text(4),
            trigger: row.text(5), connection: row.textOrNil(6), input: input, url: row.text(8), madeAt: row.int64(9),
            state: state, next: row.int64OrNil(11))
        subscription.id = row.int64(0)
        (subscription.activeAt, subscription.expiresAt) = (row.int64OrNil(12), row.int64OrNil(13))
        (subscription.endingAt, subscription.failures) = (row.int64OrNil(14), row.int(15))
        (subscription.failedAt, subscription.error) = (row.int64OrNil(16), row.textOrNil(17))
        (subscription.answer, subscription.deliveries) = (answer, row.int(19))
        subscription.deliveredAt = row.int64OrNil(20)
        return subscription
    }
}

extension WriterConnection {
    fileprivate func insert(_ subscription: Subscription, _ recipe: Int64) throws {
        let statement = try SQLStatement(
            database,
            """
            INSERT INTO subscription(
                recipe, fingerprint, token, connector, trigger_name, connection, input, url, made_ms, state, failures,
                deliveries)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0) ON CONFLICT(token) DO NOTHING
            """)
        statement.bind(1, recipe)
        statement.bind(2, subscription.fingerprint)
        statement.bind(3, subscription.token)
        statement.bind(4, subscription.connector)
        statement.bind(5, subscription.trigger)
        statement.bind(6, subscription.connection)
        statement.bind(7, subscription.input.compact)
        statement.bind(8, subscription.url)
        statement.bind(9, subscription.madeAt)
        try statement.run()
    }

    fileprivate func update(_ subscription: Subscription) throws {
        let statement = try SQLStatement(
            database,
            """
            UPDATE subscription SET state = ?2, next_ms = ?3, active_ms = ?4, expires_ms = ?5, ending_ms = ?6,
            failures = ?7, failed_ms = ?8, error = ?9, answer = ?10 WHERE token = ?1
            """)
        statement.bind(1, subscription.token)
        statement.bind(2, subscription.state.rawValue)
        statement.bind(3, subscription.next)
        statement.bind(4, subscription.activeAt)
        statement.bind(5, subscription.expiresAt)
        statement.bind(6, subscription.endingAt)
        statement.bind(7, subscription.failures)
        statement.bind(8, subscription.failedAt)
        statement.bind(9, subscription.error)
        statement.bind(10, subscription.answer.isNull ? nil : subscription.answer.compact)
        try statement.run()
    }

    /// Notes that a delivery came by a subscription.
    func count(at time: Milliseconds, by subscription: Int64) throws {
        let statement = try SQLStatement(
            database, "UPDATE subscription SET deliveries = deliveries + 1, delivered_ms = ?2 WHERE id = ?1")
        statement.bind(1, subscription)
        statement.bind(2, time)
        try statement.run()
    }
}

extension Schema {
    // `state` is `Subscription.State`; `input` and `answer` are JSON. The secrets of subscriptions are not here: the
    // workspace's encrypted store has them, by `token`.
    static let version12 = """
        CREATE TABLE subscription(
            id INTEGER PRIMARY KEY, recipe INTEGER NOT NULL, fingerprint TEXT NOT NULL, token TEXT NOT NULL UNIQUE,
            connector TEXT NOT NULL, trigger_name TEXT NOT NULL, connection TEXT, input TEXT NOT NULL, url TEXT NOT NULL,
            made_ms INTEGER NOT NULL, state INTEGER NOT NULL, next_ms INTEGER, active_ms INTEGER, expires_ms INTEGER,
            ending_ms INTEGER, failures INTEGER NOT NULL, failed_ms INTEGER, error TEXT, answer TEXT,
            deliveries INTEGER NOT NULL, delivered_ms INTEGER) STRICT;
        """
}
