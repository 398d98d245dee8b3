// The trigger: what starts the recipe, with which settings, and what its pill holds.

import JSONCore

extension RecipeChecker {
    func trigger(_ place: Place) -> Trigger? {
        guard let fields = fields(place, "the trigger", allowed: RecipeKeys.trigger) else {
            declareTrigger(nil, schema: .any, at: place)
            return nil
        }
        for key in ["title", "note"] { if let place = fields[key] { _ = text(place, "\"\(key)\"") } }
        let pill = fields["id"].map { checkedName($0, "trigger's id") } ?? "trigger"
        guard let usePlace = fields["use"] else {
            report(
                .missingKey("use", in: "the trigger", hint: "for example \"use\": \"manual\""), at: place)
            declareTrigger(pill, schema: .any, at: place)
            checkTriggerFormulas(fields)
            return nil
        }
        let use = text(usePlace, "\"use\"")
        let used = use.flatMap { usedTrigger($0, at: usePlace) }
        let spec = used?.spec
        let schemas = use.map { ownSchemas(fields["input"], of: $0) } ?? (nil, .any)
        let settings = use.flatMap { use in
            spec.flatMap { checkTriggerInput(fields["input"], $0, use: use, at: usePlace) }
        }
        let isOfLanguage = use.map { LanguageTriggers.spec($0) != nil } ?? false
        let event = isOfLanguage ? LanguageTriggers.event(of: use ?? "", body: schemas.0) : spec?.event ?? .any
        let slot = declareTrigger(pill, schema: event, at: fields["id"] ?? place)
        let (when, dedupe) = checkTriggerFormulas(fields)
        guard let use, let pill, let used else { return nil }
        let source = used.connector.flatMap { connector in
            settings.map {
                TriggerSource(
                    connector: connector.spec.name, spec: used.spec, connection: connector.connection, settings: $0)
            }
        }
        return Trigger(
            pill: pill, slot: slot, use: use, input: fields["input"]?.node.json ?? [:], when: when, dedupe: dedupe,
            event: event, result: schemas.1, source: source)
    }

    @discardableResult
    private func declareTrigger(_ pill: String?, schema: Schema, at place: Place) -> Int {
        names.declare(pill ?? "trigger", .trigger, schema: schema, at: place.node.range)
    }

    @discardableResult
    private func checkTriggerFormulas(_ fields: Fields) -> (when: BoundFormula?, dedupe: BoundFormula?) {
        (fields["when"].flatMap { formula($0, "\"when\"") }, fields["dedupe"].flatMap { formula($0, "\"dedupe\"") })
    }

    // MARK: - Which trigger

    private func usedTrigger(_ use: String, at place: Place) -> (spec: TriggerSpec, connector: UsedConnector?)? {
        if let spec = LanguageTriggers.spec(use) { return (spec, nil) }
        // Reads every connector: for a message only.
        var known: [String] {
            LanguageTriggers.specs.map(\.name)
                + catalog.connectors.all.flatMap { spec in spec.triggers.map { "\(spec.name).\($0.name)" } }
        }
        guard let dot = use.firstIndex(of: ".") else {
            report(.unknownTrigger(use, known: known), at: place)
            return nil
        }
        let (prefix, name) = (String(use[..<dot]), String(use[use.index(after: dot)...]))
        if ["webhook", "recipe", "api"].contains(prefix) {
            report(.unknownTrigger(use, known: known), at: place)
            return nil
        }
        guard let connector = connector(prefix, at: place) else { return nil }
        if connector.connection == nil, connector.spec.connectionRequired {
            let fitting = catalog.connections.filter { $0.value == connector.spec.name }.keys.sorted()
            report(.connectionRequired(connector.spec.name, known: fitting), at: place)
        }
        if let spec = connector.spec.trigger(name) { return (spec, connector) }
        if connector.spec.action(name) != nil {
            report(.notATrigger(use), at: place)
        } else {
            report(.unknownTrigger(use, known: connector.spec.triggers.map { "\(prefix).\($0.name)" }), at: place)
        }
        return nil
    }

    // MARK: - Its settings

    /// - Returns: the settings of a connector's trigger; nil for those of the language, which take no pills.
    private func checkTriggerInput(
        _ place: Place?, _ spec: TriggerSpec, use: String, at usePlace: Place
    ) -> InputTemplate? {
        guard LanguageTriggers.spec(use) == nil else {
            guard !reportPills(place, "the input") else { return nil }
            check(literals: place, schema: spec.input, of: use, owner: usePlace)
            if use == LanguageTriggers.schedule.name { checkSchedule(place, at: usePlace) }
            checkAddress(place, use)
            checkAnswer(place, use)
            return nil
        }
        if spec.poll != nil, let place, let every = place.node.json["every"]?.string {
            let found = place.descendant(["every"]).place
            let duration = DurationText.parse(every)
            if duration == nil {
                report(.badDuration("\"every\"", found: String(every.prefix(40))), at: found)
            } else if let duration, duration < TriggerSpec.Poll.shortest {
                report(.outOfRange("\"every\"", from: "1s", to: "10 years", found: every), at: found)
            }
        }
        return input(place, schema: spec.input, of: use, owner: usePlace)
    }

    /// Reports the settings that are templates; schemas and fixed answers are left as they are.
    private func reportPills(_ place: Place?, _ name: String) -> Bool {
        guard let place else { return false }
        if let text = place.text, text.contains("{{") {
            report(.pillInSetting(name), at: place)
            return true
        }
        var found = false
        for element in place.elements ?? [] where reportPills(element, name) { found = true }
        for member in place.members ?? [] {
            let isData = ["schema", "result", "request", "responses", "respond"].contains(member.key)
            guard !isData || member.value.text != nil else { continue }
            if reportPills(member.value, "\"\(member.key)\"") { found = true }
        }
        return found
    }

    /// Two recipes can't answer the same requests.
    private func checkAddress(_ place: Place?, _ use: String) {
        guard let place, let address = APIAddress(use, place.node.json),
            let other = catalog.apis[address]?.first(where: { $0 != id })
        else { return }
        report(.sameAddress(address, id, other), at: place.descendant(["path"]).place)
    }

    /// The fixed answer of a webhook has one body.
    private func checkAnswer(_ place: Place?, _ use: String) {
        guard use == LanguageTriggers.webhook.name, let place, let respond = place.node.json["respond"],
            respond["text"] != nil, respond["json"] != nil
        else { return }
        report(.twoBodies(), at: place.descendant(["respond", "text"]).place)
    }

    /// The schemas that the recipe itself gives: of the body or input, and of the result.
    private func ownSchemas(_ input: Place?, of use: String) -> (body: Schema?, result: Schema) {
        guard let input, let members = input.members else { return (nil, .any) }
        let fields = Fields(input, members)
        let bodyKey = use == LanguageTriggers.request.name ? "request" : "schema"
        guard LanguageTriggers.spec(use)?.input.property(bodyKey) != nil else { return (nil, .any) }
        let result = use == LanguageTriggers.called.name ? fields["result"] : nil
        return (fields[bodyKey].map(schema), result.map(schema) ?? .any)
    }

    /// A JSON Schema in the recipe.
    func schema(_ place: Place) -> Schema {
        switch place.node.content {
        case .object, .bool: break
        default: return .any  // reported by the check against the trigger's own settings
        }
        let (schema, problems) = Schema.read(place.node)
        for problem in problems { report(.badSchema(problem), at: place.descendant(problem.pointer.tokens[...]).place) }
        return schema
    }
}
