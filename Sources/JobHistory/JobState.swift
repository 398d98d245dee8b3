// The states of a job and the legal moves between them: the one table.

/// Where a job is in its life. Raw values are what the database holds.
public enum JobState: Int, Sendable, CaseIterable, CustomStringConvertible {
    case queued = 0
    case running = 1
    /// Durable wait; `JobSummary.reason` says for what, `runAfter` until when.
    case waiting = 2
    /// An unsafe step's outcome is unknown: a person decides.
    case needsDecision = 3
    /// Its runner died three times.
    case quarantined = 4
    case succeeded = 5
    case failed = 6
    case canceled = 7

    /// As users write and read it.
    public var description: String { self == .needsDecision ? "needs_decision" : "\(name)" }
    private var name: String {
        switch self {
        case .queued: "queued"
        case .running: "running"
        case .waiting: "waiting"
        case .needsDecision: "needs_decision"
        case .quarantined: "quarantined"
        case .succeeded: "succeeded"
        case .failed: "failed"
        case .canceled: "canceled"
        }
    }

    /// From its name.
    public init?(_ name: String) {
        guard let state = Self.allCases.first(where: { $0.description == name }) else { return nil }
        self = state
    }

    /// Succeeded, failed or canceled.
    public var isFinished: Bool { self == .succeeded || self == .failed || self == .canceled }
    /// Needs a person.
    public var isParked: Bool { self == .needsDecision || self == .quarantined }

    /// Whether a job may go from this state to `next`.
    public func mayBecome(_ next: JobState) -> Bool { Self.moves[self]?.contains(next) ?? false }

    private static let moves: [JobState: Set<JobState>] = [
        .queued: [.running, .canceled],
        .running: [.succeeded, .failed, .canceled, .waiting, .queued, .needsDecision, .quarantined],
        .waiting: [.running, .queued, .canceled],
        .needsDecision: [.queued, .failed, .canceled],
        .quarantined: [.queued, .failed, .canceled],
        .failed: [.queued],
        .canceled: [.queued],
        .succeeded: [],
    ]
}
