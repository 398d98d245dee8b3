// A moment in the forms that signatures use.

import RecipeLanguage

/// A moment in UTC, to the second.
struct BasicTime {
    /// `20150830T123600Z` (ISO 8601, basic form).
    let text: String
    /// `20150830`
    let day: String
    /// `2015-08-30T12:36:00Z`
    let extended: String
    /// `Sun, 30 Aug 2015 12:36:00 GMT` (RFC 9110 §5.6.7).
    let header: String

    /// - Parameter seconds: since 1970.
    init(seconds: Int64) {
        let seconds = Int(clamping: seconds)
        let days = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
        let rest = seconds - days * 86_400
        let date = CivilDate(days: days).parts
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        func four(_ number: Int) -> String {
            String(repeating: "0", count: max(0, 4 - "\(number)".count)) + "\(number)"
        }
        let parts = [two(rest / 3_600), two(rest / 60 % 60), two(rest % 60)]
        let (year, month, dayOfMonth) = (four(date.year), two(date.month), two(date.day))
        day = year + month + dayOfMonth
        text = "\(day)T\(parts.joined())Z"
        extended = "\(year)-\(month)-\(dayOfMonth)T\(parts.joined(separator: ":"))Z"
        let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let weekday = weekdays[((days % 7) + 7) % 7]
        header =
            "\(weekday), \(dayOfMonth) \(months[(date.month - 1) % 12]) \(year) \(parts.joined(separator: ":")) GMT"
    }
}
