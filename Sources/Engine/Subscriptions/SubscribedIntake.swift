// A delivery at the address of a subscription: who sent it, what it asks or tells, and the answer once it is durable.

import ConnectorKit
import JSONCore
import JobHistory
import RecipeLanguage
import Synchronization

extension WebhookIntake {
    /// The token of a subscription's address; nil for another one.
    static func token(in path: String) -> String? {
        guard path.hasPrefix(SubscriptionPlan.folder) else { return nil }
        return String(path.dropFirst(SubscriptionPlan.folder.count))
    }

    /// - Parameter isVerified: its sender has proved itself before: a delivery that is taken in again.
    func answer(_ request: WebhookRequest, token: String, isVerified: Bool) async -> WebhookAnswer {
        do {
            guard let subscription = try await engine.store.subscription(token: token) else {
                engine.activity.add(.unknown)
                return .unknown
            }
            // Some systems take this for the end of the subscription, which it is.
            let isLive = await engine.recipes.entries[subscription.recipe]?.isLive ?? false
            guard subscription.state != .ending, isLive else {
                engine.activity.add(.refused)
                return WebhookAnswer(410, ["error": "nothing listens here any more"])
            }
            return try await answer(request, of: subscription, isVerified: isVerified)
        } catch let failure as StepFailure {
            return WebhookAnswer(422, ["error": .string(failure.message)])
        } catch StoreError.full {
            engine.activity.add(.unavailable)
            return WebhookAnswer(503, ["error": "there is no space for more events"], retryAfterSeconds: 30)
        } catch {
            engine.services.logger.error(
                "a delivery of a subscription could not be taken",
                metadata: ["path": "\(request.path)", "error": "\(OwnerFailure(error).description)"])
            engine.activity.add(.unavailable)
            return WebhookAnswer(503, ["error": "the event could not be taken; send it again"], retryAfterSeconds: 5)
        }
    }

    private func answer(
        _ request: WebhookRequest, of subscription: Subscription, isVerified: Bool
    ) async throws -> WebhookAnswer {
        guard let connector = engine.services.connector(subscription.connector) as? any SubscribingConnector,
            let webhook = connector.webhook(of: subscription.trigger),
            let version = await engine.recipes.entries[subscription.recipe]?.version
        else { return .notReady }
        var answer = try await take(request, of: subscription, connector, webhook, version, isVerified: isVerified)
        guard let told = webhook.answer, !answer.isHandshake else { return answer }
        if answer.status < 300 { return WebhookAnswer(told) }
        answer.text = ""
        return answer
    }

    private func take(
        _ request: WebhookRequest, of subscription: Subscription, _ connector: any SubscribingConnector,
        _ webhook: WebhookTrigger, _ version: RecipeVersions.Loaded, isVerified: Bool
    ) async throws -> WebhookAnswer {
        let services = engine.services
        let secrets = try SubscriptionSecrets.of(subscription, services)
        let context = try engine.triggerContext(connection: subscription.connection, engine.intakeEnvironment)
        let call = SubscriptionCall(
            input: subscription.input, url: subscription.url, secret: secrets?.made ?? "",
            subscription: subscription.answer)
        var shown = request
        shown.leaveOutCredentials([webhook.signature])
        var noted = shown.delivery(at: services.clock(), services.redact)
        noted.recipe = subscription.recipe
        if webhook.signature.scheme == .member {
            // The secret itself is in the body, which the inbox keeps of deliveries that make no job.
            let text = services.redact(.string(String(decoding: request.body, as: UTF8.self))).string ?? ""
            shown.body = Array(text.utf8)
        }
        var delivery = DeliveredCall(
            method: request.method, body: .null, headers: request.headerObject, query: request.query)
        if let shake = try connector.handshake(subscription.trigger, call, delivery, .unsigned, in: context) {
            return try await answer(shake, of: subscription, secrets, noted)
        }
        guard request.method == "POST" else {
            return await refuse(405, "events are sent with POST", "it was no POST", &noted, shown)
        }
        let known = try self.secrets(of: webhook, subscription, secrets)
        if known.isEmpty, webhook.secret == .handshake, let body = try? request.parsedBody() {
            var first = delivery
            first.body = body
            if let shake = try connector.handshake(subscription.trigger, call, first, .beforeSecret, in: context) {
                return try await answer(shake, of: subscription, secrets, noted)
            }
        }
        guard !known.isEmpty else {
            let reason = "the secret that it should be checked with is not known yet"
            return await refuse(503, "not ready yet; send it again", reason, &noted, shown)
        }
        if !isVerified {
            let raw = request.signed(at: noted.receivedAt, url: subscription.url)
            do throws(WebhookSignature.Refusal) {
                try webhook.signature.verify(raw, secrets: known)
            } catch {
                return await refuse(401, "the signature is missing or wrong", error.description, &noted, shown)
            }
        }
        do throws(DeliveredBody.Mistake) {
            delivery.body = try request.parsedBody()
        } catch {
            return await refuse(400, error.sentence, error.sentence, &noted, shown)
        }
        delivery.headers = shown.headerObject
        if let shake = try connector.handshake(subscription.trigger, call, delivery, .verified, in: context) {
            return try await answer(shake, of: subscription, secrets, noted)
        }
        if webhook.onlyWakes { return try await wake(subscription, &noted) }
        let id = webhook.signature.deliveryID(
            request.signed(at: noted.receivedAt, url: subscription.url), body: delivery.body)
        do {
            let events = try connector.events(of: subscription.trigger, call, delivery, in: context)
            return try await take(events, id: id, of: subscription, version, &noted, shown)
        } catch let error as ConnectorError {
            let reason = "its events can't be read: \(error.message)"
            return await refuse(422, "the events can't be read", reason, &noted, shown)
        }
    }

