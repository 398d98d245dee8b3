// `respond` and `return` held against what the recipe's trigger says it answers.

import JSONCore

extension RecipeChecker {
    /// The value of a `respond` or `return` step.
    func answer(_ place: Place) -> InputTemplate? {
        let (schemas, what) = declaredAnswers
        if let first = schemas.first {
            let value = place.node.json
            if !schemas.contains(where: { $0.mismatches(inTemplate: value).isEmpty }) {
                check(literals: place, schema: first, of: what, owner: place)
            }
            types.checks.append(.fitsOne(place, schemas, of: what))
        }
        return input(place)
    }

    /// The result of a recipe that is called; the answers of one that serves an API, successes first.
    static func answers(
        declaredIn recipe: JSON, _ signature: RecipeSignature?
    ) -> (schemas: [Schema], what: String) {
        guard let trigger = recipe["trigger"], let input = trigger["input"] else { return ([], "") }
        switch trigger["use"]?.string {
        case LanguageTriggers.called.name:
            let schema = signature?.result ?? .any
            return (schema.isAny ? [] : [schema], "the result of this recipe")
        case LanguageTriggers.request.name:
            let answers = (input["responses"]?.object?.entries ?? []).map { ($0.key, Schema.read($0.value).schema) }
            guard !answers.contains(where: \.1.isAny) else { return ([], "") }
            let sorted = answers.filter { $0.0.hasPrefix("2") } + answers.filter { !$0.0.hasPrefix("2") }
            return (sorted.map(\.1), "the answer of this recipe")
        default: return ([], "")
        }
    }
}
