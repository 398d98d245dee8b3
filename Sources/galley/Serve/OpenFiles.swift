// How many files and connections this process may have open at once (setrlimit(2)).

import Foundation

enum OpenFiles {
    /// Enough for a server's connections; more would only slow programs down that close what they inherit.
    private static let wanted: rlim_t = 16_384

    /// Raises the limit as far as it is needed and the system allows.
    /// - Returns: the limit from now on.
    static func raise() -> Int {
        let kind = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard getrlimit(kind, &limit) == 0 else { return 1_024 }
        if limit.rlim_cur < wanted {
            var higher = limit
            higher.rlim_cur = min(wanted, limit.rlim_max)
            if setrlimit(kind, &higher) == 0 { limit = higher }
        }
        return Int(clamping: limit.rlim_cur)
    }

    /// How many of `files` a server may take for its callers: the rest is for the history, for files and for calls to others.
    static func forConnections(of files: Int) -> Int { max(16, files - min(1_024, files / 4)) }
}
