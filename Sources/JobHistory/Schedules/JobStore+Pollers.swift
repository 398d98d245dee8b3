// Where pollers stand, and their events into jobs: the cursor moves in the transaction that makes the last jobs before it.

import GRDB
import JSONCore

/// Where the polling of one recipe stands.
public struct PollerState: Sendable, Hashable {
    public let recipe: String
    /// Of what is asked for: another one starts anew.
    public var fingerprint: String
    /// When it is asked next; nil when its recipe is off, or while it is paused.
    public var next: Milliseconds?
    /// When it was last asked with success.
    public var polledAt: Milliseconds?
    /// Events that made a job, ever.
    public var events = 0
    /// Events that could not be taken, ever; `error` holds the last reason.
    public var refused = 0
    /// Failures since the last success.
    public var failures = 0
    public var failedAt: Milliseconds?
    /// Why it failed last, in words; nil after a success.
    public var error: String?
    public var pause: Pause?
    /// Polls in a row that found nothing new, while nobody says how often it is asked.
    public var emptyPolls = 0
    /// Whether what was there at the beginning is known, so that everything found from now on is new.
    public var isPrimed = false
    /// Where it stands in what is asked for; nil before the first success.
    public var cursor: JSON?

    public init(recipe: String, fingerprint: String, next: Milliseconds? = nil) {
        (self.recipe, self.fingerprint, self.next) = (recipe, fingerprint, next)
    }
}

/// What a poll has found so far.
public struct PolledPage: Sendable {
    public var jobs: [NewJob] = []
    /// Keys of events that were there before the recipe: known, without a job.
    public var known: [String] = []
    public var refused = 0
    /// The last sentence about events that could not be taken.
    public var refusal: String?

    public init() {}
}

extension JobStore {
    /// Every poller there ever was, by recipe.
    public func pollers() async throws -> [String: PollerState] {
        try await read { database in
            let rows = try SQLStatement(database, "\(Self.selectPoller)").all(Self.poller)
            return Dictionary(rows.map { ($0.recipe, $0) }) { $1 }
        }
    }

    public func poller(of recipe: String) async throws -> PollerState? {
        try await read { database in
            let statement = try SQLStatement(database, "\(Self.selectPoller) WHERE recipe.name = ?")
            statement.bind(1, recipe)
            return try statement.one(Self.poller)
        }
    }

    /// What is to be asked by `now`, the earliest first.
    public func duePollers(by now: Milliseconds, limit: Int) async throws -> [PollerState] {
        try await read { database in
            let statement = try SQLStatement(
                database,
                "\(Self.selectPoller) WHERE next_ms <= ?1 AND next_ms IS NOT NULL ORDER BY next_ms LIMIT ?2")
            statement.bind(1, now)
            statement.bind(2, max(0, limit))
            return try statement.all(Self.poller)
        }
    }

    /// When the next poller after `time` is to be asked.
    public func nextPoll(after time: Milliseconds) async throws -> Milliseconds? {
        try await read { database in
            let statement = try SQLStatement(
                database, "SELECT min(next_ms) FROM poller WHERE next_ms > ? AND next_ms IS NOT NULL")
            statement.bind(1, time)
            return try statement.one { $0.int64OrNil(0) } ?? nil
        }
    }

    /// Sets when each is asked next, in one transaction. Another fingerprint starts it anew: without cursor and failures.
    public func place(_ states: [PollerState]) async throws {
        let rows = try states.map { (try recipes.id(of: $0.recipe), $0) }
        guard !rows.isEmpty else { return }
        try await write(waitsForSpace: true) { connection in
            let statement = try SQLStatement(
                connection.database,
                """
                INSERT INTO poller(recipe, fingerprint, next_ms, events, refused, failures, is_primed)
                VALUES (?1, ?2, ?3, 0, 0, 0, 0) ON CONFLICT(recipe) DO UPDATE SET
                next_ms = CASE WHEN paused_ms IS NULL THEN ?3 END, fingerprint = ?2,
                cursor = iif(fingerprint = ?2, cursor, NULL), is_primed = iif(fingerprint = ?2, is_primed, 0),
                failures = iif(fingerprint = ?2, failures, 0), error = iif(fingerprint = ?2, error, NULL),
                empty_polls = iif(fingerprint = ?2, empty_polls, 0)
                """)
            for (recipe, state) in rows {
                statement.bind(1, recipe)
                statement.bind(2, state.fingerprint)
                statement.bind(3, state.next)
                try statement.run()
            }
        }
    }

