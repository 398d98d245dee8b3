// How all triggers of connectors stand, as a server sees them.

import JobHistory
import RecipeLanguage

extension Engine {
    /// By recipe; also of recipes that are gone while their system is still to be told.
    public func triggerStandings() async throws -> [TriggerStanding] {
        let known = try await KnownTriggers(store)
        let entries = await recipes.entries
        let gone = known.subscriptions.keys.filter { entries[$0] == nil }
        return (Array(entries.keys) + gone).sorted().compactMap { id in
            let entry = entries[id]
            // A recipe that never was without mistakes names its trigger in its file.
            let use =
                entry?.version?.recipe.trigger.use
                ?? (entry == nil ? nil : try? services.recipeSource(id)).flatMap {
                    Recipe.signature(of: $0)?.triggerUse
                }
            return TriggerStanding(
                id, use: use, recipe: entry?.version?.recipe, known, publicURL: services.publicURL())
        }
    }
}
