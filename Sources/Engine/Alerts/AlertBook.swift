// What follows for each rule from what happens: when it is told, what is held back, when it is over. Pure.

import JSONCore
import JobHistory
import RecipeLanguage

/// The standings of all rules, and the changes to them since they were read.
struct AlertBook: Sendable {
    private(set) var standings: [AlertStanding.Key: AlertStanding]
    private(set) var changed: Set<AlertStanding.Key> = []
    private(set) var dropped: Set<AlertStanding.Key> = []

    init(_ standings: [AlertStanding.Key: AlertStanding]) { self.standings = standings }

    /// Something that happened, as a rule sees it.
    struct Occurrence: Sendable {
        let subject: String
        var recipe: String?
        var job: JobID?
        let message: String
        let at: Milliseconds
        /// How many at once.
        var count = 1
    }

    /// Makes sure that a rule watches a subject, for rules that tell of what does not happen.
    mutating func watch(_ key: AlertStanding.Key, recipe: String, since now: Milliseconds) {
        guard standings[key] == nil else { return }
        var standing = AlertStanding(key, since: now)
        standing.recipe = recipe
        put(standing)
    }

    /// Notes something for a condition of a rule.
    mutating func note(
        _ occurrence: Occurrence, _ condition: AlertRule.Condition, of rule: AlertRule, now: Milliseconds
    ) {
        let key = AlertStanding.Key(rule.name, condition.kind, occurrence.subject)
        var standing = standings[key] ?? AlertStanding(key, since: now)
        (standing.recipe, standing.job) = (occurrence.recipe ?? standing.recipe, occurrence.job)
        (standing.message, standing.lastAt) = (occurrence.message, max(standing.lastAt ?? 0, occurrence.at))
        if condition.kind == .repeatedFailure {
            standing.times.append(occurrence.at)
            standing.times.removeAll { $0 <= occurrence.at - condition.period.milliseconds }
            standing.times = standing.times.suffix(condition.count)
            guard standing.times.count >= condition.count else { return put(standing) }
            // Those that made it one are told together; each that follows is one more.
            standing.untold += standing.openedAt == nil ? standing.times.count : 1
        } else {
            standing.untold += occurrence.count
        }
        if standing.openedAt == nil { (standing.openedAt, standing.isTold) = (occurrence.at, false) }
        if standing.due == nil {
            let allowed = standing.toldAt.map { $0 + rule.throttle.milliseconds } ?? 0
            standing.due = max(now + rule.group.milliseconds, allowed)
        }
        put(standing)
    }

    /// What is to be told now of a rule, together; it counts as told.
    mutating func takeDue(of rule: AlertRule, now: Milliseconds) -> [AlertStanding] {
        let own = standings.values.filter { $0.key.rule == rule.name && $0.due != nil }
        guard own.contains(where: { $0.due ?? .max <= now }) else { return [] }
        // Whoever waits for its group only goes along; whoever is throttled does not.
        let ready = own.filter { standing in
            standing.due ?? .max <= now
                || (standing.toldAt.map { $0 + rule.throttle.milliseconds } ?? 0) <= now
        }.sorted { ($0.openedAt ?? 0, $0.key.subject) < ($1.openedAt ?? 0, $1.key.subject) }
        for var standing in ready {
            (standing.due, standing.untold, standing.toldAt, standing.isTold) = (nil, 0, now, true)
            put(standing)
        }
        return ready
    }

    /// A trouble is over.
    /// - Returns: the standing as it was, when its end is to be told.
    mutating func close(_ key: AlertStanding.Key, of rule: AlertRule?, now: Milliseconds) -> AlertStanding? {
        guard var standing = standings[key], standing.openedAt != nil else { return nil }
        let before = standing
        (standing.openedAt, standing.due, standing.untold, standing.times) = (nil, nil, 0, [])
        (standing.isTold, standing.since) = (false, now)
        put(standing)
        return before.isTold && rule?.tellsRecovery == true ? before : nil
    }

    /// Drops what rules that are gone, or that watch something else now, have left behind, and what is over and forgotten.
    mutating func prune(_ rules: [AlertRule], now: Milliseconds) {
        let rules = Dictionary(rules.map { ($0.name, $0) }) { $1 }
        for (key, standing) in standings {
            guard let rule = rules[key.rule], rule.conditions.contains(where: { $0.kind == key.kind }) else {
                drop(key)
                continue
            }
            let isSilenceOfAnother =
                key.kind == .silence
                && !rule.conditions.contains {
                    $0.kind == .silence && rule.silentRecipes($0).contains(key.subject)
                }
            let isForgotten =
                key.kind != .silence && standing.openedAt == nil && standing.times.isEmpty
                && (standing.toldAt ?? 0) + rule.throttle.milliseconds <= now
            if isSilenceOfAnother || isForgotten { drop(key) }
        }
    }

    /// When the next is to be told.
    var nextDue: Milliseconds? { standings.values.compactMap(\.due).min() }

    var open: [AlertStanding] { standings.values.filter { $0.openedAt != nil } }

    private mutating func put(_ standing: AlertStanding) {
        guard standings[standing.key] != standing else { return }
        standings[standing.key] = standing
        changed.insert(standing.key)
        dropped.remove(standing.key)
    }

    private mutating func drop(_ key: AlertStanding.Key) {
        standings[key] = nil
        changed.remove(key)
        dropped.insert(key)
    }
}
