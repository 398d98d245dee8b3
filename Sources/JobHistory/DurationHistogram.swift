// How long something took, counted by upper bounds: for metrics, in memory, from the start of the process.

import Synchronization

/// Counts of durations, as Prometheus' histograms have them. Any thread may add to it.
public final class DurationHistogram: Sendable {
    /// What was counted up to now.
    public struct Counts: Sendable {
        /// By bucket: durations up to its bound that were above the one before; the last is above all bounds.
        public fileprivate(set) var buckets: [Int]
        public fileprivate(set) var seconds = 0.0
        public var count: Int { buckets.reduce(0, +) }
    }

    /// Upper bounds in seconds, each included in its bucket, ascending.
    public let bounds: [Double]
    private let counts: Mutex<Counts>

    public init(bounds: [Double]) {
        self.bounds = bounds
        counts = Mutex(Counts(buckets: Array(repeating: 0, count: bounds.count + 1)))
    }

    /// - Parameter seconds: a negative one (a clock was set) counts as none.
    public func add(seconds: Double) {
        let seconds = max(0, seconds)
        let bucket = bounds.firstIndex { seconds <= $0 } ?? bounds.count
        counts.withLock { counts in
            counts.buckets[bucket] += 1
            counts.seconds += seconds
        }
    }

    public func add(_ duration: Duration) { add(seconds: duration / .seconds(1)) }

    public var now: Counts { counts.withLock { $0 } }
}
