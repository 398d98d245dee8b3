// How many jobs are in which state, as JSON.

import JSONCore
import JobHistory

public enum Statistics {
    /// - Parameter isReady: whether events are taken now.
    public static func json(_ counts: [JobState: Int], recipes: Int, isReady: Bool) -> JSON {
        let jobs = JobState.allCases.map { (key: $0.description, value: JSON.integer(counts[$0] ?? 0)) }
        return [
            "jobs": .object(JSONObject(uniqueEntries: jobs)), "recipes": .integer(recipes), "ready": .bool(isReady),
        ]
    }
}
