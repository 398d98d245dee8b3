// The part of the world that calls when it is asked to: subscriptions, and what goes wrong with them.

import ConnectorKit
import Crypto
import Engine
import JSONCore
import Synchronization

/// What was asked of it, and how it is to answer.
final class Desk: Sendable {
    enum Turn: Sendable {
        case refuse(Int)
        /// Done, and the answer is lost.
        case lose
        /// Not done, and nobody knows.
        case vanish
    }

    struct State: Sendable {
        /// The requests, in order: `subscribe`, `find`, `renew`, `unsubscribe`.
        var requests: [String] = []
        /// Addresses that are called now, with the secret that was told; one for each subscription.
        var hooks: [(id: Int, url: String, secret: String)] = []
        var lastID = 0
        var turns: [String: [Turn]] = [:]
        var webhook = WebhookTrigger(signature: Desk.signature, digest: "1")
        /// Of the subscriptions that it makes from now on.
        var expires: Int64?
        /// A secret of its own in its answers.
        var given: String?
    }

    let state = Mutex(State())

    static var signature: WebhookSignature {
        (try? WebhookSignature.readScheme(["scheme": "hmac", "header": "X-Desk"])) ?? WebhookSignature(.standard)
    }

    init() {
        state.withLock { state in
            (state.webhook.subscribes, state.webhook.ends, state.webhook.finds) = (true, true, true)
        }
    }

    var now: State { state.withLock { $0 } }
    func script(_ request: String, _ turns: Turn...) { state.withLock { $0.turns[request, default: []] += turns } }
    func change(_ change: (inout State) -> Void) { state.withLock { change(&$0) } }

    /// What it sends to an address.
    static func delivery(_ events: JSON, to url: String, secret: String, header: String? = nil) -> WebhookRequest {
        let body = JSON.object(["events": events]).compactBytes
        let code = HMAC<SHA256>.authenticationCode(for: body, using: SymmetricKey(data: Array(secret.utf8)))
        let signature = header ?? code.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        return WebhookRequest(
            method: "POST", path: url.replacing("https://galley.example/hooks/", with: ""), query: [:],
            headers: [("content-type", "application/json"), ("x-desk", signature)], body: body, sender: "192.0.2.1")
    }

    fileprivate func ask(_ request: String, _ work: (inout State) throws -> SubscriptionAnswer) throws
        -> SubscriptionAnswer
    {
        try state.withLock { state in
            state.requests.append(request)
            var turns = state.turns[request] ?? []
            let turn = turns.isEmpty ? nil : turns.removeFirst()
            state.turns[request] = turns
            switch turn {
            case .refuse(let status)?:
                throw ConnectorError(
                    type: "refused", "the desk answered \(status)", status: status, isTransient: status >= 500)
            case .vanish?: throw Self.lost
            case .lose?:
                _ = try work(&state)
                throw Self.lost
            case nil: return try work(&state)
            }
        }
    }

    private static let lost = ConnectorError(
        type: "connection", "the answer was lost", isTransient: true, outcome: .unknown)
}

extension World: SubscribingConnector {
    func webhook(of trigger: String) -> WebhookTrigger? {
        guard trigger == "called" || trigger == "both" else { return nil }
        return desk.now.webhook
    }

    func subscribe(
        _ trigger: String, _ call: SubscriptionCall, in context: ActionContext
    ) async throws -> SubscriptionAnswer {
        try desk.ask("subscribe") { state in
            state.lastID += 1
            state.hooks.append((state.lastID, call.url, state.given ?? call.secret))
            return SubscriptionAnswer(
                subscription: ["id": .integer(state.lastID)], secret: state.given, expiresAt: state.expires)
        }
    }

    func find(
        _ trigger: String, _ call: SubscriptionCall, in context: ActionContext
    ) async throws -> SubscriptionAnswer? {
        let answer = try desk.ask("find") { state in
            let hook = state.hooks.first { $0.url == call.url }
            return SubscriptionAnswer(
                subscription: hook.map { ["id": .integer($0.id)] } ?? .null, expiresAt: state.expires)
        }
        return answer.subscription.isNull ? nil : answer
    }

    func renew(
        _ trigger: String, _ call: SubscriptionCall, in context: ActionContext
    ) async throws -> SubscriptionAnswer {
        try desk.ask("renew") { SubscriptionAnswer(subscription: call.subscription, expiresAt: $0.expires) }
    }

    func unsubscribe(_ trigger: String, _ call: SubscriptionCall, in context: ActionContext) async throws {
        _ = try desk.ask("unsubscribe") { state in
            state.hooks.removeAll { $0.id == call.subscription["id"]?.integer }
            return SubscriptionAnswer(subscription: .null)
        }
    }

    func handshake(
        _ trigger: String, _ call: SubscriptionCall, _ delivery: DeliveredCall, _ moment: HandshakeMoment,
        in context: ActionContext
    ) throws -> WebhookHandshake? {
        if moment == .beforeSecret, let secret = delivery.body["token"]?.string {
            return WebhookHandshake(secret: secret)
        }
        guard moment == .unsigned, let secret = delivery.headers["x-secret"]?.string else { return nil }
        return WebhookHandshake(headers: ["X-Secret": secret], body: .text("hello"), secret: secret)
    }

    func events(
        of trigger: String, _ call: SubscriptionCall, _ delivery: DeliveredCall, in context: ActionContext
    ) throws -> [PolledEvent] {
        (delivery.body["events"]?.array ?? []).map { PolledEvent(event: $0, key: $0["id"]?.string) }
    }
}
