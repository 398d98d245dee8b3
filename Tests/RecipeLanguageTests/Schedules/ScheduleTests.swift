// Schedules read from the trigger's settings: their times, their rules for the clocks, their delays.

import Foundation
import JSONCore
import Testing

@testable import RecipeLanguage

struct ScheduleTests {
    static func schedule(_ settings: String, timeZone: String = "UTC") throws -> Schedule {
        let (schedule, mistakes) = Schedule.read(try JSON(parsing: settings), timeZone: timeZone)
        return try #require(schedule, "\(mistakes)")
    }

    static func next(_ settings: String, after: String, count: Int = 4) throws -> [String] {
        let schedule = try schedule(settings)
        let start = try #require(schedule.time(after))
        return schedule.next(after: start, count: count).map(schedule.isoText)
    }

    /// Settings, from when, and the next times.
    @Test(arguments: [
        // The three rules, where 02:30 is skipped and comes twice.
        (
            #"{ "cron": "30 2 * * *", "time_zone": "Europe/Berlin" }"#, "2026-03-28T12:00",
            ["2026-03-29T03:00:00+02:00", "2026-03-30T02:30:00+02:00"]
        ),
        (
            #"{ "cron": "30 2 * * *", "time_zone": "Europe/Berlin", "dst": "skip" }"#, "2026-03-28T12:00",
            ["2026-03-30T02:30:00+02:00", "2026-03-31T02:30:00+02:00"]
        ),
        (
            #"{ "at": ["02:30"], "time_zone": "Europe/Berlin", "dst": "run_both" }"#, "2026-03-28T12:00",
            ["2026-03-29T03:00:00+02:00", "2026-03-30T02:30:00+02:00"]
        ),
        (
            #"{ "cron": "30 2 * * *", "time_zone": "Europe/Berlin" }"#, "2026-10-24T12:00",
            ["2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00+01:00"]
        ),
        (
            #"{ "at": ["02:30"], "time_zone": "Europe/Berlin" }"#, "2026-10-24T12:00",
            ["2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00+01:00"]
        ),
        (
            #"{ "cron": "30 2 * * *", "time_zone": "Europe/Berlin", "dst": "run_both" }"#, "2026-10-24T12:00",
            ["2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00", "2026-10-26T02:30:00+01:00"]
        ),
        (
            #"{ "cron": "0 30 2 * * ?", "dialect": "quartz", "time_zone": "Europe/Berlin" }"#, "2026-10-24T12:00",
            ["2026-10-25T02:30:00+01:00", "2026-10-26T02:30:00+01:00"]
        ),
        (
            #"{ "cron": "0 30 2 * * ?", "dialect": "quartz", "time_zone": "Europe/Berlin", "dst": "run_once" }"#,
            "2026-10-24T12:00", ["2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00+01:00"]
        ),
        (
            #"{ "cron": "0 * * * *", "time_zone": "Europe/Berlin", "dst": "skip" }"#, "2026-10-25T01:30",
            ["2026-10-25T02:00:00+02:00", "2026-10-25T03:00:00+01:00"]
        ),
        // From within the second of two equal hours, whose times ran already.
        (
            #"{ "cron": "30 2 * * *", "time_zone": "Europe/Berlin" }"#, "2026-10-25T02:10:00+01:00",
            ["2026-10-26T02:30:00+01:00"]
        ),
        // Intervals: from the anchor, before and after; from the start; from a Monday.
        (
            #"{ "every": "90m", "anchor": "2026-06-01T00:10" }"#, "2026-01-01T00:00",
            ["2026-01-01T00:10:00+00:00", "2026-01-01T01:40:00+00:00"]
        ),
        (
            #"{ "every": "7m", "start": "2026-01-01T00:03" }"#, "2025-01-01",
            ["2026-01-01T00:03:00+00:00", "2026-01-01T00:10:00+00:00"]
        ),
        (
            #"{ "every": "1w", "time_zone": "Asia/Kathmandu" }"#, "2026-01-01",
            ["2026-01-05T00:00:00+05:45", "2026-01-12T00:00:00+05:45"]
        ),
        (
            #"{ "every": "1d", "anchor": "2026-03-27T09:00", "time_zone": "Europe/Berlin" }"#, "2026-03-28T08:00",
            ["2026-03-28T09:00:00+01:00", "2026-03-29T10:00:00+02:00"]
        ),
        // Calendars.
        (
            #"{ "days_of_month": [1, 15, "last"], "at": ["09:30", "17:00:15"] }"#, "2026-02-15T10:00",
            ["2026-02-15T17:00:15+00:00", "2026-02-28T09:30:00+00:00", "2026-02-28T17:00:15+00:00"]
        ),
        (
            #"{ "days_of_month": ["last_business_day", "first_business_day"], "at": ["08:00"] }"#, "2026-01-01T09:00",
            ["2026-01-30T08:00:00+00:00", "2026-02-02T08:00:00+00:00", "2026-02-27T08:00:00+00:00"]
        ),
        (
            #"{ "weekdays": ["mon", "Friday"], "months": [2, "dec"], "at": ["00:00"] }"#, "2026-02-25",
            ["2026-02-27T00:00:00+00:00", "2026-12-04T00:00:00+00:00"]
        ),
        (
            #"{ "days_of_month": [13], "weekdays": ["fri"], "at": ["13:13"] }"#, "2026-03-14",
            ["2026-11-13T13:13:00+00:00", "2027-08-13T13:13:00+00:00"]
        ),
        // Start, end and dates without a start.
        (
            #"{ "cron": "0 9 * * *", "start": "2026-05-01", "end": "2026-05-03" }"#, "2020-01-01",
            ["2026-05-01T09:00:00+00:00", "2026-05-02T09:00:00+00:00", "2026-05-03T09:00:00+00:00"]
        ),
        (
            #"{ "cron": "0 9 * * *", "start": "2026-05-01T09:00:00Z", "end": "2026-05-02T08:59:59Z" }"#, "2020-01-01",
            ["2026-05-01T09:00:00+00:00"]
        ),
        (
            #"{ "cron": "0 */12 * * *", "except": ["2026-12-25", "2026-12-26"], "time_zone": "America/New_York" }"#,
            "2026-12-24T13:00", ["2026-12-27T00:00:00-05:00", "2026-12-27T12:00:00-05:00"]
        ),
        // Years far beyond the zone files' tables, by their rules.
        (
            #"{ "cron": "0 12 1 7 *", "time_zone": "Europe/Berlin" }"#, "2998-08-01", ["2999-07-01T12:00:00+02:00"]
        ),
        (
            #"{ "cron": "0 12 1 1 *", "time_zone": "Australia/Sydney" }"#, "2998-08-01", ["2999-01-01T12:00:00+11:00"]
        ),
        (#"{ "cron": "0 0 29 2 */7" }"#, "2026-01-01", ["2032-02-29T00:00:00+00:00", "2060-02-29T00:00:00+00:00"]),
        (#"{ "cron": "0 0 31 12 *" }"#, "9998-12-31", ["9999-12-31T00:00:00+00:00"]),
    ])
    func `the next times`(settings: String, after: String, expected: [String]) throws {
        let next = try Self.next(settings, after: after)
        #expect(Array(next.prefix(expected.count)) == expected, "\(settings)")
        if expected.count == 1 || expected.count == 3 { #expect(next.count >= expected.count) }
    }

    @Test(arguments: [
        #"{ "cron": "0 0 30 2 *" }"#, #"{ "cron": "0 0 0 1 1 ? 2020", "dialect": "quartz" }"#,
        #"{ "cron": "0 30 2 ? 3 1L", "dialect": "quartz", "time_zone": "Europe/Berlin" }"#,
        #"{ "every": "1m", "end": "2020-01-01" }"#, #"{ "days_of_month": [31], "months": ["feb"], "at": ["10:00"] }"#,
        #"{ "cron": "0 0 1 1 *", "start": "2026-02-01", "end": "2026-12-31" }"#,
    ])
    func `what never comes is known at once`(settings: String) throws {
        let schedule = try Self.schedule(settings)
        let start = try #require(schedule.time("2026-01-01"))
        let clock = ContinuousClock()
        let time = clock.measure {
            for _ in 0..<10 { #expect(schedule.next(after: start) == nil) }
        }
        #expect(time < .seconds(20))
    }

    @Test func `a delay is always the same for a recipe, and differs between recipes`() throws {
        let schedule = try Self.schedule(#"{ "every": "1h", "jitter": "10m" }"#)
        let delays = (0..<1_000).map { schedule.delay(of: "recipe-\($0)") }
        #expect(delays == (0..<1_000).map { schedule.delay(of: "recipe-\($0)") })
        #expect(delays.allSatisfy { $0 >= .zero && $0 <= .seconds(600) })
        #expect(Set(delays).count > 950)
        // Spread evenly: each tenth of the span gets its share.
        for tenth in 0..<10 {
            let span = Duration.seconds(tenth * 60)..<Duration.seconds(tenth * 60 + 60)
            #expect((60...140).contains(delays.count { span.contains($0) }))
        }
        #expect(schedule.delay(of: "orders") == .milliseconds(Self.delayOfOrders))
        #expect(try Self.schedule(#"{ "every": "1h" }"#).delay(of: "orders") == .zero)
    }

    /// Written down, because a new version must not move the starts of everybody.
    private static let delayOfOrders = 23_021

    @Test func `thousands of exceptions are jumped over`() throws {
        let first = try #require(CivilDate(year: 2026, month: 1, day: 1))
        let dates = (0..<20_000).map { "\"\(CivilDate(days: first.days + $0).isoText)\"" }.joined(separator: ",")
        let next = try Self.next(#"{ "every": "1s", "except": [\#(dates)] }"#, after: "2026-01-01T12:00", count: 1)
        #expect(next == ["2080-10-04T00:00:00+00:00"])
    }

    @Test func `the ends of time are no trap`() throws {
        for settings in [#"{ "cron": "* * * * *" }"#, #"{ "every": "10s" }"#, #"{ "at": ["23:59:59"] }"#] {
            let schedule = try Self.schedule(settings)
            for time in [-Double.greatestFiniteMagnitude, .infinity, -.infinity, .nan, 1e300, 253_402_300_799] {
                _ = schedule.next(after: Date(timeIntervalSince1970: time), count: 2).map(schedule.isoText)
            }
            for time in [Int.min, Int.max, Schedule.bounds.lowerBound, Schedule.bounds.upperBound] {
                _ = schedule.next(after: time)
                _ = schedule.clockChanges(after: time)
            }
            #expect(schedule.next(after: Int.max) == nil)
            #expect(schedule.next(after: Int.min) != nil)
        }
    }

    @Test func `hundred thousand schedules are looked at in no time`() throws {
        let schedules = try [
            #"{ "cron": "30 2 * * *", "time_zone": "Europe/Berlin" }"#, #"{ "cron": "0 0 29 2 1" }"#,
            #"{ "cron": "0 0 0 1 1 ? 2099", "dialect": "quartz", "time_zone": "America/New_York" }"#,
            #"{ "every": "15m" }"#, #"{ "days_of_month": ["last_business_day"], "at": ["08:00"] }"#,
        ].map { try Self.schedule($0) }
        let time = ContinuousClock().measure {
            for number in 0..<20_000 {
                for schedule in schedules { _ = schedule.next(after: 1_767_000_000 + number * 1_000) }
            }
        }
        // A release build takes a tenth of a second; this bound only tells a search minute by minute.
        #expect(time < .seconds(90))
    }
}
