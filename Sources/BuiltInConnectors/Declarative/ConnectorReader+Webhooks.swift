// `webhook` of a trigger: how its system is asked to call, how calls are verified and what they become.

import ConnectorKit
import JSONCore
import RecipeLanguage

extension ConnectorReader {
    /// The settings that a trigger has because it is called, besides its own input.
    static func settings(of webhook: WebhookDefinition, hasPoll: Bool) -> [Schema.Property] {
        var settings: [Schema.Property] = []
        if hasPoll { settings.append(TriggerSpec.webhookSetting) }
        if webhook.trigger.secret == .named {
            settings.append(
                .string(
                    TriggerSpec.signingSecret, required: !hasPoll,
                    "The name of the workspace's secret that the system signs its calls with."
                        + (hasPoll ? " Without it, the trigger only polls." : "")))
        }
        return settings
    }

    private static let webhookKeys = [
        "subscribe", "subscription", "secret", "expires", "find", "renew", "unsubscribe", "verify", "handshakes",
        "events",
        "wakes", "dedupe", "respond",
    ]

    /// - Parameter pollDedupe: of the polling half of the same trigger.
    /// - Parameter record: the schema of an event, where one is written.
    func webhook(
        _ entry: Entry, _ scope: Scope, record: Schema?, pollDedupe: InputTemplate?, hasPoll: Bool
    ) -> WebhookDefinition? {
        guard let entries = fields(entry, "\"webhook\"", allowed: Self.webhookKeys) else { return nil }
        let called = scope.adding(.webhookURL, .webhookSecret, .idempotencyKey)
        let subscribed = called.adding(.subscription)
        guard var trigger = verified(entries["verify"], in: entries) else { return nil }
        let subscribe = entries["subscribe"].flatMap { request($0, "\"subscribe\"", called) }
        var definition = WebhookDefinition(trigger: trigger, subscribe: subscribe)
        definition.kept = kept(entries, called.adding(.response))
        definition.search = entries["find"].flatMap { search($0, called) }
        definition.renew = entries["renew"].flatMap { request($0, "\"renew\"", subscribed) }
        definition.unsubscribe = entries["unsubscribe"].flatMap { request($0, "\"unsubscribe\"", subscribed) }
        definition.handshakes = handshakes(entries["handshakes"], scope)
        definition.dedupe = input(entries["dedupe"], scope.adding(item: record)) ?? pollDedupe
        definition.events = events(entries, scope, hasPoll: hasPoll)
        checkTogether(entries)
        trigger.subscribes = subscribe != nil
        (trigger.finds, trigger.renews) = (definition.search != nil, definition.renew != nil)
        trigger.ends = definition.unsubscribe != nil
        trigger.onlyWakes = definition.events == nil
        trigger.answer = entries["respond"].flatMap { told($0) }
        let givesInHandshake = definition.handshakes.contains { $0.secret != nil }
        if trigger.secret != .named {
            trigger.secret = definition.kept.secret != nil ? .answer : givesInHandshake ? .handshake : .generated
        }
        if subscribe == nil, trigger.secret != .named, !givesInHandshake {
            report(
                "missing_key", "\"webhook\" without \"subscribe\" needs to know the secret that calls are signed with",
                hint: "say \"secret\": \"named\" in \"verify\": then a recipe names one of the workspace's secrets",
                at: entries["verify"] ?? entry)
        }
        let parts = ["subscribe", "verify"].map { entries[$0]?.node.json ?? .null }
        trigger.digest = JSON.array(parts).canonical
        definition.trigger = trigger
        return definition
    }

    /// Members that say nothing without another one.
    private func checkTogether(_ entries: Entries) {
        for (key, other) in [
            ("unsubscribe", "subscribe"), ("renew", "expires"), ("find", "subscribe"), ("subscription", "subscribe"),
            ("secret", "subscribe"), ("expires", "subscribe"),
        ] {
            guard let entry = entries[key], entries[other] == nil else { continue }
            report(
                "no_effect", "\"\(key)\" has no effect without \"\(other)\"", range: entry.node.range,
                pointer: entry.pointer, severity: .warning)
        }
        guard let entry = entries["subscribe"], entries["unsubscribe"] == nil, entries["expires"] == nil else { return }
        report(
            "never_ends", "nothing ends what \"subscribe\" begins: the system goes on calling when a recipe is stopped",
            hint: "describe \"unsubscribe\", or \"expires\" when it ends by itself", range: entry.node.range,
            pointer: entry.pointer, severity: .warning)
    }

    private func verified(_ entry: Entry?, in entries: Entries) -> WebhookTrigger? {
        guard let entry else {
            report(
                "missing_key", "\"webhook\" needs \"verify\": anybody can call an address that is not protected",
                hint: "like { \"hmac\": \"sha256\", \"header\": \"X-Signature\" }", at: entries.entry)
            return nil
        }
        guard case .object = entry.node.content, var settings = entry.node.json.object else {
            report("wrong_type", "\"verify\" must be an object, not \(entry.words)", at: entry)
            return nil
        }
        // The short form: the scheme is told by its algorithm.
        if let algorithm = settings["hmac"] {
            settings["hmac"] = nil
            (settings["scheme"], settings["algorithm"]) = ("hmac", algorithm)
        }
        let source = settings["secret"]
        settings["secret"] = nil
        if let source, source != "named" {
            report(
                "not_a_choice", "\"secret\" of \"verify\" can only be \"named\": the recipe names a secret",
                hint: "leave it out for a secret that galley makes, or that the system gives", at: entry)
        }
        do {
            var trigger = WebhookTrigger(signature: try WebhookSignature.readScheme(settings), digest: "")
            if source == "named" { trigger.secret = .named }
            return trigger
        } catch {
            report("bad_verify", error.description, at: entry)
            return nil
        }
    }

