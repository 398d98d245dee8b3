// The key of a step record: its job and seq in one integer.

import RecipeLanguage

/// Room for 67 million records in a job and 137 billion jobs.
enum StepKey {
    static let seqBits: Int64 = 26
    static let largestSeq: Int64 = (1 << seqBits) - 1
    static let largestJob: Int64 = (1 << (63 - seqBits)) - 1

    /// - Throws: `StoreError.refused` beyond the bounds.
    static func key(job: JobID, seq: Int) throws -> Int64 {
        guard 0...largestJob ~= job else { throw StoreError.refused("\(job) is no number of a job") }
        guard 0...Int(largestSeq) ~= seq else {
            throw StoreError.refused(
                "job \(job) has more than \(largestSeq + 1) step records; split it into several jobs")
        }
        return job << seqBits | Int64(seq)
    }

    /// All keys of a job. A number out of range has none.
    static func range(of job: JobID) -> (first: Int64, last: Int64) {
        guard 0...largestJob ~= job else { return (1, 0) }
        return (job << seqBits, job << seqBits | largestSeq)
    }

    static func seq(of key: Int64) -> Int { Int(key & largestSeq) }
    static func job(of key: Int64) -> JobID { key >> seqBits }
}

extension Effect {
    /// As the database holds it.
    var storedNumber: Int {
        switch self {
        case .pure: 0
        case .read: 1
        case .idempotent: 2
        case .keyed: 3
        case .unsafe: 4
        }
    }

    init?(storedNumber: Int) {
        guard let effect = Self.allCases.first(where: { $0.storedNumber == storedNumber }) else { return nil }
        self = effect
    }
}
