// Due times into jobs: a fire's row and its job are one transaction, and a due time that has a row makes no job again.

import GRDB

extension JobStore {
    /// Deals with what is due of many schedules in one transaction; durable on return. Waits while the disk is full.
    /// - Returns: what became of each plan, in order.
    public func take(_ plans: [FirePlan]) async throws -> [FireResult] {
        guard !plans.isEmpty else { return [] }
        let encoded = try plans.map { plan in (plan, try recipes.id(of: plan.state.recipe), try encode(plan.fires)) }
        return try await write(waitsForSpace: true) { connection in
            try encoded.map { plan, recipe, jobs in try connection.take(plan, recipe: recipe, jobs: jobs) }
        }
    }

    /// Makes the jobs of due times that are over, in one transaction, and leaves where the schedule stands as it is.
    public func backfill(_ recipe: String, _ fires: [PlannedFire], at now: Milliseconds) async throws -> FireResult {
        let (id, jobs) = (try recipes.id(of: recipe), try encode(fires))
        return try await write { connection in
            var result = FireResult(recipe: recipe)
            for (fire, job) in zip(fires, jobs) {
                guard let fire = try connection.fire(fire, recipe: id, job: job, at: now) else {
                    result.repeated += 1
                    continue
                }
                result.fires.append(fire)
            }
            return result
        }
    }

    private func encode(_ fires: [PlannedFire]) throws -> [EncodedRows?] {
        try fires.map { fire in
            guard case .job(let job, _) = fire.outcome else { return nil }
            var rows = EncodedRows(largePayloadBytes: options.largePayloadBytes)
            try rows.append(job, id: 0, recipe: recipes.id(of: job.recipe), startedAt: nil)
            return rows
        }
    }

    /// The fires of a recipe with due times in a range, newest first.
    public func fires(
        of recipe: String, due range: ClosedRange<Milliseconds> = 0...(.max), limit: Int = 100
    ) async throws -> [Fire] {
        try await read { database in
            let statement = try SQLStatement(
                database,
                """
                SELECT due_ms, fired_ms, verdict, job, reason FROM schedule_fire
                WHERE recipe = (SELECT id FROM recipe WHERE name = ?1) AND due_ms BETWEEN ?2 AND ?3
                ORDER BY due_ms DESC LIMIT ?4
                """)
            statement.bind(1, recipe)
            statement.bind(2, range.lowerBound)
            statement.bind(3, range.upperBound)
            statement.bind(4, max(0, limit))
            return try statement.all { row in
                guard let verdict = Fire.Verdict(rawValue: row.int(2)) else {
                    throw StoreError.corrupt("a fire of \(recipe) has an unknown verdict; restore it from a backup")
                }
                return Fire(
                    due: row.int64(0), firedAt: row.int64(1), verdict: verdict, job: row.int64OrNil(3),
                    reason: row.textOrNil(4))
            }
        }
    }

    /// How many due times of a range were dealt with.
    public func countFires(of recipe: String, due range: ClosedRange<Milliseconds>) async throws -> Int {
        try await read { database in
            let statement = try SQLStatement(
                database,
                """
                SELECT count(*) FROM schedule_fire
                WHERE recipe = (SELECT id FROM recipe WHERE name = ?1) AND due_ms BETWEEN ?2 AND ?3
                """)
            statement.bind(1, recipe)
            statement.bind(2, range.lowerBound)
            statement.bind(3, range.upperBound)
            return try statement.one { $0.int(0) } ?? 0
        }
    }

    /// Jobs of a recipe that its schedule started and that are not over, oldest first.
    public func openScheduledJobs(of recipe: String) async throws -> [JobID] {
        let id = try recipes.id(of: recipe)
        return try await read { try WriterConnection.openScheduledJobs(of: id, $0, limit: 1_000) }
    }

    /// Forgets fires that were due and dealt with before `time`, of some schedules at a time.
    ///
    /// What was forgotten is remembered in `ScheduleState.forgottenThrough`: those due times are not filled in again.
    /// - Parameter after: goes on after this recipe's number; 0 at first.
    /// - Returns: where to go on; nil when all were looked at.
    public func forgetFires(before time: Milliseconds, after: Int64, schedules: Int = 500) async throws -> Int64? {
        try await write { connection in
            let database = connection.database
            let some = try SQLStatement(
                database, "SELECT recipe FROM schedule WHERE recipe > ? ORDER BY recipe LIMIT ?")
            some.bind(1, after)
            some.bind(2, schedules)
            let found = try some.all { $0.int64(0) }
            let drop = try SQLStatement(
                database, "DELETE FROM schedule_fire WHERE recipe = ?1 AND due_ms < ?2 AND fired_ms < ?2")
            let mark = try SQLStatement(
                database, "UPDATE schedule SET forgotten_ms = max(coalesce(forgotten_ms, 0), ?2 - 1) WHERE recipe = ?1")
            for recipe in found {
                drop.bind(1, recipe)
                drop.bind(2, time)
                guard try drop.run() > 0 else { continue }
                mark.bind(1, recipe)
                mark.bind(2, time)
                try mark.run()
            }
            return found.count < schedules ? nil : found.last
        }
    }
}

