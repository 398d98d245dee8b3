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
        /// The write begun last; it may be over.
        var last: Task<Void, any Error>?
        /// A write that waits for the one before it, and will take all rows there are then.
        var next: Task<Void, any Error>?
    }

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

    /// Returns when everything added so far is durable, by whichever branch it was handed on.
    func flush() async throws {
        guard let store else { return }
        let write = buffer.withLock { buffer -> Task<Void, any Error>? in
            if buffer.rows.isEmpty { return buffer.last }
            if let next = buffer.next { return next }
            let before = buffer.last
            // A task of its own: what is canceled must still write its end.
            let write = Task {
                try await before?.value
                try await store.commit(self.takeRows())
            }
            (buffer.last, buffer.next) = (write, write)
            return write
        }
        try await write?.value
    }

    private func takeRows() -> [HistoryWrite] {
        buffer.withLock { buffer in
            defer { (buffer.rows, buffer.oldest, buffer.next) = ([], nil, nil) }
            return buffer.rows
        }
    }
}
