// The Retry-After header (RFC 9110 §10.2.3): seconds, or a date in one of the three forms of §5.6.7.

import Glibc
import RecipeLanguage

/// Reads how long a server asks to wait.
public enum RetryAfter {
    /// The longest wait that is believed: a day.
    static let longest: Double = 86_400

    /// - Parameter serverDate: the answer's `Date`, so that a wrong clock on either side doesn't matter; without it ours is used.
    /// - Returns: seconds, in `0...86400`; nil when the text is neither form.
    public static func seconds(_ text: String, serverDate: String? = nil) -> Double? {
        let text = trimmed(text)
        if !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            return min(Double(text) ?? longest, longest)
        }
        guard let time = secondsSince1970(text) else { return nil }
        let now = serverDate.flatMap { secondsSince1970(trimmed($0)) } ?? currentTime()
        return min(max(0, Double(time - now)), longest)
    }

    /// An HTTP date as seconds since 1970, UTC: `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT` or
    /// `Sun Nov  6 08:49:37 1994`.
    static func secondsSince1970(_ text: String) -> Int? {
        let words = text.split { $0 == " " || $0 == "," || $0 == "-" }.map { String($0) }
        let day: String, monthName: String, yearText: String, clock: String
        switch words.count {
        case 6 where words[5] == "GMT" || words[5] == "UTC":
            (day, monthName, yearText, clock) = (words[1], words[2], words[3], words[4])
        case 5: (day, monthName, yearText, clock) = (words[2], words[1], words[4], words[3])
        default: return nil
        }
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let parts = clock.split(separator: ":", omittingEmptySubsequences: false).map { number($0, digits: 2...2) }
        guard let month = months.firstIndex(of: monthName), let dayNumber = number(day[...], digits: 1...2),
            var year = number(yearText[...], digits: 2...4), parts.count == 3,
            let hour = parts[0], let minute = parts[1], let second = parts[2], hour < 24, minute < 60, second < 61
        else { return nil }
        // Two digits (RFC 850): a year of this century unless that is far in the future.
        if yearText.utf8.count == 2 { year += year < 70 ? 2000 : 1900 }
        guard let date = CivilDate(year: year, month: month + 1, day: dayNumber) else { return nil }
        return (date.days * 24 + hour) * 3600 + minute * 60 + second
    }

    private static func number(_ text: Substring, digits: ClosedRange<Int>) -> Int? {
        guard digits.contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(text)
    }

    private static func trimmed(_ text: String) -> String {
        let inner = text.drop { $0 == " " || $0 == "\t" }
        return String(inner.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }

    private static func currentTime() -> Int { Int(time(nil)) }
}
