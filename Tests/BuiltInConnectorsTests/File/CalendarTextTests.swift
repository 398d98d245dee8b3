// Instants as text.

@testable import BuiltInConnectors
import Testing

struct CalendarTextTests {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000Z", "Thu, 01 Jan 1970 00:00:00 +0000"),
            (1_709_888_701_250, "2024-03-08T09:05:01.250Z", "Fri, 08 Mar 2024 09:05:01 +0000"),
            (1_709_164_799_999, "2024-02-28T23:59:59.999Z", "Wed, 28 Feb 2024 23:59:59 +0000"),
            (1_709_210_000_000, "2024-02-29T12:33:20.000Z", "Thu, 29 Feb 2024 12:33:20 +0000"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z", "Mon, 01 Mar 2100 00:00:00 +0000"),
            (-1, "1969-12-31T23:59:59.999Z", "Wed, 31 Dec 1969 23:59:59 +0000"),
            (946_684_800_000, "2000-01-01T00:00:00.000Z", "Sat, 01 Jan 2000 00:00:00 +0000"),
        ] as [(Int, String, String)])
    func `follows the calendar`(milliseconds: Int, timestamp: String, mailDate: String) {
        #expect(CalendarText.timestamp(milliseconds: milliseconds) == timestamp)
        #expect(CalendarText.mailDate(milliseconds: milliseconds) == mailDate)
    }
}
