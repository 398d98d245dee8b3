// The schemas of an operation, which may be read only when they are first asked for.

import Synchronization

/// What an operation takes and gives. Compared by what it holds, which reads it.
final class DeferredSchemas: Sendable, Hashable {
    typealias Pair = (input: Schema, output: Schema)
    private enum State {
        case read(Pair)
        case unread(@Sendable () -> Pair)
    }
    private let state: Mutex<State>

    init(input: Schema, output: Schema) { state = Mutex(.read((input, output))) }

    /// - Parameter read: called once at most; it must not ask for this value.
    init(_ read: @escaping @Sendable () -> Pair) { state = Mutex(.unread(read)) }

    var value: Pair {
        state.withLock { state in
            switch state {
            case .read(let pair): return pair
            case .unread(let read):
                let pair = read()
                state = .read(pair)
                return pair
            }
        }
    }

    static func == (one: DeferredSchemas, other: DeferredSchemas) -> Bool {
        one === other || one.value == other.value
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(value.input)
        hasher.combine(value.output)
    }
}
