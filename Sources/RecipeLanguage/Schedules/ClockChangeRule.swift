// What a schedule does with local times that a change of the clocks skips or repeats.

/// The setting `dst`.
public enum ClockChangeRule: String, Sendable, Hashable, CaseIterable {
    /// A skipped time does not run; a repeated one runs the first time.
    case skip
    /// A skipped time runs as soon as the clocks have jumped; a repeated one runs the first time.
    case runOnce = "run_once"
    /// A skipped time runs as soon as the clocks have jumped; a repeated one runs both times.
    case runBoth = "run_both"
}

/// What happens at each change of the clocks.
struct ClockChanges: Hashable, Sendable {
    enum Repeated: Sendable { case first, second, both }

    /// Whether a time that is skipped is made up for when the clocks have jumped.
    let makesUp: Bool
    /// Which of two equal times count.
    let repeated: Repeated

    /// For dates with fixed times, and for anything that says which rule it wants.
    ///
    /// A cron expression with `*` in front of its minute or hour goes by the length of time: a repeated hour is an hour
    /// like any other (as in Debian's cron), except with `skip`. One that runs in every hour needs nothing made up.
    init(_ rule: ClockChangeRule, isFrequent: Bool, hasEveryHour: Bool) {
        makesUp = rule != .skip && !hasEveryHour
        repeated = rule == .runBoth || (rule == .runOnce && isFrequent) ? .both : .first
    }

    private init(makesUp: Bool, repeated: Repeated) { (self.makesUp, self.repeated) = (makesUp, repeated) }

    /// As Quartz has it: a skipped time does not run, a repeated one runs the second time.
    static let quartz = ClockChanges(makesUp: false, repeated: .second)
}
