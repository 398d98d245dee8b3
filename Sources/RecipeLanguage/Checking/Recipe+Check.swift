// From a recipe's file to a recipe that can run, or to everything that is wrong with it.

import JSONCore

extension Recipe {
    /// Reads and checks one recipe file.
    public static func check(_ source: [UInt8], id: String, file: String, catalog: Catalog) -> CheckedRecipe {
        func diagnostic(_ finding: Finding, at range: Range<Int>) -> Diagnostic {
            Diagnostic(
                finding.severity, code: finding.code, finding.message, suggestion: finding.hint, file: file,
                range: range, pointer: "")
        }
        guard source.count <= RecipeChecker.mostBytes else {
            let finding = Finding.tooLarge(limit: RecipeChecker.mostBytes)
            return CheckedRecipe(recipe: nil, diagnostics: [diagnostic(finding, at: 0..<0)])
        }
        let (document, mistakes) = JSONDocument.reading(source)
        var diagnostics = mistakes.map { error in
            let offset = min(error.offset, source.count)
            return diagnostic(.badJSON(error.message), at: offset..<min(offset + 1, source.count))
        }
        guard let document else { return CheckedRecipe(recipe: nil, diagnostics: diagnostics) }
        let checker = RecipeChecker(document: document, id: id, file: file, catalog: catalog)
        let recipe = checker.recipe()
        diagnostics = Diagnostic.sorted(diagnostics + checker.diagnostics)
        let isSound = !diagnostics.contains { $0.severity == .error }
        return CheckedRecipe(recipe: isSound ? recipe : nil, diagnostics: diagnostics)
    }

    /// What a caller sees, from a file that may have mistakes; nil when even the trigger can't be read.
    public static func signature(of source: [UInt8]) -> RecipeSignature? {
        guard source.count <= RecipeChecker.mostBytes, let document = try? JSONDocument(parsing: source) else {
            return nil
        }
        return signature(of: document.root.json)
    }

    static func signature(of recipe: JSON) -> RecipeSignature? {
        guard let trigger = recipe["trigger"], let use = trigger["use"]?.string else { return nil }
        let read = { (key: String) in trigger["input"]?[key].map { Schema.read($0).schema } ?? .any }
        switch use {
        case LanguageTriggers.called.name:
            return RecipeSignature(triggerUse: use, input: read("schema"), result: read("result"))
        case LanguageTriggers.manual.name: return RecipeSignature(triggerUse: use, input: read("schema"), result: .any)
        default: return RecipeSignature(triggerUse: use, input: .any, result: .any)
        }
    }
}

extension RecipeChecker {
    /// Reads the whole file; a recipe is only given when nothing essential is missing.
    func recipe() -> Recipe? {
        for (pointer, range) in document.duplicates {
            let path = pointer.tokens.reduce(PointerPath.root) { $0.appending($1) }
            report(.duplicateKey(pointer.tokens.last ?? ""), range: range, path: path)
        }
        let root = Place(node: document.root, path: .root)
        guard let fields = fields(root, "a recipe", allowed: RecipeKeys.recipe) else { return nil }
        checkVersion(fields)
        let name = fields["name"].map { text($0, "\"name\"") } ?? id
        for key in ["description", "note"] { if let place = fields[key] { _ = text(place, "\"\(key)\"") } }
        checkTags(fields["tags"])
        if let place = fields["connections"] { readConnections(place) }
        let concurrency = wholeNumber(fields["concurrency"], "\"concurrency\"", in: 1...1_000) ?? 1
        let checkpoint = choice(fields["checkpoint"], "\"checkpoint\"", among: Checkpoint.allCases.map(\.rawValue))
        recordsExchanges =
            choice(fields["record"], "\"record\"", among: Recorded.allCases.map(\.rawValue))
            == Recorded.exchange.rawValue
        let trigger = requiredTrigger(fields)
        var steps: [Step] = []
        if let place = fields["steps"] {
            steps = self.steps(place, "\"steps\"")
        } else {
            report(.missingKey("steps", in: "a recipe"), at: root)
        }
        let report = fields["report"].map(report) ?? []
        if !hasTooManySteps { explainUnresolvedNames() }
        checkTypes()
        guard let trigger, let name else { return nil }
        return Recipe(
            id: id, name: name, trigger: trigger, connections: connections, concurrency: concurrency, report: report,
            checkpoint: checkpoint.flatMap(Checkpoint.init) ?? .effects, steps: steps, stepNames: stepNames,
            slotNames: names.slotNames)
    }

    private func requiredTrigger(_ fields: Fields) -> Trigger? {
        if let place = fields["trigger"] { return trigger(place) }
        let hint = "for example \"trigger\": { \"use\": \"manual\" }"
        report(.missingKey("trigger", in: "a recipe", hint: hint), at: fields.place)
        names.declare("trigger", .trigger, at: fields.place.node.range)
        return nil
    }

    private func checkVersion(_ fields: Fields) {
        guard let place = fields["galley"] else {
            report(.missingKey("galley", in: "a recipe", hint: "write \"galley\": 1"), at: fields.place)
            return
        }
        if case .integer(1) = place.node.content { return }
        report(.unknownVersion(place.words), at: place)
    }

    private func checkTags(_ place: Place?) {
        guard let place else { return }
        guard let elements = place.elements else {
            report(.wrongType("\"tags\"", wanted: "a list of texts", found: place.words), at: place)
            return
        }
        for element in elements { _ = text(element, "a tag") }
    }

    /// The columns of the job list; they see what is there when the steps have run.
    private func report(_ place: Place) -> [(title: String, formula: BoundFormula)] {
        guard let members = place.members else {
            report(.wrongType("\"report\"", wanted: "an object", found: place.words), at: place)
            return []
        }
        return members.compactMap { member in
            formula(member.value, "\"\(member.key.prefix(64))\"").map { (title: member.key, formula: $0) }
        }
    }
}
