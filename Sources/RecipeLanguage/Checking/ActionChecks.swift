// Steps that call something: actions of connectors, and other recipes.

import JSONCore

extension RecipeChecker {
    func action(_ fields: Fields) -> ReadStep? {
        guard let usePlace = fields["use"] else { return nil }
        let use = text(usePlace, "\"use\"")
        let target = use.flatMap { self.target($0, at: usePlace) }
        let operation = target?.operation
        var connection = target?.connector.connection
        var connectionIsRight = true
        if let place = fields["connection"] {
            if let spec = target?.connector.spec {
                connection = namedConnection(place, for: spec)
                connectionIsRight = connection != nil
            } else {
                _ = text(place, "\"connection\"")
            }
        } else if let spec = target?.connector.spec, spec.connectionRequired, connection == nil {
            let fitting = catalog.connections.filter { $0.value == spec.name }.keys.sorted()
            report(.connectionRequired(spec.name, known: fitting), at: usePlace)
            connectionIsRight = false
        }
        let schema = operation?.input ?? .any
        let input = self.input(fields["input"], schema: schema, of: use ?? "the action", owner: usePlace)
        if let use = operation?.tables { checkTable(use, in: fields["input"]) }
        check(operation?.rules ?? [], in: fields["input"])
        let timeout = positiveDuration(fields["timeout"], "\"timeout\"")
        let retry = fields["retry"].flatMap { self.retry($0) }
        let mask = truth(fields["mask"], "\"mask\"") ?? false
        let record = fields["record"].map { choice($0, "\"record\"", among: Recorded.allCases.map(\.rawValue)) }
        guard let target, let operation, let input else { return nil }
        if operation.effect(of: fields["input"]?.node.json ?? [:]) == .unsafe {
            unsafeActions.append(UnsafeAction(use: use ?? "", range: usePlace.node.range, path: usePlace.path))
        }
        // A step that is not whole still gives its output's schema, so that the pills to it are checked.
        let output = operation.output
        guard connectionIsRight else { return ReadStep(.set([]), output: output) }
        return ReadStep(
            .action(
                ActionStep(
                    connector: target.connector.spec.name, operation: operation.name, connection: connection,
                    spec: operation, input: input, timeout: timeout, retry: retry, mask: mask,
                    recordsExchanges: record.map { $0 == Recorded.exchange.rawValue } ?? recordsExchanges)),
            output: output)
    }

    private func target(_ use: String, at place: Place) -> (connector: UsedConnector, operation: OperationSpec?)? {
        guard let dot = use.firstIndex(of: "."), dot != use.startIndex, use.index(after: dot) != use.endIndex else {
            if LanguageTriggers.spec(use) != nil {
                report(.notAnAction(use), at: place)
            } else {
                report(.badUse(use), at: place)
            }
            return nil
        }
        if LanguageTriggers.spec(use) != nil {
            report(.notAnAction(use), at: place)
            return nil
        }
        let (prefix, name) = (String(use[..<dot]), String(use[use.index(after: dot)...]))
        guard let connector = connector(prefix, at: place) else { return nil }
        if let operation = connector.spec.action(name) { return (connector, operation) }
        if connector.spec.trigger(name) != nil {
            report(.notAnAction(use), at: place)
        } else {
            let known = connector.spec.actions.map(\.name)
            report(.unknownAction(name, connector: connector.spec.name, known: known), at: place)
            // The input is held against what was likely meant: all mistakes are told at once.
            return (connector, Suggestion.closest(to: name, among: known).flatMap { connector.spec.action($0) })
        }
        return (connector, nil)
    }

    func call(_ fields: Fields) -> ReadStep? {
        guard let place = fields["call"] else { return nil }
        let recipe = text(place, "\"call\"")
        let wait = truth(fields["wait"], "\"wait\"") ?? true
        var signature: RecipeSignature?
        if let recipe {
            signature = recipe == id ? ownSignature : catalog.recipes[recipe]
            if let found = signature {
                if found.triggerUse != LanguageTriggers.called.name {
                    report(.notCallable(recipe, trigger: found.triggerUse), at: place)
                    signature = nil
                }
            } else {
                let callable = catalog.recipes.filter { $0.value.triggerUse == LanguageTriggers.called.name }
                report(.unknownRecipe(recipe, known: callable.keys.sorted()), at: place)
            }
        }
        let input = self.input(
            fields["input"], schema: signature?.input ?? .any, of: recipe.map { "the recipe \($0)" } ?? "the recipe",
            owner: place)
        guard let recipe, let input else { return nil }
        let output = wait ? signature?.result ?? .any : .object([.string("job", "The id of the job that was started.")])
        return ReadStep(.call(CallStep(recipe: recipe, input: input, wait: wait)), output: output)
    }
}
