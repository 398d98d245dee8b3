// Triggers of a connector: those that ask and those that are called, and what both have in common.

import JSONCore
import RecipeLanguage

extension ConnectorReader {
    func triggers(
        _ entry: Entry?, actions: ActionShelf
    ) -> ConnectorTriggers {
        var found = ConnectorTriggers()
        guard let entry, let entries = members(entry, "\"triggers\"") else { return found }
        for member in entries.members {
            checkName(member.key, "the trigger's name", range: member.keyRange, pointer: member.value.pointer)
            guard let read = trigger(member.value, name: member.key, actions: actions) else { continue }
            found.specs.append(read.spec)
            (found.polls[member.key], found.webhooks[member.key]) = (read.poll, read.webhook)
        }
        return found
    }

    private func trigger(
        _ entry: Entry, name: String, actions: ActionShelf
    ) -> (spec: TriggerSpec, poll: PollDefinition?, webhook: WebhookDefinition?)? {
        let what = "the trigger \"\(name.prefix(64))\""
        let keys = ["title", "summary", "description", "input", "event_schema", "poll", "webhook"]
        guard let entries = fields(entry, what, allowed: keys) else { return nil }
        let title = text(required("title", of: entries, what), "\"title\"") ?? name
        var input = schema(entries["input"], isClosed: true) ?? .object([])
        let event = schema(entries["event_schema"]) ?? .any
        if entries["poll"] == nil, entries["webhook"] == nil {
            report("missing_key", "\(what) needs \"poll\" or \"webhook\"", at: entry)
        }
        let scope = Scope(names: [.settings, .input], input: input)
        // A record is the event.
        let record = entries["event_schema"] == nil ? nil : event
        let poll = entries["poll"].flatMap { self.poll($0, scope, actions, record: record) }
        let webhook = entries["webhook"].flatMap {
            self.webhook($0, scope, record: record, pollDedupe: poll?.definition.dedupe, hasPoll: poll != nil)
        }
        let own =
            (poll == nil ? [] : TriggerSpec.Poll.settings)
            + (webhook.map { Self.settings(of: $0, hasPoll: poll != nil) } ?? [])
        for setting in own {
            if input.property(setting.name) != nil {
                report(
                    "taken_name", "a trigger of this kind has \"\(setting.name)\" of its own",
                    hint: "give the input of \(what) another name", at: entries["input"] ?? entry)
            } else {
                input.properties.append(setting)
            }
        }
        let summary = text(entries["summary"] ?? entries["description"], "\"summary\"") ?? ""
        let spec = TriggerSpec(
            name: name, title: title, summary: (summary.isEmpty ? "" : summary + " ") + "Runs in galley serve.",
            input: input, event: event, poll: poll.map { TriggerSpec.Poll(every: $0.every) },
            isCalled: webhook != nil)
        return (spec, poll?.definition, webhook)
    }

    private func poll(
        _ entry: Entry, _ scope: Scope, _ actions: ActionShelf, record: Schema?
    ) -> (definition: PollDefinition, every: Duration)? {
        let keys = ["action", "input", "items", "cursor", "dedupe", "start", "every"]
        guard let entries = fields(entry, "\"poll\"", allowed: keys) else { return nil }
        let action = required("action", of: entries, "\"poll\"")
        let name = action.flatMap { text($0, "\"action\"") }
        if let action, let name {
            checkPolled(name, at: action, actions)
            if let given = entries["input"] { checkInput(given, of: name, actions) }
        }
        let input = self.input(entries["input"], scope.adding(.cursor)) ?? .constant([:])
        let items = formula(entries["items"], "\"items\"", scope.adding(.output, .cursor))
        let cursor = self.input(entries["cursor"], scope.adding(.cursor).adding(item: record))
        let dedupe = self.input(
            required("dedupe", of: entries, "\"poll\"", hint: "like \"{{ item.id }}\""), scope.adding(item: record))
        let start = self.input(entries["start"], scope)
        if let entry = entries["start"], cursor == nil {
            report(
                "no_effect", "\"start\" is where the first cursor begins, and there is no \"cursor\"",
                range: entry.node.range, pointer: entry.pointer, severity: .warning)
        }
        var every = Duration.seconds(300)
        if let entry = entries["every"], let text = text(entry, "\"every\"") {
            let duration = DurationText.parse(text)
            if let duration, duration >= TriggerSpec.Poll.shortest {
                every = duration
            } else if duration == nil {
                report(
                    "bad_duration", "\"every\" must be a duration like 1m or 30s, not \"\(text.prefix(40))\"", at: entry
                )
            } else {
                report("out_of_range", "\"every\" must be at least 1s, not \(text.prefix(40))", at: entry)
            }
        }
        guard let name, let dedupe, actions.effect(of: name) != nil else { return nil }
        return (
            PollDefinition(action: name, input: input, items: items, cursor: cursor, dedupe: dedupe, start: start),
            every
        )
    }

    /// Members that the polled action doesn't take would fail each poll.
    private func checkInput(_ entry: Entry, of name: String, _ actions: ActionShelf) {
        guard case .object = entry.node.content, let given = members(entry, "\"input\""),
            let input = actions[name]?.spec.input, !input.isAny, !input.isOpen, input.additional == nil
        else { return }
        for member in given.members where input.property(member.key) == nil {
            report(
                "unknown_field", "the action \"\(name.prefix(64))\" takes no \"\(member.key.prefix(64))\"",
                hint: Suggestion.didYouMean(member.key, among: input.properties.map(\.name)), range: member.keyRange,
                pointer: member.value.pointer)
        }
    }

    /// The action is called again and again, without anybody knowing: it must change nothing.
    private func checkPolled(_ name: String, at entry: Entry, _ actions: ActionShelf) {
        guard let effect = actions.effect(of: name) else {
            report(
                "unknown_action", "the connector has no action \"\(name.prefix(64))\"",
                hint: Suggestion.didYouMean(name, among: actions.names), at: entry)
            return
        }
        guard effect.changesTheWorld else { return }
        report(
            "wrong_effect",
            "a poll calls its action again and again, but \"\(name)\" is \"\(effect.rawValue)\"",
            hint: "say \"effect\": \"read\" in the action when it changes nothing", range: entry.node.range,
            pointer: entry.pointer, severity: .warning)
    }
}

/// The triggers of one connector.
struct ConnectorTriggers {
    var specs: [TriggerSpec] = []
    /// Those that ask, by name.
    var polls: [String: PollDefinition] = [:]
    /// Those that are called, by name.
    var webhooks: [String: WebhookDefinition] = [:]
}
