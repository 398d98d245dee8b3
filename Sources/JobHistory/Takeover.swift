// What a new owner does first: it raises the epoch and takes over what the one before it was running.

import GRDB
import GRDBSQLite
import RecipeLanguage

let sqliteLibraryVersion = String(cString: sqlite3_libversion())

/// What the `owner` row holds.
struct Opening: Sendable {
    let epoch: Int64
    let workspaceID: String
    /// The largest number ever given to a job.
    let lastJob: JobID

    init(_ database: Database) throws {
        let row = try SQLStatement(
            database, "SELECT epoch, workspace, max(watermark, coalesce((SELECT max(id) FROM job), 0)) FROM owner"
        ).one { ($0.int64(0), $0.text(1), $0.int64(2)) }
        guard let row else { throw StoreError.corrupt("the history has no owner row; restore it from a backup") }
        (epoch, workspaceID, lastJob) = row
    }
}

extension Takeover {
    /// A job whose runner died this often is not started again.
    static let mostDeaths = 3

    /// One transaction: from its end on, a writer with an older epoch is refused.
    static func run(_ database: Database) throws -> (Opening, Takeover) {
        try SQLStatement(database, "BEGIN IMMEDIATE").run()
        do {
            try SQLStatement(database, "UPDATE owner SET epoch = epoch + 1").run()
            let opening = try Opening(database)
            let takeover = try takeOver(database)
            try SQLStatement(database, "COMMIT").run()
            return (opening, takeover)
        } catch {
            if database.isInsideTransaction { _ = try? SQLStatement(database, "ROLLBACK").run() }
            throw error
        }
    }

    private static func takeOver(_ database: Database) throws -> Takeover {
        // All running jobs are of older epochs: this owner has started none yet.
        let running = try SQLStatement(
            database, "SELECT id, deaths FROM job INDEXED BY job_open WHERE \(JobState.running.sqlCondition)"
        ).all { ($0.int64(0), $0.int(1)) }
        var counts: [JobState: Int] = [:]
        let move = try SQLStatement(
            database, "UPDATE job SET state = ?2, reason = ?3, run_after_ms = 0 WHERE id = ?1")
        for (job, deaths) in running {
            let (state, reason): (JobState, String?)
            if let step = try openUnsafeStep(of: job, database) {
                (state, reason) = (.needsDecision, Self.reason(step: step.address))
            } else if deaths >= mostDeaths {
                (state, reason) = (.quarantined, "its runner died \(deaths) times while it was running")
            } else {
                (state, reason) = (.queued, nil)
            }
            counts[state, default: 0] += 1
            move.bind(1, job)
            move.bind(2, state.rawValue)
            move.bind(3, reason)
            try move.run()
        }
        return Takeover(
            requeued: counts[.queued] ?? 0, needsDecision: counts[.needsDecision] ?? 0,
            quarantined: counts[.quarantined] ?? 0)
    }

    /// The first unsafe step of a job that may have happened and that nobody has decided on.
    static func openUnsafeStep(of job: JobID, _ database: Database) throws -> (seq: Int, address: String)? {
        let keys = StepKey.range(of: job)
        let statement = try SQLStatement(
            database,
            """
            SELECT key, address FROM step WHERE key BETWEEN ? AND ? AND state = \(StepState.started.rawValue)
            AND effect = \(Effect.unsafe.storedNumber) AND superseded = 0 ORDER BY key LIMIT 1
            """)
        statement.bind(1, keys.first)
        statement.bind(2, keys.last)
        return try statement.one { (StepKey.seq(of: $0.int64(0)), $0.text(1)) }
    }

    static func reason(step address: String) -> String {
        "the step \(address) was cut short and may have happened: decide whether to run it again"
    }
}
