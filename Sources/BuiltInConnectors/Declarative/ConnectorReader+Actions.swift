// Actions of a connector: what they take and give, their request, and how pages are gathered.

import ConnectorKit
import JSONCore
import RecipeLanguage

extension ConnectorReader {
    /// The actions of the connector, those in files of their own unread.
    func actions(_ entry: Entry?) -> (ActionShelf, [OperationSpec]) {
        var (inline, files): ([String: ActionDefinition], [String: ActionFile]) = ([:], [:])
        var (specs, order): ([String: OperationSpec], [String]) = ([:], [])
        if let entry, let members = members(entry, "\"actions\"") {
            for member in members.members {
                checkName(member.key, "the action's name", range: member.keyRange, pointer: member.value.pointer)
                order.append(member.key)
                if member.value.node.json["file"] != nil {
                    files[member.key] = actionFile(member.value, name: member.key)
                } else if let action = action(member.value, name: member.key, file: nil) {
                    inline[member.key] = action
                    specs[member.key] = action.spec
                }
            }
        }
        let shelf = ActionShelf(
            inline: inline, files: files, folder: folder, settings: settings, connectorFile: self.file)
        for file in files.values { specs[file.name] = shelf.spec(of: file) }
        return (shelf, order.compactMap { specs[$0] })
    }

    /// What connector.json says of an action that has a file of its own.
    private func actionFile(_ entry: Entry, name: String) -> ActionFile? {
        let what = "the action \"\(name.prefix(64))\", which has a file,"
        guard let entries = fields(entry, what, allowed: ["title", "summary", "description", "effect", "file"]) else {
            return nil
        }
        let title = text(required("title", of: entries, what), "\"title\"")
        let file = text(entries["file"], "\"file\"")
        if let file, let place = entries["file"], !ConnectorFiles.isName(file, in: "actions") {
            report(
                "bad_file", "\"file\" must be a file of the connector's folder \"actions\", not \"\(file.prefix(64))\"",
                hint: "like \"actions/\(name).json\": small letters, digits, _, - and .", at: place)
        }
        let effect = required("effect", of: entries, what, hint: "so that the file need not be read for it")
        guard let title, let file, let word = choice(effect, "\"effect\"", among: Effect.allCases.map(\.rawValue)),
            let effect = Effect(rawValue: word)
        else { return nil }
        let summary = text(entries["summary"] ?? entries["description"], "\"summary\"") ?? ""
        return ActionFile(name: name, file: file, title: title, summary: summary, effect: effect)
    }

    /// - Parameter file: what connector.json says of the action, when the entry is a file of its own.
    func action(_ entry: Entry, name: String, file: ActionFile?) -> ActionDefinition? {
        let what = "the action \"\(name.prefix(64))\""
        let keys =
            (file == nil ? ["title", "summary", "description", "effect"] : [])
            + ["input", "request", "output", "output_schema", "errors", "paginate", "poll_until", "examples"]
        guard let entries = fields(entry, what, allowed: keys) else { return nil }
        let title = file?.title ?? text(required("title", of: entries, what), "\"title\"") ?? name
        let input = schema(entries["input"], isClosed: true) ?? .object([])
        var scope = Scope(names: [.settings, .input, .idempotencyKey], input: input)
        scope.inputSource = entries["input"]?.node.json ?? [:]
        guard let requestEntry = required("request", of: entries, what),
            let request = self.request(requestEntry, "\"request\"", scope)
        else { return nil }
        let effect = file?.effect ?? self.effect(entries["effect"], method: request.method)
        if effect == .keyed, !holdsKey(requestEntry) {
            report(
                "no_idempotency_key", "\(what) is \"keyed\" but its request does not send {{ idempotency_key }}",
                hint: "add a header like \"Idempotency-Key\": \"{{ idempotency_key }}\", or choose another effect",
                at: entries["effect"] ?? entry)
        }
        let answered = scope.adding(.response)
        let pagination = entries["paginate"].flatMap { self.pagination($0, answered, request) }
        let isPaged = entries["paginate"] != nil
        let operation = entries["poll_until"].flatMap { self.operation($0, answered.adding(.started)) }
        if isPaged, let place = entries["poll_until"] {
            report("two_ways", "an action has \"paginate\" or \"poll_until\", not both", at: place)
        }
        let output = self.input(
            entries["output"],
            isPaged
                ? scope.adding(.items, .count, .page)
                : entries["poll_until"] == nil ? answered : answered.adding(.started))
        var outputSchema = schema(entries["output_schema"]) ?? .any
        if isPaged, entries["output"] == nil, entries["output_schema"] == nil {
            let items =
                entries["paginate"]?.node.json["item_schema"] == nil ? Schema.any : itemSchema(entries["paginate"])
            outputSchema = .object([
                .member("items", .array(items), required: true), .integer("count", required: true),
                .boolean("more", required: true, "whether there are further records beyond the limit"),
            ])
        }
        let examples = entries["examples"]?.node.json.array ?? []
        if let examples = entries["examples"], examples.node.json.array == nil {
            report("wrong_type", "\"examples\" must be a list of inputs, not \(examples.words)", at: examples)
        }
        let summary = file?.summary ?? text(entries["summary"] ?? entries["description"], "\"summary\"") ?? ""
        let spec = OperationSpec(
            name: name, title: title, summary: summary, effect: effect, input: input, output: outputSchema,
            examples: examples)
        return ActionDefinition(
            spec: spec, request: request, output: output, errors: errorRules(entries["errors"], answered),
            pagination: pagination, operation: operation,
            source: SchemaSource(
                input: entries["input"]?.node.json, output: entries["output_schema"]?.node.json, top: root,
                files: folder))
    }

