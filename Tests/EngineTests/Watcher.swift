// What a watcher of a run is told, as lines.

import Engine
import Foundation
import JSONCore
import Synchronization

/// Collects step events. Waits take no time.
final class Watcher: Sendable {
    private let seen = Mutex<[StepEvent]>([])

    var events: [StepEvent] { seen.withLock { $0 } }

    var options: RunOptions {
        var options = RunOptions.quick
        options.observer = { event in self.seen.withLock { $0.append(event) } }
        return options
    }

    /// All events as text.
    var text: String { events.map { "\($0.json)" }.joined(separator: "\n") }

    /// `address state` of the steps that ended, with `(again)` for what the history had.
    var ends: [String] {
        events.compactMap { event in
            guard case .ended(_, let address, _, let outcome) = event else { return nil }
            return "\(address) \(outcome.state)\(outcome.isReplayed ? " (again)" : "")"
        }
    }

    /// The waits before further tries.
    var waits: [Duration] {
        events.compactMap { if case .retrying(_, _, _, let wait, _) = $0 { wait } else { nil } }
    }
}
