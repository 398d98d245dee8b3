// A webhook delivery on its way to jobs: who may send it, what it holds, and the answer once it is durable.

import ConnectorKit
import JSONCore
import JobHistory
import RecipeLanguage

/// One request to a webhook address, its body whole.
public struct WebhookRequest: Sendable {
    public var method: String
    /// Below `/hooks/`, percent-decoded, without slashes at its ends.
    public var path: String
    public var query: JSONObject
    /// Path and query as they came; nil for one that is taken in again.
    public var target: String?
    /// Names in lower case, in the order they came.
    public var headers: [(name: String, value: String)]
    public var body: [UInt8]
    /// The sender's network address.
    public var sender: String

    public init(
        method: String, path: String, query: JSONObject, target: String? = nil,
        headers: [(name: String, value: String)], body: [UInt8], sender: String
    ) {
        (self.method, self.path, self.query, self.target) = (method, path, query, target)
        (self.headers, self.body, self.sender) = (headers, body, sender)
    }
}

/// Takes deliveries in. 202 is said only when everything they make is on disk.
public struct WebhookIntake: Sendable {
    let engine: Engine

    public init(_ engine: Engine) { self.engine = engine }

    /// - Parameter isVerified: its sender has proved itself before: a delivery that is taken in again.
    public func answer(_ request: WebhookRequest, isVerified: Bool = false) async -> WebhookAnswer {
        let hooks = await engine.recipes.hooks(at: request.path).filter { $0.method == request.method }
        guard !hooks.isEmpty else {
            if let token = Self.token(in: request.path) {
                return await answer(request, token: token, isVerified: isVerified)
            }
            engine.activity.add(.unknown)
            return .unknown
        }
        let now = engine.services.clock()
        let path = request.target.map { String($0.prefix { $0 != "?" }) }
        let delivery = request.signed(
            at: now, url: engine.services.publicURL().flatMap { base in path.map { base + $0 } })
        var request = request
        request.leaveOutCredentials(hooks.map(\.signature?.scheme))
        var noted = request.delivery(at: now, engine.services.redact)
        var refusal: String?
        let admitted = hooks.filter { hook in
            guard let (scheme, name) = hook.signature, !isVerified else { return true }
            do {
                let secret = try engine.services.secret(name)
                if !request.showsToken(secret) { try scheme.verify(delivery, secrets: [secret]) }
                return true
            } catch {
                refusal = "\(hook.recipe): \(error)"
                return false
            }
        }
        guard !admitted.isEmpty else {
            return await refuse(401, "the signature is missing or wrong", refusal ?? "", &noted, request)
        }
        if let challenge = request.subscriptionChallenge { return await shake(challenge, &noted) }
        let body: JSON
        do throws(DeliveredBody.Mistake) {
            body = try request.parsedBody()
        } catch {
            return await refuse(400, error.sentence, error.sentence, &noted, request)
        }
        if let challenge = admitted.lazy.compactMap({ $0.challenge(in: body) }).first {
            return await shake(challenge, &noted)
        }
        return await take(body, delivery, admitted, &noted, request)
    }

    private func take(
        _ body: JSON, _ delivery: WebhookDelivery, _ hooks: [Hook], _ noted: inout Delivery, _ request: WebhookRequest
    ) async -> WebhookAnswer {
        let told = hooks.lazy.compactMap(\.respond).first.map { WebhookAnswer($0) }
        do {
            var jobs: [NewJob] = []
            for hook in hooks {
                let (typed, mismatches) =
                    hook.schema?.typed(body, strictly: true, converting: request.isForm) ?? (body, [])
                guard mismatches.isEmpty else {
                    let answer = WebhookAnswer(mismatches)
                    return await refuse(answer, answer.body["detail"]?.string ?? "", &noted, request)
                }
                let event = Self.event(typed, request)
                let version = try await engine.currentVersion(of: hook.recipe)
                guard let key = try engine.filter(version.recipe, event, isHeld: true) else { continue }
                let delivered = hook.signature?.scheme.deliveryID(delivery, body: body).map { "delivery \($0)" }
                jobs.append(
                    NewJob(
                        recipe: hook.recipe, version: version.id, createdAt: noted.receivedAt,
                        event: engine.services.redact(event), dedupeKey: key.dedupeKey ?? delivered, origin: "webhook"))
            }
            guard !jobs.isEmpty else {
                (noted.verdict, noted.recipe) = (.passedOver, hooks.first?.recipe)
                (noted.reason, noted.body) = ("no recipe's \"when\" holds for it", request.body)
                await note(noted)
                engine.activity.add(.passedOver)
                return told ?? WebhookAnswer(202, ["accepted": true, "jobs": []])
            }
            let intakes = try await engine.store.accept(jobs, of: noted)
            for (job, intake) in zip(jobs, intakes) where intake.isNew { engine.queued(intake.job, job.recipe) }
            engine.activity.add(intakes.contains { $0.isNew } ? .accepted : .duplicate)
            return told
                ?? WebhookAnswer(202, ["accepted": true, "jobs": .array(intakes.map { .integer(Int($0.job)) })])
        } catch let failure as StepFailure {
            return await refuse(422, failure.message, failure.message, &noted, request)
        } catch StoreError.full {
            engine.activity.add(.unavailable)
            return WebhookAnswer(503, ["error": "there is no space for more events"], retryAfterSeconds: 30)
        } catch {
            engine.services.logger.error(
                "a webhook delivery could not be stored", metadata: ["path": "\(request.path)", "error": "\(error)"])
            engine.activity.add(.unavailable)
            return WebhookAnswer(503, ["error": "the event could not be stored; send it again"], retryAfterSeconds: 5)
        }
    }

