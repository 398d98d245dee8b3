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
    private var keepsLastGood = false
    private var currents: [String: (source: [UInt8], loaded: Loaded)] = [:]

    init(store: JobStore, services: EngineServices) { (self.store, self.services) = (store, services) }

    /// From now on a recipe whose file has mistakes goes on as it was before the edit: a server's rule.
    func keepLastGood() { keepsLastGood = true }

    func current(_ id: String) async throws -> Loaded {
        let source = try services.recipeSource(id)
        if let (known, loaded) = currents[id], known == source { return loaded }
        let recipe: Recipe
        do {
            recipe = try services.compile(id, source)
        } catch let broken as RecipeBroken where keepsLastGood {
            guard let last = try await lastGood(id) else { throw broken }
            return last
        }
        let version = try await store.register(recipe: id, source: source, at: services.clock())
        compiled[version.id] = recipe
        let loaded = Loaded(id: version.id, number: version.number, recipe: recipe)
        currents[id] = (source, loaded)
        return loaded
    }

    /// The newest version that was registered and still compiles; none when it never ran.
    private func lastGood(_ id: String) async throws -> Loaded? {
        if let (_, loaded) = currents[id] { return loaded }
        guard let version = try await store.versions(of: id).first,
            let recipe = try? await pinned(version.id, of: id)
        else { return nil }
        return Loaded(id: version.id, number: version.number, recipe: recipe)
    }

    func pinned(_ version: Int64, of id: String) async throws -> Recipe {
        if let recipe = compiled[version] { return recipe }
        let recipe = try services.compile(id, try await store.versionSource(version))
        compiled[version] = recipe
        return recipe
    }
}