    /// Stops a poller until it is resumed.
    public func pausePoller(_ state: PollerState, _ pause: Pause) async throws {
        try await place([state])
        let recipe = try recipes.id(of: state.recipe)
        try await write { connection in
            let statement = try SQLStatement(
                connection.database,
                """
                UPDATE poller SET next_ms = NULL, paused_ms = coalesce(paused_ms, ?2), pause_reason = ?3
                WHERE recipe = ?1
                """)
            statement.bind(1, recipe)
            statement.bind(2, pause.at)
            statement.bind(3, pause.reason)
            try statement.run()
        }
    }

    /// Ends a pause: it is asked at `next`, from the cursor where it stands, and its failures and empty polls are counted anew.
    public func resumePoller(_ recipe: String, next: Milliseconds?) async throws {
        let recipe = try recipes.id(of: recipe)
        try await write { connection in
            let statement = try SQLStatement(
                connection.database,
                """
                UPDATE poller SET next_ms = ?2, paused_ms = NULL, pause_reason = NULL, failures = 0, empty_polls = 0
                WHERE recipe = ?1
                """)
            statement.bind(1, recipe)
            statement.bind(2, next)
            try statement.run()
        }
    }

    /// Sets where the first poll begins: what it finds from there on is new.
    public func prime(_ state: PollerState, at cursor: JSON) async throws {
        let (recipe, text) = (try recipes.id(of: state.recipe), cursor.compact)
        try await write(waitsForSpace: true) { connection in
            let statement = try SQLStatement(
                connection.database,
                "UPDATE poller SET cursor = ?3, is_primed = 1 WHERE recipe = ?1 AND fingerprint = ?2")
            statement.bind(1, recipe)
            statement.bind(2, state.fingerprint)
            statement.bind(3, text)
            try statement.run()
        }
    }

    /// Makes jobs of a page's events, in one transaction; durable on return. The cursor stays where it is.
    public func accept(_ page: PolledPage, for state: PollerState) async throws -> [Intake] {
        try await settle(page, state) { _, _ in }
    }

    /// As `accept` for the last page, and moves the cursor in the same transaction.
    /// - Parameters:
    ///   - next: when it is asked next.
    ///   - idle: when it is asked next if this page makes no job either; nil: the poll has found something, or its pace is fixed.
    public func finish(
        _ page: PolledPage, for state: PollerState, cursor: JSON?, at now: Milliseconds, next: Milliseconds,
        idle: Milliseconds? = nil
    ) async throws -> [Intake] {
        let (recipe, text) = (try recipes.id(of: state.recipe), cursor?.compact)
        return try await settle(page, state) { connection, accepted in
            let idle = accepted == 0 ? idle : nil
            let statement = try SQLStatement(
                connection.database,
                """
                UPDATE poller SET cursor = ?2, is_primed = 1, polled_ms = ?3,
                next_ms = CASE WHEN paused_ms IS NULL AND next_ms IS NOT NULL THEN ?4 END, failures = 0,
                error = ?5, failed_ms = iif(?5 IS NULL, failed_ms, ?3), empty_polls = iif(?6, empty_polls + 1, 0)
                WHERE recipe = ?1
                """)
            statement.bind(1, recipe)
            statement.bind(2, text)
            statement.bind(3, now)
            statement.bind(4, idle ?? next)
            statement.bind(5, page.refusal)
            statement.bind(6, idle == nil ? 0 : 1)
            try statement.run()
        }
    }

