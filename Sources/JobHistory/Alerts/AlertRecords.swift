// Alerts as the history holds them: events, standings, deliveries.

import JSONCore
import RecipeLanguage

/// Something that happened and that a rule may tell of.
public struct AlertEvent: Sendable {
    /// Raw values are what the database holds; those of jobs are the numbers of their states.
    public enum Kind: Int, Sendable {
        case needsDecision = 3
        case quarantined = 4
        case failed = 6
        case missedSchedule = 20
        /// `count` failures in a row.
        case pollFailed = 21
        /// `subject` is the connection.
        case brokenConnection = 22
        /// `count` failures in a row to subscribe, renew or end.
        case subscriptionFailed = 23
    }

    public let id: Int64
    public let kind: Kind
    /// nil: it was not long before it was read.
    public let at: Milliseconds?
    public let recipe: String?
    public let job: JobID?
    public let count: Int
    public let subject: String?
    public let message: String?
}

/// How things stand between one rule and one subject.
public struct AlertStanding: Sendable, Hashable {
    /// What a standing is found by.
    public struct Key: Sendable, Hashable {
        public let rule: String
        public let kind: AlertRule.Kind
        /// A recipe, or a connection.
        public let subject: String

        public init(_ rule: String, _ kind: AlertRule.Kind, _ subject: String) {
            (self.rule, self.kind, self.subject) = (rule, kind, subject)
        }
    }

    public let key: Key
    /// The recipe by which it is told whether it is over.
    public var recipe: String?
    /// Since when the rule watches the subject.
    public var since: Milliseconds
    /// nil: nothing is wrong.
    public var openedAt: Milliseconds?
    public var lastAt: Milliseconds?
    /// What happened and was not told yet.
    public var untold = 0
    /// The last alert about the subject, also of an earlier trouble.
    public var toldAt: Milliseconds?
    /// Whether the present trouble was told.
    public var isTold = false
    /// When it is told next; nil: nothing is to be told.
    public var due: Milliseconds?
    public var job: JobID?
    public var message: String?
    /// The times of the latest failures, oldest first, where a rule counts them.
    public var times: [Milliseconds] = []

    public init(_ key: Key, since: Milliseconds) { (self.key, self.since) = (key, since) }
}

/// A message to one place.
public struct AlertDelivery: Sendable {
    /// Raw values are what the database holds.
    public enum State: Int, Sendable, CustomStringConvertible {
        case waiting = 0
        case delivered = 1
        case givenUp = 2

        public var description: String {
            switch self {
            case .waiting: "waiting"
            case .delivered: "delivered"
            case .givenUp: "given_up"
            }
        }
    }

    public let id: Int64
    public let rule: String
    public let state: State
    public let createdAt: Milliseconds
    /// Tries so far, one that is on its way included.
    public let attempts: Int
    public let nextAt: Milliseconds
    public let endedAt: Milliseconds?
    /// Of a recipe that was started.
    public let job: JobID?
    /// Why the last try failed.
    public let error: String?
    /// `AlertRule.Target.json`
    public let target: JSON
    public let message: JSON
}

/// A message that is to be delivered.
public struct NewAlertDelivery: Sendable {
    public let rule: String
    public let target: JSON
    public let message: JSON

    public init(rule: String, target: JSON, message: JSON) {
        (self.rule, self.target, self.message) = (rule, target, message)
    }
}

/// What a job that raises an alert is, without its payloads.
public struct AlertJob: Sendable {
    public let id: JobID
    public let recipe: String
    public let version: Int64
    /// The error's message, or why it waits for a person.
    public let message: String?
    /// The error's `type` and `step`.
    public let errorType: String?
    public let step: String?
    /// What the first job in the chain of calls was started by.
    public let rootOrigin: String
}
