// A box for a value that holds its own kind, perhaps made only when it is looked into.

import Synchronization

/// Holds a value apart from its owner. Schemas that hold themselves, and those with thousands of members, are made level by
/// level: a deferred box is equal to itself only.
public final class Indirect<Value: Sendable & Hashable>: Sendable, Hashable {
    private enum State: Sendable {
        case made(Value)
        case unmade(@Sendable () -> Value)
    }
    private let state: Mutex<State>
    private let isDeferred: Bool

    public init(_ value: Value) {
        state = Mutex(.made(value))
        isDeferred = false
    }

    /// - Parameter make: called when the value is first asked for; perhaps twice, by two threads at once.
    public init(deferred make: @escaping @Sendable () -> Value) {
        state = Mutex(.unmade(make))
        isDeferred = true
    }

    public var value: Value {
        let make: @Sendable () -> Value
        switch state.withLock({ $0 }) {
        case .made(let value): return value
        case .unmade(let known): make = known
        }
        let value = make()
        return state.withLock { state in
            if case .made(let known) = state { return known }
            state = .made(value)
            return value
        }
    }

    public static func == (one: Indirect, other: Indirect) -> Bool {
        one === other || (!one.isDeferred && !other.isDeferred && one.value == other.value)
    }

    public func hash(into hasher: inout Hasher) {
        if isDeferred { hasher.combine(ObjectIdentifier(self)) } else { hasher.combine(value) }
    }
}
