// GET /health: whether events are taken.

import Engine
import Hummingbird
import JobHistory

enum HealthRoutes {
    static func list(_ engine: Engine) -> [Route] {
        [Route(.get, "/health", .open) { _ in try await answer(engine) }]
    }

    /// `{"ready": true, "open": N}`; N: jobs neither finished nor parked, and not waiting for people. 503 while events can't be
    /// taken.
    private static func answer(_ engine: Engine) async throws -> Response {
        let counts = try await engine.store.counts()
        let unfinished = counts.filter { !$0.key.isFinished && !$0.key.isParked }.values.reduce(0, +)
        let open = max(0, unfinished - (try await engine.store.jobsAwaitingPeople()))
        let isReady = engine.store.healthLookingAgain() == .ok && !engine.isStopping
        return .json(["ready": .bool(isReady), "open": .integer(open)], isReady ? .ok : .serviceUnavailable)
    }
}
