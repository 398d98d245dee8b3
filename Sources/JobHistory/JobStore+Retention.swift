// What becomes of old jobs, and copies of the whole: pruning and backup.

import Foundation
import GRDB
import RecipeLanguage

extension JobStore {
    /// Step records deleted in one transaction: running jobs wait for no more than a few milliseconds.
    private static let stepsAtOnce = 2_000

    /// Deletes at most `batch` finished jobs, oldest first, with their records and the payloads that nobody else uses.
    /// Dedupe keys stay: an event of last year is still known.
    /// - Returns: how many jobs went; fewer than `batch` when nothing is left to prune.
    public func prune(finishedBefore: Milliseconds, batch: Int = 200) async throws -> Int {
        // A finished job was made before it finished; what a clock that jumped back made looks younger and stays longer.
        let old = try await read { database in
            let statement = try SQLStatement(
                database,
                """
                SELECT id FROM job INDEXED BY job_created WHERE created_ms < ?1 AND finished_ms < ?1
                AND state >= \(JobState.succeeded.rawValue) ORDER BY created_ms LIMIT ?2
                """)
            statement.bind(1, finishedBefore)
            statement.bind(2, max(0, batch))
            return try statement.all { $0.int64(0) }
        }
        var pruned = 0
        var rest = old[...]
        while !rest.isEmpty {
            let some = Array(rest.prefix(20))
            rest = rest.dropFirst(some.count)
            pruned += try await write { try $0.dropJobs(some, finishedBefore: finishedBefore) }
            try await sweep()
        }
        try await sweep()  // what a crash has left behind
        return pruned
    }

    /// Deletes the records of dropped jobs, some at a time.
    private func sweep() async throws {
        while try await write({ try $0.sweepDropped(atMost: Self.stepsAtOnce) }) {}
    }

    /// A consistent copy while work goes on, readable by its owner only; whole and on the disk when this returns.
    /// - Throws: `StoreError.refused` when there is something at `path`, or no folder for it.
    public func backup(to path: String) async throws {
        let partial = path + ".partial"
        guard access(path, F_OK) != 0 else {
            throw StoreError.refused("\(path) exists: a backup overwrites nothing; name another file")
        }
        let descriptor = open(partial, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw StoreError.refused("cannot write \(partial): \(String(cString: strerror(errno)))")
        }
        do {
            try await copy(to: partial)
            guard fsync(descriptor) == 0 else { throw StoreError.disk("cannot flush \(partial)") }
            closeFile(descriptor)
            // A link fails when there is something by now; a rename would replace it.
            guard link(partial, path) == 0 else {
                throw StoreError.refused("cannot write \(path): \(String(cString: strerror(errno)))")
            }
            unlink(partial)
            Self.flushFolder(of: path)
        } catch {
            for end in ["", "-journal", "-wal", "-shm"] { unlink(partial + end) }
            throw error
        }
    }

    private func copy(to partial: String) async throws {
        try await read { source in
            let destination = try DatabaseQueue(path: partial)
            try destination.writeWithoutTransaction { destination in
                // All pages in one step, within one snapshot: the copy is never started over because of a write.
                try source.backup(to: destination, pagesPerStep: -1)
                // The copy stands alone: no log beside it until somebody opens it as a history.
                _ = try String.fetchOne(destination, sql: "PRAGMA journal_mode = DELETE")
            }
            try destination.close()
        }
    }

    private static func flushFolder(of path: String) {
        let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        let descriptor = open(folder.isEmpty ? (path.hasPrefix("/") ? "/" : ".") : folder, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        closeFile(descriptor)
    }
}

extension WriterConnection {
    /// Takes finished jobs out of the history. Their records are left for `sweepDropped`, which a crash can't forget.
    /// - Returns: how many there were: one that was retried meanwhile stays.
    func dropJobs(_ jobs: [JobID], finishedBefore: Milliseconds) throws -> Int {
        // The largest number must not be given again.
        try SQLStatement(
            database, "UPDATE owner SET watermark = max(watermark, coalesce((SELECT max(id) FROM job), 0))"
        ).run()
        let drop = try SQLStatement(
            database,
            "DELETE FROM job WHERE id = ? AND +state >= \(JobState.succeeded.rawValue) AND finished_ms < ?")
        let remember = try SQLStatement(database, "INSERT INTO pruned_job(job) VALUES (?)")
        var count = 0
        for job in jobs {
            drop.bind(1, job)
            drop.bind(2, finishedBefore)
            guard try drop.run() > 0 else { continue }
            remember.bind(1, job)
            try remember.run()
            count += 1
        }
        return count
    }

    /// Deletes records and payloads of dropped jobs.
    /// - Returns: whether there is more to do.
    func sweepDropped(atMost limit: Int) throws -> Bool {
        let next = try SQLStatement(database, "SELECT job FROM pruned_job ORDER BY job LIMIT 1")
        let steps = try SQLStatement(
            database, "DELETE FROM step WHERE key IN (SELECT key FROM step WHERE key BETWEEN ? AND ? LIMIT ?)")
        var left = limit
        while let job = try next.one({ $0.int64(0) }) {
            let keys = StepKey.range(of: job)
            steps.bind(1, keys.first)
            steps.bind(2, keys.last)
            steps.bind(3, left)
            left -= try steps.run()
            guard left > 0 else { return true }
            let attempts = try SQLStatement(database, "DELETE FROM step_attempt WHERE key BETWEEN ? AND ?")
            attempts.bind(1, keys.first)
            attempts.bind(2, keys.last)
            try attempts.run()
            try dropPayloads(of: job)
            try dropEffects(of: job)
            try dropApprovals(of: job)
            let done = try SQLStatement(database, "DELETE FROM pruned_job WHERE job = ?")
            done.bind(1, job)
            try done.run()
        }
        return false
    }

    private func dropPayloads(of job: JobID) throws {
        let used = try SQLStatement(database, "SELECT hash FROM payload_use WHERE job = ?")
        used.bind(1, job)
        let hashes = try used.all { Array($0.bytes(0)) }
        guard !hashes.isEmpty else { return }
        let forget = try SQLStatement(database, "DELETE FROM payload_use WHERE job = ?")
        forget.bind(1, job)
        try forget.run()
        for hash in hashes {
            let drop = try SQLStatement(
                database,
                "DELETE FROM payload WHERE hash = ?1 AND NOT EXISTS (SELECT 1 FROM payload_use WHERE hash = ?1)")
            drop.bind(1, hash)
            try drop.run()
        }
    }
}
