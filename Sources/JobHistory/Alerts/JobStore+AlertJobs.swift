// What alerts ask about jobs: which one raised an event, and whether a recipe works.

import GRDB
import JSONCore
import RecipeLanguage

extension JobStore {
    /// Calls upwards that are followed to find what started a job.
    private static let mostCalls = 100

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
