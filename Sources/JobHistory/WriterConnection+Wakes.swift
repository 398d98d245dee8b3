// Waiting jobs that become due because of something that happened: an answer, or the end of a job they called.

import GRDB

extension WriterConnection {
    /// Makes a waiting job due.
    func wake(_ job: JobID, at now: Milliseconds) throws {
        let wake = try SQLStatement(
            database,
            """
            UPDATE job SET run_after_ms = ?2 WHERE id = ?1 AND state = \(JobState.waiting.rawValue)
            AND (run_after_ms IS NULL OR run_after_ms > ?2)
            """)
        wake.bind(1, job)
        wake.bind(2, now)
        try wake.run()
    }

    /// A job has begun to wait: what it waits for may have been decided while it still ran.
    func wakeAnswered(_ job: JobID, at now: Milliseconds) throws {
        guard keepsApprovals else { return }
        let told = try SQLStatement(
            database, "UPDATE approval SET is_awaited = 0 WHERE job = ? AND is_awaited = 1 AND state <> 0")
        told.bind(1, job)
        if try told.run() > 0 { try wake(job, at: now) }
    }

    /// A job has begun to wait for jobs that it called: one of them may have ended since it looked.
    func wakeReturned(_ job: JobID, since: Milliseconds, at now: Milliseconds) throws {
        let ended = try SQLStatement(
            database,
            """
            SELECT 1 FROM job INDEXED BY job_parent WHERE parent_job = ?1 AND state >= \(JobState.succeeded.rawValue)
            AND finished_ms >= ?2 LIMIT 1
            """)
        ended.bind(1, job)
        ended.bind(2, since)
        if try ended.one({ _ in true }) ?? false { try wake(job, at: now) }
    }
}
