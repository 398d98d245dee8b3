// Jobs with all that is known of them, one after the other: what `jobs export` and the API's export give.

import JSONCore
import JobHistory

extension JobStore {
    /// Gives each job that the filter chooses with its event, result and steps, newest first.
    public func export(
        _ filter: JobFilter, withSteps: Bool, _ emit: (JSON) async throws -> Void
    ) async throws {
        var (filter, left) = (filter, filter.limit)
        while left > 0 {
            filter.limit = min(left, 500)
            let page = try await jobs(filter)
            for summary in page {
                guard let detail = try await job(summary.id) else { continue }
                var object = detail.json
                if withSteps { object["steps"] = .array(try await allSteps(of: summary.id)) }
                try await emit(.object(object))
            }
            left -= page.count
            guard page.count == filter.limit, let last = page.last else { return }
            filter.before = last.id
        }
    }

    private func allSteps(of job: JobID) async throws -> [JSON] {
        var steps: [JSON] = []
        var last: Int?
        while true {
            let page = try await self.steps(of: job, after: last, limit: 1_000, includingSuperseded: true)
            steps += try await json(of: page)
            guard page.count == 1_000, let seq = page.last?.seq else { return steps }
            last = seq
        }
    }
}
