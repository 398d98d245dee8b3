// Attempts of steps: those that failed, with what was sent and answered and the wait after them.

import GRDB
import JSONCore
import RecipeLanguage

/// One attempt of a step.
public struct AttemptRecord: Sendable {
    public var job: JobID
    /// `StepRecord.seq`
    public var seq: Int
    /// `StepRecord.attempt`; of a `try`, its rounds from 1.
    public var attempt: Int
    public var startedAt: Milliseconds
    /// Microseconds.
    public var duration: Int64
    /// `message`, `type`, `status`; nil for one that succeeded.
    public var error: JSON?
    /// Milliseconds until the next attempt; nil when there is none.
    public var wait: Milliseconds?
    /// Why it was that long, in words.
    public var waitReason: String?
    /// Requests and answers as a list; nil when nothing went over HTTP or they are not recorded.
    public var exchanges: JSON?

    public init(
        job: JobID, seq: Int, attempt: Int, startedAt: Milliseconds, duration: Int64, error: JSON? = nil,
        exchanges: JSON? = nil
    ) {
        (self.job, self.seq, self.attempt, self.startedAt, self.duration) = (job, seq, attempt, startedAt, duration)
        (self.error, self.exchanges) = (error, exchanges)
    }
}

extension Schema {
    // The texts are bounded by who writes them, so they stay in their rows.
    static let version8 = """
        CREATE TABLE step_attempt(
            key INTEGER NOT NULL, attempt INTEGER NOT NULL, started_ms INTEGER NOT NULL, duration_us INTEGER NOT NULL,
            wait_ms INTEGER, wait_reason TEXT, error TEXT, exchanges TEXT, PRIMARY KEY (key, attempt)
            ) STRICT, WITHOUT ROWID;
        """
}

struct EncodedAttempt {
    var key: Int64
    var attempt: Int
    var startedAt: Milliseconds
    var duration: Int64
    var wait: Milliseconds?
    var waitReason: EncodedText
    var error: EncodedText
    var exchanges: EncodedText
}

extension WriterConnection {
    func insert(_ attempt: EncodedAttempt, _ bytes: UnsafeRawBufferPointer) throws {
        let statement = try SQLStatement(
            database,
            """
            INSERT OR REPLACE INTO step_attempt(key, attempt, started_ms, duration_us, wait_ms, wait_reason, error, exchanges)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """)
        statement.bind(1, attempt.key)
        statement.bind(2, attempt.attempt)
        statement.bind(3, attempt.startedAt)
        statement.bind(4, attempt.duration)
        statement.bind(5, attempt.wait)
        bind(attempt.waitReason, to: statement, 6, bytes)
        bind(attempt.error, to: statement, 7, bytes)
        bind(attempt.exchanges, to: statement, 8, bytes)
        try statement.run()
    }
}

extension JobStore {
    /// The recorded attempts of some of a job's steps, by `seq`, each step's in order.
    /// - Parameter mostPerJob: later ones are left out.
    public func attempts(
        of job: JobID, seqs range: ClosedRange<Int>, mostPerJob: Int = 1_000
    ) async throws -> [Int: [AttemptRecord]] {
        let keys = StepKey.range(of: job)
        let lower = Int64(min(max(range.lowerBound, 0), Int(StepKey.largestSeq)))
        let upper = Int64(min(max(range.upperBound, 0), Int(StepKey.largestSeq)))
        guard keys.first <= keys.last else { return [:] }
        return try await read { database in
            let statement = try SQLStatement(
                database,
                """
                SELECT key, attempt, started_ms, duration_us, wait_ms, wait_reason, error, exchanges FROM step_attempt
                WHERE key BETWEEN ? AND ? ORDER BY key, attempt LIMIT ?
                """)
            statement.bind(1, keys.first + lower)
            statement.bind(2, keys.first + upper)
            statement.bind(3, max(0, mostPerJob))
            let records = try statement.all { row in
                let seq = StepKey.seq(of: row.int64(0))
                var record = AttemptRecord(
                    job: job, seq: seq, attempt: row.int(1), startedAt: row.int64(2), duration: row.int64(3),
                    error: try StoredPayload(row, 6).json("an attempt of job \(job)"),
                    exchanges: try StoredPayload(row, 7).json("an exchange of job \(job)"))
                (record.wait, record.waitReason) = (row.int64OrNil(4), row.textOrNil(5))
                return record
            }
            return Dictionary(grouping: records, by: \.seq)
        }
    }
}
