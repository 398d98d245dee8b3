// What jobs did over a stretch of time: by slot and state, by recipe, with percentiles of their running times.

/// The jobs made in a stretch of time.
public struct JobStatistics: Sendable {
    /// Jobs by how they ended.
    public struct Ends: Sendable, Hashable {
        public var succeeded = 0
        public var failed = 0
        public var canceled = 0

        public var total: Int { succeeded + failed + canceled }
        /// Of the jobs that came to an end of their own; nil when there are none.
        public var successRate: Double? {
            let ended = succeeded + failed
            return ended == 0 ? nil : Double(succeeded) / Double(ended)
        }

        mutating func add(_ jobs: Int, _ state: JobState) {
            switch state {
            case .succeeded: succeeded += jobs
            case .failed: failed += jobs
            case .canceled: canceled += jobs
            default: break
            }
        }
    }

    /// One bar of a chart.
    public struct Slot: Sendable {
        public let start: Milliseconds
        public var ends = Ends()
        /// Jobs made then that have not ended.
        public var open = 0
    }

    /// One recipe's share.
    public struct RecipeShare: Sendable {
        public let recipe: String
        public var ends = Ends()
        public var times = RunningTimes()
    }

    public let start: Milliseconds
    public let end: Milliseconds
    public let slotLength: Milliseconds
    public var slots: [Slot]
    public var recipes: [RecipeShare] = []
    public var ends = Ends()
    public var times = RunningTimes()
    /// Jobs that have not ended, whenever they were made.
    public var openNow: [JobState: Int] = [:]
    /// Whether `Slot.open` says all: counting stops at a large backlog.
    public var countsOpen = true

    /// An hour's table serves slots of whole hours, a minute's the others.
    var usesHours: Bool { slotLength % JobCounts.hour == 0 }

    init(from start: Milliseconds, slotLength: Milliseconds, count: Int) {
        let length = max(JobCounts.minute, slotLength / JobCounts.minute * JobCounts.minute)
        let grain = length % JobCounts.hour == 0 ? JobCounts.hour : JobCounts.minute
        self.start = start / grain * grain
        (self.slotLength, end) = (length, self.start + length * Milliseconds(count))
        slots = []
        for index in 0..<count { slots.append(Slot(start: self.start + length * Milliseconds(index))) }
    }
}

/// Running times of many jobs, counted by rounded value.
public struct RunningTimes: Sendable {
    private var counts: [Milliseconds: Int] = [:]
    public private(set) var count = 0

    mutating func add(_ jobs: Int, _ took: Milliseconds) {
        counts[took, default: 0] += jobs
        count += jobs
    }

    /// The time that a share of the jobs stayed below, in milliseconds; nil without jobs. Times are counted by stretches
    /// (`JobCounts.width`), so it is exact to the width of the one it lies in.
    /// - Parameter share: above 0, up to 1.
    public func percentile(_ share: Double) -> Milliseconds? {
        guard count > 0 else { return nil }
        let wanted = max(1, (Double(count) * min(max(share, 0), 1)).rounded(.up))
        var seen = 0.0
        for (took, jobs) in counts.sorted(by: { $0.key < $1.key }) {
            if seen + Double(jobs) >= wanted {
                let within = (wanted - seen) / Double(jobs) * Double(JobCounts.width(of: took) - 1)
                return took + Milliseconds(within.rounded())
            }
            seen += Double(jobs)
        }
        return nil
    }
}
