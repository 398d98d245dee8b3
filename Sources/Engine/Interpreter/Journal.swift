// The rows of one job on their way to the history: kept until something has to be durable, then written together.

import JSONCore
import JobHistory
import RecipeLanguage
import Synchronization

/// Buffers a job's rows in order. Concurrent branches of the job share it.
///
/// One write of a job is under way at a time: rows reach the history in the order they were added, and a branch whose
/// own row is durable knows that all rows added before it are too.
final class Journal: Sendable {
    /// Rows are written at the latest when this many wait, so that a long job keeps its memory flat…
    private static let mostRows = 256
    /// … or the first of them is this old.
    private let longest: Duration

    private struct Buffer: Sendable {
        var rows: [HistoryWrite] = []
        var nextSeq = 0
        var oldest: ContinuousClock.Instant?
        var isWriting = false
        /// Who waits for the write under way.
        var waiting: [Waiter] = []
        /// Who waits for the write after it, which takes all rows there are then: the first of them does it.
        var waitingForNext: [Waiter] = []
        /// Why a write failed: its rows are gone, so that no later one may succeed.
        var failure: (any Error)?

        mutating func takeRows() -> [HistoryWrite] {
            defer { (rows, oldest) = ([], nil) }
            return rows
        }
    }

    /// Goes on with the rows it has to write, or with nil when its own are durable.
    private typealias Waiter = CheckedContinuation<[HistoryWrite]?, any Error>

    private let store: JobStore?
    private let buffer: Mutex<Buffer>

    /// - Parameter store: nil when the run is not recorded.
    init(store: JobStore?, first: [HistoryWrite], nextSeq: Int, longest: Duration) {
        (self.store, self.longest) = (store, longest)
        let rows = store == nil ? [] : first
        buffer = Mutex(Buffer(rows: rows, nextSeq: nextSeq, oldest: rows.isEmpty ? nil : .now))
    }

    /// The key of a record that starts now.
    func takeSeq() -> Int {
        buffer.withLock { buffer in
            defer { buffer.nextSeq += 1 }
            return buffer.nextSeq
        }
    }

    /// Adds a row to what waits.
    func add(_ row: HistoryWrite) {
        guard store != nil else { return }
        buffer.withLock { buffer in
            if buffer.oldest == nil { buffer.oldest = .now }
            buffer.rows.append(row)
        }
    }

    /// Whether the rows that wait should be written soon, though nothing depends on it.
    var isDue: Bool {
        buffer.withLock { buffer in
            guard let oldest = buffer.oldest else { return false }
            return buffer.rows.count >= Self.mostRows || oldest.duration(to: .now) > longest
        }
    }

    /// Returns when everything added so far is durable, by whichever branch it was handed on. Goes on when its task is
    /// canceled: what is canceled must still write its end.
    func flush() async throws {
        guard let store else { return }
        // No task of its own: each would be two more turns of a thread for every job.
        guard let rows = try await rowsToWrite() else { return }
        do {
            try await store.commit(rows)
        } catch {
            end(.failure(error))
            throw error
        }
        end(.success(()))
    }

    /// Waits for the writes of others, if there are any.
    /// - Returns: what the caller has to write; nil when everything is durable.
    private func rowsToWrite() async throws -> [HistoryWrite]? {
        try await withCheckedThrowingContinuation { (caller: Waiter) in
            let now: Result<[HistoryWrite]?, any Error>? = buffer.withLock { buffer in
                if let failure = buffer.failure { return .failure(failure) }
                if buffer.isWriting {
                    if buffer.rows.isEmpty {
                        buffer.waiting.append(caller)
                    } else {
                        buffer.waitingForNext.append(caller)
                    }
                    return nil
                }
                guard !buffer.rows.isEmpty else { return .success(nil) }
                buffer.isWriting = true
                return .success(buffer.takeRows())
            }
            if let now { caller.resume(with: now) }
        }
    }

    private func end(_ result: Result<Void, any Error>) {
        let (told, next) = buffer.withLock { buffer -> ([Waiter], (writer: Waiter, rows: [HistoryWrite])?) in
            var told = buffer.waiting
            buffer.waiting = []
            if case .failure(let failure) = result {
                buffer.failure = failure
                told += buffer.waitingForNext
                buffer.waitingForNext = []
            }
            guard !buffer.waitingForNext.isEmpty else {
                buffer.isWriting = false
                return (told, nil)
            }
            let writer = buffer.waitingForNext.removeFirst()
            (buffer.waiting, buffer.waitingForNext) = (buffer.waitingForNext, [])
            return (told, (writer, buffer.takeRows()))
        }
        for waiter in told { waiter.resume(with: result.map { nil }) }
        next?.writer.resume(returning: next?.rows)
    }
}
