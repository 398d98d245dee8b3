// The inbox: what webhook senders delivered of late, and what became of it.

import GRDB
import JSONCore

/// One request to a webhook address.
public struct Delivery: Sendable {
    /// Raw values are what the database holds.
    public enum Verdict: Int, Sendable, CaseIterable, CustomStringConvertible {
        /// It made a job.
        case accepted = 0
        /// It had come before, or the recipe's `when` did not want it.
        case passedOver = 1
        /// Its signature, size or form was wrong.
        case refused = 2

        public var description: String {
            switch self {
            case .accepted: "accepted"
            case .passedOver: "passed_over"
            case .refused: "refused"
            }
        }
    }

    /// In order of arrival; 0 until it is stored.
    public var id: Int64 = 0
    public var receivedAt: Milliseconds
    public var verdict: Verdict
    public var method: String
    /// Below `/hooks/`, without a slash in front.
    public var path: String
    /// The sender's network address.
    public var sender: String
    public var sizeBytes: Int
    public var recipe: String?
    public var job: JobID?
    /// Of what is not accepted: why, in words.
    public var reason: String?
    /// By name in lower case, credentials left out.
    public var headers: JSONObject
    /// What stood behind the `?` of the address, secrets left out.
    public var query: JSONObject
    /// Of a delivery that made no job: the body, or its start.
    public var body: [UInt8]?

    public init(
        receivedAt: Milliseconds, verdict: Verdict, method: String, path: String, sender: String, sizeBytes: Int,
        recipe: String? = nil, reason: String? = nil, headers: JSONObject = [:], query: JSONObject = [:],
        body: [UInt8]? = nil
    ) {
        (self.receivedAt, self.verdict, self.method, self.path) = (receivedAt, verdict, method, path)
        (self.sender, self.sizeBytes, self.recipe, self.reason) = (sender, sizeBytes, recipe, reason)
        (self.headers, self.query, self.body) = (headers, query, body)
    }
}

extension JobStore {
    /// Deliveries kept in all, and refused ones among them; older ones go when new ones come.
    static let keptDeliveries: (all: Int64, refused: Int) = (10_000, 1_000)
    /// Of a refused body.
    static let keptBodyBytes = 16 << 10

    /// Makes jobs of the events of one delivery and notes it, in one transaction; durable on return.
    /// - Parameter subscription: by which it came, where an outside system was asked for it.
    /// - Returns: what became of each event, in order.
    public func accept(
        _ jobs: [NewJob], of delivery: Delivery, by subscription: Int64? = nil
    ) async throws -> [Intake] {
        var rows = EncodedRows(largePayloadBytes: options.largePayloadBytes)
        for job in jobs { try rows.append(job, id: 0, recipe: recipes.id(of: job.recipe), startedAt: nil) }
        return try await write { [rows] connection in
            let intakes = try connection.write(rows, refusingDuplicates: false)
            for (job, intake) in zip(jobs, intakes) {
                var noted = delivery
                (noted.recipe, noted.job) = (job.recipe, intake.job)
                if case .duplicate(let other) = intake {
                    (noted.verdict, noted.reason) = (.passedOver, "it came before, as job \(other)")
                }
                try connection.insert(noted)
            }
            if let subscription { try connection.count(at: delivery.receivedAt, by: subscription) }
            return intakes
        }
    }

    /// Notes a delivery that made no job.
    /// - Parameters:
    ///   - subscription: by which it came, where an outside system was asked for it.
    ///   - waking: the recipe whose poll it makes due at once.
    public func note(_ delivery: Delivery, by subscription: Int64? = nil, waking recipe: String? = nil) async throws {
        let recipe = try recipe.map { try recipes.id(of: $0) }
        try await write { connection in
            try connection.insert(delivery)
            if let subscription { try connection.count(at: delivery.receivedAt, by: subscription) }
            guard let recipe else { return }
            let wake = try SQLStatement(
                connection.database,
                "UPDATE poller SET next_ms = min(next_ms, ?2) WHERE recipe = ?1 AND next_ms IS NOT NULL")
            wake.bind(1, recipe)
            wake.bind(2, delivery.receivedAt)
            try wake.run()
        }
    }

