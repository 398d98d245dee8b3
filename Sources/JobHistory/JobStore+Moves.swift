// Moves that people make: retry, decide, cancel. Each is one transaction, checked against the table of legal moves.

import GRDB
import JSONCore
import RecipeLanguage

extension JobStore {
    /// Puts a failed, canceled or parked job back into the queue.
    /// - Parameters:
    ///   - supersede: the records that no longer count; they stay readable.
    ///   - version: pins it to another version (`retry --latest`).
    public func requeue(
        job: JobID, supersede: Superseding = Superseding(), version: Int64? = nil, at: Milliseconds
    ) async throws {
        try await write { connection in
            try connection.check(job, mayBecome: .queued)
            try connection.supersede(supersede, of: job)
            if let version { try connection.pin(job, to: version) }
            try connection.queueAgain(job)
        }
    }

    /// Settles an unsafe step of a job in `needs_decision`; when none is left open the job is queued (or failed).
    /// - Returns: the state the job has now.
    @discardableResult
    public func decide(job: JobID, seq: Int, outcome: Decision, at: Milliseconds) async throws -> JobState {
        let key = try StepKey.key(job: job, seq: seq)
        var encoded = EncodedRows(largePayloadBytes: options.largePayloadBytes)
        let (output, error, message): (EncodedText, EncodedText, EncodedText)
        switch outcome {
        case .runAgain: (output, error, message) = (.null, .null, .null)
        case .done(let value): (output, error, message) = (encoded.payload(value), .null, .null)
        case .fail(let text):
            let address = try await steps(of: job, after: seq - 1, limit: 1, includingSuperseded: true).first?.address
            let pill: JSON = ["message": .string(text), "type": "decided", "step": .string(address ?? "")]
            (output, error, message) = (.null, encoded.payload(pill), encoded.text(text))
        }
        let (bytes, isFailure) = (encoded.bytes, !message.isNull)
        return try await write { connection in
            try connection.check(job, mayBecome: isFailure ? .failed : .queued)
            guard try connection.state(of: job) == .needsDecision else {
                throw StoreError.undecidable("job \(job) doesn't wait for a decision; see galley jobs show \(job)")
            }
            try connection.checkUndecided(job: job, key: key)
            return try bytes.withUnsafeBytes { bytes in
                try connection.store(output, of: job, bytes)
                try connection.store(error, of: job, bytes)
                switch outcome {
                case .runAgain: try connection.supersede(Superseding(seqs: [seq]), of: job)
                case .done:
                    let settle = try SQLStatement(
                        connection.database,
                        "UPDATE step SET state = \(StepState.succeeded.rawValue), output = ?2, error = NULL WHERE key = ?1"
                    )
                    settle.bind(1, key)
                    connection.bind(output, to: settle, 2, bytes)
                    try settle.run()
                case .fail:
                    try connection.fail(job: job, key: key, error: error, message: message, bytes, at: at)
                    return .failed
                }
                if let open = try Takeover.openUnsafeStep(of: job, connection.database) {
                    try connection.setReason(Takeover.reason(step: open.address), of: job)
                    return .needsDecision
                }
                try connection.queueAgain(job)
                return .queued
            }
        }
    }

    /// Cancels a queued, waiting or parked job at once; a running one is left to the engine.
    /// - Returns: the state the job has now: canceled, or running.
    public func cancel(job: JobID, at: Milliseconds, reason: String) async throws -> JobState {
        try await write { connection in
            if try connection.check(job, mayBecome: .canceled) == .running { return .running }
            let cancel = try SQLStatement(
                connection.database,
                """
                UPDATE job SET state = \(JobState.canceled.rawValue), finished_ms = ?2, reason = ?3, run_after_ms = 0
                WHERE id = ?1
                """)
            cancel.bind(1, job)
            cancel.bind(2, at)
            cancel.bind(3, reason)
            try cancel.run()
            return .canceled
        }
    }
}

