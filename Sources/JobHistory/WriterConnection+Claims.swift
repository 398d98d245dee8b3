// Claims and versions, within the writer's transaction.

import GRDB
import RecipeLanguage

extension WriterConnection {
    /// Jobs of a recipe that may start now: due waiting ones first (they have begun), then queued ones in event order.
    func claimable(recipe: Int64, limit: Int, now: Milliseconds) throws -> [JobID] {
        func ids(_ state: JobState, _ condition: String, _ order: String, _ count: Int) throws -> [JobID] {
            let statement = try SQLStatement(
                database,
                """
                SELECT id FROM job INDEXED BY job_open WHERE \(state.sqlCondition) AND recipe = ?1
                AND run_after_ms \(condition) ORDER BY \(order) LIMIT ?3
                """)
            statement.bind(1, recipe)
            statement.bind(2, now)
            statement.bind(3, count)
            return try statement.all { $0.int64(0) }
        }
        let waiting = try ids(.waiting, "<= ?2", "run_after_ms, id", limit)
        guard waiting.count < limit else { return waiting }
        let rest = limit - waiting.count
        let queued = try ids(.queued, "= 0", "id", rest)
        let delayed = try ids(.queued, "BETWEEN 1 AND ?2", "run_after_ms, id", rest)
        return waiting + (queued + delayed).sorted().prefix(rest)
    }

    /// Marks a queued or waiting job as running, with one more death counted; nil when it is neither.
    func claim(_ job: JobID, recipe: String?, now: Milliseconds) throws -> ClaimedRow? {
        let find = try SQLStatement(
            database,
            """
            SELECT recipe, version, state, created_ms, event, deaths, active_ms, parent_job, parent_address, started_ms
            FROM job WHERE id = ?
            """)
        find.bind(1, job)
        let found = try find.one { row -> (state: JobState?, recipe: Int64, claimed: ClaimedRow) in
            var claimed = ClaimedRow(id: job, recipe: recipe ?? "", version: row.int64(1), createdAt: row.int64(3))
            claimed.event = try StoredPayload(row, 4)
            (claimed.deaths, claimed.activeMilliseconds) = (row.int(5) + 1, row.int64(6))
            if let parent = row.int64OrNil(7) { claimed.parent = (parent, row.textOrNil(8) ?? "") }
            claimed.startedAt = row.int64OrNil(9) ?? now
            return (JobState(rawValue: row.int(2)), row.int64(0), claimed)
        }
        guard let found, let state = found.state, state.mayBecome(.running) else { return nil }
        var claimed = found.claimed
        if recipe == nil {
            let name = try SQLStatement(database, "SELECT name FROM recipe WHERE id = ?")
            name.bind(1, found.recipe)
            claimed.recipe = try name.one { $0.text(0) } ?? ""
        }
        claimed.event = try claimed.event.resolved(in: database)
        let keys = StepKey.range(of: job)
        let steps = try SQLStatement(database, "SELECT 1 FROM step WHERE key BETWEEN ? AND ? LIMIT 1")
        steps.bind(1, keys.first)
        steps.bind(2, keys.last)
        claimed.isResumed = try steps.one { _ in true } ?? false
        let mark = try SQLStatement(
            database,
            """
            UPDATE job SET state = \(JobState.running.rawValue), epoch = ?2, deaths = deaths + 1,
            started_ms = coalesce(started_ms, ?3), run_after_ms = 0, reason = NULL WHERE id = ?1
            """)
        mark.bind(1, job)
        mark.bind(2, epoch)
        mark.bind(3, now)
        try mark.run()
        return claimed
    }

    /// The version with this hash, and its recipe; both made if they are new.
    func register(
        recipe: String, hash: [UInt8], source: [UInt8], at: Milliseconds
    ) throws -> (recipe: Int64, id: Int64, number: Int) {
        let insertRecipe = try SQLStatement(database, "INSERT INTO recipe(name) VALUES (?) ON CONFLICT DO NOTHING")
        insertRecipe.bind(1, recipe)
        try insertRecipe.run()
        let find = try SQLStatement(database, "SELECT id FROM recipe WHERE name = ?")
        find.bind(1, recipe)
        guard let recipeID = try find.one({ $0.int64(0) }) else { throw StoreError.unknownRecipe(recipe) }
        let insert = try SQLStatement(
            database,
            """
            INSERT INTO recipe_version(recipe, number, hash, registered_ms, source) SELECT ?1,
            coalesce((SELECT max(number) FROM recipe_version WHERE recipe = ?1), 0) + 1, ?2, ?3, ?4
            WHERE NOT EXISTS (SELECT 1 FROM recipe_version WHERE recipe = ?1 AND hash = ?2)
            """)
        insert.bind(1, recipeID)
        insert.bind(2, hash)
        insert.bind(3, at)
        insert.bind(4, source)
        try insert.run()
        let version = try SQLStatement(database, "SELECT id, number FROM recipe_version WHERE recipe = ? AND hash = ?")
        version.bind(1, recipeID)
        version.bind(2, hash)
        guard let (id, number) = try version.one({ ($0.int64(0), $0.int(1)) }) else {
            throw StoreError.unknownRecipe(recipe)
        }
        return (recipeID, id, number)
    }
}

/// A claimed job as it was read; its event is parsed on the caller's side.
struct ClaimedRow: Sendable {
    let id: JobID
    var recipe: String
    let version: Int64
    let createdAt: Milliseconds
    var event = StoredPayload.none
    var deaths = 0
    var isResumed = false
    var activeMilliseconds: Int64 = 0
    var parent: (job: JobID, address: String)?
    var startedAt: Milliseconds?

    init(id: JobID, recipe: String, version: Int64, createdAt: Milliseconds) {
        (self.id, self.recipe, self.version, self.createdAt) = (id, recipe, version, createdAt)
    }

    func job() throws -> ClaimedJob {
        ClaimedJob(
            id: id, recipe: recipe, version: version, createdAt: createdAt,
            event: try event.json("the event of job \(id)") ?? .null, deaths: deaths, isResumed: isResumed,
            activeMilliseconds: activeMilliseconds, parent: parent, startedAt: startedAt)
    }
}