extension WriterConnection {
    /// Carries out one plan, unless its schedule has moved, changed or been paused since it was read.
    fileprivate func take(_ plan: FirePlan, recipe: Int64, jobs: [EncodedRows?]) throws -> FireResult {
        var result = FireResult(recipe: plan.state.recipe)
        let unchanged = try SQLStatement(
            database,
            "SELECT 1 FROM schedule WHERE recipe = ?1 AND next_ms IS ?2 AND fingerprint = ?3 AND paused_ms IS NULL")
        unchanged.bind(1, recipe)
        unchanged.bind(2, plan.state.next)
        unchanged.bind(3, plan.state.fingerprint)
        guard try unchanged.one({ _ in true }) != nil else {
            result.isStale = true
            return result
        }
        var (last, pending, skipped) = (plan.state.last, plan.state.pending + plan.missed, 0)
        result.missed = plan.missed
        for (planned, job) in zip(plan.fires, jobs) {
            guard let fire = try fire(planned, recipe: recipe, job: job, at: plan.firedAt) else {
                result.repeated += 1
                continue
            }
            result.fires.append(fire)
            switch fire.verdict {
            case .started: (last, pending) = (planned.due, 0)
            case .skipped: (pending, skipped) = (pending + 1, skipped + 1)
            case .refused: (pending, result.missed) = (pending + 1, result.missed + 1)
            case .unwanted, .duplicate: break
            }
        }
        let move = try SQLStatement(
            database,
            """
            UPDATE schedule SET next_ms = ?2, start_ms = ?3, last_ms = ?4, pending = ?5, missed = missed + ?6,
            skipped = skipped + ?7 WHERE recipe = ?1
            """)
        move.bind(1, recipe)
        move.bind(2, plan.next)
        move.bind(3, plan.start)
        move.bind(4, last)
        move.bind(5, pending)
        move.bind(6, result.missed)
        move.bind(7, skipped)
        try move.run()
        return result
    }

    /// Writes the row of one due time, and its job.
    /// - Returns: nil when the due time has a row already.
    fileprivate func fire(_ planned: PlannedFire, recipe: Int64, job: EncodedRows?, at now: Milliseconds) throws
        -> Fire?
    {
        let insert = try SQLStatement(
            database,
            """
            INSERT INTO schedule_fire(recipe, due_ms, fired_ms, verdict) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT DO NOTHING
            """)
        insert.bind(1, recipe)
        insert.bind(2, planned.due)
        insert.bind(3, now)
        insert.bind(4, Fire.Verdict.started.rawValue)
        guard try insert.run() > 0 else { return nil }
        var (verdict, id, reason) = (Fire.Verdict.started, JobID?.none, String?.none)
        switch planned.outcome {
        case .nothing(let given, let why): (verdict, reason) = (given, why)
        case .job(_, let yields):
            if yields, let open = try Self.openScheduledJobs(of: recipe, database, limit: 1).first {
                (verdict, id, reason) = (.skipped, open, "job \(open) was still running")
            } else if let job, let intake = try write(job, refusingDuplicates: false).first {
                id = intake.job
                if case .duplicate(let other) = intake {
                    (verdict, reason) = (.duplicate, "job \(other) has the same dedupe key")
                }
            }
        }
        let settle = try SQLStatement(
            database, "UPDATE schedule_fire SET verdict = ?3, job = ?4, reason = ?5 WHERE recipe = ?1 AND due_ms = ?2")
        settle.bind(1, recipe)
        settle.bind(2, planned.due)
        settle.bind(3, verdict.rawValue)
        settle.bind(4, id)
        settle.bind(5, reason)
        try settle.run()
        return Fire(due: planned.due, firedAt: now, verdict: verdict, job: id, reason: reason)
    }

    /// Queued, running and waiting jobs that a schedule started. Parked ones wait for a person and hold nothing up.
    fileprivate static func openScheduledJobs(of recipe: Int64, _ database: Database, limit: Int) throws -> [JobID] {
        var found: [JobID] = []
        for state in [JobState.running, .queued, .waiting] where found.count < limit {
            let statement = try SQLStatement(
                database,
                """
                SELECT id FROM job INDEXED BY job_open WHERE \(state.sqlCondition) AND recipe = ?1
                AND origin = 'schedule' LIMIT ?2
                """)
            statement.bind(1, recipe)
            statement.bind(2, limit - found.count)
            found += try statement.all { $0.int64(0) }
        }
        return found.sorted()
    }
}
