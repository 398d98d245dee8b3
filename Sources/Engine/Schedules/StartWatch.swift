// Sees to it that somebody learns when something that should have started did not, and forgets old fires.

import JobHistory
import Synchronization

/// Looks once a minute whether schedules and pollers run when they should.
public final class StartWatch: Sendable {
    /// Later than this is overdue.
    public static let patience: Milliseconds = 60_000
    /// Fires are remembered for so long.
    static let memory: Milliseconds = 90 * 86_400_000

    private let engine: Engine
    private let warned = Mutex((overdue: false, forgotAt: Milliseconds(0)))

    public init(_ engine: Engine) { self.engine = engine }

    /// Runs until canceled.
    public func run() async throws {
        while true {
            do {
                try await look()
            } catch let error as StoreError {
                engine.services.logger.error(
                    "it can't be told whether schedules are overdue", metadata: ["error": "\(error)"])
            }
            try await Task.sleep(for: .seconds(60))
        }
    }

    /// One look.
    /// - Returns: how many schedules and pollers are overdue.
    @discardableResult
    public func look() async throws -> Int {
        let now = engine.services.clock()
        let overdue = try await Overdue.find(in: engine.store, now: now)
        let (isNew, isOver, forgets) = warned.withLock { state in
            let answer = (
                overdue.count > 0 && !state.overdue, overdue.count == 0 && state.overdue,
                now - state.forgotAt > 86_400_000
            )
            state.overdue = overdue.count > 0
            if answer.2 { state.forgotAt = now }
            return answer
        }
        if isNew {
            engine.services.logger.warning(
                "recipes that should have started by now have not",
                metadata: ["overdue": "\(overdue.count)", "first": "\(overdue.first.joined(separator: ", "))"])
        } else if isOver {
            engine.services.logger.notice("nothing is overdue any more")
        }
        if forgets {
            var place: Int64? = 0
            while let after = place {
                place = try await engine.store.forgetFires(before: now - Self.memory, after: after)
            }
        }
        return overdue.count
    }
}

/// What should have started and did not.
public struct Overdue: Sendable, Hashable {
    public let count: Int
    /// The recipes that have waited longest.
    public let first: [String]

    public static func find(in store: JobStore, now: Milliseconds) async throws -> Overdue {
        let latest = now - StartWatch.patience
        let schedules = try await store.overdueSchedules(before: latest, names: 5)
        let pollers = try await store.duePollers(by: latest, limit: 1_000).map(\.recipe)
        return Overdue(count: schedules.count + pollers.count, first: Array((schedules.first + pollers).prefix(5)))
    }
}