    /// - Throws: `StoreError.refused` when the poller was changed meanwhile: nothing is written.
    private func settle(
        _ page: PolledPage, _ state: PollerState,
        _ end: @escaping @Sendable (WriterConnection, _ accepted: Int) throws -> Void
    ) async throws -> [Intake] {
        let recipe = try recipes.id(of: state.recipe)
        var rows = EncodedRows(largePayloadBytes: options.largePayloadBytes)
        for job in page.jobs { try rows.append(job, id: 0, recipe: recipe, startedAt: nil) }
        let known = page.known.map(DedupeKey.init)
        return try await write(waitsForSpace: true) { [rows] connection in
            let unchanged = try SQLStatement(
                connection.database, "SELECT 1 FROM poller WHERE recipe = ?1 AND fingerprint = ?2")
            unchanged.bind(1, recipe)
            unchanged.bind(2, state.fingerprint)
            guard try unchanged.one({ _ in true }) != nil else {
                throw StoreError.refused("the trigger of \(state.recipe) was changed while it was polled")
            }
            try connection.remember(known, of: recipe)
            let intakes = try connection.write(rows, refusingDuplicates: false)
            let accepted = intakes.count { if case .accepted = $0 { true } else { false } }
            let count = try SQLStatement(
                connection.database,
                "UPDATE poller SET events = events + ?2, refused = refused + ?3 WHERE recipe = ?1")
            count.bind(1, recipe)
            count.bind(2, accepted)
            count.bind(3, page.refused)
            try count.run()
            try end(connection, accepted)
            return intakes
        }
    }

    /// Notes a failure with its reason; the cursor stays.
    /// - Parameter pause: stops the poller until it is resumed.
    public func fail(
        _ state: PollerState, _ error: String, at now: Milliseconds, next: Milliseconds, pause: Pause? = nil
    ) async throws {
        let recipe = try recipes.id(of: state.recipe)
        try await write(waitsForSpace: true) { connection in
            let statement = try SQLStatement(
                connection.database,
                """
                UPDATE poller SET failures = failures + 1, failed_ms = ?3, error = ?4,
                next_ms = CASE WHEN paused_ms IS NULL AND next_ms IS NOT NULL AND ?6 IS NULL THEN ?5 END,
                paused_ms = coalesce(paused_ms, ?6), pause_reason = iif(paused_ms IS NULL, ?7, pause_reason)
                WHERE recipe = ?1 AND fingerprint = ?2
                """)
            statement.bind(1, recipe)
            statement.bind(2, state.fingerprint)
            statement.bind(3, now)
            statement.bind(4, error)
            statement.bind(5, next)
            statement.bind(6, pause?.at)
            statement.bind(7, pause?.reason)
            try statement.run()
        }
    }

    private static let selectPoller = """
        SELECT recipe.name, poller.fingerprint, next_ms, polled_ms, events, refused, failures, failed_ms, error,
        paused_ms, pause_reason, is_primed, cursor, empty_polls FROM poller JOIN recipe ON recipe.id = poller.recipe
        """

    private static func poller(_ row: SQLStatement) throws -> PollerState {
        var state = PollerState(recipe: row.text(0), fingerprint: row.text(1), next: row.int64OrNil(2))
        (state.polledAt, state.events, state.refused) = (row.int64OrNil(3), row.int(4), row.int(5))
        (state.failures, state.failedAt, state.error) = (row.int(6), row.int64OrNil(7), row.textOrNil(8))
        state.pause = row.int64OrNil(9).map { Pause(at: $0, reason: row.textOrNil(10) ?? "") }
        (state.isPrimed, state.emptyPolls) = (row.int(11) != 0, row.int(13))
        if let text = row.textOrNil(12) {
            guard let cursor = try? JSON(parsing: Array(text.utf8)) else {
                throw StoreError.corrupt("the cursor of \(state.recipe) is no JSON; restore it from a backup")
            }
            state.cursor = cursor
        }
        return state
    }
}

extension WriterConnection {
    /// Keys of events that never become jobs: they stand for job 0.
    fileprivate func remember(_ keys: [DedupeKey], of recipe: Int64) throws {
        let insert = try SQLStatement(
            database, "INSERT INTO dedupe(recipe, key, job) VALUES (?, ?, 0) ON CONFLICT DO NOTHING")
        for key in keys {
            insert.bind(1, recipe)
            switch key {
            case .text(let text): insert.bind(2, text)
            case .hash(let hash): insert.bind(2, hash)
            }
            try insert.run()
        }
    }
}
