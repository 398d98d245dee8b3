// What changed between two versions of a recipe, step by step.

import JSONCore
import RecipeLanguage

/// One difference: a step that came, went or changed; or a setting of the recipe.
struct RecipeDifference: Sendable {
    enum Kind: String, Sendable { case added, removed, changed }

    let kind: Kind
    let what: String
    /// Of a change: the fields.
    let fields: [JSONDifference]

    /// Blocks of steps: they are compared step by step, not as fields.
    private static let blocks: Set<String> = ["then", "else", "steps", "try", "catch", "parallel"]

    private struct Item {
        let key: String
        let words: String
        let own: JSON
    }

    static func between(
        _ one: (recipe: Recipe, source: JSON), _ other: (recipe: Recipe, source: JSON)
    ) -> [RecipeDifference] {
        var found: [RecipeDifference] = []
        let settings = JSONDifference.between(head(one.source), head(other.source), limit: 50)
        if !settings.isEmpty {
            found.append(RecipeDifference(kind: .changed, what: "the trigger or the settings", fields: settings))
        }
        let (before, after) = (items(one), items(other))
        let old = Dictionary(before.map { ($0.key, $0) }) { first, _ in first }
        let new = Set(after.map(\.key))
        for item in before where !new.contains(item.key) {
            found.append(RecipeDifference(kind: .removed, what: item.words, fields: []))
        }
        for item in after {
            guard let was = old[item.key] else {
                found.append(RecipeDifference(kind: .added, what: item.words, fields: []))
                continue
            }
            let fields = JSONDifference.between(was.own, item.own, limit: 30)
            if !fields.isEmpty { found.append(RecipeDifference(kind: .changed, what: item.words, fields: fields)) }
        }
        return found
    }

    private static func head(_ source: JSON) -> JSON {
        .object(JSONObject(uniqueEntries: (source.object?.entries ?? []).filter { $0.key != "steps" }))
    }

    /// Steps are the same when their ids are, or kind and title, or kind and place among those alike.
    private static func items(_ version: (recipe: Recipe, source: JSON)) -> [Item] {
        let names = StepNames(version.recipe)
        var seen: [String: Int] = [:]
        return names.all.map { step in
            var key = step.id.map { "id \($0)" } ?? "\(step.kind.key) \(step.title ?? "")"
            seen[key, default: 0] += 1
            key += " \(seen[key] ?? 0)"
            let json = JSONPointer(parsing: step.pointer).flatMap { version.source[pointer: $0] } ?? .null
            return Item(key: key, words: names.outline(step.number)?.words ?? step.name, own: own(json))
        }
    }

    private static func own(_ step: JSON) -> JSON {
        guard let object = step.object else { return step }
        return .object(
            JSONObject(
                uniqueEntries: object.entries.filter {
                    !blocks.contains($0.key) && !($0.key == "repeat" && $0.value.array != nil)
                }
                .map { key, value in
                    guard key == "else_if", let list = value.array else { return (key, value) }
                    return (key, .array(list.map { $0["if"] ?? .null }))
                }))
    }
}
