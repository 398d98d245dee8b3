// How a trigger of a declarative connector is called: the requests around a subscription, and what deliveries become.

import ConnectorKit
import JSONCore
import RecipeLanguage

/// `webhook` of a trigger.
struct WebhookDefinition: Sendable {
    /// How to find a subscription whose answer was lost.
    struct Search: Sendable {
        let request: RequestTemplate
        /// The subscription in the answer; nil or false when there is none.
        let found: BoundFormula
        /// What is kept of it, as of the answer to subscribing.
        let kept: Kept
    }

    /// What is kept of an answer.
    struct Kept: Sendable {
        /// Everything when nil.
        var subscription: InputTemplate?
        var secret: InputTemplate?
        var expires: InputTemplate?
    }

    /// A question of the system that is no event.
    struct Handshake: Sendable {
        let when: BoundFormula
        let moment: HandshakeMoment
        let secret: InputTemplate?
        let status: Int
        let headers: [(name: String, value: InputTemplate)]
        let text: InputTemplate?
        let json: InputTemplate?
    }

    var trigger: WebhookTrigger
    var subscribe: RequestTemplate?
    var kept = Kept()
    var search: Search?
    var renew: RequestTemplate?
    var unsubscribe: RequestTemplate?
    var handshakes: [Handshake] = []
    /// A list of events, or one; nil when deliveries only wake the poll.
    var events: InputTemplate?
    var dedupe: InputTemplate?
}
