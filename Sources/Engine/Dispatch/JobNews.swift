// What becomes of jobs, told to whoever listens, as it happens. Bounded: who is too slow is let go.

import JobHistory
import Synchronization

/// The changes of state of this process's jobs, numbered.
public final class JobNews: Sendable {
    /// A job came into a state.
    public struct Item: Sendable {
        /// From 1 since the process started.
        public let number: Int
        public let job: JobID
        public let recipe: String
        public let state: JobState
        public let at: Milliseconds
    }

    private struct State {
        var last = 0
        /// The latest, oldest first.
        var kept: [Item] = []
        var listeners: [Int: AsyncStream<Item>.Continuation] = [:]
        var nextListener = 0
        var watcher: (@Sendable (Item) -> Void)?
    }

    private static let mostKept = 1_000
    private static let buffer = 512
    /// Of the owner of the history: numbers of another epoch mean nothing.
    public let epoch: Int64
    private let clock: @Sendable () -> Int64
    private let activity: EngineActivity
    private let state = Mutex(State())

    init(epoch: Int64, clock: @escaping @Sendable () -> Int64, activity: EngineActivity) {
        (self.epoch, self.clock, self.activity) = (epoch, clock, activity)
    }

    func post(_ job: JobID, _ recipe: String, _ jobState: JobState) {
        if jobState.isFinished { activity.addEnd(recipe, jobState) }
        let now = clock()
        let (item, watcher) = state.withLock { state in
            state.last += 1
            let item = Item(number: state.last, job: job, recipe: recipe, state: jobState, at: now)
            state.kept.append(item)
            if state.kept.count > 2 * Self.mostKept { state.kept.removeFirst(state.kept.count - Self.mostKept) }
            for listener in state.listeners.values {
                // It reads too slowly; it can come back and say what it saw last.
                if case .dropped = listener.yield(item) { listener.finish() }
            }
            return (item, state.watcher)
        }
        watcher?(item)
    }

    /// - Parameter see: called with each item on whatever thread posts it; must not block. One at a time may watch.
    func watch(_ see: (@Sendable (Item) -> Void)?) { state.withLock { $0.watcher = see } }

    /// The news after `number`, and all that come.
    /// - Returns: nil when some of them are not kept any more.
    public func follow(after number: Int? = nil) -> AsyncStream<Item>? {
        let (stream, listener) = AsyncStream.makeStream(
            of: Item.self, bufferingPolicy: .bufferingOldest(Self.buffer + 2 * Self.mostKept))
        let place: Int? = state.withLock { state in
            if let number {
                let first = (state.kept.first?.number ?? state.last + 1) - 1
                guard (first...state.last).contains(number) else { return nil }
                for item in state.kept where item.number > number { listener.yield(item) }
            }
            state.nextListener += 1
            state.listeners[state.nextListener] = listener
            return state.nextListener
        }
        guard let place else { return nil }
        listener.onTermination = { [self] _ in
            // Not within a call of `post`, which holds the lock when it lets a listener go.
            Task { self.state.withLock { $0.listeners[place] = nil } }
        }
        return stream
    }
}
