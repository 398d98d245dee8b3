// Who reads the history at the same time: as many as there are connections for it, the others in the order they came.

import Synchronization

/// Turns at the reading connections, for tasks.
///
/// GRDB blocks one of Dispatch's threads for each history at which a read waits. Of those a process has some 250: many histories,
/// as tests have them, could take all, and none would be left for the reads that are awaited.
final class ReadTurns: Sendable {
    fileprivate struct State {
        var free: Int
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    init(_ count: Int) { state = Mutex(State(free: count)) }

    var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// Waits for a turn, which has to be given back.
    func take() async {
        let isFree = state.withLock { $0.takeFree() }
        guard !isFree else { return }
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                guard !state.takeFree() else { return true }
                state.waiting.append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
    }

    func giveBack() {
        let next: CheckedContinuation<Void, Never>? = state.withLock { state in
            guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
            state.free += 1
            return nil
        }
        next?.resume()
    }
}

extension ReadTurns.State {
    fileprivate mutating func takeFree() -> Bool {
        guard free > 0 else { return false }
        free -= 1
        return true
    }
}
