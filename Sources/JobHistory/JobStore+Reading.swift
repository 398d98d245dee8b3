// Reading the history: records of steps, lists of jobs, one job, counts. All on read-only connections.

import GRDB
import JSONCore
import RecipeLanguage

extension JobStore {
    /// Records of a job with a larger `seq` than `after`, in order.
    /// - Parameter mostBytes: of payloads; the record that goes beyond is the last one.
    public func steps(
        of job: JobID, after seq: Int? = nil, limit: Int, mostBytes: Int = .max, includingSuperseded: Bool = false
    ) async throws -> [StepRecord] {
        try await read { database in
            let keys = StepKey.range(of: job)
            let statement = try SQLStatement(
                database,
                """
                SELECT key, number, state, effect, attempt, round, superseded, started_ms, duration_us, address,
                idempotency_key, input, output, error FROM step WHERE key BETWEEN ? AND ? AND superseded <= ?
                ORDER BY key LIMIT ?
                """)
            // A seq beyond the range has nothing after it.
            let first = seq.map { $0 < 0 ? keys.first : keys.first + Int64(min($0, Int(StepKey.largestSeq))) + 1 }
            statement.bind(1, first ?? keys.first)
            statement.bind(2, keys.last)
            statement.bind(3, includingSuperseded ? 1 : 0)
            statement.bind(4, max(0, limit))
            defer { statement.reset() }
            var steps: [StepRecord] = []
            var bytes = 0
            while bytes < mostBytes, try statement.step() {
                steps.append(try Self.step(statement, of: job, database, &bytes))
            }
            return steps
        }
    }

    /// Where a job's steps are recorded. Reads no payload.
    public func stepPlaces(of job: JobID) async throws -> StepPlaces {
        try await read { database in
            let keys = StepKey.range(of: job)
            let statement = try SQLStatement(
                database, "SELECT key, superseded, address FROM step WHERE key BETWEEN ? AND ? ORDER BY key")
            statement.bind(1, keys.first)
            statement.bind(2, keys.last)
            defer { statement.reset() }
            var places = StepPlaces()
            while try statement.step() {
                places.add(
                    StepKey.seq(of: statement.int64(0)), at: statement.bytes(2), isSuperseded: statement.int(1) != 0)
            }
            return places
        }
    }

    /// The largest `seq` of a job's records; nil when it has none.
    public func lastSeq(of job: JobID) async throws -> Int? {
        try await read { database in
            let keys = StepKey.range(of: job)
            let statement = try SQLStatement(
                database, "SELECT key FROM step WHERE key BETWEEN ? AND ? ORDER BY key DESC LIMIT 1")
            statement.bind(1, keys.first)
            statement.bind(2, keys.last)
            return try statement.one { StepKey.seq(of: $0.int64(0)) }
        }
    }

    /// - Parameter bytes: the size of the record's payloads is added to it.
    private static func step(
        _ row: SQLStatement, of job: JobID, _ database: Database, _ bytes: inout Int
    ) throws -> StepRecord {
        let seq = StepKey.seq(of: row.int64(0))
        guard let state = StepState(rawValue: row.int(2)), let effect = Effect(storedNumber: row.int(3)) else {
            throw StoreError.corrupt("step record \(seq) of job \(job) has an unknown state; restore it from a backup")
        }
        func json(_ column: Int32) throws -> JSON? {
            let payload = try StoredPayload(row, column).resolved(in: database)
            bytes += payload.byteCount
            return try payload.json("step record \(seq) of job \(job)")
        }
        var step = StepRecord(
            job: job, seq: seq, address: row.text(9), number: row.int(1), state: state, effect: effect,
            attempt: row.int(4), round: row.int(5), startedAt: row.int64(7), duration: row.int64OrNil(8),
            input: try json(11), output: try json(12), error: try json(13), idempotencyKey: row.textOrNil(10))
        step.isSuperseded = row.int(6) != 0
        return step
    }

    /// Newest first, without payloads.
    public func jobs(_ filter: JobFilter) async throws -> [JobSummary] {
        try await read { database in
            try JobQuery(filter, database).ids().compactMap { try Self.summary($0, database) }
        }
    }

    private static let summaryColumns = """
        job.id, recipe.name, recipe_version.number, job.state, origin, created_ms, started_ms, finished_ms, run_after_ms,
        active_ms, deaths, reason, error_message, report, parent_job, rerun_of
        """
    private static let fromJob = """
        FROM job LEFT JOIN recipe ON recipe.id = job.recipe LEFT JOIN recipe_version ON recipe_version.id = job.version
        WHERE job.id = ?
        """

    private static func summary(_ id: JobID, _ database: Database) throws -> JobSummary? {
        let statement = try SQLStatement(database, "SELECT \(summaryColumns) \(fromJob)")
        statement.bind(1, id)
        return try statement.one { try summary($0) }
    }

    private static func summary(_ row: SQLStatement) throws -> JobSummary {
        let id = row.int64(0)
        guard let state = JobState(rawValue: row.int(3)) else {
            throw StoreError.corrupt("job \(id) is in an unknown state; restore the history from a backup")
        }
        let runAfter = row.int64(8)
        return JobSummary(
            id: id, recipe: row.text(1), version: row.int(2), state: state, origin: row.text(4),
            createdAt: row.int64(5), startedAt: row.int64OrNil(6), finishedAt: row.int64OrNil(7),
            runAfter: runAfter > 0 ? runAfter : nil, activeMilliseconds: row.int64(9),
            // The run that goes on is counted when it begins, and no more when it ends.
            deaths: row.int(10) - (state == .running ? 1 : 0),
            reason: row.textOrNil(11), errorMessage: row.textOrNil(12),
            report: try StoredPayload(row, 13).json("the report of job \(id)"), parent: row.int64OrNil(14),
            rerunOf: row.int64OrNil(15))
    }

    /// A job with its payloads; nil when there is none with this number.
    public func job(_ id: JobID) async throws -> JobDetail? {
        try await read { database in
            let children = try SQLStatement(
                database, "SELECT id FROM job INDEXED BY job_parent WHERE parent_job = ? ORDER BY id")
            children.bind(1, id)
            let childIDs = try children.all { $0.int64(0) }
            let asked = try SQLStatement(
                database,
                """
                SELECT approval.id FROM approval JOIN job ON job.id = approval.job WHERE approval.job = ?
                AND approval.state = 0 AND job.state < \(JobState.succeeded.rawValue) ORDER BY approval.id
                """)
            asked.bind(1, id)
            let approvalIDs = try asked.all { $0.int64(0) }
            let statement = try SQLStatement(
                database,
                """
                SELECT \(Self.summaryColumns), job.version, parent_address, event, result, error, response
                \(Self.fromJob)
                """)
            statement.bind(1, id)
            return try statement.one { row in
                func json(_ column: Int32, _ what: String) throws -> JSON? {
                    try StoredPayload(row, column).resolved(in: database).json("the \(what) of job \(id)")
                }
                return JobDetail(
                    summary: try Self.summary(row), versionID: row.int64(16), event: try json(18, "event") ?? .null,
                    result: try json(19, "result"), error: try json(20, "error"), response: try json(21, "response"),
                    parentAddress: row.textOrNil(17), children: childIDs, approvals: approvalIDs)
            }
        }
    }

    /// How many jobs a filter without its `before` and `limit` has in each state; states without jobs are left out.
    public func counts(_ filter: JobFilter = JobFilter()) async throws -> [JobState: Int] {
        try await read { database in try JobQuery(filter, database).counts() }
    }
}