    /// Newest first, without bodies; `before` is the keyset cursor of the next page.
    public func deliveries(
        path: String? = nil, verdict: Delivery.Verdict? = nil, before: Int64? = nil, limit: Int = 50
    ) async throws -> [Delivery] {
        try await read { database in
            let statement = try SQLStatement(
                database,
                """
                SELECT \(Self.deliveryColumns), NULL FROM delivery WHERE id < ?1 AND (?2 IS NULL OR path = ?2)
                AND (?3 IS NULL OR verdict = ?3) ORDER BY id DESC LIMIT ?4
                """)
            statement.bind(1, before ?? .max)
            statement.bind(2, path)
            statement.bind(3, verdict.map { Int64($0.rawValue) })
            statement.bind(4, max(0, limit))
            return try statement.all { try Self.delivery($0) }
        }
    }

    /// One delivery with its body; nil when it is not there any more.
    public func delivery(_ id: Int64) async throws -> Delivery? {
        try await read { database in
            let statement = try SQLStatement(
                database, "SELECT \(Self.deliveryColumns), body FROM delivery WHERE id = ?")
            statement.bind(1, id)
            return try statement.one { try Self.delivery($0) }
        }
    }

    private static let deliveryColumns =
        "id, received_ms, verdict, method, path, sender, size_bytes, recipe, job, reason, headers, query"

    private static func delivery(_ row: SQLStatement) throws -> Delivery {
        guard let verdict = Delivery.Verdict(rawValue: row.int(2)),
            let headers = try? JSON(parsing: Array(row.text(10).utf8)).object,
            let query = try? row.textOrNil(11).map({ try JSON(parsing: Array($0.utf8)).object }) ?? [:]
        else {
            throw StoreError.corrupt("delivery \(row.int64(0)) can't be read; restore the history from a backup")
        }
        var delivery = Delivery(
            receivedAt: row.int64(1), verdict: verdict, method: row.text(3), path: row.text(4), sender: row.text(5),
            sizeBytes: row.int(6), recipe: row.textOrNil(7), reason: row.textOrNil(9), headers: headers, query: query)
        (delivery.id, delivery.job) = (row.int64(0), row.int64OrNil(8))
        if !row.isNull(12) { delivery.body = Array(row.bytes(12)) }
        return delivery
    }
}

extension Schema {
    static let version10 = "ALTER TABLE delivery ADD COLUMN query TEXT;"
}

extension WriterConnection {
    fileprivate func insert(_ delivery: Delivery) throws {
        let statement = try SQLStatement(
            database,
            """
            INSERT INTO delivery(
                received_ms, verdict, method, path, sender, size_bytes, recipe, job, reason, headers, body, query)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
        statement.bind(1, delivery.receivedAt)
        statement.bind(2, delivery.verdict.rawValue)
        statement.bind(3, delivery.method)
        statement.bind(4, delivery.path)
        statement.bind(5, delivery.sender)
        statement.bind(6, delivery.sizeBytes)
        statement.bind(7, delivery.recipe)
        statement.bind(8, delivery.job)
        statement.bind(9, delivery.reason)
        statement.bind(10, JSON.object(delivery.headers).compact)
        if let body = delivery.body {
            statement.bind(11, Array(body.prefix(JobStore.keptBodyBytes)))
        } else {
            statement.bindNull(11)
        }
        statement.bind(12, delivery.query.isEmpty ? nil : JSON.object(delivery.query).compact)
        try statement.run()
        try pruneDeliveries(after: database.lastInsertedRowID)
    }

    /// Now and then, so that it costs nearly nothing.
    private func pruneDeliveries(after id: Int64) throws {
        guard id % 128 == 0 else { return }
        let old = try SQLStatement(database, "DELETE FROM delivery WHERE id <= ?")
        old.bind(1, id - JobStore.keptDeliveries.all)
        try old.run()
        let refused = try SQLStatement(
            database,
            """
            DELETE FROM delivery WHERE verdict > 1 AND id <=
            (SELECT id FROM delivery INDEXED BY delivery_refused WHERE verdict > 1 ORDER BY id DESC LIMIT 1 OFFSET ?)
            """)
        refused.bind(1, JobStore.keptDeliveries.refused)
        try refused.run()
    }
}
