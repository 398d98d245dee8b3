// The hour that clocks show twice: a time in its second round stays there. Answers of ActiveSupport 6.1.

import Testing

@testable import RecipeLanguage

struct RepeatedHourTests {
    /// 01:30:45 on 3 November 2024 in New York, shown for the second time.
    private static let later = "Time.utc(2024, 11, 3, 6, 30, 45).in_time_zone('America/New_York')"

    @Test(arguments: [
        ("beginning_of_hour", "2024-11-03T01:00:00-05:00"), ("end_of_hour", "2024-11-03T01:59:59-05:00"),
        ("beginning_of_minute", "2024-11-03T01:30:00-05:00"), ("end_of_minute", "2024-11-03T01:30:59-05:00"),
        ("beginning_of_day", "2024-11-03T00:00:00-04:00"), ("change(min: 5)", "2024-11-03T01:05:00-05:00"),
        ("change(sec: 1)", "2024-11-03T01:30:01-05:00"), ("change(usec: 1)", "2024-11-03T01:30:45-05:00"),
        ("change(nsec: 1)", "2024-11-03T01:30:45-05:00"), ("change(hour: 1)", "2024-11-03T01:00:00-05:00"),
        ("change(hour: 0)", "2024-11-03T00:00:00-04:00"),
        ("change(zone: 'Europe/Berlin')", "2024-11-03T01:30:45+01:00"),
        ("change(min: 5, zone: 'America/New_York')", "2024-11-03T01:05:00-05:00"),
        ("advance(days: 1).advance(days: -1)", "2024-11-03T01:30:45-05:00"),
        ("change(offset: '+01:00')", "2024-11-03T01:30:45+01:00"),
        ("change(offset: 3600)", "2024-11-03T01:30:45+01:00"),
        ("change(hour: 5, offset: '+02:00')", "2024-11-03T05:00:00+02:00"),
        ("change(min: 5, offset: '-05:00')", "2024-11-03T01:05:00-05:00"),
    ])
    func `the second of two equal hours is not the first`(call: String, answer: String) throws {
        #expect(try FormulaFixture.evaluate("\(Self.later).\(call).iso8601").text == answer)
    }

    @Test(arguments: [
        ("+ 1.month - 1.month", "-05:00"), ("- 1.month + 1.month", "-04:00"), ("+ 1.day - 1.day", "-05:00"),
        ("+ 1.week - 1.week", "-05:00"), ("- 1.day + 1.day", "-04:00"), ("- 300.days + 300.days", "-04:00"),
    ])
    func `moves by days and months keep the round that the time comes from`(moves: String, offset: String) throws {
        let answer = try FormulaFixture.evaluate("(\(Self.later) \(moves)).iso8601").text
        #expect(answer == "2024-11-03T01:30:45" + offset)
    }

    @Test(arguments: [
        ("'+01:00'", "2024-03-08 10:30:45 +0100"), ("3600", "2024-03-08 10:30:45 +0100"),
        ("'Z'", "2024-03-08 10:30:45 UTC"), ("'-05:30'", "2024-03-08 10:30:45 -0530"),
    ])
    func `an offset changes the zone, not the clock`(offset: String, answer: String) throws {
        #expect(
            try FormulaFixture.evaluate("Time.utc(2024, 3, 8, 10, 30, 45).change(offset: \(offset)).to_s").text
                == answer)
    }

    @Test(arguments: [
        "offset: 'junk'", "offset: 'PST'", "offset: '+01:00', zone: 'UTC'", "offset: 90000", "offset: nil",
    ])
    func `what is no offset is refused`(options: String) {
        #expect(throws: FormulaError.self) { try FormulaFixture.evaluate("now.change(\(options))") }
    }
}
