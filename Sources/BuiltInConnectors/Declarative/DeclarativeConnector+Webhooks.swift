// Triggers that are called: the requests around a subscription, answers to handshakes, and events out of deliveries.

import ConnectorKit
import JSONCore
import RecipeLanguage

extension DeclarativeConnector: SubscribingConnector {
    /// Of a header that answers a handshake, in bytes.
    private static let longestEcho = 4_096

    public func webhook(of trigger: String) -> WebhookTrigger? { definition.webhooks[trigger]?.trigger }

    public func subscribe(
        _ trigger: String, _ call: SubscriptionCall, in context: ActionContext
    ) async throws -> SubscriptionAnswer {
        let webhook = try webhook(trigger)
        var values = values(trigger, call, context)
        try await ask(webhook.subscribe, &values, isRepeatable: false, "subscribe to", trigger, context)
        return try answer(webhook.kept, values, default: values[.response]["body"] ?? .null)
    }

    public func find(
        _ trigger: String, _ call: SubscriptionCall, in context: ActionContext
    ) async throws -> SubscriptionAnswer? {
        let webhook = try webhook(trigger)
        guard let search = webhook.search else { return nil }
        var values = values(trigger, call, context)
        try await ask(search.request, &values, isRepeatable: true, "find the subscription of", trigger, context)
        let found = try json(of: values.value(search.found, "\"found\" of \"find\""))
        guard !found.isNull, found != false else { return nil }
        values[.item] = found
        return try answer(search.kept, values, default: found)
    }

    public func renew(
        _ trigger: String, _ call: SubscriptionCall, in context: ActionContext
    ) async throws -> SubscriptionAnswer {
        let webhook = try webhook(trigger)
        var values = values(trigger, call, context)
        try await ask(webhook.renew, &values, isRepeatable: true, "renew the subscription of", trigger, context)
        let kept = WebhookDefinition.Kept(expires: webhook.kept.expires)
        return try answer(kept, values, default: call.subscription)
    }

    public func unsubscribe(_ trigger: String, _ call: SubscriptionCall, in context: ActionContext) async throws {
        let webhook = try webhook(trigger)
        guard let request = webhook.unsubscribe else { return }
        var values = values(trigger, call, context)
        do {
            try await ask(request, &values, isRepeatable: true, "end the subscription of", trigger, context)
        } catch let error as ConnectorError where error.status == 404 || error.status == 410 {
            // It is gone already.
        }
    }

    public func handshake(
        _ trigger: String, _ call: SubscriptionCall, _ delivery: DeliveredCall, _ moment: HandshakeMoment,
        in context: ActionContext
    ) throws -> WebhookHandshake? {
        let webhook = try webhook(trigger)
        var values = values(trigger, call, context)
        // A secret in a formula of an answer would tell it to whoever asks.
        values[.webhookSecret] = .null
        take(delivery, &values)
        for handshake in webhook.handshakes where handshake.moment == moment {
            // A question without what the formula looks for is another one.
            guard (try? values.value(handshake.when, "\"when\" of a handshake").isTrue) == true else { continue }
            return try self.answer(handshake, values)
        }
        return nil
    }

    public func events(
        of trigger: String, _ call: SubscriptionCall, _ delivery: DeliveredCall, in context: ActionContext
    ) throws -> [PolledEvent] {
        let webhook = try webhook(trigger)
        guard let template = webhook.events else { return [] }
        var values = values(trigger, call, context)
        values[.webhookSecret] = .null
        take(delivery, &values)
        let found = try values.json(template, "\"events\" of the webhook") ?? .null
        let records: [JSON] =
            switch found {
            case .null: []
            case .array(let records): records
            default: [found]
            }
        return try records.map { record in
            guard let dedupe = webhook.dedupe else { return PolledEvent(event: record, key: nil) }
            values[.item] = record
            return PolledEvent(
                event: record, key: PolledEvent.key(try values.json(dedupe, "\"dedupe\" of the webhook") ?? .null))
        }
    }

    // MARK: Parts

    private func webhook(_ trigger: String) throws(ConnectorError) -> WebhookDefinition {
        if let webhook = definition.webhooks[trigger] { return webhook }
        throw ConnectorError(
            type: "bad_input", "the connector \"\(spec.name)\" has no trigger \"\(trigger)\" that is called")
    }

