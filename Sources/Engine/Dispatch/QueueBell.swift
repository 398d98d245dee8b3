// Tells a dispatcher that there may be something to start. Without one, nobody listens.

import JobHistory
import Synchronization

/// Rung by intake, by ends of jobs and by people who put jobs back into the queue.
final class QueueBell: Sendable {
    enum Ring: Sendable {
        /// A job of this recipe may start, or a place of it is free.
        case recipe(String)
        /// A job will be due then.
        case due(Milliseconds)
    }

    /// In a struct: a bare closure in a generic box gets one more layer around it each time it is looked at.
    private struct Listener {
        let hear: @Sendable (Ring) -> Void
    }

    private let listener = Mutex<Listener?>(nil)

    /// - Parameter hear: called on whatever thread rings; must not block. nil ends the listening.
    func listen(_ hear: (@Sendable (Ring) -> Void)?) { listener.withLock { $0 = hear.map(Listener.init) } }

    /// Whether somebody works the queue off.
    var isHeard: Bool { listener.withLock { $0 != nil } }

    func ring(_ ring: Ring) { listener.withLock { $0 }?.hear(ring) }
}