    /// The effect that is written, else the one that the method promises (RFC 9110 §9.2).
    private func effect(_ entry: Entry?, method: String) -> Effect {
        if let word = choice(entry, "\"effect\"", among: Effect.allCases.map(\.rawValue)),
            let effect = Effect(rawValue: word)
        {
            if effect == .pure, let entry {
                report(
                    "wrong_effect", "an action that sends a request is not \"pure\"",
                    hint: "\"read\" when it changes nothing", at: entry)
            }
            return effect
        }
        switch method {
        case "GET", "HEAD", "OPTIONS": return .read
        case "PUT", "DELETE": return .idempotent
        default: return .unsafe
        }
    }

    private func holdsKey(_ entry: Entry) -> Bool {
        switch entry.node.content {
        case .string(let text): text.contains("idempotency_key")
        case .array(let elements): elements.contains { holdsKey(Entry(node: $0, pointer: entry.pointer)) }
        case .object(let members): members.contains { holdsKey(Entry(node: $0.value, pointer: entry.pointer)) }
        default: false
        }
    }

    private func itemSchema(_ paginate: Entry?) -> Schema {
        guard let paginate, case .object(let members) = paginate.node.content,
            let member = members.last(where: { $0.key == "item_schema" })
        else { return .any }
        return schema(Entry(node: member.value, pointer: paginate.pointer.appending("item_schema"))) ?? .any
    }

    private func pagination(_ entry: Entry, _ scope: Scope, _ request: RequestTemplate) -> Pagination? {
        let keys = ["items", "next", "while", "max_pages", "limit", "item_schema"]
        guard let entries = fields(entry, "\"paginate\"", allowed: keys) else { return nil }
        let paged = scope.adding(.page, .count)
        let items = formula(
            required("items", of: entries, "\"paginate\"", hint: "like \"response.body.leads\""), "\"items\"", scope)
        let next = required(
            "next", of: entries, "\"paginate\"",
            hint: "like { \"query\": { \"cursor\": \"{{ response.body.next }}\" } }"
        )
        .flatMap { nextPage($0, paged, request) }
        let goesOn = formula(entries["while"], "\"while\"", paged)
        let most = integer(entries["max_pages"], "\"max_pages\"", in: 1...100_000) ?? 1_000
        if let limit = entries["limit"], limit.text == nil {
            _ = integer(limit, "\"limit\"", in: 1...Pagination.mostItems)
        }
        let limit = input(entries["limit"], scope) ?? .constant(10_000)
        guard let items, let next else { return nil }
        let heedsAnswer = entries["next"]?.node.json.compact.contains("response") == true
        return Pagination(
            items: items, next: next, goesOn: goesOn, heedsAnswer: heedsAnswer, mostPages: most, limit: limit)
    }

    private func nextPage(_ entry: Entry, _ scope: Scope, _ request: RequestTemplate) -> Pagination.NextPage? {
        guard let entries = fields(entry, "\"next\"", allowed: ["query", "body", "url"]) else { return nil }
        guard entries.members.count == 1 else {
            report("bad_next", "\"next\" has exactly one of query, body and url", at: entry)
            return nil
        }
        if let query = entries["query"] { return .query(pairs(query, "\"query\"", scope)) }
        if let body = entries["body"] {
            switch request.body {
            case .json, .form, .described: return .body(pairs(body, "\"body\"", scope))
            default:
                report(
                    "bad_next", "\"body\" of the next page changes a json or form body, and this request has none",
                    at: body)
                return nil
            }
        }
        guard let url = entries["url"], let template = input(url, scope) else { return nil }
        return .url(template)
    }
}
