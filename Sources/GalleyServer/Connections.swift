// The connections of the server: how many there are, and which give way when the next one comes.

import Logging
import NIOCore
import Synchronization

/// Who is connected, and who of them asks nothing.
///
/// A connection without a request (none yet, half a head, or between two) costs its client nothing, so anybody can hold thousands
/// of them. Near the limit the one that has rested longest is closed for each that comes: whoever asks something is answered.
final class Connections: Sendable {
    private let limit: Int
    private let logger: Logger
    private let state = Mutex(State())

    private struct State {
        var open = 0
        /// By number, a new one each time that a connection comes to rest: the smallest has rested longest.
        var resting: [Int: any Channel] = [:]
        var next = 0
        /// No smaller number rests.
        var smallest = 0
        var lastWord: ContinuousClock.Instant?

        mutating func rest(_ channel: any Channel) -> Int {
            resting[next] = channel
            next += 1
            return next - 1
        }

        mutating func longestResting() -> (any Channel)? {
            while smallest < next {
                smallest += 1
                if let channel = resting.removeValue(forKey: smallest - 1) { return channel }
            }
            return nil
        }
    }

    /// Asks a connection to close unless it has a request now.
    struct GiveWay: Sendable {}

    init(limit: Int, _ logger: Logger) { (self.limit, self.logger) = (limit, logger) }

    /// - Returns: its number at rest.
    func opened(_ channel: any Channel) -> Int {
        let (number, leaving, isNews) = state.withLock { state in
            state.open += 1
            // Connections close a moment after they are asked to; some room is left for those who come meanwhile.
            let leaving = state.open > limit - max(1, limit / 50) ? state.longestResting() : nil
            let now = ContinuousClock.now
            let isNews = leaving != nil && state.lastWord.map { now - $0 > .seconds(60) } ?? true
            if isNews { state.lastWord = now }
            return (state.rest(channel), leaving, isNews)
        }
        leaving?.pipeline.fireUserInboundEventTriggered(GiveWay())
        if isNews {
            logger.warning(
                "there are nearly as many connections as the server takes: those that ask nothing are closed for new ones",
                metadata: ["connections": "\(limit)"])
        }
        return number
    }

    /// - Parameter number: nil when it had a request.
    func closed(_ number: Int?) {
        state.withLock { state in
            state.open -= 1
            if let number { state.resting[number] = nil }
        }
    }

    /// It has a request.
    func asked(_ number: Int) { state.withLock { $0.resting[number] = nil } }

    /// Its requests are answered.
    /// - Returns: its new number at rest.
    func answered(_ channel: any Channel) -> Int { state.withLock { $0.rest(channel) } }
}
