// One subscription a step further: subscribing, finding out what became of a lost answer, renewing and ending.

import ConnectorKit
import JSONCore
import JobHistory
import RecipeLanguage

/// What is due about one subscription.
///
/// The intent is on the disk before a request is sent, and what came of it before anything else: after a crash it is known
/// that the system may have been asked. Then it is looked for at the system, or asked once more with the same address.
struct SubscriptionWork: Sendable {
    /// The first wait after a failure; doubled with each one, up to an hour.
    private static let wait: Milliseconds = 30_000
    /// After this long a subscription that can't be ended is forgotten.
    private static let patience: Milliseconds = 30 * 86_400_000

    let engine: Engine
    let subscription: Subscription

    private var services: EngineServices { engine.services }
    private var store: JobStore { engine.store }
    private var now: Milliseconds { services.clock() }

    /// - Throws: `StoreError`, `CancellationError`.
    func execute() async throws {
        do {
            switch subscription.state {
            case .wanted: try await subscribe(subscription)
            case .sent: try await clarify()
            case .active: try await renew()
            case .ending: try await end()
            case .byHand: break
            }
        } catch let error as StoreError {
            throw error
        } catch {
            try Task.checkCancellation()
            try await fail(error, subscription)
        }
    }

    // MARK: Steps

    private func subscribe(_ subscription: Subscription) async throws {
        let (connector, webhook) = try connector()
        var secrets = try SubscriptionSecrets.make(for: subscription, services)
        var sent = subscription
        (sent.state, sent.next) = (.sent, now)
        try await store.save([sent])
        do {
            let answer = try await connector.subscribe(subscription.trigger, call(secrets), in: context())
            // A handshake may have brought a secret meanwhile.
            secrets = try SubscriptionSecrets.of(subscription, services) ?? secrets
            try await activate(sent, answer, secrets, webhook)
        } catch let error as ConnectorError {
            // A server that failed may have done it before.
            if error.outcome == .refused, (error.status ?? 0) < 500 { sent.state = .wanted }
            try await fail(error, sent)
        }
    }

    /// What became of a request whose answer was lost.
    private func clarify() async throws {
        let (connector, webhook) = try connector()
        guard let secrets = try SubscriptionSecrets.of(subscription, services) else { return try await startAnew(nil) }
        guard webhook.finds else {
            // Asked once more with the same address and secret, a second subscription does no harm: an event that comes twice
            // starts one job. One with a secret of the system's own is lost with the answer.
            return webhook.secret == .answer || webhook.secret == .handshake
                ? try await startAnew(nil) : try await subscribe(subscription)
        }
        guard let answer = try await connector.find(subscription.trigger, call(secrets), in: context()) else {
            return try await subscribe(subscription)
        }
        let isMissingSecret =
            (webhook.secret == .answer || webhook.secret == .handshake) && answer.secret == nil && secrets.given == nil
        if isMissingSecret { return try await startAnew(answer) }
        try await activate(subscription, answer, secrets, webhook)
    }

    private func renew() async throws {
        let (connector, webhook) = try connector()
        guard webhook.renews, let secrets = try SubscriptionSecrets.of(subscription, services) else {
            return try await replace()
        }
        do {
            let answer = try await connector.renew(subscription.trigger, call(secrets), in: context())
            try await activate(subscription, answer, secrets, webhook)
        } catch let error as ConnectorError
            where error.outcome == .refused && !error.isTransient && error.type != "auth"
        {
            services.logger.warning(
                "a subscription could not be renewed; a new one takes its place",
                metadata: ["recipe": "\(subscription.recipe)", "error": "\(shown(error))"])
            try await replace()
        }
    }

    private func end() async throws {
        let isOver = subscription.expiresAt.map { $0 <= now } ?? false
        let isGivenUp = subscription.endingAt.map { now - $0 > Self.patience } ?? false
        if isOver || isGivenUp {
            if isGivenUp {
                services.logger.warning(
                    "a subscription that can't be ended is forgotten; end it at the system",
                    metadata: ["recipe": "\(subscription.recipe)", "error": "\(subscription.error ?? "")"])
            }
            return try await forget()
        }
        let (connector, webhook) = try connector()
        guard webhook.ends else { return try await forget() }
        // Ending needs none as a rule, and they may be lost.
        var call = call(try SubscriptionSecrets.of(subscription, services) ?? SubscriptionSecrets(made: "", given: nil))
        if call.subscription.isNull {
            guard subscription.activeAt == nil else {
                try await connector.unsubscribe(subscription.trigger, call, in: context())
                return try await forget()
            }
            // Never known to have begun: it is there only if the system says so.
            guard webhook.finds, let found = try await connector.find(subscription.trigger, call, in: context()) else {
                return try await forget()
            }
            call.subscription = found.subscription
        }
        try await connector.unsubscribe(subscription.trigger, call, in: context())
        try await forget()
    }

    // MARK: What comes of them

