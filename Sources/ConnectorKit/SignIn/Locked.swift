// A value behind a lock.

import Synchronization

/// A value that several tasks share.
final class Locked<Value: Sendable>: Sendable {
    private let stored: Mutex<Value>

    init(_ value: Value) { stored = Mutex(value) }

    var value: Value { stored.withLock { $0 } }

    @discardableResult func change<Result: Sendable>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        try stored.withLock { value in try body(&value) }
    }
}
