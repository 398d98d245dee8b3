// Writes of steps that are made once: the answer of each is kept under the step's idempotency key.

import GRDB
import JSONCore
import RecipeLanguage

/// Who writes, and under which key.
public struct StepWrite: Sendable {
    /// Stable for job, step address and round.
    public let key: String
    public let job: JobID

    public init(key: String, job: JobID) { (self.key, self.job) = (key, job) }
}

extension WriterConnection {
    /// Does `work` unless a write under the same key was made; its answer is kept in this transaction.
    /// - Returns: the answer, and whether it was made now.
    func once(_ write: StepWrite, _ work: () throws -> JSON) throws -> (answer: JSON, isNew: Bool) {
        let find = try SQLStatement(database, "SELECT answer FROM step_effect WHERE key = ?")
        find.bind(1, write.key)
        if let text = try find.one({ Array($0.bytes(0)) }) {
            guard let answer = try? JSON(parsing: text) else {
                throw StoreError.corrupt("the answer of a step is no JSON any more; restore the history from a backup")
            }
            return (answer, false)
        }
        let answer = try work()
        let keep = try SQLStatement(database, "INSERT INTO step_effect(key, job, answer) VALUES (?, ?, ?)")
        keep.bind(1, write.key)
        keep.bind(2, write.job)
        keep.bind(3, answer.compact)
        try keep.run()
        return (answer, true)
    }

    /// Forgets the writes of a job that is gone.
    func dropEffects(of job: JobID) throws {
        let drop = try SQLStatement(database, "DELETE FROM step_effect WHERE job = ?")
        drop.bind(1, job)
        try drop.run()
    }
}
