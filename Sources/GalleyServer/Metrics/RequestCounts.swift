// Requests by route and status, counted in memory from the start of the server.

import Synchronization

/// As many counts as the table has routes, times the statuses that they answer: nothing that clients send makes more.
final class RequestCounts: Sendable {
    struct Counts: Sendable {
        fileprivate(set) var statuses: [Int: Int] = [:]
        fileprivate(set) var seconds = 0.0
        var count: Int { statuses.values.reduce(0, +) }
    }

    /// For addresses that are not in the table.
    static let noRoute = "(none)"

    private let counts = Mutex<[String: Counts]>([:])

    /// By route: its method and pattern, as `GET /jobs/{id}`.
    var now: [String: Counts] { counts.withLock { $0 } }

    /// - Parameter time: until the head of the answer.
    func add(_ route: Route?, status: Int, _ time: Duration) {
        let name = route.map { ($0.method.map { "\($0.rawValue) " } ?? "") + $0.pattern.description } ?? Self.noRoute
        counts.withLock { counts in
            counts[name, default: Counts()].statuses[status, default: 0] += 1
            counts[name]?.seconds += time / .seconds(1)
        }
    }
}
