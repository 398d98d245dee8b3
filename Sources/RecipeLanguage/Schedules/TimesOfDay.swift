// Which times of a day a schedule names.

/// Times of day in seconds since midnight: every mixture of some hours, minutes and seconds, or a list.
enum TimesOfDay: Hashable, Sendable {
    /// As bits; none of the three is empty.
    case fields(hours: UInt64, minutes: UInt64, seconds: UInt64)
    /// Sorted, each once; not empty.
    case list([Int])

    static let everyHour: UInt64 = 0xFF_FFFF
    static let everyMinute: UInt64 = 0x0FFF_FFFF_FFFF_FFFF

    /// Whether there is one in every hour.
    var hasEveryHour: Bool {
        if case .fields(let hours, _, _) = self { return hours == Self.everyHour }
        return false
    }

    /// The first one at or after a second of the day; nil when the day has no more.
    func next(atOrAfter second: Int) -> Int? {
        switch self {
        case .list(let times): times.first { $0 >= second }
        case .fields(let hours, let minutes, let seconds):
            Self.next(second, hours: hours, minutes: minutes, seconds: seconds)
        }
    }

    private static func next(_ time: Int, hours: UInt64, minutes: UInt64, seconds: UInt64) -> Int? {
        let (hour, minute) = (time / 3600, time / 60 % 60)
        let (firstMinute, firstSecond) = (minutes.trailingZeroBitCount, seconds.trailingZeroBitCount)
        if hours.has(hour) {
            if minutes.has(minute), let second = seconds.bit(from: time % 60) {
                return hour * 3600 + minute * 60 + second
            }
            if let minute = minutes.bit(from: minute + 1) { return hour * 3600 + minute * 60 + firstSecond }
        }
        return hours.bit(from: hour + 1).map { $0 * 3600 + firstMinute * 60 + firstSecond }
    }

    /// At most `limit` of them from the start of the day; nil when there are more.
    func all(limit: Int) -> [Int]? {
        var times: [Int] = []
        var next = next(atOrAfter: 0)
        while let time = next {
            guard times.count < limit else { return nil }
            times.append(time)
            next = self.next(atOrAfter: time + 1)
        }
        return times
    }
}
