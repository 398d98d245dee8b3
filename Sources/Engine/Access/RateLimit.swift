// How often somebody may do something. Pure but for its memory: the time comes from the caller.

import Synchronization

/// At most `count` in any stretch of `milliseconds`, more or less: a full allowance at first, which fills again evenly.
public final class RateLimit: Sendable {
    private static let mostKeys = 50_000
    /// By key: when its allowance will be full again (GCRA's theoretical arrival time).
    private let fullAt = Mutex<[String: Int64]>([:])

    public init() {}

    /// Takes one from the allowance of `key`.
    /// - Returns: nil when there was one; else after how many seconds there will be.
    public func take(_ key: String, _ count: Int, per milliseconds: Int64, now: Int64) -> Int? {
        fullAt.withLock { fullAt in
            let step = max(1, milliseconds / Int64(max(1, count)))
            if fullAt[key] == nil, fullAt.count >= Self.mostKeys {
                fullAt = fullAt.filter { $0.value > now }
                // Still full: whoever comes last waits, so that nobody can wash an allowance out of memory.
                if fullAt.count >= Self.mostKeys { return 60 }
            }
            // A clock that was set back must not lock anybody out for longer than the stretch.
            let full = min(max(fullAt[key] ?? now, now), now + milliseconds)
            let excess = full + step - (now + milliseconds)
            guard excess <= 0 else { return Int((excess + 999) / 1_000) }
            fullAt[key] = full + step
            return nil
        }
    }

    public func forget(_ key: String) { fullAt.withLock { $0[key] = nil } }
}
