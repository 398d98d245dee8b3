// Triggers that others call: how a connector has an outside system call an address, and what it makes of the calls.

import JSONCore
import RecipeLanguage

/// A connector with triggers that an outside system calls.
///
/// The engine gives addresses and secrets, keeps what subscribing gave, verifies what arrives and makes the jobs.
public protocol SubscribingConnector: Connector {
    /// How a trigger is called; nil for one that isn't.
    func webhook(of trigger: String) -> WebhookTrigger?

    /// Asks the system to call the address from now on.
    /// - Throws: `ConnectorError`; its outcome says whether there may be a subscription now.
    func subscribe(_ trigger: String, _ call: SubscriptionCall, in context: ActionContext) async throws
        -> SubscriptionAnswer

    /// Looks for a subscription of this address, after one whose answer was lost.
    /// - Returns: nil when the system has none.
    func find(_ trigger: String, _ call: SubscriptionCall, in context: ActionContext) async throws
        -> SubscriptionAnswer?

    /// Asks for a later end.
    func renew(_ trigger: String, _ call: SubscriptionCall, in context: ActionContext) async throws
        -> SubscriptionAnswer

    /// Asks the system to call no more. A system that knows of no subscription has been told.
    func unsubscribe(_ trigger: String, _ call: SubscriptionCall, in context: ActionContext) async throws

    /// What the system wants to hear before it calls with events; nil for a delivery that is no such question.
    func handshake(
        _ trigger: String, _ call: SubscriptionCall, _ delivery: DeliveredCall, _ moment: HandshakeMoment,
        in context: ActionContext
    ) throws -> WebhookHandshake?

    /// The events in a verified delivery, each with its key.
    func events(
        of trigger: String, _ call: SubscriptionCall, _ delivery: DeliveredCall, in context: ActionContext
    ) throws -> [PolledEvent]
}

/// How a trigger is called.
public struct WebhookTrigger: Sendable, Hashable {
    /// Where the secret that deliveries are checked with comes from.
    public enum SecretSource: String, Sendable {
        /// Made by galley, and told when subscribing.
        case generated
        /// In the answer to subscribing.
        case answer
        /// In a handshake.
        case handshake
        /// The recipe names one of the workspace's secrets (`signing_secret`).
        case named
    }

    /// Whether the system can be asked to call; else a person enters the address there.
    public var subscribes = false
    /// Whether a subscription can be looked for.
    public var finds = false
    /// Whether a subscription's end can be put off.
    public var renews = false
    public var ends = false
    public var secret = SecretSource.generated
    public var signature: WebhookSignature
    /// What the system wants to hear of events that were taken in; nil: what became of them. Refusals have no body then.
    public var answer: WebhookHandshake?
    /// Deliveries say only that there is something new: the trigger's poll fetches it.
    public var onlyWakes = false
    /// Changes with everything that a subscription is made of.
    public var digest: String

    public init(signature: WebhookSignature, digest: String) { (self.signature, self.digest) = (signature, digest) }
}

/// One subscription, as the requests of a connector see it.
public struct SubscriptionCall: Sendable {
    /// The trigger's settings, typed.
    public var input: JSON
    /// The address that is called.
    public var url: String
    /// Made by galley for this subscription; never record or log it.
    public var secret: String
    /// What subscribing gave; null before.
    public var subscription: JSON

    public init(input: JSON, url: String, secret: String, subscription: JSON = .null) {
        (self.input, self.url, self.secret, self.subscription) = (input, url, secret, subscription)
    }
}

/// What subscribing gave.
public struct SubscriptionAnswer: Sendable {
    /// What renewing and ending it need.
    public var subscription: JSON
    /// The secret of the system's own; never record or log it.
    public var secret: String?
    /// Milliseconds since 1970; nil: it does not end by itself.
    public var expiresAt: Int64?

    public init(subscription: JSON, secret: String? = nil, expiresAt: Int64? = nil) {
        (self.subscription, self.secret, self.expiresAt) = (subscription, secret, expiresAt)
    }
}

/// A delivery as a connector's formulas see it.
public struct DeliveredCall: Sendable {
    public var method: String
    /// Null until the delivery is verified.
    public var body: JSON
    /// By name in lower case.
    public var headers: JSONObject
    public var query: JSONObject

    public init(method: String, body: JSON, headers: JSONObject, query: JSONObject) {
        (self.method, self.body, self.headers, self.query) = (method, body, headers, query)
    }
}

/// What is known of who asks.
public enum HandshakeMoment: Sendable {
    /// Nothing is checked: only those questions are answered that systems don't sign, by headers and query alone.
    case unsigned
    /// There is no secret yet to check by: only a question that brings it is answered, and the body is parsed.
    case beforeSecret
    /// The signature was checked and the body parsed.
    case verified
}

/// The answer to a question that is no event.
public struct WebhookHandshake: Sendable, Hashable {
    public enum Body: Sendable, Hashable { case none, text(String), json(JSON) }

    public var status: Int
    public var headers: [String: String]
    public var body: Body
    /// A secret that the system gave with its question; never record or log it.
    public var secret: String?

    public init(status: Int = 200, headers: [String: String] = [:], body: Body = .none, secret: String? = nil) {
        (self.status, self.headers, self.body, self.secret) = (status, headers, body, secret)
    }
}
