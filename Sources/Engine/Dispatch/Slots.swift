// How many jobs run at once: of one recipe, and in all.

import Synchronization

/// Counts running jobs by recipe and in all; those over a limit wait in order of arrival.
final class Slots: Sendable {
    private struct Waiter: Sendable {
        let ticket: Int
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct Recipe: Sendable {
        var taken = 0
        var limit = 1
        var waiting: [Waiter] = []
    }

    private struct State: Sendable {
        var taken = 0
        var recipes: [String: Recipe] = [:]
        /// Recipes with a waiter, so that a release need not look at all of them.
        var crowded: Set<String> = []
        /// Recipes that would have started a job, had there been room in all.
        var starved: Set<String> = []
        var nextTicket = 0
    }

    private let state = Mutex(State())
    /// Jobs of all recipes together.
    private let most: Int
    /// Told the recipes that may start a job now, because a place became free and nobody waited for it.
    private let onFree: @Sendable (String) -> Void

    init(most: Int = .max, onFree: @escaping @Sendable (String) -> Void = { _ in }) {
        (self.most, self.onFree) = (most, onFree)
    }

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
        let limit = state.withLock { $0.recipes[recipe]?.limit ?? 1 }
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
        state.withLock { max(0, min(limit - ($0.recipes[recipe]?.taken ?? 0), most - $0.taken)) }
    }

    /// Takes the places that are free now, at most `count` of them; each is given back with `release`.
    ///
    /// When there is none because of the limit in all, `onFree` names the recipe as soon as there is.
    func reserve(_ recipe: String, limit: Int, upTo count: Int) -> Int {
        state.withLock { state in
            var counts = state.recipes[recipe] ?? Recipe()
            counts.limit = limit
            let own = limit - counts.taken
            let reserved = max(0, min(own, most - state.taken, count))
            if reserved == 0, own > 0 { state.starved.insert(recipe) }
            counts.taken += reserved
            state.taken += reserved
            state.recipes[recipe] = counts
            return reserved
        }
    }

    /// Gives a place back at the end of a job: to whoever waits longest, else to nobody in particular.
    func release(_ recipe: String) { giveBack(recipe, freeing: [recipe]) }

    /// Gives a reserved place back for which there was no job: there is nothing to start for this recipe.
    func giveBack(_ recipe: String) { giveBack(recipe, freeing: []) }

    private func giveBack(_ recipe: String, freeing freed: Set<String>) {
        let (next, freed) = state.withLock { state -> (Waiter?, Set<String>) in
            state.taken -= 1
            state.recipes[recipe]?.taken -= 1
            if let next = Self.longestWaiting(&state, most: most) { return (next, []) }
            defer { state.starved = [] }
            return (nil, state.starved.union(freed))
        }
        next?.continuation.resume()
        for recipe in freed { onFree(recipe) }
    }

    /// - Throws: `CancellationError` when the task is canceled before there is a place.
    private func take(_ recipe: String, limit: Int) async throws {
        if takeIfFree(recipe, limit: limit) { return }
        let ticket = state.withLock { state in
            state.nextTicket += 1
            return state.nextTicket
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let answer: Swift.Result<Void, any Error>? = state.withLock { state in
                    if Task.isCancelled { return .failure(CancellationError()) }
                    if takeIfFree(recipe, limit: limit, &state) { return .success(()) }
                    state.recipes[recipe]?.waiting.append(Waiter(ticket: ticket, continuation: continuation))
                    state.crowded.insert(recipe)
                    return nil
                }
                if let answer { continuation.resume(with: answer) }
            }
        } onCancel: {
            let waiter = state.withLock { state -> Waiter? in
                guard let place = state.recipes[recipe]?.waiting.firstIndex(where: { $0.ticket == ticket }) else {
                    return nil
                }
                return Self.removeWaiter(&state, recipe, at: place)
            }
            waiter?.continuation.resume(throwing: CancellationError())
        }
    }

    private func takeIfFree(_ recipe: String, limit: Int) -> Bool {
        !Task.isCancelled && state.withLock { takeIfFree(recipe, limit: limit, &$0) }
    }

    private func takeIfFree(_ recipe: String, limit: Int, _ state: inout State) -> Bool {
        let taken = state.recipes[recipe]?.taken ?? 0
        state.recipes[recipe, default: Recipe()].limit = limit
        guard taken < limit, state.taken < most else { return false }
        state.recipes[recipe]?.taken += 1
        state.taken += 1
        return true
    }

    private func takeAtOnce(_ recipe: String) {
        state.withLock { state in
            state.taken += 1
            state.recipes[recipe, default: Recipe()].taken += 1
        }
    }

    /// Takes a free place for the one that waits longest among those that may have one.
    private static func longestWaiting(_ state: inout State, most: Int) -> Waiter? {
        guard state.taken < most else { return nil }
        var longest: (recipe: String, ticket: Int)?
        for name in state.crowded {
            guard let counts = state.recipes[name], counts.taken < counts.limit, let first = counts.waiting.first,
                first.ticket < longest?.ticket ?? .max
            else { continue }
            longest = (name, first.ticket)
        }
        guard let (recipe, _) = longest else { return nil }
        state.taken += 1
        state.recipes[recipe]?.taken += 1
        return removeWaiter(&state, recipe, at: 0)
    }

    private static func removeWaiter(_ state: inout State, _ recipe: String, at place: Int) -> Waiter? {
        let waiter = state.recipes[recipe]?.waiting.remove(at: place)
        if state.recipes[recipe]?.waiting.isEmpty ?? true { state.crowded.remove(recipe) }
        return waiter
    }
}