    /// All events of a delivery become jobs, or none does.
    private func take(
        _ events: [PolledEvent], id: String?, of subscription: Subscription, _ version: RecipeVersions.Loaded,
        _ noted: inout Delivery, _ request: WebhookRequest
    ) async throws -> WebhookAnswer {
        var jobs: [NewJob] = []
        for (place, event) in events.enumerated() {
            let key = event.key ?? id.map { "delivery \($0) \(place)" }
            let keyed = PolledEvent(event: event.event, key: key)
            do {
                if let job = try engine.job(from: keyed, of: version, origin: "webhook") { jobs.append(job) }
            } catch let failure as StepFailure {
                return await refuse(422, failure.message, failure.message, &noted, request)
            }
        }
        guard !jobs.isEmpty else {
            noted.verdict = .passedOver
            (noted.reason, noted.body) = (
                events.isEmpty ? "there are no events in it" : "the recipe's \"when\" does not hold for it",
                request.body
            )
            try await engine.store.note(noted, by: subscription.id)
            engine.activity.add(.passedOver)
            return WebhookAnswer(200, ["accepted": true, "jobs": []])
        }
        let intakes = try await engine.store.accept(jobs, of: noted, by: subscription.id)
        for (job, intake) in zip(jobs, intakes) where intake.isNew { engine.queued(intake.job, job.recipe) }
        engine.activity.add(intakes.contains { $0.isNew } ? .accepted : .duplicate)
        return WebhookAnswer(200, ["accepted": true, "jobs": .array(intakes.map { .integer(Int($0.job)) })])
    }

    private func wake(_ subscription: Subscription, _ noted: inout Delivery) async throws -> WebhookAnswer {
        (noted.verdict, noted.reason) = (.passedOver, "it made the recipe's poll due")
        try await engine.store.note(noted, by: subscription.id, waking: subscription.recipe)
        engine.pollWakes.wake(subscription.recipe)
        engine.activity.add(.passedOver)
        return WebhookAnswer(200, ["accepted": true])
    }

    private func answer(
        _ shake: WebhookHandshake, of subscription: Subscription, _ secrets: SubscriptionSecrets?, _ noted: Delivery
    ) async throws -> WebhookAnswer {
        var noted = noted
        (noted.verdict, noted.reason) = (.passedOver, "a handshake, and no event")
        if let given = shake.secret, !given.isEmpty {
            guard var secrets, secrets.given == nil || secrets.given == given else {
                // Whoever knows the address could otherwise choose the secret.
                noted.verdict = .refused
                noted.reason = "a handshake with another secret, after the first"
                try await engine.store.note(noted)
                engine.activity.add(.refused)
                return WebhookAnswer(409, ["error": "hands were shaken before"])
            }
            secrets.given = given
            try secrets.keep(for: subscription, engine.services)
            noted.headers = engine.services.redact(.object(noted.headers)).object ?? [:]
        }
        try await engine.store.note(noted)
        engine.activity.add(.passedOver)
        var answer = WebhookAnswer(shake)
        answer.isHandshake = true
        return answer
    }

    /// What signatures are good by.
    private func secrets(
        of webhook: WebhookTrigger, _ subscription: Subscription, _ secrets: SubscriptionSecrets?
    ) throws -> [String] {
        switch webhook.secret {
        case .generated: [secrets?.made].compactMap(\.self)
        case .answer, .handshake: [secrets?.given].compactMap(\.self)
        case .named: try subscription.input["signing_secret"]?.string.map { [try engine.services.secret($0)] } ?? []
        }
    }
}

extension WebhookAnswer {
    fileprivate static let notReady = WebhookAnswer(
        503, ["error": "not ready yet; send it again"], retryAfterSeconds: 30)
}

/// Recipes whose poll is due because their system called.
final class PollWakes: Sendable {
    let rung = ChangeSignal()
    private let recipes = Mutex<Set<String>>([])

    func wake(_ recipe: String) {
        recipes.withLock { _ = $0.insert(recipe) }
        rung.ring()
    }

    /// Those that were woken since this was last asked.
    func take() -> Set<String> {
        recipes.withLock { recipes in
            defer { recipes = [] }
            return recipes
        }
    }
}
