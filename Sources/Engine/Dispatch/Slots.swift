// How many jobs of a recipe run at once.

import Synchronization

/// Counts running jobs by recipe; those over a recipe's limit wait in order of arrival.
final class Slots: Sendable {
    private struct Recipe: Sendable {
        var taken = 0
        var limit = 1
        var waiting: [CheckedContinuation<Void, Never>] = []
    }
    private let recipes = Mutex<[String: Recipe]>([:])

    /// Runs `body` in a place of its own.
    func with<Result>(_ recipe: String, limit: Int, _ body: () async throws -> Result) async throws -> Result {
        await take(recipe, limit: limit)
        defer { release(recipe) }
        try Task.checkCancellation()
        return try await body()
    }

    /// Gives the caller's place up while `body` waits for something else, and takes one again after.
    func lending<Result>(_ recipe: String, _ body: () async throws -> Result) async throws -> Result {
        let limit = recipes.withLock { $0[recipe]?.limit ?? 1 }
        release(recipe)
        do {
            let result = try await body()
            await take(recipe, limit: limit)
            return result
        } catch {
            await take(recipe, limit: limit)
            throw error
        }
    }

    /// Places that are free now.
    func free(_ recipe: String, limit: Int) -> Int {
        recipes.withLock { max(0, limit - ($0[recipe]?.taken ?? 0)) }
    }

    private func take(_ recipe: String, limit: Int) async {
        await withCheckedContinuation { continuation in
            let isFree = recipes.withLock { recipes in
                recipes[recipe, default: Recipe()].limit = limit
                guard recipes[recipe, default: Recipe()].taken >= limit else {
                    recipes[recipe, default: Recipe()].taken += 1
                    return true
                }
                recipes[recipe, default: Recipe()].waiting.append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
    }

    private func release(_ recipe: String) {
        let next: CheckedContinuation<Void, Never>? = recipes.withLock { recipes in
            guard var counts = recipes[recipe] else { return nil }
            defer { recipes[recipe] = counts }
            // The place goes straight to the one that waits longest.
            if !counts.waiting.isEmpty { return counts.waiting.removeFirst() }
            counts.taken -= 1
            return nil
        }
        next?.resume()
    }
}
