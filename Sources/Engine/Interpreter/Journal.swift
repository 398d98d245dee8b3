// The rows of one job on their way to the history: kept until something has to be durable, then written together.

import JSONCore
import JobHistory
import RecipeLanguage
import Synchronization

/// Buffers a job's rows in order. Concurrent branches of the job share it.
///
/// The store writes what it is handed first in, first out, so a branch whose own row is durable knows that all rows
/// buffered before it are too.
final class Journal: Sendable {
    /// Rows are written at the latest when this many wait, so that a long job keeps its memory flat…
    private static let mostRows = 256
    /// … or the first of them is this old, so that a watcher sees a slow job move.
    private static let longest: Duration = .seconds(1)

    private struct Buffer: Sendable {
        var rows: [HistoryWrite] = []
        var nextSeq = 0
        var oldest: ContinuousClock.Instant?
        /// The flush that was started last.
        var last: Task<Void, any Error>?
    }

    private let store: JobStore?
    private let buffer: Mutex<Buffer>

    /// - Parameter store: nil when the run is not recorded.
    init(store: JobStore?, first: [HistoryWrite], nextSeq: Int) {
        self.store = store
        buffer = Mutex(Buffer(rows: store == nil ? [] : first, nextSeq: nextSeq))
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
            return buffer.rows.count >= Self.mostRows
                || (buffer.rows.count & 15 == 0 && oldest.duration(to: .now) > Self.longest)
        }
    }

    /// Returns when everything added so far is durable.
    ///
    /// Flushes of concurrent branches are handed to the store one after the other, so that their rows keep their order.
    func flush() async throws {
        guard let store else { return }
        let last: Task<Void, any Error>? = buffer.withLock { buffer in
            guard !buffer.rows.isEmpty else { return buffer.last }
            let (rows, before) = (buffer.rows, buffer.last)
            (buffer.rows, buffer.oldest) = ([], nil)
            buffer.last = Task {
                if let before { _ = await before.result }
                try await store.commit(rows)
            }
            return buffer.last
        }
        try await last?.value
    }
}