    private func activate(
        _ subscription: Subscription, _ answer: SubscriptionAnswer, _ secrets: SubscriptionSecrets,
        _ webhook: WebhookTrigger
    ) async throws {
        var secrets = secrets
        if let given = answer.secret {
            secrets.given = given
            try secrets.keep(for: subscription, services)
        }
        if webhook.secret == .answer || webhook.secret == .handshake, secrets.given == nil {
            throw ConnectorError(
                type: "bad_answer", "the system took the subscription but gave no secret to check its calls with",
                outcome: .unknown)
        }
        var active = subscription
        (active.state, active.activeAt) = (.active, active.activeAt ?? now)
        (active.failures, active.error, active.failedAt) = (0, nil, nil)
        if !answer.subscription.isNull { active.answer = services.redact(answer.subscription) }
        active.expiresAt = answer.expiresAt
        active.next = answer.expiresAt.map { SubscriptionRenewal.due(now: now, expires: $0) }
        try await store.save([active] + predecessors(of: subscription))
        engine.subscriptionsChanged.ring()
        services.logger.info(
            "subscribed", metadata: ["recipe": "\(subscription.recipe)", "trigger": "\(subscription.trigger)"])
    }

    /// Those whose place it has taken, now to end.
    private func predecessors(of subscription: Subscription) async throws -> [Subscription] {
        try await store.subscriptions().filter {
            $0.recipe == subscription.recipe && $0.token != subscription.token && $0.state == .active
        }.map { $0.ended(at: now) }
    }

    /// Another one in its place, which ends it when it is active.
    private func replace() async throws {
        var old = subscription
        old.next = nil
        try await store.save([old, subscription.successor(at: now)])
    }

    /// Another one with another address: nobody has the secret of this one.
    /// - Parameter found: what the system has, to be ended there.
    private func startAnew(_ found: SubscriptionAnswer?) async throws {
        var old = subscription.ended(at: now)
        if let found { old.answer = services.redact(found.subscription) }
        try await store.save([old, subscription.successor(at: now)])
    }

    private func forget() async throws {
        try await store.remove(subscription)
        try? services.keepSecrets(subscription.token, nil)
        engine.subscriptionsChanged.ring()
    }

    /// Notes why it did not work, and when to try again.
    private func fail(_ error: any Error, _ subscription: Subscription) async throws {
        let failure = error as? ConnectorError
        let message = failure.map(shown) ?? services.redact(.string(OwnerFailure(error).description)).string ?? ""
        var failed = subscription
        (failed.failures, failed.failedAt, failed.error) = (min(failed.failures + 1, 1_000_000), now, message)
        let wait = PollFailure.wait(
            every: Self.wait, failures: failed.failures, retryAfterSeconds: failure?.retryAfter)
        failed.next = now + wait
        try await store.save([failed])
        if failure?.type == "auth", subscription.failures == 0, let connection = subscription.connection {
            try await store.noteBroken(connection, recipe: subscription.recipe, message: message, at: now)
        }
        engine.noted.ring()
        engine.subscriptionsChanged.ring()
        services.logger.warning(
            "a webhook subscription failed",
            metadata: [
                "recipe": "\(subscription.recipe)", "state": "\(failed.state)", "error": "\(message)",
                "next_try_in_seconds": "\(wait / 1_000)",
            ])
    }

    private func shown(_ error: ConnectorError) -> String {
        services.redact(.string(error.message)).string ?? error.type
    }

    // MARK: What they need

    private func connector() throws -> (any SubscribingConnector, WebhookTrigger) {
        guard let connector = services.connector(subscription.connector) as? any SubscribingConnector,
            let webhook = connector.webhook(of: subscription.trigger)
        else {
            throw ConnectorError(
                type: "internal",
                "the connector \(subscription.connector) has no trigger \(subscription.trigger) that is called any more"
            )
        }
        return (connector, webhook)
    }

    private func call(_ secrets: SubscriptionSecrets) -> SubscriptionCall {
        SubscriptionCall(
            input: subscription.input, url: subscription.url, secret: secrets.made, subscription: subscription.answer)
    }

    private func context() throws -> ActionContext {
        try engine.triggerContext(
            connection: subscription.connection, engine.intakeEnvironment, key: "webhook-\(subscription.token)")
    }
}

/// When a subscription that ends by itself is renewed.
enum SubscriptionRenewal {
    /// A quarter of what is left before its end, at least a minute and at most a day; never in the past.
    static func due(now: Milliseconds, expires: Milliseconds) -> Milliseconds {
        let ahead = min(max((expires - now) / 4, 60_000), 86_400_000)
        return max(expires - ahead, now + 10_000)
    }
}

extension Subscription {
    /// The same, to be ended at the system.
    func ended(at now: Milliseconds) -> Subscription {
        var ending = self
        (ending.state, ending.next, ending.endingAt) = (.ending, now, now)
        (ending.failures, ending.error) = (0, nil)
        return ending
    }

    /// One for the same with an address of its own.
    func successor(at now: Milliseconds) -> Subscription {
        let token = RandomText.hexadecimal(bytes: 20)
        return Subscription(
            recipe: recipe, fingerprint: fingerprint, token: token, connector: connector, trigger: trigger,
            connection: connection, input: input, url: String(url.dropLast(self.token.count)) + token, madeAt: now,
            state: .wanted, next: now)
    }
}
