// The numbers of jobs, given out from memory.

import Synchronization

/// Rises from what the database holds at opening; shared by the writer and its callers.
final class JobNumbers: Sendable {
    private let last: Atomic<JobID>

    init(after last: JobID) { self.last = Atomic(last) }

    func next() -> JobID { last.add(1, ordering: .relaxed).newValue }
}