    func refuse(
        _ status: Int, _ message: String, _ reason: String, _ noted: inout Delivery, _ request: WebhookRequest
    ) async -> WebhookAnswer {
        await refuse(WebhookAnswer(status, ["error": .string(message)]), reason, &noted, request)
    }

    private func refuse(
        _ answer: WebhookAnswer, _ reason: String, _ noted: inout Delivery, _ request: WebhookRequest
    ) async -> WebhookAnswer {
        engine.activity.add(.refused)
        (noted.verdict, noted.reason, noted.body) = (.refused, reason, request.body)
        await note(noted)
        return answer
    }

    /// Says back what a system sent to be sure of the address.
    private func shake(_ challenge: String, _ noted: inout Delivery) async -> WebhookAnswer {
        (noted.verdict, noted.reason) = (.passedOver, "a handshake, and no event")
        await note(noted)
        engine.activity.add(.passedOver)
        return WebhookAnswer(WebhookHandshake(body: .text(challenge)))
    }

    /// What can't be noted (a full disk) is not worth another error.
    private func note(_ delivery: Delivery) async { try? await engine.store.note(delivery) }

    // MARK: What it holds

    static func event(_ body: JSON, _ request: WebhookRequest) -> JSON {
        return [
            "body": body, "headers": .object(request.headerObject), "query": .object(request.query),
            "raw": .string(String(decoding: request.body, as: UTF8.self)),
        ]
    }
}

extension WebhookRequest {
    public var isForm: Bool { DeliveredBody.isForm(type: contentType) }
    private var contentType: String { headers.first { $0.name == "content-type" }?.value ?? "" }

    /// By its content type; see `DeliveredBody`.
    public func parsedBody() throws(DeliveredBody.Mistake) -> JSON {
        try DeliveredBody.json(body, type: contentType)
    }

    /// For the signature: with the address that the sender was given.
    /// - Parameter url: without a query.
    func signed(at now: Milliseconds, url: String?) -> WebhookDelivery {
        let query = target.flatMap { $0.firstIndex(of: "?").map { place in String(target?[place...] ?? "") } } ?? ""
        return WebhookDelivery(
            headers: headers, body: body, receivedAt: now / 1_000, method: method, url: url.map { $0 + query })
    }

    /// What proves the sender is checked once and kept nowhere: not in the event, not in the inbox.
    mutating func leaveOutCredentials(_ signatures: [WebhookSignature?]) {
        var names: Set = ["authorization", "proxy-authorization", "cookie"]
        names.formUnion(signatures.compactMap { $0?.scheme == .token ? $0?.header : nil })
        headers.removeAll { names.contains($0.name) }
    }

    /// As the inbox notes it, taken until something else is said.
    func delivery(at now: Milliseconds, _ redact: (JSON) -> JSON) -> Delivery {
        Delivery(
            receivedAt: now, verdict: .accepted, method: method, path: path, sender: sender, sizeBytes: body.count,
            headers: headerObject, query: redact(.object(query)).object ?? [:])
    }

    /// The headers as an event has them; one that came several times joined by commas.
    public var headerObject: JSONObject {
        var object = JSONObject()
        for (name, value) in headers {
            object[name] = .string(object[name]?.string.map { "\($0), \(value)" } ?? value)
        }
        return object
    }
}
