// Fixtures of triggers that are called: the requests around a subscription, and what a delivery becomes.

import ConnectorKit
import JSONCore
import RecipeLanguage

extension DeclarativeConnector {
    /// The address and the secret of fixtures.
    static let fixtureURL = "https://galley.example.com/hooks/subscriptions/fixture"
    static let fixtureSecret = "galley-fixture-secret"

    /// What a delivery gives: events, or the answer to a question.
    static func delivered(_ trigger: TriggerSpec) -> Schema {
        let event = Schema.object([.string("key"), .member("event", trigger.event)])
        return .object([.member("events", .array(event))], open: true)
    }

    func called(
        _ webhook: Fixture.WebhookCall, _ fixture: Fixture, _ input: JSON, in context: ActionContext
    ) async throws -> JSON {
        let trigger = fixture.action
        let call = SubscriptionCall(
            input: input, url: Self.fixtureURL, secret: Self.fixtureSecret, subscription: fixture.subscription)
        switch webhook {
        case .subscribe: return Self.json(try await subscribe(trigger, call, in: context))
        case .find: return try await find(trigger, call, in: context).map(Self.json) ?? .null
        case .renew: return Self.json(try await renew(trigger, call, in: context))
        case .unsubscribe:
            try await unsubscribe(trigger, call, in: context)
            return .null
        case .deliver: return try deliver(fixture.arrival, trigger, call, in: context)
        }
    }

    /// As the engine takes a delivery: questions that are not signed, the signature, questions, events.
    private func deliver(
        _ arrival: Fixture.Arrival, _ trigger: String, _ call: SubscriptionCall, in context: ActionContext
    ) throws -> JSON {
        var delivery = DeliveredCall(
            method: arrival.method, body: .null, headers: arrival.headers, query: arrival.query)
        if let shake = try handshake(trigger, call, delivery, .unsigned, in: context) {
            return Self.json(shake)
        }
        if let secret = arrival.signedWith, let webhook = webhook(of: trigger) {
            let headers = arrival.headers.map { (name: $0.key, value: $0.value.string ?? $0.value.compact) }
            let sent = WebhookDelivery(
                headers: headers, body: arrival.body,
                receivedAt: arrival.receivedAt ?? context.nowMilliseconds / 1_000, method: arrival.method,
                url: Self.fixtureURL)
            do { try webhook.signature.verify(sent, secrets: [secret]) } catch {
                throw ConnectorError(type: "auth", "the delivery is refused: \(error.description)")
            }
        }
        do {
            let type = arrival.headers["content-type"]?.string ?? "application/json"
            delivery.body = try DeliveredBody.json(arrival.body, type: type)
        } catch {
            throw ConnectorError(type: "bad_input", error.sentence)
        }
        if arrival.signedWith == nil,
            let shake = try handshake(trigger, call, delivery, .beforeSecret, in: context)
        {
            return Self.json(shake)
        }
        if let shake = try handshake(trigger, call, delivery, .verified, in: context) {
            return Self.json(shake)
        }
        if webhook(of: trigger)?.onlyWakes == true { return ["wakes": true] }
        let events = try events(of: trigger, call, delivery, in: context)
        return [
            "events": .array(events.map { ["key": $0.key.map { .string($0) } ?? .null, "event": $0.event] })
        ]
    }

    private static func json(_ answer: SubscriptionAnswer) -> JSON {
        var json: JSONObject = ["subscription": answer.subscription]
        json["secret"] = answer.secret.map { .string($0) }
        json["expires_at_ms"] = answer.expiresAt.map { .integer(Int($0)) }
        return .object(json)
    }

    private static func json(_ shake: WebhookHandshake) -> JSON {
        var json: JSONObject = ["status": .integer(shake.status)]
        let headers = shake.headers.sorted { $0.key < $1.key }.map { (key: $0.key, value: JSON.string($0.value)) }
        if !headers.isEmpty { json["headers"] = .object(JSONObject(uniqueEntries: headers)) }
        switch shake.body {
        case .none: break
        case .text(let text): json["text"] = .string(text)
        case .json(let body): json["json"] = body
        }
        json["secret"] = shake.secret.map { .string($0) }
        return .object(json)
    }
}
