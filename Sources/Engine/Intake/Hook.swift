// Where the webhooks of one recipe arrive, how they are checked, and what their senders hear.

import ConnectorKit
import JSONCore
import RecipeLanguage

struct Hook: Sendable {
    let recipe: String
    let trigger: Trigger
    let path: String
    let method: String
    /// nil: anybody may call.
    let signature: (scheme: WebhookSignature, secret: String)?
    /// Of the body; nil: anything.
    let schema: Schema?
    /// For what is taken in; nil: the numbers of the jobs.
    let respond: WebhookHandshake?

    /// nil for recipes with another trigger, and for those whose `verify` can't be read.
    init?(_ entry: LiveRecipes.Entry) {
        guard let trigger = entry.version?.recipe.trigger, trigger.use == LanguageTriggers.webhook.name,
            let path = trigger.input["path"]?.string
        else { return nil }
        do throws(WebhookSettingError) {
            signature = try Self.signature(trigger)
        } catch {
            return nil
        }
        (recipe, self.trigger, self.path) = (entry.id, trigger, Self.plain(path))
        method = trigger.input["method"]?.string ?? "POST"
        schema = trigger.input["schema"].map { Schema.read($0).schema }
        respond = trigger.input["respond"].map(Self.answer)
    }

    /// A path without slashes at its ends and without empty parts.
    static func plain(_ path: String) -> String {
        path.split(separator: "/", omittingEmptySubsequences: true).joined(separator: "/")
    }

    /// Why the webhooks of a recipe can't be taken: a `verify` that can't be read must not let everybody in.
    static func mistake(in trigger: Trigger) -> String? {
        guard trigger.use == LanguageTriggers.webhook.name else { return nil }
        do {
            _ = try signature(trigger)
        } catch {
            return error.description
        }
        let headers = trigger.input["respond"]?["headers"]?.object ?? [:]
        let wrong = headers.first { _, value in value.string?.utf8.contains { $0 < 0x20 || $0 == 0x7F } ?? false }
        return wrong.map { "what the header \($0.key) of \"respond\" should hold can't be in a header" }
    }

    private static func signature(
        _ trigger: Trigger
    ) throws(WebhookSettingError) -> (scheme: WebhookSignature, secret: String)? {
        guard let verify = trigger.input["verify"]?.object else { return nil }
        let (scheme, secret) = try WebhookSignature.read(verify)
        return (scheme, secret)
    }

    private static func answer(_ respond: JSON) -> WebhookHandshake {
        var answer = WebhookHandshake(status: respond["status"]?.integer ?? 200)
        for (name, value) in respond["headers"]?.object ?? [:] { answer.headers[name] = value.string }
        if let text = respond["text"]?.string { answer.body = .text(text) }
        if let json = respond["json"] { answer.body = .json(json) }
        return answer
    }
}

// Questions by which systems make sure of an address before they send events.
extension WebhookRequest {
    /// What a hub wants to hear again (WebSub §5.3, and others after it); nil when it is no such question.
    var subscriptionChallenge: String? {
        guard method == "GET", query["hub.mode"]?.string == "subscribe",
            let challenge = query["hub.challenge"]?.string, !challenge.isEmpty
        else { return nil }
        return challenge
    }

    /// Whether a question of a hub shows the secret, as it can't be signed.
    func showsToken(_ secret: String) -> Bool {
        guard subscriptionChallenge != nil, let token = query["hub.verify_token"]?.string, !secret.isEmpty else {
            return false
        }
        return WebhookSignature.isOne(token, of: [secret])
    }
}

extension Hook {
    /// What Slack wants to hear again (docs.slack.dev, "url_verification event").
    func challenge(in body: JSON) -> String? {
        guard signature?.scheme.scheme == .slack, body["type"] == "url_verification" else { return nil }
        return body["challenge"]?.string
    }
}
