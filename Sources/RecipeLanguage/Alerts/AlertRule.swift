// Alert rules as `alerts` of galley.json holds them: what is worth telling, whom, and how often.

import JSONCore

/// One rule: on what it tells, of which recipes, to whom, grouped and throttled.
public struct AlertRule: Sendable, Hashable {
    /// What something that happened is, by the word in `on`.
    public enum Kind: Int, Sendable, CaseIterable {
        /// A job failed.
        case failure = 1
        /// Jobs of one recipe failed so often within so long.
        case repeatedFailure = 2
        /// No job of a recipe was made for so long.
        case silence = 3
        /// A connection is incomplete, or the other side refuses its credentials.
        case brokenConnection = 4
        /// A schedule passed due times without a job.
        case missedSchedule = 5
        /// A job waits for a person: for a decision, or because it was set aside.
        case needsDecision = 6
        /// Polls of a recipe failed so often in a row.
        case pollsFailing = 7
        /// A system could not be asked so often in a row to call a recipe, to go on calling it, or to stop.
        case subscriptionFailing = 8

        public var word: String {
            switch self {
            case .failure: "failure"
            case .repeatedFailure: "repeated_failure"
            case .silence: "silence"
            case .brokenConnection: "broken_connection"
            case .missedSchedule: "missed_schedule"
            case .needsDecision: "needs_decision"
            case .pollsFailing: "polls_failing"
            case .subscriptionFailing: "subscription_failing"
            }
        }

        public init?(word: String) {
            guard let kind = Self.allCases.first(where: { $0.word == word }) else { return nil }
            self = kind
        }
    }

    /// An entry of `on`.
    public struct Condition: Sendable, Hashable {
        public let kind: Kind
        /// Of `repeated_failure`, `polls_failing` and `subscription_failing`: how many; 1 else.
        public var count = 1
        /// Of `repeated_failure`: `within`; of `silence`: `for`.
        public var period: Duration = .zero
        /// Of `silence`: the recipe watched; nil for those of the rule.
        public var recipe: String?

        public init(_ kind: Kind) { self.kind = kind }
    }

    /// An entry of `to`.
    public enum Target: Sendable, Hashable {
        /// Through a connection of the connector `mail`.
        case mail(connection: String, to: [String])
        /// `POST` of JSON; signed as Standard Webhooks say when a secret is named. `isSecret`: `url` is a secret's name.
        case webhook(url: String, isSecret: Bool, secret: String?)
        /// A job of this recipe, with the alert as its event.
        case recipe(String)
    }

    /// Places that one rule tells.
    public static let mostTargets = 20

    public let name: String
    public var conditions: [Condition] = []
    /// Only these recipes; nil: all.
    public var recipes: [String]?
    public var targets: [Target] = []
    /// What happens within this time of the first is told together.
    public var group: Duration = .seconds(30)
    /// At most one alert in this time for each recipe.
    public var throttle: Duration = .seconds(3_600)
    /// Whether the end of what was told is told too.
    public var tellsRecovery = true

    public init(name: String) { self.name = name }

    /// Whether something about a recipe is for this rule. What concerns no recipe is for rules without `recipes`.
    public func covers(_ recipe: String?) -> Bool {
        guard let recipes else { return true }
        return recipe.map { recipes.contains($0) } ?? false
    }

    /// The recipes of a `silence`.
    public func silentRecipes(_ condition: Condition) -> [String] {
        condition.recipe.map { [$0] } ?? recipes ?? []
    }
}

extension AlertRule.Target {
    /// As galley.json has it.
    public var json: JSON {
        switch self {
        case .mail(let connection, let to):
            return ["mail": .string(connection), "to": .array(to.map { .string($0) })]
        case .webhook(let url, let isSecret, let secret):
            var object: JSONObject = ["webhook": isSecret ? ["secret": .string(url)] : .string(url)]
            if let secret { object["secret"] = .string(secret) }
            return .object(object)
        case .recipe(let recipe): return ["recipe": .string(recipe)]
        }
    }

    /// nil for what `json` doesn't make.
    public init?(_ json: JSON) {
        if let connection = json["mail"]?.string {
            self = .mail(connection: connection, to: json["to"]?.array?.compactMap(\.string) ?? [])
        } else if let recipe = json["recipe"]?.string {
            self = .recipe(recipe)
        } else if let webhook = json["webhook"] {
            guard let url = webhook.string ?? webhook["secret"]?.string else { return nil }
            self = .webhook(url: url, isSecret: webhook.string == nil, secret: json["secret"]?.string)
        } else {
            return nil
        }
    }

    /// In words, without what may be secret in a URL.
    public var words: String {
        switch self {
        case .mail(let connection, let to): return "mail to \(to.joined(separator: ", ")) through \(connection)"
        case .webhook(let url, true, _): return "the webhook in the secret \(url)"
        case .webhook(let url, false, _):
            // The path of such an address is often its password.
            let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
            let host = parts.count > 2 ? parts[2].split(separator: "@").last.map { String($0) } ?? "" : ""
            return "the webhook at \(host.prefix { $0 != "?" && $0 != "#" })"
        case .recipe(let recipe): return "the recipe \(recipe)"
        }
    }
}

extension AlertRule {
    /// For lists.
    public var json: JSON {
        var object: JSONObject = ["rule": .string(name), "on": .array(conditions.map(\.json))]
        if let recipes { object["recipes"] = .array(recipes.map { .string($0) }) }
        object["to"] = .array(targets.map { .string($0.words) })
        object["group"] = .string(DurationText.text(group))
        object["throttle"] = .string(DurationText.text(throttle))
        object["recovery"] = .bool(tellsRecovery)
        return .object(object)
    }
}

extension AlertRule.Condition {
    /// As galley.json has it.
    public var json: JSON {
        var terms: JSONObject = [:]
        switch kind {
        case .repeatedFailure:
            (terms["count"], terms["within"]) = (.integer(count), .string(DurationText.text(period)))
        case .silence:
            if let recipe { terms["recipe"] = .string(recipe) }
            terms["for"] = .string(DurationText.text(period))
        case .pollsFailing, .subscriptionFailing: terms["count"] = .integer(count)
        default: return .string(kind.word)
        }
        return [kind.word: .object(terms)]
    }
}
