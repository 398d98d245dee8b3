// The times of a schedule in a stretch that is over: how many there were, and the newest of them.

import Foundation

/// Due times that nobody was there for.
public struct PassedTimes: Sendable, Hashable {
    /// How many there were; `Schedule.mostCounted` when there were at least so many.
    public let count: Int
    /// The newest of them, in order.
    public let newest: [Date]
}

extension Schedule {
    /// Times are counted up to this many.
    public static let mostCounted = 1_000_000

    /// The times from `first` through `last`.
    /// - Parameter keeping: how many of the newest are given.
    public func passed(from first: Date, through last: Date, keeping: Int) -> PassedTimes {
        let (first, last) = (Self.seconds(first), Self.seconds(last))
        let (count, newest) = passed(after: first - 1, through: last, keeping: max(0, keeping))
        return PassedTimes(count: count, newest: newest.map { Date(timeIntervalSince1970: Double($0)) })
    }

    /// The last time before `time`; nil when there is none.
    public func previous(before time: Date) -> Date? {
        previous(after: Self.bounds.lowerBound, through: Self.seconds(time) - 1).map {
            Date(timeIntervalSince1970: Double($0))
        }
    }

    private func passed(after: Int, through last: Int, keeping: Int) -> (count: Int, newest: [Int]) {
        if case .interval(let seconds, _) = rule, exceptions.isEmpty {
            let last = min(last, end ?? last)
            guard let first = next(after: after), first <= last else { return (0, []) }
            let count = (last - first) / seconds + 1
            return (min(count, Self.mostCounted), (max(0, count - keeping)..<count).map { first + $0 * seconds })
        }
        var (count, newest, time) = (0, [Int](), after)
        while let next = next(after: time), next <= last {
            guard count < Self.mostCounted else { return (count, self.newest(after: after, through: last, keeping)) }
            count += 1
            time = next
            guard keeping > 0 else { continue }
            newest.append(next)
            if newest.count >= 2 * keeping + 64 { newest.removeFirst(newest.count - keeping) }
        }
        return (count, newest.suffix(keeping))
    }

    /// Found from the end, each by halving the stretch that it is in.
    private func newest(after: Int, through last: Int, _ keeping: Int) -> [Int] {
        var (found, end) = ([Int](), last)
        while found.count < keeping, let time = previous(after: after, through: end) {
            found.append(time)
            end = time - 1
        }
        return found.reversed()
    }

    /// The newest time in a stretch.
    private func previous(after: Int, through last: Int) -> Int? {
        guard let first = next(after: after), first <= last else { return nil }
        // There is a time after `low` up to `last`, and none after `high`.
        var (low, high) = (first - 1, last)
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if let next = next(after: middle), next <= last { low = middle } else { high = middle }
        }
        return high
    }
}
