// Triggers of a connector: checked and listed. They run in `galley serve`, which comes with a later version.

import ConnectorKit
import JSONCore
import RecipeLanguage

extension ConnectorReader {
    func triggers(_ entry: Entry?, actions: [String: ActionDefinition]) -> [TriggerSpec] {
        guard let entry, let entries = members(entry, "\"triggers\"") else { return [] }
        return entries.members.compactMap { member in
            checkName(member.key, "the trigger's name", range: member.keyRange, pointer: member.value.pointer)
            return trigger(member.value, name: member.key, actions: actions)
        }
    }

    private func trigger(_ entry: Entry, name: String, actions: [String: ActionDefinition]) -> TriggerSpec? {
        let what = "the trigger \"\(name.prefix(64))\""
        let keys = ["title", "summary", "description", "input", "event_schema", "poll", "webhook"]
        guard let entries = fields(entry, what, allowed: keys) else { return nil }
        let title = text(required("title", of: entries, what), "\"title\"") ?? name
        let input = schema(entries["input"], isClosed: true) ?? .object([])
        let event = schema(entries["event_schema"]) ?? .any
        if entries["poll"] == nil, entries["webhook"] == nil {
            report("missing_key", "\(what) needs \"poll\" or \"webhook\"", at: entry)
        }
        let scope = Scope(names: [.settings, .input], input: input)
        if let poll = entries["poll"] { check(poll: poll, scope, actions) }
        if let webhook = entries["webhook"] { check(webhook: webhook, scope) }
        let summary = text(entries["summary"] ?? entries["description"], "\"summary\"") ?? ""
        return TriggerSpec(
            name: name, title: title, summary: (summary.isEmpty ? "" : summary + " ") + "Runs in galley serve.",
            input: input, event: event)
    }

    private func check(poll entry: Entry, _ scope: Scope, _ actions: [String: ActionDefinition]) {
        guard let entries = fields(entry, "\"poll\"", allowed: ["action", "input", "cursor", "dedupe", "every"]) else {
            return
        }
        let action = required("action", of: entries, "\"poll\"")
        if let action, let name = text(action, "\"action\""), actions[name] == nil {
            report(
                "unknown_action", "the connector has no action \"\(name.prefix(64))\"",
                hint: Suggestion.didYouMean(name, among: actions.keys.sorted()), at: action)
        }
        _ = input(entries["input"], scope.adding(.cursor))
        _ = input(entries["cursor"], scope.adding(.item, .cursor))
        _ = input(required("dedupe", of: entries, "\"poll\"", hint: "like \"{{ item.id }}\""), scope.adding(.item))
        if let every = entries["every"], let text = text(every, "\"every\""), DurationText.parse(text) == nil {
            report("bad_duration", "\"every\" must be a duration like 1m or 30s, not \"\(text.prefix(40))\"", at: every)
        }
    }

    private func check(webhook entry: Entry, _ scope: Scope) {
        let keys = ["subscribe", "unsubscribe", "verify", "events", "dedupe"]
        guard let entries = fields(entry, "\"webhook\"", allowed: keys) else { return }
        if let subscribe = entries["subscribe"] { _ = request(subscribe, "\"subscribe\"", scope.adding(.webhookURL)) }
        if let unsubscribe = entries["unsubscribe"] {
            _ = request(unsubscribe, "\"unsubscribe\"", scope.adding(.webhookURL, .subscription))
        }
        if let verify = entries["verify"],
            let found = fields(
                verify, "\"verify\"", allowed: ["hmac", "header", "encoding", "prefix", "timestamp_header"])
        {
            _ = choice(required("hmac", of: found, "\"verify\""), "\"hmac\"", among: ["sha1", "sha256", "sha512"])
            _ = text(required("header", of: found, "\"verify\""), "\"header\"")
            _ = choice(found["encoding"], "\"encoding\"", among: ["hex", "base64"])
        } else if entries["verify"] == nil {
            report(
                "missing_key", "\"webhook\" needs \"verify\": anybody can call an address that is not protected",
                hint: "like { \"hmac\": \"sha256\", \"header\": \"X-Signature\" }", at: entry)
        }
        let events = required("events", of: entries, "\"webhook\"", hint: "like \"{{ body.events }}\"")
        _ = input(events, scope.adding(.body, .headers, .query))
        _ = input(entries["dedupe"], scope.adding(.item))
    }
}
