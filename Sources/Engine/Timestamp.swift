// Times in words, without a formatter: proleptic Gregorian calendar, UTC.

/// Milliseconds since 1970 as `2026-03-02 09:00:00 UTC`.
public enum Timestamp {
    public static func text(_ milliseconds: Int64) -> String {
        guard milliseconds.magnitude < 253_402_300_800_000 else { return "a time beyond the year 9999" }
        let seconds = Int(milliseconds.floored(by: 1000))
        let (days, rest) = (seconds.floored(by: 86_400), seconds - seconds.floored(by: 86_400) * 86_400)
        let (year, month, day) = date(ofDay: days)
        return "\(padded(year, 4))-\(padded(month))-\(padded(day)) "
            + "\(padded(rest / 3600)):\(padded(rest / 60 % 60)):\(padded(rest % 60)) UTC"
    }

    /// Milliseconds since 1970 as `2026-03-02T09:00:00.000Z` (RFC 3339).
    public static func iso(_ milliseconds: Int64) -> String {
        let parts = text(milliseconds).split(separator: " ")
        guard parts.count == 3 else { return text(milliseconds) }
        return "\(parts[0])T\(parts[1]).\(padded(Int(milliseconds - milliseconds.floored(by: 1000) * 1000), 3))Z"
    }

    /// Civil date from days since 1970 (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms").
    private static func date(ofDay days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = shifted.floored(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * month + 2) / 5 + 1
        let civilMonth = month < 10 ? month + 3 : month - 9
        return (yearOfEra + era * 400 + (civilMonth <= 2 ? 1 : 0), civilMonth, day)
    }

    private static func padded(_ number: Int, _ width: Int = 2) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

extension BinaryInteger {
    /// Division that rounds towards negative infinity.
    fileprivate func floored(by divisor: Self) -> Self { self / divisor - (self % divisor < 0 ? 1 : 0) }
}
