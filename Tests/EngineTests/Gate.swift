// Where a call of a test waits, and where a test waits for calls: continuations in the place of sleeping.

import Synchronization

/// A door that is shut until it is opened; whoever waits in front of it can be canceled.
final class Gate: Sendable {
    private struct State: Sendable {
        var isOpen = false
        var nextTicket = 0
        var waiting: [Int: CheckedContinuation<Void, any Error>] = [:]
    }
    private let state = Mutex(State())

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [:] }
            return state.waiting.values.map { $0 }
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Returns when the gate is open.
    /// - Throws: `CancellationError` when canceled before.
    func pass() async throws {
        let ticket = state.withLock { state in
            state.nextTicket += 1
            return state.nextTicket
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let answer: Result<Void, any Error>? = state.withLock { state in
                    if Task.isCancelled { return .failure(CancellationError()) }
                    if state.isOpen { return .success(()) }
                    state.waiting[ticket] = continuation
                    return nil
                }
                if let answer { continuation.resume(with: answer) }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: ticket) }?.resume(throwing: CancellationError())
        }
    }

    /// As `pass`, whether canceled or not: a call that ignores cancellation.
    func passStubbornly() async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            Task.detached {
                try? await self.pass()
                continuation.resume()
            }
        }
    }
}

/// A count that others wait for.
final class Tally: Sendable {
    private struct State: Sendable {
        var count = 0
        var nextTicket = 0
        var waiting: [Int: (goal: Int, continuation: CheckedContinuation<Void, Never>)] = [:]
    }
    private let state = Mutex(State())

    var count: Int { state.withLock { $0.count } }

    func add() {
        let reached = state.withLock { state in
            state.count += 1
            let count = state.count
            let reached = state.waiting.filter { $0.value.goal <= count }
            for ticket in reached.keys { state.waiting[ticket] = nil }
            return reached.values.map(\.continuation)
        }
        for continuation in reached { continuation.resume() }
    }

    /// Returns when the count is there, or when the waiting task is canceled.
    func reaches(_ goal: Int) async {
        let ticket = state.withLock { state in
            state.nextTicket += 1
            return state.nextTicket
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.count >= goal || Task.isCancelled { return true }
                    state.waiting[ticket] = (goal, continuation)
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: ticket) }?.continuation.resume()
        }
    }

    /// As `reaches`, but not longer than `task` runs: it may end before it gets there.
    func reaches<Value: Sendable>(_ goal: Int, during task: Task<Value, any Error>) async {
        let waiting = Task { await reaches(goal) }
        Task {
            _ = await task.result
            waiting.cancel()
        }
        await withTaskCancellationHandler {
            await waiting.value
        } onCancel: {
            waiting.cancel()
        }
    }
}
