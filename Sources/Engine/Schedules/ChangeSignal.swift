// Tells whoever keeps something over all recipes that it has to look again.

import Synchronization

/// A signal with any number of listeners.
final class ChangeSignal: Sendable {
    private struct State: Sendable {
        var next = 0
        var listeners: [Int: @Sendable () -> Void] = [:]
    }
    private let state = Mutex(State())

    /// - Parameter hear: called on whatever thread rings; must not block.
    /// - Returns: a ticket for `forget`.
    func listen(_ hear: @escaping @Sendable () -> Void) -> Int {
        state.withLock { state in
            state.next += 1
            state.listeners[state.next] = hear
            return state.next
        }
    }

    func forget(_ ticket: Int) { state.withLock { $0.listeners[ticket] = nil } }

    func ring() { for hear in state.withLock({ Array($0.listeners.values) }) { hear() } }
}
