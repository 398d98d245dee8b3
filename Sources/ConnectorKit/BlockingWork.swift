// Work that holds a thread (files, SQLite, libcurl), kept off Swift's cooperative pool, which has one thread per core.

import Dispatch
import Synchronization

/// Runs blocking closures on threads of its own.
public enum BlockingWork {
    private static let queue = DispatchQueue(label: "galley.blocking-work", attributes: .concurrent)

    /// Runs `work` on a thread that may block, and waits for its result.
    ///
    /// When the task is cancelled `flag` is raised and the call still waits for `work`, which looks at the flag.
    public static func run<Result: Sendable>(
        _ work: @escaping @Sendable (_ flag: CancellationFlag) throws -> Result
    ) async throws -> Result {
        let flag = CancellationFlag()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                queue.async { continuation.resume(with: Swift.Result { try work(flag) }) }
            }
        } onCancel: {
            flag.raise()
        }
    }
}

/// Says to blocking work that its task was cancelled.
public final class CancellationFlag: Sendable {
    private let raised = Atomic<Bool>(false)

    public init() {}
    public func raise() { raised.store(true, ordering: .relaxed) }
    public var isRaised: Bool { raised.load(ordering: .relaxed) }

    /// - Throws: `CancellationError` once raised.
    public func check() throws {
        if isRaised { throw CancellationError() }
    }
}
