// Recipes as versions: the one in the workspace now, and the ones that jobs are pinned to.

import JSONCore
import JobHistory
import RecipeLanguage

/// Compiles each version once.
public actor RecipeVersions {
    /// A version that can run.
    public struct Loaded: Sendable {
        /// What jobs are pinned to.
        public let id: Int64
        /// From 1 within its recipe.
        public let number: Int
        public let recipe: Recipe
    }

    private let store: JobStore
    private let services: EngineServices
    private var compiled: [Int64: Recipe] = [:]
    private var currents: [String: (source: [UInt8], loaded: Loaded)] = [:]

    init(store: JobStore, services: EngineServices) { (self.store, self.services) = (store, services) }

    func current(_ id: String) async throws -> Loaded {
        let source = try services.recipeSource(id)
        if let (known, loaded) = currents[id], known == source { return loaded }
        let recipe = try services.compile(id, source)
        let version = try await store.register(recipe: id, source: source, at: services.clock())
        compiled[version.id] = recipe
        let loaded = Loaded(id: version.id, number: version.number, recipe: recipe)
        currents[id] = (source, loaded)
        return loaded
    }

    func pinned(_ version: Int64, of id: String) async throws -> Recipe {
        if let recipe = compiled[version] { return recipe }
        let recipe = try services.compile(id, try await store.versionSource(version))
        compiled[version] = recipe
        return recipe
    }
}
