// Times of a schedule that are over: their number and the newest of them, however many there are.

import Foundation
import Testing

@testable import RecipeLanguage

struct PassedTimesTests {
    private static func time(_ text: String) throws -> Date {
        try #require(ScheduleTests.schedule(#"{ "every": "1h" }"#).time(text))
    }

    @Test(
        arguments: [
            #"{ "every": "7m" }"#, #"{ "every": "7m", "end": "2026-03-29T12:00" }"#,
            #"{ "cron": "*/15 2-3 * * *", "time_zone": "Europe/Berlin" }"#,
            #"{ "every": "1h", "except": ["2026-03-29"], "time_zone": "Europe/Berlin" }"#,
            #"{ "at": ["09:00"], "weekdays": ["sun"] }"#, #"{ "every": "1h", "start": "2027-01-01" }"#,
        ])
    func `they are those that come one after the other`(settings: String) throws {
        let schedule = try ScheduleTests.schedule(settings)
        let (first, last) = (try Self.time("2026-03-28T00:00"), try Self.time("2026-03-30T09:00"))
        let expected = schedule.next(after: first - 1, count: 1_000).filter { $0 <= last }
        for keeping in [0, 1, 3, 2_000] {
            let passed = schedule.passed(from: first, through: last, keeping: keeping)
            #expect(passed.count == expected.count)
            #expect(passed.newest == expected.suffix(keeping))
        }
    }

    @Test(arguments: [#"{ "every": "1s" }"#, #"{ "cron": "* * * * * *" }"#])
    func `very many are counted up to a bound, and the newest are still the newest`(settings: String) throws {
        let schedule = try ScheduleTests.schedule(settings)
        let passed = schedule.passed(
            from: try Self.time("2026-01-01"), through: try Self.time("2026-02-01T00:00:02"), keeping: 3)
        #expect(passed.count == Schedule.mostCounted)
        #expect(
            passed.newest.map(schedule.isoText).map { $0.prefix(19) } == [
                "2026-02-01T00:00:00", "2026-02-01T00:00:01", "2026-02-01T00:00:02",
            ])
    }

    @Test func `the time before another is found, or there is none`() throws {
        let yearly = try ScheduleTests.schedule(#"{ "cron": "0 0 29 2 *" }"#)
        #expect(yearly.previous(before: try Self.time("2026-01-01")).map(yearly.isoText) == "2024-02-29T00:00:00+00:00")
        let begun = try ScheduleTests.schedule(#"{ "every": "1h", "start": "2026-01-01" }"#)
        #expect(begun.previous(before: try Self.time("2026-01-01")) == nil)
        #expect(
            begun.previous(before: try Self.time("2026-01-01T00:00:01")).map(begun.isoText)
                == "2026-01-01T00:00:00+00:00")
    }

    @Test func `a date as an end is its last second`() throws {
        let schedule = try ScheduleTests.schedule(#"{ "every": "1h", "time_zone": "Europe/Berlin" }"#)
        #expect(schedule.time("2026-03-29", endOfDay: true).map(schedule.isoText) == "2026-03-29T23:59:59+02:00")
        #expect(schedule.time("2026-03-29T10:00", endOfDay: true).map(schedule.isoText) == "2026-03-29T10:00:00+02:00")
    }
}