extension WriterConnection {
    /// Takes records of a job back.
    func supersede(_ superseding: Superseding, of job: JobID) throws {
        let keys = StepKey.range(of: job)
        if let first = superseding.fromSeq {
            let statement = try SQLStatement(database, "UPDATE step SET superseded = 1 WHERE key BETWEEN ? AND ?")
            statement.bind(1, try StepKey.key(job: job, seq: max(0, first)))
            statement.bind(2, keys.last)
            try statement.run()
        }
        for seq in superseding.seqs {
            let statement = try SQLStatement(database, "UPDATE step SET superseded = 1 WHERE key = ?")
            statement.bind(1, try StepKey.key(job: job, seq: seq))
            try statement.run()
        }
        for number in superseding.numbers {
            let statement = try SQLStatement(
                database, "UPDATE step SET superseded = 1 WHERE key BETWEEN ? AND ? AND number = ?")
            statement.bind(1, keys.first)
            statement.bind(2, keys.last)
            statement.bind(3, number)
            try statement.run()
        }
    }

    func pin(_ job: JobID, to version: Int64) throws {
        let statement = try SQLStatement(
            database,
            """
            UPDATE job SET version = ?2 WHERE id = ?1
            AND EXISTS (SELECT 1 FROM recipe_version WHERE id = ?2 AND recipe = job.recipe)
            """)
        statement.bind(1, job)
        statement.bind(2, version)
        if try statement.run() == 0 { throw StoreError.unknownRecipe("version \(version) of the recipe of job \(job)") }
    }

    /// Its end is taken back, what it did is kept. The runner's deaths are forgiven: a person has looked at it.
    func queueAgain(_ job: JobID) throws {
        let statement = try SQLStatement(
            database,
            """
            UPDATE job SET state = \(JobState.queued.rawValue), deaths = 0, run_after_ms = 0, finished_ms = NULL,
            reason = NULL, error_message = NULL, result = NULL, error = NULL WHERE id = ?
            """)
        statement.bind(1, job)
        try statement.run()
    }

    func setReason(_ reason: String, of job: JobID) throws {
        let statement = try SQLStatement(database, "UPDATE job SET reason = ?2 WHERE id = ?1")
        statement.bind(1, job)
        statement.bind(2, reason)
        try statement.run()
    }

    /// - Throws: `StoreError.undecidable` unless the record is an unsafe step whose outcome is unknown.
    func checkUndecided(job: JobID, key: Int64) throws {
        let statement = try SQLStatement(database, "SELECT state, effect, superseded, address FROM step WHERE key = ?")
        statement.bind(1, key)
        let row = try statement.one { ($0.int(0), $0.int(1), $0.int(2) != 0, $0.text(3)) }
        guard let (state, effect, isSuperseded, address) = row else {
            throw StoreError.undecidable("job \(job) has no step record \(StepKey.seq(of: key))")
        }
        let isOpen = state == StepState.started.rawValue || state == StepState.failed.rawValue
        guard isOpen, effect == Effect.unsafe.storedNumber, !isSuperseded else {
            throw StoreError.undecidable("the outcome of the step \(address) of job \(job) is known: nothing to decide")
        }
    }

    func fail(
        job: JobID, key: Int64, error: EncodedText, message: EncodedText, _ bytes: UnsafeRawBufferPointer,
        at: Milliseconds
    ) throws {
        let step = try SQLStatement(
            database, "UPDATE step SET state = \(StepState.failed.rawValue), error = ?2 WHERE key = ?1")
        step.bind(1, key)
        bind(error, to: step, 2, bytes)
        try step.run()
        let statement = try SQLStatement(
            database,
            """
            UPDATE job SET state = \(JobState.failed.rawValue), finished_ms = ?2, error = ?3, error_message = ?4,
            reason = NULL WHERE id = ?1
            """)
        statement.bind(1, job)
        statement.bind(2, at)
        bind(error, to: statement, 3, bytes)
        bind(message, to: statement, 4, bytes)
        try statement.run()
    }
}
