// The recipes and versions of the history, in memory: they are few and every job names one.

import GRDB
import Synchronization

/// Filled at opening, and by `register` once a row is durable.
final class RecipeCache: Sendable {
    private struct State {
        var ids: [String: Int64] = [:]
        /// By recipe and content hash.
        var versions: [VersionKey: (id: Int64, number: Int)] = [:]
    }
    struct VersionKey: Hashable {
        let recipe: String
        let hash: [UInt8]
    }

    private let state: Mutex<State>

    init(_ database: Database) throws {
        var state = State()
        let rows = try SQLStatement(database, "SELECT id, name FROM recipe").all { ($0.int64(0), $0.text(1)) }
        for (id, name) in rows { state.ids[name] = id }
        self.state = Mutex(state)
    }

    /// - Throws: `StoreError.unknownRecipe` for a name that was never registered.
    func id(of recipe: String) throws -> Int64 {
        guard let id = state.withLock({ $0.ids[recipe] }) else { throw StoreError.unknownRecipe(recipe) }
        return id
    }

    func version(_ key: VersionKey) -> (id: Int64, number: Int)? { state.withLock { $0.versions[key] } }

    func remember(_ key: VersionKey, recipeID: Int64, version: (id: Int64, number: Int)) {
        state.withLock { state in
            state.ids[key.recipe] = recipeID
            state.versions[key] = version
        }
    }
}
