// An alert in words and as data: what a mail says, what a webhook and a recipe get.

import JSONCore
import JobHistory
import RecipeLanguage

/// One message of a rule.
public struct AlertNotice: Sendable {
    public enum Kind: String, Sendable {
        /// Something is wrong.
        case alert
        /// It is over.
        case recovery
        /// Nothing is wrong: somebody tries the rule.
        case test
    }

    public let kind: Kind
    public let rule: String
    public let at: Milliseconds
    /// One line.
    public let title: String
    /// A paragraph for each thing.
    public let text: String
    let entries: [JSON]

    /// What webhooks and recipes get: `{kind, rule, at, title, text, alerts: […]}`.
    public var json: JSON {
        [
            "kind": .string(kind.rawValue), "rule": .string(rule), "at": .time(at), "title": .string(title),
            "text": .string(text), "alerts": .array(entries),
        ]
    }

    /// From `json`.
    public init?(_ json: JSON) {
        guard let kind = json["kind"]?.string.flatMap(Kind.init), let rule = json["rule"]?.string else { return nil }
        (self.kind, self.rule) = (kind, rule)
        at =
            json["at"]?.string.flatMap { InstantText.instant($0) }.map {
                Milliseconds($0.seconds) * 1_000 + Milliseconds($0.nanoseconds / 1_000_000)
            } ?? 0
        (title, text) = (json["title"]?.string ?? "", json["text"]?.string ?? "")
        entries = json["alerts"]?.array ?? []
    }

    /// Things told in full; the others are counted.
    private static let mostTold = 50

    init(_ kind: Kind, rule: AlertRule, _ standings: [AlertStanding], now: Milliseconds) {
        (self.kind, self.rule, at) = (kind, rule.name, now)
        let sentences = standings.map { kind == .recovery ? Self.recovery($0) : Self.sentence($0) }
        title =
            sentences.count == 1
            ? sentences[0]
            : kind == .recovery
                ? "\(sentences.count) troubles are over"
                : "\(sentences.count) things need attention: \(Self.names(standings))"
        var paragraphs = zip(standings, sentences).prefix(Self.mostTold).map { standing, sentence in
            kind == .recovery ? sentence + "." : Self.paragraph(standing, sentence)
        }
        if standings.count > Self.mostTold { paragraphs.append("… and \(standings.count - Self.mostTold) more.") }
        text = paragraphs.joined(separator: "\n\n")
        entries = standings.prefix(Self.mostTold).map { Self.entry($0) }
    }

    /// For trying a rule.
    init(testOf rule: AlertRule, now: Milliseconds) {
        (kind, self.rule, at) = (.test, rule.name, now)
        title = "This is a test of the alert rule \(rule.name)"
        text = "Nothing is wrong. Somebody tried the alert rule \(rule.name); its alerts come here."
        entries = []
    }

    private static func names(_ standings: [AlertStanding]) -> String {
        let names = standings.map(\.key.subject)
        return names.prefix(5).joined(separator: ", ") + (names.count > 5 ? ", …" : "")
    }

    private static func sentence(_ standing: AlertStanding) -> String {
        let subject = standing.key.subject
        let times = standing.untold == 1 ? "" : " \(standing.untold) times"
        return switch standing.key.kind {
        case .failure: standing.untold <= 1 ? "\(subject) failed" : "\(subject) failed\(times)"
        case .repeatedFailure: "\(subject) fails again and again: \(max(standing.untold, 1)) failures"
        case .silence: "\(subject) is silent"
        case .brokenConnection: "the connection \(subject) can't be used"
        case .missedSchedule:
            "\(subject) missed \(standing.untold == 1 ? "a time" : "\(standing.untold) times") of its schedule"
        case .needsDecision:
            standing.untold <= 1
                ? "a job of \(subject) waits for a person" : "\(standing.untold) jobs of \(subject) wait for a person"
        case .pollsFailing: "polls of \(subject) fail"
        case .subscriptionFailing: "the webhook subscription of \(subject) fails"
        }
    }

    private static func recovery(_ standing: AlertStanding) -> String {
        let subject = standing.key.subject
        let more = standing.untold > 0 ? " (\(standing.untold) more were held back meanwhile)" : ""
        let sentence =
            switch standing.key.kind {
            case .failure, .repeatedFailure: "\(subject) works again"
            case .silence: "\(subject) is heard of again"
            case .brokenConnection: "the connection \(subject) works again"
            case .missedSchedule: "\(subject) runs again"
            case .needsDecision: "no job of \(subject) waits for a person any more"
            case .pollsFailing: "polls of \(subject) work again"
            case .subscriptionFailing: "the webhook subscription of \(subject) works again"
            }
        return sentence + more
    }

    private static func paragraph(_ standing: AlertStanding, _ sentence: String) -> String {
        var lines = [sentence + (standing.message.map { ": \($0)" } ?? "")]
        if let last = standing.lastAt { lines.append("Last at \(InstantText.words(last)).") }
        if let told = standing.toldAt, standing.untold > 1 {
            lines.append(
                "\(standing.untold) since the alert of \(InstantText.words(told)); those before were held back.")
        }
        if let job = standing.job { lines.append("galley jobs show \(job)") }
        return lines.joined(separator: "\n")
    }

    private static func entry(_ standing: AlertStanding) -> JSON {
        var entry: JSONObject = ["on": .string(standing.key.kind.word)]
        if standing.key.kind == .brokenConnection {
            entry["connection"] = .string(standing.key.subject)
        } else {
            entry["recipe"] = .string(standing.key.subject)
        }
        entry["count"] = .integer(standing.untold)
        if let message = standing.message { entry["message"] = .string(message) }
        if let job = standing.job { entry["job"] = .integer(Int(job)) }
        (entry["since"], entry["last_at"]) = (.time(standing.openedAt), .time(standing.lastAt))
        entry["told_before_at"] = .time(standing.toldAt)
        return .object(entry)
    }
}
