// Schedules in words.

import Foundation
import Testing

@testable import RecipeLanguage

struct ScheduleWordsTests {
    /// Cron expressions in New York.
    @Test(arguments: [
        ("30 9 * * 1-5", "At 09:30 on weekdays, New York time"), ("0 0 * * *", "At 00:00 every day, New York time"),
        ("0 9,12,15 * * mon,fri", "At 09:00, 12:00 and 15:00 on Mondays and Fridays, New York time"),
        ("*/15 * * * *", "Every 15 minutes"), ("* * * * *", "Every minute"), ("0 * * * *", "Every hour"),
        ("30 * * * *", "Every hour at minute 30"), ("*/30 * * * *", "Every 30 minutes"),
        ("*/7 * * * *", "Every 7 minutes of each hour"), ("5/15 * * * *", "Every 15 minutes from minute 5"),
        ("1,2,17 * * * *", "At minutes 1, 2 and 17 of every hour"),
        ("*/10 * * * * *", "Every 10 seconds"), ("* * * * * *", "Every second"),
        ("0 */6 * * *", "At 00:00, 06:00, 12:00 and 18:00 every day, New York time"),
        ("0 */2 * * *", "Every 2 hours, New York time"), ("15 */2 * * *", "Every 2 hours from 00:15, New York time"),
        ("23 0-20/2 * * *", "Every 2 hours from 00:23 to 20:23, New York time"),
        ("0 9-17 * * 1-5", "Every hour from 09:00 to 17:00 on weekdays, New York time"),
        ("*/15 9-17 * * 1-5", "Every 15 minutes from 09:00 to 17:45 on weekdays, New York time"),
        ("*/5 14,18 * * *", "Every 5 minutes from 14:00 to 14:55 and from 18:00 to 18:55, New York time"),
        ("*/10 22-2 * * *", "Every 10 minutes from 22:00 to 02:50, New York time"),
        ("*/20 2 * * *", "At 02:00, 02:20 and 02:40 every day, New York time"),
        ("*/30 59 1 * * *", "At 01:59 and 01:59:30 every day, New York time"),
        ("0 0 1,15 * *", "At 00:00 on the 1st and the 15th of the month, New York time"),
        ("0 0 1-7 * MON", "At 00:00 on the 1st to the 7th of the month and on Mondays, New York time"),
        ("30 17 L * *", "At 17:30 on the last day of the month, New York time"),
        ("0 8 LW * *", "At 08:00 on the last weekday of the month, New York time"),
        ("0 8 15W * *", "At 08:00 on the weekday nearest the 15th of the month, New York time"),
        ("0 9 * * FRI#2", "At 09:00 on the second Friday of the month, New York time"),
        ("0 9 * * 5L", "At 09:00 on the last Friday of the month, New York time"),
        ("0 9 * * 1#1,3#2", "At 09:00 on the first Monday and the second Wednesday of the month, New York time"),
        ("0 0 29 2 *", "At 00:00 on the 29th of February, New York time"),
        ("0 0 1 */3 *", "At 00:00 on the 1st of January, April, July and October, New York time"),
        ("0 0 * 1-3 *", "At 00:00 every day in January to March, New York time"),
        ("0 0 * 6 0,6", "At 00:00 on weekends in June, New York time"),
        (
            "0 0 */10 * MON",
            "At 00:00 on the 1st, the 11th, the 21st and the 31st of the month when that is a Monday, New York time"
        ),
    ])
    func `cron in words`(text: String, words: String) throws {
        let place = try #require(ScheduleZone("America/New_York"))
        #expect(Schedule(.cron(try CronExpression(parsing: text)), in: place).words == words)
    }

    @Test(arguments: [
        ("0 15 10 ? * 6L 2024-2026", "At 10:15 on the last Friday of the month in 2024 to 2026, UTC"),
        ("0 0 0 L-3 * ? 2027", "At 00:00 on the day 3 days before the last of the month in 2027, UTC"),
        ("0/10 * * * * ?", "Every 10 seconds"),
    ])
    func `Quartz's cron in words`(text: String, words: String) throws {
        let place = try #require(ScheduleZone("UTC"))
        #expect(Schedule(.cron(try CronExpression(parsing: text, dialect: .quartz)), in: place).words == words)
    }