    private func kept(_ entries: Entries, _ scope: Scope) -> WebhookDefinition.Kept {
        WebhookDefinition.Kept(
            subscription: input(entries["subscription"], scope), secret: input(entries["secret"], scope),
            expires: input(entries["expires"], scope))
    }

    private func search(_ entry: Entry, _ scope: Scope) -> WebhookDefinition.Search? {
        let keys = ["request", "found", "subscription", "secret", "expires"]
        guard let entries = fields(entry, "\"find\"", allowed: keys) else { return nil }
        let request = required("request", of: entries, "\"find\"").flatMap {
            self.request($0, "\"request\" of \"find\"", scope)
        }
        let hint = "like \"response.body.find { |hook| hook.url == webhook_url }\""
        let found = formula(
            required("found", of: entries, "\"find\"", hint: hint), "\"found\"", scope.adding(.response))
        guard let request, let found else { return nil }
        return WebhookDefinition.Search(request: request, found: found, kept: kept(entries, scope.adding(.item)))
    }

    private func events(_ entries: Entries, _ scope: Scope, hasPoll: Bool) -> InputTemplate? {
        if let wakes = entries["wakes"], flag(wakes, "\"wakes\"") == true {
            if !hasPoll {
                report("missing_key", "\"wakes\" is about the trigger's \"poll\", and there is none", at: wakes)
            }
            if let events = entries["events"] {
                report("two_ways", "a webhook has \"events\" or \"wakes\", not both", at: events)
            }
            return nil
        }
        let hint = "like \"{{ body.events }}\", or \"wakes\": true when a call only says that there is something new"
        return input(
            required("events", of: entries, "\"webhook\"", hint: hint), scope.adding(.body, .headers, .query))
    }

    private func handshakes(_ entry: Entry?, _ scope: Scope) -> [WebhookDefinition.Handshake] {
        guard let entry else { return [] }
        guard case .array(let elements) = entry.node.content else {
            report("wrong_type", "\"handshakes\" must be a list, not \(entry.words)", at: entry)
            return []
        }
        return elements.enumerated().compactMap { place, node in
            handshake(Entry(node: node, pointer: entry.pointer.appending(String(place))), scope)
        }
    }

    private func handshake(_ entry: Entry, _ scope: Scope) -> WebhookDefinition.Handshake? {
        let keys = ["when", "unsigned", "first", "secret", "respond"]
        guard let entries = fields(entry, "a handshake", allowed: keys) else { return nil }
        let isUnsigned = flag(entries["unsigned"], "\"unsigned\"") ?? false
        let isFirst = flag(entries["first"], "\"first\"") ?? false
        if isFirst, let unsigned = entries["unsigned"] {
            report("two_ways", "a handshake is \"first\" or \"unsigned\", not both", at: unsigned)
        }
        if isFirst {
            _ = required(
                "secret", of: entries, "a handshake that is \"first\"", hint: "like \"{{ body.verification_token }}\"")
        }
        // What is not signed is not parsed.
        let scope = isUnsigned ? scope.adding(.headers, .query) : scope.adding(.headers, .query, .body)
        let when = formula(
            required("when", of: entries, "a handshake", hint: "like \"query.challenge.present?\""), "\"when\"", scope)
        let secret = input(entries["secret"], scope)
        let respond = entries["respond"].flatMap {
            fields($0, "\"respond\"", allowed: ["status", "headers", "text", "json"])
        }
        if let text = respond?["text"], respond?["json"] != nil {
            report("two_bodies", "an answer has \"text\" or \"json\", not both", at: text)
        }
        guard let when else { return nil }
        return WebhookDefinition.Handshake(
            when: when, moment: isFirst ? .beforeSecret : isUnsigned ? .unsigned : .verified, secret: secret,
            status: integer(respond?["status"], "\"status\"", in: 200...299) ?? 200,
            headers: headers(respond?["headers"], scope), text: input(respond?["text"], scope),
            json: input(respond?["json"], scope))
    }

    /// `respond` of a webhook: always the same, so without pills.
    private func told(_ entry: Entry) -> WebhookHandshake? {
        guard let entries = fields(entry, "\"respond\"", allowed: ["status", "headers", "text", "json"]) else {
            return nil
        }
        var told = WebhookHandshake(status: integer(entries["status"], "\"status\"", in: 200...299) ?? 200)
        for (name, value) in entries["headers"]?.node.json.object?.entries.map({ ($0.key, $0.value) }) ?? [] {
            if let text = value.string, HeaderText.isValue(text) {
                told.headers[name] = text
            } else if let headers = entries["headers"] {
                report("bad_header", "what the header \(name) should hold can't be in a header", at: headers)
            }
        }
        if let text = entries["text"] {
            if entries["json"] != nil {
                report("two_bodies", "an answer has \"text\" or \"json\", not both", at: text)
            }
            told.body = .text(self.text(text, "\"text\"") ?? "")
        } else if let json = entries["json"] {
            told.body = .json(json.node.json)
        }
        return told
    }
}
