// A schedule in words: "At 09:30 on weekdays, New York time".

import Foundation

extension Schedule {
    /// What it means, in English.
    public var words: String {
        var parts = [rhythm]
        if let start, start != rule.anchor || statedAnchor != nil { parts.append("from \(moment(start))") }
        if let end { parts.append("until \(moment(end, isEnd: true))") }
        switch exceptions.count {
        case 0: break
        case 1...3: parts.append("except on " + TimeWords.list(exceptions.map { DayWords.date(CivilDate(days: $0)) }))
        default: parts.append("except on \(exceptions.count) dates")
        }
        if jitter > .zero { parts.append("up to \(Self.lengthWords(jitter)) later") }
        return parts.joined(separator: ", ")
    }

    /// What the changes of the clocks do to its times within a year after `time`, a sentence for each:
    /// "skips 02:30 on 10 March 2026".
    public func clockChangeWords(after time: Date) -> [String] {
        clockChanges(after: Self.seconds(time)).map(\.words)
    }

    private var rhythm: String {
        switch rule {
        case .interval(let seconds, let anchor): intervalWords(seconds, anchor: anchor)
        case .cron(let cron): patternWords(cron.pattern, weekday: "weekday")
        case .calendar(let pattern): patternWords(pattern, weekday: "business day")
        }
    }

    private func patternWords(_ pattern: ClockPattern, weekday: String) -> String {
        let days = DayWords(days: pattern.days, months: pattern.months, years: pattern.years, weekday: weekday).text
        let (times, isList) = TimeWords.words(pattern.times)
        guard let days else {
            if pattern.times.hasEveryHour { return times }
            return times + (isList ? " every day" : "") + ", \(zoneWords)"
        }
        return "\(times) \(days), \(zoneWords)"
    }

    private func intervalWords(_ seconds: Int, anchor: Int) -> String {
        let length = Self.lengthWords(.seconds(seconds))
        let text =
            length.hasPrefix("1 ") && !length.contains("and") ? "Every \(length.dropFirst(2))" : "Every \(length)"
        if statedAnchor != nil { return "\(text) counted from \(moment(anchor)), \(zoneWords)" }
        return start == anchor ? "\(text) from \(moment(anchor)), \(zoneWords)" : text
    }

    /// `15 minutes`, `1 hour and 30 minutes`, `24 hours`; days only from two on, since a day may also have 23 or 25 hours.
    private static func lengthWords(_ duration: Duration) -> String {
        let (whole, attoseconds) = duration.components
        var (rest, words) = (whole, [String]())
        for (unit, seconds) in [("day", Int64(86_400)), ("hour", 3_600), ("minute", 60), ("second", 1)] {
            let count = rest / seconds
            guard count > 0, unit != "day" || (count > 1 && rest % seconds == 0) else { continue }
            words.append("\(count) \(unit)" + (count == 1 ? "" : "s"))
            rest %= seconds
        }
        let milliseconds = attoseconds / 1_000_000_000_000_000
        if milliseconds > 0 { words.append("\(milliseconds) ms") }
        return words.isEmpty ? "0 seconds" : TimeWords.list(words)
    }

    /// `New York time`, `UTC`.
    private var zoneWords: String {
        let isPlace = timeZone.contains("/") && !timeZone.hasPrefix("Etc/")
        guard isPlace, let city = timeZone.split(separator: "/").last else {
            return timeZone == "Etc/UTC" ? "UTC" : timeZone
        }
        return city.replacing("_", with: " ") + " time"
    }

    /// `5 January 2026` for its midnight (or, as an end, its last second), otherwise `09:00 on 5 January 2026`.
    private func moment(_ time: Int, isEnd: Bool = false) -> String {
        let local = LocalTime(seconds: time + zone.offset(at: time).seconds, nanoseconds: 0)
        let date = DayWords.date(local.date)
        let isWhole = local.secondOfDay == (isEnd ? 86_399 : 0)
        return isWhole ? date : "\(TimeWords.clock(local.secondOfDay)) on \(date)"
    }
}
