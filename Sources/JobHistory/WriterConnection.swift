// The one connection that writes: its settings, its transaction and the statements of the hot rows.

import GRDB
import GRDBSQLite
import RecipeLanguage

/// Used only on the writer's thread, inside its database access.
final class WriterConnection {
    let database: Database
    let epoch: Int64
    private let handle: OpaquePointer?
    private let insertJob, insertStep: SQLStatement
    private let begin, commitWork, rollbackWork, readEpoch: SQLStatement
    // A process that runs one small job needs none of these: each takes some 50 µs to prepare.
    private let endJob, setResponse, jobState: LaterStatement
    private let findPayload, insertPayload, insertPayloadUse: LaterStatement
    private let insertDedupe, findDedupe: LaterStatement
    private let ids: JobNumbers
    /// Jobs made before it are counted into hours and days.
    private var rolledUp: Milliseconds
    /// Whether there may be requests for people's answers.
    var keepsApprovals: Bool

    init(_ database: Database, epoch: Int64, ids: JobNumbers) throws {
        (self.database, self.epoch, self.ids) = (database, epoch, ids)
        handle = database.sqliteConnection
        insertJob = try SQLStatement(
            database,
            """
            INSERT INTO job(id, recipe, version, state, epoch, deaths, created_ms, started_ms, finished_ms, run_after_ms,
            active_ms, origin, parent_job, parent_address, rerun_of, reason, error_message, report, event, result, error,
            response) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
        // Not OR REPLACE: for that SQLite keeps the pages as they were before each row, since it might fail half-way.
        insertStep = try SQLStatement(
            database,
            """
            INSERT INTO step(key, number, state, effect, attempt, round, superseded, started_ms, duration_us, address,
            idempotency_key, input, output, error) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (key) DO UPDATE SET number = excluded.number, state = excluded.state, effect = excluded.effect, attempt =
            excluded.attempt, round = excluded.round, superseded = excluded.superseded, started_ms = excluded.started_ms,
            duration_us = excluded.duration_us, address = excluded.address, idempotency_key = excluded.idempotency_key,
            input = excluded.input, output = excluded.output, error = excluded.error
            """)
        // Only a running job ends. A claim that ends in an orderly way was no death of its runner.
        endJob = LaterStatement(
            database,
            """
            UPDATE job SET state = ?2, finished_ms = ?3, run_after_ms = ?4, active_ms = active_ms + ?5,
            deaths = CASE WHEN ?2 IN (\(JobState.queued.rawValue), \(JobState.waiting.rawValue)) THEN 0 ELSE deaths - 1 END,
            reason = ?6, error_message = ?7, report = coalesce(?8, report), result = ?9, error = ?10
            WHERE id = ?1 AND +state = \(JobState.running.rawValue)
            """)
        setResponse = LaterStatement(database, "UPDATE job SET response = ?2 WHERE id = ?1")
        jobState = LaterStatement(database, "SELECT state FROM job WHERE id = ?")
        findPayload = LaterStatement(database, "SELECT 1 FROM payload WHERE hash = ?")
        insertPayload = LaterStatement(database, "INSERT INTO payload(hash, body) VALUES (?, ?)")
        insertPayloadUse = LaterStatement(database, "INSERT OR IGNORE INTO payload_use(job, hash) VALUES (?, ?)")
        insertDedupe = LaterStatement(database, "INSERT INTO dedupe(recipe, key, job) VALUES (?, ?, ?)")
        findDedupe = LaterStatement(database, "SELECT job FROM dedupe WHERE recipe = ? AND key = ?")
        begin = try SQLStatement(database, "BEGIN IMMEDIATE")
        commitWork = try SQLStatement(database, "COMMIT")
        rollbackWork = try SQLStatement(database, "ROLLBACK")
        readEpoch = try SQLStatement(database, "SELECT epoch FROM owner")
        rolledUp = try SQLStatement(database, "SELECT before_ms FROM job_rolled").one { $0.int64(0) } ?? 0
        keepsApprovals = try Approval.isAnyKept(database)
    }

    /// Starts a transaction, after making sure that nobody else has become the owner.
    func beginTransaction() throws {
        try begin.run()
        guard try readEpoch.one({ $0.int64(0) }) == epoch else { throw StoreError.notOwner }
    }

    func commitTransaction() throws { try commitWork.run() }

    /// Counts the jobs of the hours that are over into their hours and days, in a transaction of its own.
    ///
    /// Counts are right without it, only slower to read: when the disk refuses, the next hour's does this one's too.
    func rollUpCounts(at now: Milliseconds) {
        let hour = now / JobCounts.hour * JobCounts.hour
        guard hour > rolledUp else { return }
        rolledUp = hour
        do {
            try beginTransaction()
            try database.execute(sql: JobCounts.rollUp(to: hour))
            try commitTransaction()
        } catch {
            rollback()
        }
    }

    func rollback() {
        // SQLite has rolled back by itself after some failures; nothing to do then.
        if sqlite3_get_autocommit(handle) == 0 { _ = try? rollbackWork.run() }
    }

    /// Rows changed since the connection was opened.
    var totalChanges: Int64 { Int64(sqlite3_total_changes64(handle)) }

    /// Keeps the numbers that were given out from being given again, whatever is pruned.
    func rememberNumbers() throws {
        try execute(
            "UPDATE owner SET watermark = max(watermark, coalesce((SELECT max(id) FROM job), 0)) WHERE epoch = \(epoch)"
        )
    }

    func execute(_ sql: String) throws { try SQLStatement(database, sql).run() }

    /// The stored state of a job.
    func state(of job: JobID) throws -> JobState {
        let jobState = try jobState.ready()
        jobState.bind(1, job)
        guard let stored = try jobState.one({ $0.int(0) }) else { throw StoreError.noSuchJob(job) }
        guard let state = JobState(rawValue: stored) else {
            throw StoreError.corrupt("job \(job) is in the unknown state \(stored)")
        }
        return state
    }

    /// Checks a move against the one table of legal moves.
    /// - Returns: the state before it.
    @discardableResult
    func check(_ job: JobID, mayBecome next: JobState) throws -> JobState {
        let state = try state(of: job)
        guard state.mayBecome(next) else { throw StoreError.illegalMove(job, from: state, to: next) }
        return state
    }

    /// Writes the rows of one call, in order.
    /// - Returns: what became of each job row among them.
    /// - Throws: `StoreError.duplicate` when a job row has a dedupe key that its recipe had before, if so asked.
    @discardableResult
    func write(_ encoded: EncodedRows, refusingDuplicates: Bool) throws -> [Intake] {
        var intakes: [Intake] = []
        try encoded.bytes.withUnsafeBytes { bytes in
            for row in encoded.rows {
                switch row {
                case .job(let job):
                    let intake = try insert(job, bytes)
                    if case .duplicate(let other) = intake, refusingDuplicates { throw StoreError.duplicate(of: other) }
                    intakes.append(intake)
                case .step(let step): try insert(step, bytes)
                case .attempt(let attempt): try insert(attempt, bytes)
                case .end(let end): try finish(end, bytes)
                case .response(let job, let response):
                    try store(response, of: job, bytes)
                    let setResponse = try setResponse.ready()
                    setResponse.bind(1, job)
                    bind(response, to: setResponse, 2, bytes)
                    if try setResponse.run() == 0 { throw StoreError.noSuchJob(job) }
                }
            }
        }
        return intakes
    }

    private func insert(_ job: EncodedJob, _ bytes: UnsafeRawBufferPointer) throws -> Intake {
        var id = job.id
        if job.dedupeKey.count >= 0 {
            let (findDedupe, insertDedupe) = (try findDedupe.ready(), try insertDedupe.ready())
            findDedupe.bind(1, job.recipe)
            bindDedupeKey(job, to: findDedupe, bytes)
            if let other = try findDedupe.one({ $0.int64(0) }) { return .duplicate(of: other) }
            if id == 0 { id = ids.next() }
            insertDedupe.bind(1, job.recipe)
            bindDedupeKey(job, to: insertDedupe, bytes)
            insertDedupe.bind(3, id)
            try insertDedupe.run()
        } else if id == 0 {
            id = ids.next()
        }
        for payload in [job.event, job.result, job.error] where payload.hashOffset >= 0 {
            try store(payload, of: id, bytes)
        }
        let statement = insertJob
        statement.bind(1, id)
        statement.bind(2, job.recipe)
        statement.bind(3, job.version)
        statement.bind(4, job.state.rawValue)
        statement.bind(5, epoch)
        statement.bind(6, job.deaths)
        statement.bind(7, job.createdAt)
        statement.bind(8, job.startedAt)
        statement.bind(9, job.finishedAt)
        statement.bind(10, job.runAfter)
        statement.bind(11, job.activeMilliseconds)
        bind(job.origin, to: statement, 12, bytes)
        statement.bind(13, job.parent)
        bind(job.parentAddress, to: statement, 14, bytes)
        statement.bind(15, job.rerunOf)
        bind(job.reason, to: statement, 16, bytes)
        bind(job.errorMessage, to: statement, 17, bytes)
        bind(job.report, to: statement, 18, bytes)
        bind(job.event, to: statement, 19, bytes)
        bind(job.result, to: statement, 20, bytes)
        bind(job.error, to: statement, 21, bytes)
        bind(job.response, to: statement, 22, bytes)
        try statement.run()
        return .accepted(id)
    }

    private func insert(_ step: EncodedStep, _ bytes: UnsafeRawBufferPointer) throws {
        if step.input.hashOffset >= 0 { try store(step.input, of: step.job, bytes) }
        if step.output.hashOffset >= 0 { try store(step.output, of: step.job, bytes) }
        if step.error.hashOffset >= 0 { try store(step.error, of: step.job, bytes) }
        let statement = insertStep
        statement.bind(1, step.key)
        statement.bind(2, step.number)
        statement.bind(3, step.state.rawValue)
        statement.bind(4, step.effect)
        statement.bind(5, step.attempt)
        statement.bind(6, step.round)
        statement.bind(7, step.isSuperseded ? 1 : 0)
        statement.bind(8, step.startedAt)
        statement.bind(9, step.duration)
        bind(step.address, to: statement, 10, bytes)
        bind(step.idempotencyKey, to: statement, 11, bytes)
        bind(step.input, to: statement, 12, bytes)
        bind(step.output, to: statement, 13, bytes)
        bind(step.error, to: statement, 14, bytes)
        try statement.run()
    }

    private func finish(_ end: EncodedEnd, _ bytes: UnsafeRawBufferPointer) throws {
        for payload in [end.result, end.error] where payload.hashOffset >= 0 { try store(payload, of: end.job, bytes) }
        let statement = try endJob.ready()
        statement.bind(1, end.job)
        statement.bind(2, end.state.rawValue)
        statement.bind(3, end.finishedAt)
        statement.bind(4, end.runAfter)
        statement.bind(5, end.activeMilliseconds)
        bind(end.reason, to: statement, 6, bytes)
        bind(end.errorMessage, to: statement, 7, bytes)
        bind(end.report, to: statement, 8, bytes)
        bind(end.result, to: statement, 9, bytes)
        bind(end.error, to: statement, 10, bytes)
        guard try statement.run() > 0 else {
            throw StoreError.illegalMove(end.job, from: try state(of: end.job), to: end.state)
        }
        if end.state == .waiting { try wakeAnswered(end.job, at: end.at) }
        if let since = end.callsSince { try wakeReturned(end.job, since: since, at: end.at) }
        if let parent = end.wakes { try wake(parent, at: end.at) }
    }

    /// Puts a large payload where rows can point to it, before they do.
    func store(_ payload: EncodedText, of job: JobID, _ bytes: UnsafeRawBufferPointer) throws {
        guard payload.hashOffset >= 0 else { return }
        let hash = UnsafeRawBufferPointer(rebasing: bytes[payload.hashOffset..<payload.hashOffset + 32])
        let findPayload = try findPayload.ready()
        findPayload.bindBlob(1, hash)
        if try findPayload.one({ _ in true }) == nil {
            let insertPayload = try insertPayload.ready()
            insertPayload.bindBlob(1, hash)
            insertPayload.bindText(
                2, UnsafeRawBufferPointer(rebasing: bytes[payload.offset..<payload.offset + payload.count]))
            try insertPayload.run()
        }
        let insertPayloadUse = try insertPayloadUse.ready()
        insertPayloadUse.bind(1, job)
        insertPayloadUse.bindBlob(2, hash)
        try insertPayloadUse.run()
    }

    func bind(
        _ text: EncodedText, to statement: SQLStatement, _ index: Int32, _ bytes: UnsafeRawBufferPointer
    ) {
        if text.hashOffset >= 0 {
            statement.bindBlob(
                index, UnsafeRawBufferPointer(rebasing: bytes[text.hashOffset..<text.hashOffset + 32]))
        } else if text.count >= 0 {
            statement.bindText(
                index, UnsafeRawBufferPointer(rebasing: bytes[text.offset..<text.offset + text.count]))
        } else {
            statement.bindNull(index)
        }
    }

    private func bindDedupeKey(_ job: EncodedJob, to statement: SQLStatement, _ bytes: UnsafeRawBufferPointer) {
        if job.dedupeIsHash {
            statement.bindBlob(
                2, UnsafeRawBufferPointer(rebasing: bytes[job.dedupeKey.offset..<job.dedupeKey.offset + 32]))
        } else {
            bind(job.dedupeKey, to: statement, 2, bytes)
        }
    }
}