    private func values(_ trigger: String, _ call: SubscriptionCall, _ context: ActionContext) -> FormulaValues {
        var values = FormulaValues(context, definition, action: "\(spec.name).\(trigger)")
        (values[.input], values[.subscription]) = (call.input, call.subscription)
        (values[.webhookURL], values[.webhookSecret]) = (.string(call.url), .string(call.secret))
        return values
    }

    private func take(_ delivery: DeliveredCall, _ values: inout FormulaValues) {
        (values[.body], values[.headers], values[.query]) = (
            delivery.body, .object(delivery.headers), .object(delivery.query)
        )
    }

    /// Sends a request and puts its answer where formulas see it.
    private func ask(
        _ template: RequestTemplate?, _ values: inout FormulaValues, isRepeatable: Bool, _ what: String,
        _ trigger: String, _ context: ActionContext
    ) async throws {
        guard let template else {
            throw ConnectorError(type: "internal", "the connector \(spec.name) can't \(what) \(trigger)")
        }
        if spec.connectionRequired, context.connection == nil {
            throw ConnectorError(type: "bad_input", "\(spec.title) needs a connection: name one under \"connections\"")
        }
        let request = try await definition.request(template, values, isRepeatable: isRepeatable, in: context)
        let answer = try await send(request, in: context)
        values[.response] = try answer.formulaValue(outcome: isRepeatable ? .refused : .unknown)
        if let failure = definition.failure(of: answer, nil, values, isRepeatable: isRepeatable) { throw failure }
    }

    private func answer(
        _ kept: WebhookDefinition.Kept, _ values: FormulaValues, default fallback: JSON
    ) throws(ConnectorError) -> SubscriptionAnswer {
        let subscription = try kept.subscription.map { template throws(ConnectorError) in
            try values.json(template, "\"subscription\" of the webhook", outcome: .unknown) ?? .null
        }
        let secret = try kept.secret.flatMap { template throws(ConnectorError) in
            try values.json(template, "\"secret\" of the webhook", outcome: .unknown)?.string
        }
        let expires = try kept.expires.flatMap { template throws(ConnectorError) in
            try ExpiryTime.milliseconds(
                values.json(template, "\"expires\" of the webhook", outcome: .unknown) ?? .null)
        }
        return SubscriptionAnswer(
            subscription: subscription ?? fallback, secret: secret.flatMap { $0.isEmpty ? nil : $0 },
            expiresAt: expires)
    }

    private func answer(
        _ handshake: WebhookDefinition.Handshake, _ values: FormulaValues
    ) throws(ConnectorError) -> WebhookHandshake {
        var answer = WebhookHandshake(status: handshake.status)
        for header in handshake.headers {
            let value = try values.json(header.value, "a header of the answer")?.scalarText ?? ""
            guard !value.isEmpty, value.utf8.count <= Self.longestEcho, HeaderText.isValue(value) else {
                throw ConnectorError(
                    type: "bad_input", "what the answer's header \(header.name) should hold can't be in a header")
            }
            answer.headers[header.name] = value
        }
        if let text = handshake.text {
            answer.body = .text(try values.json(text, "the text of the answer")?.scalarText ?? "")
        }
        if let json = handshake.json { answer.body = .json(try values.json(json, "the answer") ?? .null) }
        answer.secret = try handshake.secret.flatMap { template throws(ConnectorError) in
            try values.json(template, "the secret of a handshake")?.string
        }
        return answer
    }

    private func json(of value: Value) throws(ConnectorError) -> JSON {
        do { return try value.json() } catch {
            throw ConnectorError(type: "bad_answer", "\"found\" of \"find\" is no record: \(error)")
        }
    }
}

/// When a subscription ends, as systems write it.
enum ExpiryTime {
    /// A time with an offset, or seconds or milliseconds since 1970, also as digits in a text.
    /// - Returns: nil when it does not end.
    static func milliseconds(_ json: JSON) throws(ConnectorError) -> Int64? {
        if json.isNull || json == "" { return nil }
        if let text = json.string, let instant = InstantText.instant(text) {
            return Int64(instant.seconds) * 1_000 + Int64(instant.nanoseconds / 1_000_000)
        }
        // Seconds until the year 5138, milliseconds since 1973.
        if let number = json.string.flatMap(Double.init) ?? json.double, number.isFinite, number > 0,
            let time = Int64(exactly: (number < 1e11 ? number * 1_000 : number).rounded()), time < 1 << 53
        {
            return time
        }
        throw ConnectorError(
            type: "bad_answer", "when the subscription ends can't be read: \(json.compact.prefix(60)) is no time",
            outcome: .unknown)
    }
}
