// A schedule's times as texts, and texts as times in its zone.

import Foundation

extension Schedule {
    /// What `time(_:)` reads, for messages.
    public static let timeForm = ScheduleTime.form

    /// Reads `2026-01-31`, `2026-01-31T09:30` or `2026-01-31T09:30:00+01:00`; without an offset in the schedule's zone.
    /// - Parameter endOfDay: whether a date alone is its last second, and not its midnight.
    /// - Returns: nil for anything else.
    public func time(_ text: String, endOfDay: Bool = false) -> Date? {
        ScheduleTime(parsing: text).map { time in
            let isDay = endOfDay && time.secondOfDay == nil
            let seconds = isDay ? zone.instant(local: (time.date.days + 1) * 86_400) - 1 : time.instant(in: zone)
            return Date(timeIntervalSince1970: Double(seconds))
        }
    }

    /// ISO 8601 with the offset of its zone: `2024-03-31T03:00:00+02:00`.
    public func isoText(_ time: Date) -> String { isoText(Self.seconds(time)) }

    /// For people: `Sun 2024-03-31 03:00:00 +02:00`.
    public func clockText(_ time: Date) -> String {
        let weekday = LocalTime(seconds: Self.seconds(time) + offset(Self.seconds(time)), nanoseconds: 0).date.weekday
        let text = isoText(time)
        let (day, clock, offset) = (text.prefix(10), text.dropFirst(11).prefix(8), text.dropFirst(19))
        return "\(TimePattern.weekdays[weekday].prefix(3)) \(day) \(clock) \(offset)"
    }

    /// At most `count` times after `time`, as ISO 8601.
    func isoTexts(after time: Int, count: Int) -> [String] {
        var (texts, last) = ([String](), time)
        while texts.count < count, let next = next(after: last) {
            texts.append(isoText(next))
            last = next
        }
        return texts
    }

    private func isoText(_ time: Int) -> String {
        let local = LocalTime(seconds: time + offset(time), nanoseconds: 0)
        let clock = [local.hour, local.minute, local.second].map { CivilDate.padded($0, 2) }.joined(separator: ":")
        return "\(local.date.isoText)T\(clock)\(ZonedTime.offsetText(offset(time), colon: true))"
    }

    private func offset(_ time: Int) -> Int { zone.offset(at: time).seconds }

    /// Whole seconds since 1970, the fraction cut; within the years that schedules know.
    static func seconds(_ time: Date) -> Int {
        let seconds = Int(exactly: time.timeIntervalSince1970.rounded(.down)) ?? bounds.upperBound
        return min(max(seconds, bounds.lowerBound), bounds.upperBound)
    }
}
