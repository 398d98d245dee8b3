// What callers hand to the writer: something to do within the shared transaction, and a caller to tell.

import RecipeLanguage

/// One caller's part of a transaction. Made on the caller's side, run and told on the writer's thread.
protocol WriterTask: AnyObject, Sendable {
    /// Whether it waits while the disk is full or the database is locked; otherwise its caller is told at once.
    var waitsForSpace: Bool { get }
    /// Does its work; may be run again after a rollback.
    func run(on connection: WriterConnection) throws
    /// The transaction is durable.
    func succeed()
    func fail(_ error: any Error)
}

/// Rows of running jobs.
final class RowsTask: WriterTask {
    private let rows: EncodedRows
    private let caller: CheckedContinuation<Void, any Error>

    init(_ rows: EncodedRows, caller: CheckedContinuation<Void, any Error>) {
        (self.rows, self.caller) = (rows, caller)
    }

    var waitsForSpace: Bool { true }

    func run(on connection: WriterConnection) throws {
        try connection.write(rows, refusingDuplicates: true)
    }

    func succeed() { caller.resume() }
    func fail(_ error: any Error) { caller.resume(throwing: error) }
}

/// Anything else, with a value for its caller.
///
/// `@unchecked Sendable`: `value` is touched by the writer's thread only, in `run` and then in `succeed`.
final class OperationTask<Value: Sendable>: WriterTask, @unchecked Sendable {
    let waitsForSpace: Bool
    private let work: @Sendable (WriterConnection) throws -> Value
    private let caller: CheckedContinuation<Value, any Error>
    private var value: Value?

    init(
        waitsForSpace: Bool, caller: CheckedContinuation<Value, any Error>,
        work: @escaping @Sendable (WriterConnection) throws -> Value
    ) {
        (self.waitsForSpace, self.caller, self.work) = (waitsForSpace, caller, work)
    }

    func run(on connection: WriterConnection) throws { value = try work(connection) }

    func succeed() {
        if let value {
            caller.resume(returning: value)
        } else {
            caller.resume(throwing: StoreError.closed)  // never run: only a store that closes does that
        }
    }

    func fail(_ error: any Error) { caller.resume(throwing: error) }
}
