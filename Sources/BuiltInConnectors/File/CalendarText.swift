// Instants as text, in UTC: ISO 8601 for outputs and RFC 5322 for mails. Pure: no clock, no locale.

/// The calendar of an instant (proleptic Gregorian, UTC).
struct CalendarText {
    let year: Int
    let month: Int
    let day: Int
    /// 0 is Sunday.
    let weekday: Int
    let secondOfDay: Int
    let millisecond: Int

    /// - Parameter milliseconds: since 1970.
    init(milliseconds: Int) {
        let dayMilliseconds = 86_400_000
        let days = Self.floor(milliseconds, by: dayMilliseconds)
        let rest = milliseconds - days * dayMilliseconds
        (secondOfDay, millisecond) = (rest / 1_000, rest % 1_000)
        weekday = ((days % 7) + 11) % 7
        // From days to a civil date: eras of 400 years that start on 1 March.
        let shifted = days + 719_468
        let era = Self.floor(shifted, by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// `2024-03-08T09:05:01.250Z`.
    static func timestamp(milliseconds: Int) -> String {
        let text = CalendarText(milliseconds: milliseconds)
        let date = "\(padded(text.year, 4))-\(padded(text.month))-\(padded(text.day))"
        return "\(date)T\(text.clock).\(padded(text.millisecond, 3))Z"
    }

    /// `Fri, 08 Mar 2024 09:05:01 +0000` (RFC 5322 §3.3).
    static func mailDate(milliseconds: Int) -> String {
        let text = CalendarText(milliseconds: milliseconds)
        let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let date = "\(padded(text.day)) \(months[text.month - 1]) \(padded(text.year, 4))"
        return "\(weekdays[text.weekday]), \(date) \(text.clock) +0000"
    }

    /// `09:05:01`.
    private var clock: String {
        "\(Self.padded(secondOfDay / 3_600)):\(Self.padded(secondOfDay / 60 % 60)):\(Self.padded(secondOfDay % 60))"
    }

    private static func padded(_ number: Int, _ width: Int = 2) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    private static func floor(_ number: Int, by divisor: Int) -> Int {
        number >= 0 ? number / divisor : (number - divisor + 1) / divisor
    }
}
