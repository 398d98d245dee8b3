// Durations in recipes.

import RecipeLanguage
import Testing

struct DurationTextTests {
    @Test(arguments: [
        ("500ms", 500), ("2s", 2_000), ("15m", 900_000), ("1h30m", 5_400_000), ("1h 30m", 5_400_000),
        ("1d", 86_400_000),
        ("2w", 1_209_600_000), (" 1s500ms ", 1_500), ("2 s", 2_000), ("0s", 0), ("90m", 5_400_000),
    ])
    func `whole numbers with units are durations`(text: String, milliseconds: Int) {
        #expect(DurationText.parse(text) == .milliseconds(milliseconds))
    }

    @Test(arguments: [
        "", " ", "5", "s", "5 minutes", "1.5h", "-1s", "30m1h", "1m1m", "1H", "1h30", "١s", "99999999999999999999s",
        "9223372036854775807s", "11000d", "5us",
    ])
    func `anything else is none`(text: String) { #expect(DurationText.parse(text) == nil) }

    @Test(arguments: ["500ms", "2s", "15m", "1h30m", "1d", "14d", "1d1h1m1s1ms", "0s"])
    func `a duration is written as it is read`(text: String) throws {
        #expect(DurationText.text(try #require(DurationText.parse(text))) == text)
    }
}
