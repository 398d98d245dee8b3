// The stretch of time that a page is about: one of a few, or any two moments; and how it is cut into slots.

import JSONCore
import JobHistory

struct TimeSpan: Sendable {
    /// A choice of the page: `24h`.
    struct Choice: Sendable {
        let key: String
        let label: String
        let minutes: Int64
        let slotMinutes: Int64
    }

    static let choices = [
        Choice(key: "15m", label: "15 min", minutes: 15, slotMinutes: 1),
        Choice(key: "1h", label: "1 hour", minutes: 60, slotMinutes: 1),
        Choice(key: "6h", label: "6 hours", minutes: 360, slotMinutes: 5),
        Choice(key: "24h", label: "24 hours", minutes: 1_440, slotMinutes: 15),
        Choice(key: "7d", label: "7 days", minutes: 10_080, slotMinutes: 120),
        Choice(key: "30d", label: "30 days", minutes: 43_200, slotMinutes: 480),
    ]

    let start: Milliseconds
    let slotLength: Milliseconds
    let count: Int
    /// nil: chosen freely.
    let choice: Choice?

    var end: Milliseconds { start + slotLength * Milliseconds(count) }

    private static let minute: Milliseconds = 60_000

    /// `range=24h`, or `since=` and `until=`; 24 hours for anything else.
    init(_ query: JSONObject, _ times: TimeWords) {
        if let since = Self.moment(query["since"]?.string, times) {
            let until = Self.moment(query["until"]?.string, times) ?? times.now
            self.init(from: since, to: max(until, since + Self.minute))
        } else {
            let wanted = query["range"]?.string ?? "24h"
            self.init(Self.choices.first { $0.key == wanted } ?? Self.choices[3], now: times.now)
        }
    }

    init(_ choice: Choice, now: Milliseconds) {
        let length = choice.slotMinutes * Self.minute
        (self.choice, slotLength, count) = (choice, length, Int(choice.minutes / choice.slotMinutes))
        start = (now / length + 1) * length - length * Milliseconds(count)
    }

    /// About a hundred slots of a round length.
    private init(from since: Milliseconds, to until: Milliseconds) {
        let span = min(until - since, 3_660 * 86_400_000)
        let lengths: [Int64] = [1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 1_440, 10_080, 43_200]
        let wanted = lengths.first { span / ($0 * Self.minute) <= 120 } ?? 43_200
        let length = wanted * Self.minute
        let first = since / length * length
        (choice, slotLength, start) = (nil, length, first)
        count = Int((since + span - first + length - 1) / length)
    }

    /// Milliseconds since 1970, or a date and time as a form sends it.
    static func moment(_ text: String?, _ times: TimeWords) -> Milliseconds? {
        guard let text, !text.isEmpty else { return nil }
        if text.allSatisfy(\.isNumber), let number = Milliseconds(text) {
            return number < 253_402_300_800_000 ? number : nil
        }
        return times.time(field: text)
    }

    /// "in the last 24 hours"
    func words(_ times: TimeWords) -> String {
        if let choice { return "in the last \(choice.label.replacing("1 hour", with: "hour"))" }
        return "from \(times.short(start)) to \(times.short(end))"
    }
}
