// Times of JSON answers for people.

import JSONCore

enum TimeText {
    /// `2026-03-02 09:00:00 UTC` for a time in UTC, `Sun 2024-03-31 03:00:00 +02:00` for one with an offset; nil for null.
    static func words(_ time: JSON?) -> String? {
        guard let text = time?.string else { return nil }
        let (day, clock, rest) = (text.prefix(10), text.dropFirst(11).prefix(8), text.dropFirst(19))
        guard text.dropFirst(10).first == "T" else { return text }
        if rest.hasSuffix("Z") { return "\(day) \(clock) UTC" }
        return "\(weekday(day).map { "\($0) " } ?? "")\(day) \(clock) \(rest)"
    }

    /// Sakamoto's method, for the Gregorian calendar.
    private static func weekday(_ day: Substring) -> String? {
        let parts = day.split(separator: "-").compactMap { Int($0) }
        guard parts.count == 3, (1...12).contains(parts[1]), (0...9_999).contains(parts[0]) else { return nil }
        let shifts = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4]
        let year = parts[1] < 3 ? parts[0] - 1 : parts[0]
        let number = (year + year / 4 - year / 100 + year / 400 + shifts[parts[1] - 1] + parts[2]) % 7
        return ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][max(0, number)]
    }
}
