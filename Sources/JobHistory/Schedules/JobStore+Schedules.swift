// Where schedules stand: which are due, when the next one is, and what changes them besides their fires.

import GRDB

extension JobStore {
    /// Every schedule there ever was, or those of some recipes; by recipe.
    public func schedules(of recipes: Set<String>? = nil) async throws -> [String: ScheduleState] {
        try await read { database in
            let rows: [ScheduleState]
            if let recipes {
                let statement = try SQLStatement(database, "\(Self.selectSchedule) WHERE recipe.name = ?")
                rows = try recipes.compactMap { recipe in
                    statement.bind(1, recipe)
                    return try statement.one(Self.schedule)
                }
            } else {
                rows = try SQLStatement(database, Self.selectSchedule).all(Self.schedule)
            }
            return Dictionary(rows.map { ($0.recipe, $0) }) { $1 }
        }
    }

    /// nil for a recipe that never had a schedule here.
    public func schedule(of recipe: String) async throws -> ScheduleState? {
        try await schedules(of: [recipe])[recipe]
    }

    /// What is to be started by `now`, the earliest first: reads no other rows.
    public func dueSchedules(by now: Milliseconds, limit: Int) async throws -> [ScheduleState] {
        try await read { database in
            let statement = try SQLStatement(
                database,
                "\(Self.selectSchedule) WHERE start_ms <= ?1 AND start_ms IS NOT NULL ORDER BY start_ms LIMIT ?2")
            statement.bind(1, now)
            statement.bind(2, max(0, limit))
            return try statement.all(Self.schedule)
        }
    }

    /// When the next schedule is to be started; nil when none will be.
    public func nextScheduleStart() async throws -> Milliseconds? {
        try await read { database in
            try SQLStatement(database, "SELECT min(start_ms) FROM schedule WHERE start_ms IS NOT NULL")
                .one { $0.int64OrNil(0) } ?? nil
        }
    }

    /// Schedules that should have been started before `time` and were not: how many, and the first few.
    public func overdueSchedules(before time: Milliseconds, names: Int) async throws -> (count: Int, first: [String]) {
        try await read { database in
            let count = try SQLStatement(
                database, "SELECT count(*) FROM schedule WHERE start_ms < ? AND start_ms IS NOT NULL")
            count.bind(1, time)
            let first = try SQLStatement(
                database,
                """
                SELECT name FROM schedule JOIN recipe ON recipe.id = schedule.recipe
                WHERE start_ms < ?1 AND start_ms IS NOT NULL ORDER BY start_ms LIMIT ?2
                """)
            first.bind(1, time)
            first.bind(2, names)
            return (try count.one { $0.int(0) } ?? 0, try first.all { $0.text(0) })
        }
    }

    /// Sets the fingerprint, the next due time and the start of each, in one transaction; counters and pauses stay.
    /// - Throws: `StoreError.unknownRecipe` for a recipe without a version.
    public func place(_ states: [ScheduleState]) async throws {
        let rows = try states.map { (try recipes.id(of: $0.recipe), $0) }
        guard !rows.isEmpty else { return }
        try await write(waitsForSpace: true) { connection in
            let statement = try SQLStatement(
                connection.database,
                """
                INSERT INTO schedule(recipe, fingerprint, next_ms, start_ms, pending, missed, skipped)
                VALUES (?1, ?2, ?3, ?4, 0, 0, 0) ON CONFLICT(recipe) DO UPDATE SET fingerprint = ?2, next_ms = ?3,
                start_ms = CASE WHEN paused_ms IS NULL THEN ?4 END
                """)
            for (recipe, state) in rows {
                statement.bind(1, recipe)
                statement.bind(2, state.fingerprint)
                statement.bind(3, state.next)
                statement.bind(4, state.start)
                try statement.run()
            }
        }
    }

    /// Stops a schedule until it is resumed; a second pause changes the reason.
    public func pauseSchedule(_ state: ScheduleState, _ pause: Pause) async throws {
        try await place([state])
        let recipe = try recipes.id(of: state.recipe)
        try await write { connection in
            let statement = try SQLStatement(
                connection.database,
                """
                UPDATE schedule SET start_ms = NULL, paused_ms = coalesce(paused_ms, ?2), pause_reason = ?3
                WHERE recipe = ?1
                """)
            statement.bind(1, recipe)
            statement.bind(2, pause.at)
            statement.bind(3, pause.reason)
            try statement.run()
        }
    }

    /// Ends a pause; goes on with `state.next`.
    public func resumeSchedule(_ state: ScheduleState) async throws {
        let recipe = try recipes.id(of: state.recipe)
        try await write { connection in
            let statement = try SQLStatement(
                connection.database,
                """
                UPDATE schedule SET fingerprint = ?2, next_ms = ?3, start_ms = ?4, paused_ms = NULL, pause_reason = NULL
                WHERE recipe = ?1
                """)
            statement.bind(1, recipe)
            statement.bind(2, state.fingerprint)
            statement.bind(3, state.next)
            statement.bind(4, state.start)
            try statement.run()
        }
    }

    static let selectSchedule = """
        SELECT recipe.name, schedule.fingerprint, next_ms, start_ms, last_ms, pending, missed, skipped, paused_ms,
        pause_reason, forgotten_ms FROM schedule JOIN recipe ON recipe.id = schedule.recipe
        """

    static func schedule(_ row: SQLStatement) -> ScheduleState {
        var state = ScheduleState(
            recipe: row.text(0), fingerprint: row.text(1), next: row.int64OrNil(2), start: row.int64OrNil(3))
        (state.last, state.pending) = (row.int64OrNil(4), row.int(5))
        (state.missed, state.skipped) = (row.int(6), row.int(7))
        state.pause = row.int64OrNil(8).map { Pause(at: $0, reason: row.textOrNil(9) ?? "") }
        state.forgottenThrough = row.int64OrNil(10)
        return state
    }
}
