// Follows the records of a job's steps as they come and change.

import JobHistory

/// Remembers which records it has shown, and finds what is new.
public struct StepFollower: Sendable {
    private let job: JobID
    private var shown: [Int: StepState] = [:]

    /// The last of the steps that are over, as far as they were looked at; nil: none.
    public private(set) var settled: Int?

    /// - Parameter settled: goes on behind this step; nil begins with the first.
    public init(job: JobID, after settled: Int? = nil) { (self.job, self.settled) = (job, settled) }

    /// Records that are new or in another state than before, in order.
    public mutating func news(in store: JobStore) async throws -> [StepRecord] {
        let steps = try await store.steps(of: job, after: settled.flatMap { $0 < 0 ? nil : $0 }, limit: 1_000)
        let news = steps.filter { shown[$0.seq] != $0.state }
        for step in news { shown[step.seq] = step.state }
        // A step that is still open is looked at again; everything before is settled.
        let open = shown.filter { $0.value == .started || $0.value == .waiting }.keys.min()
        settled = open.map { $0 - 1 } ?? shown.keys.max() ?? settled
        return news
    }
}
