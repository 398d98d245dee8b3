// What alerts ask the history: whether a recipe works again.

import JSONCore
import Testing

@testable import JobHistory

struct AlertHistoryTests {
    @Test(arguments: [
        (0, JobState.succeeded, true), (60_000, .succeeded, true), (-2, .succeeded, false), (0, .failed, false),
        (3_600_000, .succeeded, false),  // from before the clock was set back
    ])
    func `a recipe works again when a job has succeeded between the failure and now`(
        offset: Milliseconds, state: JobState, works: Bool
    ) async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        let failed = try await store.run(to: .failed, at: noon)
        try await store.run(to: state, at: noon + offset)
        let found = try await store.hasSucceeded("hello", since: noon, now: noon + 120_000, or: failed)
        #expect(found == works)
        await store.close()
    }
}
