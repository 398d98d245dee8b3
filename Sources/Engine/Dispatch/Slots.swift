// How many jobs of a recipe run at once.

import Synchronization

/// Counts running jobs by recipe; those over a recipe's limit wait in order of arrival.
final class Slots: Sendable {
    private struct Recipe: Sendable {
        var taken = 0
        var limit = 1
        var waiting: [(ticket: Int, continuation: CheckedContinuation<Void, any Error>)] = []
    }
    private let recipes = Mutex<[String: Recipe]>([:])
    private let tickets = Atomic<Int>(0)

    /// Runs `body` in a place of its own.
    func with<Result>(_ recipe: String, limit: Int, _ body: () async throws -> Result) async throws -> Result {
        try await take(recipe, limit: limit)
        defer { release(recipe) }
        return try await body()
    }

    /// Gives the place of a job up while `body` waits for something else, and takes one again after.
    /// - Parameter waits: how many branches of the job wait so: the first gives its one place up, the last takes it again.
    func lending<Result>(
        _ recipe: String, _ waits: borrowing Mutex<Int>, _ body: () async throws -> Result
    ) async throws -> Result {
        let limit = recipes.withLock { $0[recipe]?.limit ?? 1 }
        let isFirst = waits.withLock { count in
            count += 1
            return count == 1
        }
        if isFirst { release(recipe) }
        func isLast() -> Bool {
            waits.withLock { count in
                count -= 1
                return count == 0
            }
        }
        let result: Result
        do {
            result = try await body()
        } catch {
            // The job has only its end to write: that must not wait for others.
            if isLast() { takeAtOnce(recipe) }
            throw error
        }
        if isLast() {
            do {
                try await take(recipe, limit: limit)
            } catch {
                takeAtOnce(recipe)
                throw error
            }
        }
        return result
    }

    /// Returns when a place is free, without taking it.
    func waitForPlace(_ recipe: String, limit: Int) async throws {
        try await take(recipe, limit: limit)
        release(recipe)
    }

    /// Places that are free now.
    func free(_ recipe: String, limit: Int) -> Int {
        recipes.withLock { max(0, limit - ($0[recipe]?.taken ?? 0)) }
    }

    /// - Throws: `CancellationError` when the task is canceled before there is a place.
    private func take(_ recipe: String, limit: Int) async throws {
        let ticket = tickets.add(1, ordering: .relaxed).newValue
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let answer: Swift.Result<Void, any Error>? = recipes.withLock { recipes in
                    if Task.isCancelled { return .failure(CancellationError()) }
                    recipes[recipe, default: Recipe()].limit = limit
                    guard recipes[recipe, default: Recipe()].taken >= limit else {
                        recipes[recipe, default: Recipe()].taken += 1
                        return .success(())
                    }
                    recipes[recipe, default: Recipe()].waiting.append((ticket, continuation))
                    return nil
                }
                if let answer { continuation.resume(with: answer) }
            }
        } onCancel: {
            let waiter = recipes.withLock { recipes -> CheckedContinuation<Void, any Error>? in
                guard let place = recipes[recipe]?.waiting.firstIndex(where: { $0.ticket == ticket }) else {
                    return nil
                }
                return recipes[recipe]?.waiting.remove(at: place).continuation
            }
            waiter?.resume(throwing: CancellationError())
        }
    }

    private func takeAtOnce(_ recipe: String) { recipes.withLock { $0[recipe, default: Recipe()].taken += 1 } }

    private func release(_ recipe: String) {
        let next: CheckedContinuation<Void, any Error>? = recipes.withLock { recipes in
            guard var counts = recipes[recipe] else { return nil }
            defer { recipes[recipe] = counts }
            // The place goes straight to the one that waits longest.
            if !counts.waiting.isEmpty, counts.taken <= counts.limit {
                return counts.waiting.removeFirst().continuation
            }
            counts.taken -= 1
            return nil
        }
        next?.resume()
    }
}
