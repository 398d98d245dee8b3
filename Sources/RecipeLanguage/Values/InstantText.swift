// Instants as text in UTC, for people, for JSON and for mails. Pure: no clock, no locale.

/// Texts of an instant, given in milliseconds since 1970 (proleptic Gregorian calendar, UTC).
public enum InstantText {
    /// `2026-03-02 09:00:00 UTC`; a phrase for years that don't have four digits.
    public static func words(_ milliseconds: Int64) -> String {
        guard let time = FourDigitTime(milliseconds) else { return "a time beyond the year 9999" }
        return "\(time.date.isoText) \(time.clock) UTC"
    }

    /// `2026-03-02T09:00:00.000Z` (RFC 3339); the phrase of `words` for years that don't have four digits.
    public static func iso(_ milliseconds: Int64) -> String {
        guard let time = FourDigitTime(milliseconds) else { return words(milliseconds) }
        return "\(time.date.isoText)T\(time.clock).\(CivilDate.padded(time.millisecond, 3))Z"
    }

    /// `Fri, 08 Mar 2024 09:05:01 +0000` (RFC 5322 §3.3).
    public static func mail(_ milliseconds: Int64) -> String {
        guard let time = FourDigitTime(milliseconds) else { return words(milliseconds) }
        let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let (year, month, day) = time.date.parts
        let date = "\(CivilDate.padded(day, 2)) \(months[month - 1]) \(CivilDate.padded(year, 4))"
        return "\(weekdays[time.date.weekday]), \(date) \(time.clock) +0000"
    }

    /// Reads a time with its offset, as `2026-03-02T09:00:00.250+01:00` (RFC 3339; the seconds may be left out).
    /// - Returns: seconds since 1970 and the nanoseconds beyond; nil for anything else.
    public static func instant(_ text: String) -> (seconds: Int, nanoseconds: Int)? {
        guard let time = ScheduleTime(parsing: text), time.secondOfDay != nil, time.offset != nil,
            let zone = Zone.named("UTC")
        else { return nil }
        guard let point = text.firstIndex(of: ".") else { return (time.instant(in: zone), 0) }
        let digits = text[text.index(after: point)...].prefix { $0.isASCII && $0.isNumber }
        guard let fraction = Int(digits) else { return nil }
        return (time.instant(in: zone), (digits.count..<9).reduce(fraction) { nanoseconds, _ in nanoseconds * 10 })
    }

    /// An instant in the years 0 to 9999.
    private struct FourDigitTime {
        let date: CivilDate
        /// `09:05:01`
        let clock: String
        let millisecond: Int

        init?(_ milliseconds: Int64) {
            guard -62_167_219_200_000..<253_402_300_800_000 ~= milliseconds else { return nil }
            let whole = milliseconds / 1000 - (milliseconds % 1000 < 0 ? 1 : 0)
            let time = LocalTime(seconds: Int(whole), nanoseconds: 0)
            date = time.date
            clock = [time.hour, time.minute, time.second].map { CivilDate.padded($0, 2) }.joined(separator: ":")
            millisecond = Int(milliseconds - whole * 1000)
        }
    }
}