    @Test(arguments: [
        (#"{ "every": "15m" }"#, "Every 15 minutes"), (#"{ "every": "1h" }"#, "Every hour"),
        (#"{ "every": "90m" }"#, "Every 1 hour and 30 minutes"), (#"{ "every": "1d" }"#, "Every 24 hours"),
        (#"{ "every": "1w" }"#, "Every 7 days"),
        (#"{ "every": "1s", "jitter": "500ms" }"#, "Every second, up to 500 ms later"),
        (
            #"{ "every": "2h", "anchor": "2026-01-05T09:00" }"#,
            "Every 2 hours counted from 09:00 on 5 January 2026, Berlin time"
        ),
        (#"{ "every": "2h", "start": "2026-01-05" }"#, "Every 2 hours from 5 January 2026, Berlin time"),
        (
            #"{ "days_of_month": ["last_business_day"], "at": ["08:00"] }"#,
            "At 08:00 on the last business day of the month, Berlin time"
        ),
        (
            #"{ "at": ["08:00"], "end": "2026-12-31", "start": "2026-01-05T10:30", "except": ["2026-12-25"], "jitter": "30s" }"#,
            "At 08:00 every day, Berlin time, from 10:30 on 5 January 2026, until 31 December 2026, except on 25 December 2026, up to 30 seconds later"
        ),
        (
            #"{ "at": ["08:00"], "except": ["2026-12-24", "2026-12-25", "2026-12-26", "2026-12-31"] }"#,
            "At 08:00 every day, Berlin time, except on 4 dates"
        ),
        (#"{ "at": ["08:00", "08:00:30"], "time_zone": "UTC" }"#, "At 08:00 and 08:00:30 every day, UTC"),
    ])
    func `settings in words`(settings: String, words: String) throws {
        #expect(try ScheduleTests.schedule(settings, timeZone: "Europe/Berlin").words == words)
    }

    @Test(arguments: [
        (
            #"{ "cron": "30 2 * * *", "time_zone": "America/New_York", "dst": "skip" }"#,
            ["skips 02:30 on 8 March 2026"]
        ),
        (
            #"{ "cron": "30 2 * * *", "time_zone": "America/New_York" }"#,
            ["runs at 03:00 instead of 02:30 on 8 March 2026"]
        ),
        (
            #"{ "cron": "30 1 * * *", "time_zone": "America/New_York" }"#,
            ["runs only the first time at 01:30 on 1 November 2026, which comes twice"]
        ),
        (
            #"{ "cron": "30 1 * * *", "time_zone": "America/New_York", "dst": "run_both" }"#,
            ["runs twice at 01:30 on 1 November 2026"]
        ),
        (
            #"{ "cron": "0 30 1 * * ?", "dialect": "quartz", "time_zone": "America/New_York" }"#,
            ["runs only the second time at 01:30 on 1 November 2026, which comes twice"]
        ),
        (
            #"{ "cron": "*/10 2 * * *", "time_zone": "America/New_York" }"#,
            ["runs at 03:00 instead of 02:00, 02:10 and 02:20 and more on 8 March 2026"]
        ),
        (#"{ "cron": "*/15 * * * *", "time_zone": "America/New_York" }"#, []),
        (#"{ "every": "1h", "time_zone": "America/New_York" }"#, []), (#"{ "cron": "30 2 * * *" }"#, []),
        (#"{ "cron": "30 2 * * *", "time_zone": "America/New_York", "end": "2026-02-01" }"#, []),
        (#"{ "cron": "30 2 * * *", "time_zone": "America/New_York", "except": ["2026-03-08"] }"#, []),
    ])
    func `changes of the clocks in words`(settings: String, words: [String]) throws {
        let schedule = try ScheduleTests.schedule(settings)
        let start = try #require(schedule.time("2026-01-01"))
        #expect(schedule.clockChangeWords(after: start) == words)
    }
}
