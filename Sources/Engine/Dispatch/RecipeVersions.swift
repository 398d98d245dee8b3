// Recipes as versions: the one in the workspace now, and the ones that jobs are pinned to.

import JSONCore
import JobHistory
import RecipeLanguage

/// Compiles each version once.
public actor RecipeVersions {
    /// A version that can run. Shared, not copied: it goes along with every job.
    public final class Loaded: Sendable {
        /// What jobs are pinned to.
        public let id: Int64
        /// From 1 within its recipe.
        public let number: Int
        public let recipe: Recipe

        init(id: Int64, number: Int, recipe: Recipe) { (self.id, self.number, self.recipe) = (id, number, recipe) }
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
        let source: [UInt8]
        do {
            source = try services.recipeSource(id)
        } catch {
            // The file is there, but its permissions, its size or the disk are in the way.
            guard keepsLastGood, let (_, loaded) = currents[id], services.recipeIDs().contains(id) else { throw error }
            return loaded
        }
        if let (known, loaded) = currents[id], known == source { return loaded }
        let recipe: Recipe
        do {
            recipe = try services.compile(id, source)
        } catch let broken as RecipeBroken where keepsLastGood {
            guard let last = try await lastGood(id) else { throw broken }
            return last
        }
        let version = try await store.register(recipe: id, source: source, at: services.clock())
        return keep(recipe, as: version, of: id, source)
    }

    /// A recipe of the workspace as a server finds it.
    struct Read: Sendable {
        let id: String
        /// nil: it never was without mistakes.
        let version: Loaded?
        /// What is wrong with its file now.
        let problems: [Diagnostic]
    }

    /// Recipes read in one go: new versions of so many are registered in one transaction.
    private static let batch = 256

    /// Reads recipes anew, each checked against the workspace as it is now; those that are gone by now are left out.
    func read(_ ids: [String]) async throws -> [Read] {
        var found: [Read] = []
        found.reserveCapacity(ids.count)
        var rest = ids[...]
        while !rest.isEmpty {
            found += try await readBatch(rest.prefix(Self.batch))
            rest = rest.dropFirst(Self.batch)
        }
        return found
    }

    private func readBatch(_ ids: ArraySlice<String>) async throws -> [Read] {
        var found: [Read?] = []
        var new: [(place: Int, id: String, source: [UInt8], recipe: Recipe)] = []
        for id in ids {
            let source: [UInt8]
            do {
                source = try services.recipeSource(id)
            } catch {
                guard services.recipeIDs().contains(id) else { continue }
                let problem = Diagnostic(
                    .error, code: "unreadable_file", "\(error)", file: "Recipes/\(id)/recipe.json", range: 0..<0,
                    pointer: "")
                found.append(
                    Read(id: id, version: keepsLastGood ? try await lastGood(id) : nil, problems: [problem]))
                continue
            }
            do {
                let recipe = try services.compile(id, source)
                if let (known, loaded) = currents[id], known == source {
                    found.append(Read(id: id, version: loaded, problems: []))
                } else {
                    new.append((found.count, id, source, recipe))
                    found.append(nil)
                }
            } catch let broken as RecipeBroken {
                found.append(
                    Read(id: id, version: keepsLastGood ? try await lastGood(id) : nil, problems: broken.diagnostics))
            }
        }
        let versions = try await store.register(new.map { ($0.id, $0.source) }, at: services.clock())
        for (recipe, version) in zip(new, versions) {
            let loaded = keep(recipe.recipe, as: version, of: recipe.id, recipe.source)
            found[recipe.place] = Read(id: recipe.id, version: loaded, problems: [])
        }
        return found.compactMap { $0 }
    }

    private func keep(_ recipe: Recipe, as version: (id: Int64, number: Int), of id: String, _ source: [UInt8])
        -> Loaded
    {
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
