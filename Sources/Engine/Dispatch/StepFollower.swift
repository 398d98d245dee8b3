// Follows the records of a job's steps as they come and change.

import JobHistory

/// Remembers which records it has shown, and finds what is new.
public struct StepFollower: Sendable {
    private let job: JobID
    private var shown: [Int: StepState] = [:]

    public init(job: JobID) { self.job = job }

    /// Records that are new or in another state than before, in order.
    public mutating func news(in store: JobStore) async throws -> [StepRecord] {
        // A step that was still open is looked at again; everything before is settled.
        let open = shown.filter { $0.value == .started || $0.value == .waiting }.keys.min()
        let after = open.map { $0 - 1 } ?? shown.keys.max()
        let steps = try await store.steps(of: job, after: after.flatMap { $0 < 0 ? nil : $0 }, limit: 1_000)
        let news = steps.filter { shown[$0.seq] != $0.state }
        for step in news { shown[step.seq] = step.state }
        return news
    }
}
