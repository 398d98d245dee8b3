// What this process has done since it started, counted in memory: for metrics. What the history knows is not counted here.

import JobHistory
import Synchronization

/// Counts that only grow. Any thread may add to them.
public final class EngineActivity: Sendable {
    /// What became of a webhook delivery.
    public enum Delivery: String, Sendable, CaseIterable {
        case accepted
        /// Everything that it would have made was there.
        case duplicate
        /// No recipe's `when` held for it.
        case passedOver = "passed_over"
        /// Its signature, body or dedupe key was not good.
        case refused
        /// Nothing listens at its address.
        case unknown
        /// It could not be stored.
        case unavailable
    }

    /// All counts at one moment.
    public struct Counts: Sendable {
        public fileprivate(set) var deliveries: [Delivery: Int] = [:]
        public fileprivate(set) var polls = (succeeded: 0, failed: 0)
        /// Events of polls that made a job.
        public fileprivate(set) var polledEvents = 0
        /// Due times of schedules that were dealt with.
        public fileprivate(set) var fires: [Fire.Verdict: Int] = [:]
        /// Due times that were passed over.
        public fileprivate(set) var missed = 0
        /// How often a job came to an end, by recipe; one that is retried ends again.
        public fileprivate(set) var ends: [String: [JobState: Int]] = [:]
        /// Running times of jobs that came to an end, by recipe.
        public fileprivate(set) var runningTimes: [String: DurationHistogram] = [:]
    }

    /// So many recipes are told apart; what others do is counted under `others`. The first to come have a name of their own.
    public static let mostRecipes = 200
    /// No recipe can have this name.
    public static let others = "(others)"

    private static let runningBounds = [0.005, 0.025, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 5_400]

    /// Between the time when a schedule should have started a job and when it did.
    public let scheduleLag = DurationHistogram(bounds: [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3_600])
    private let counts = Mutex(Counts())

    init() {}

    public var now: Counts { counts.withLock { $0 } }

    func add(_ delivery: Delivery) { counts.withLock { $0.deliveries[delivery, default: 0] += 1 } }

    func addPoll(succeeded: Bool) {
        counts.withLock { counts in
            if succeeded { counts.polls.succeeded += 1 } else { counts.polls.failed += 1 }
        }
    }

    func add(polledEvents: Int) { counts.withLock { $0.polledEvents += polledEvents } }

    func add(_ plan: FirePlan, _ result: FireResult) {
        guard !result.isStale else { return }
        counts.withLock { counts in
            counts.missed += result.missed
            for fire in result.fires { counts.fires[fire.verdict, default: 0] += 1 }
        }
        if let start = plan.state.start, !result.fires.isEmpty {
            scheduleLag.add(seconds: Double(plan.firedAt - start) / 1_000)
        }
    }

    func addEnd(_ recipe: String, _ state: JobState) {
        counts.withLock { counts in
            counts.ends[Self.label(recipe, among: counts.ends), default: [:]][state, default: 0] += 1
        }
    }

    func addRunningTime(_ recipe: String, _ time: Duration) {
        let histogram = counts.withLock { counts in
            let label = Self.label(recipe, among: counts.runningTimes)
            let known = counts.runningTimes[label] ?? DurationHistogram(bounds: Self.runningBounds)
            counts.runningTimes[label] = known
            return known
        }
        histogram.add(time)
    }

    private static func label(_ recipe: String, among known: [String: some Any]) -> String {
        known[recipe] != nil || known.count < mostRecipes ? recipe : others
    }
}
