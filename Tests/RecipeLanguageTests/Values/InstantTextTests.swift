// Instants as text.

import RecipeLanguage
import Testing

struct InstantTextTests {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000Z", "Thu, 01 Jan 1970 00:00:00 +0000"),
            (1_709_888_701_250, "2024-03-08T09:05:01.250Z", "Fri, 08 Mar 2024 09:05:01 +0000"),
            (1_709_164_799_999, "2024-02-28T23:59:59.999Z", "Wed, 28 Feb 2024 23:59:59 +0000"),
            (1_709_210_000_000, "2024-02-29T12:33:20.000Z", "Thu, 29 Feb 2024 12:33:20 +0000"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z", "Mon, 01 Mar 2100 00:00:00 +0000"),
            (-1, "1969-12-31T23:59:59.999Z", "Wed, 31 Dec 1969 23:59:59 +0000"),
            (946_684_800_000, "2000-01-01T00:00:00.000Z", "Sat, 01 Jan 2000 00:00:00 +0000"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z", "Fri, 31 Dec 9999 23:59:59 +0000"),
            (-62_167_219_200_000, "0000-01-01T00:00:00.000Z", "Sat, 01 Jan 0000 00:00:00 +0000"),
        ] as [(Int64, String, String)])
    func `follows the calendar`(milliseconds: Int64, iso: String, mail: String) {
        #expect(InstantText.iso(milliseconds) == iso)
        #expect(InstantText.mail(milliseconds) == mail)
        #expect(InstantText.words(milliseconds) == iso.prefix(19).replacing("T", with: " ") + " UTC")
    }

    @Test(
        arguments: [
            ("2026-03-02T09:00:00Z", 1_772_442_000, 0), ("2026-03-02T10:00:00.25+01:00", 1_772_442_000, 250_000_000),
            ("2026-03-02T09:00Z", 1_772_442_000, 0),
        ])
    func `times with an offset are read`(text: String, seconds: Int, nanoseconds: Int) throws {
        let instant = try #require(InstantText.instant(text))
        #expect(instant == (seconds, nanoseconds))
    }

    @Test(arguments: ["2026-03-02", "2026-03-02T09:00:00", "soon", "", "2026-02-30T09:00:00Z"])
    func `other texts are no instant`(text: String) { #expect(InstantText.instant(text) == nil) }

    @Test(arguments: [Int64.min, -62_167_219_200_001, 253_402_300_800_000, .max])
    func `years that don't have four digits are a phrase`(milliseconds: Int64) {
        #expect(InstantText.iso(milliseconds) == "a time beyond the year 9999")
    }
}
