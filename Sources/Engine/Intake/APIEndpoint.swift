// A recipe as an API: where it is called, what it takes, and with which status it answers.

import JSONCore
import RecipeLanguage

/// What the trigger `api.request` of one recipe declares.
public struct APIEndpoint: Sendable {
    public let recipe: String
    /// The recipe's name in words.
    public let title: String
    public let method: String
    /// The same for two recipes when requests can't tell them apart.
    public let address: APIAddress
    /// Below `/apis`.
    public let pattern: RoutePattern
    /// Of the body, as written; nil: anything.
    public let request: JSON?
    /// By status, successes first.
    public let responses: [(status: Int, json: JSON, schema: Schema)]
    let requestSchema: Schema?

    /// nil for recipes with another trigger, and for those that declare what can't be.
    init?(_ entry: LiveRecipes.Entry) {
        guard let recipe = entry.version?.recipe, recipe.trigger.use == LanguageTriggers.request.name,
            Self.mistake(in: recipe.trigger) == nil, let address = APIAddress(recipe.trigger.use, recipe.trigger.input)
        else { return nil }
        self.address = address
        let input = recipe.trigger.input
        (self.recipe, title) = (entry.id, recipe.name)
        method = input["method"]?.string ?? "GET"
        pattern = RoutePattern(input["path"]?.string ?? "")
        request = input["request"]
        requestSchema = request.map { Schema.read($0).schema }
        let declared = (input["responses"]?.object?.entries ?? []).compactMap { entry in
            Int(entry.key).map { (status: $0, json: entry.value, schema: Schema.read(entry.value).schema) }
        }
        responses = declared.filter { 200...299 ~= $0.status } + declared.filter { !(200...299 ~= $0.status) }
    }

    /// Why a recipe can't serve an API; a sentence.
    static func mistake(in trigger: Trigger) -> String? {
        guard trigger.use == LanguageTriggers.request.name else { return nil }
        let path = trigger.input["path"]?.string ?? ""
        let parts = RoutePattern(path).parts
        guard !parts.isEmpty, !path.contains("{{") else { return "its \"path\" says no address below /apis/" }
        guard RoutePattern(path) != "openapi.json" else { return "/apis/openapi.json describes the APIs themselves" }
        let names = parts.compactMap { part -> String? in
            if case .parameter(let name) = part { name } else { nil }
        }
        guard Set(names).count == names.count, !names.contains(""),
            !parts.contains(where: { if case .rest = $0 { true } else { false } })
        else { return "the {names} in its \"path\" must be there and differ, one a segment" }
        let statuses = trigger.input["responses"]?.object?.entries.map(\.key) ?? []
        if let wrong = statuses.first(where: { text in Int(text).map { !(200...599 ~= $0) } ?? true }) {
            return "\"responses\" names the status \"\(wrong)\", which is not one from 200 to 599"
        }
        return nil
    }
}
