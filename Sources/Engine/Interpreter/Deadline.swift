// A bound on one asynchronous call, which is left behind when it does not end.

import Synchronization

/// The call did not end within its time.
struct DeadlinePassed: Error {}

/// Runs `body`, and cancels and leaves it when it takes longer than `limit`, or `patience` after the caller was canceled.
///
/// A task group would wait for a body that ignores cancellation; a step must not.
/// - Throws: `DeadlinePassed`, `CancellationError`, or what `body` throws.
func withDeadline<Result: Sendable>(
    _ limit: Duration, patience: Duration = .seconds(2), _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    let race = Race<Result>()
    // It begins on this thread: on a busy machine its time would else be over before its turn comes.
    let work = Task.immediate {
        do {
            race.finish(.success(try await body()))
        } catch {
            race.finish(.failure(error))
        }
    }
    let deadline = DeadlineWatch.shared.add(.now + limit) {
        work.cancel()
        race.finish(.failure(DeadlinePassed()))
    }
    defer { DeadlineWatch.shared.remove(deadline) }
    return try await withTaskCancellationHandler {
        try await race.result()
    } onCancel: {
        work.cancel()
        Task {
            try? await Task.sleep(for: patience)
            race.finish(.failure(CancellationError()))
        }
    }
}

/// One result for one waiter; later results are dropped.
private final class Race<Value: Sendable>: Sendable {
    private enum State: Sendable {
        case open
        case waiting(CheckedContinuation<Value, any Error>)
        case done(Result<Value, any Error>)
        case taken
    }
    private let state = Mutex(State.open)

    func finish(_ result: Result<Value, any Error>) {
        let waiter: CheckedContinuation<Value, any Error>? = state.withLock { state in
            switch state {
            case .open: state = .done(result)
            case .waiting(let continuation):
                state = .taken
                return continuation
            case .done, .taken: break
            }
            return nil
        }
        waiter?.resume(with: result)
    }

    func result() async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let result: Result<Value, any Error>? = state.withLock { state in
                if case .done(let result) = state {
                    state = .taken
                    return result
                }
                state = .waiting(continuation)
                return nil
            }
            if let result { continuation.resume(with: result) }
        }
    }
}
