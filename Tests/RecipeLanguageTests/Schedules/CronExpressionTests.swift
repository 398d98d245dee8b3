// Which cron expressions are understood and what is said of the others.

import Testing

@testable import RecipeLanguage

struct CronExpressionTests {
    @Test func `fields are sets of numbers`() throws {
        let cron = try CronExpression(parsing: "*/20 8-10,17 1,15 jan-mar fri-sun")
        #expect(cron.seconds == 1)
        #expect(cron.minutes == 1 | 1 << 20 | 1 << 40)
        #expect(cron.hours == 1 << 8 | 1 << 9 | 1 << 10 | 1 << 17)
        #expect(cron.daysOfMonth == 1 << 1 | 1 << 15)
        #expect(cron.months == 1 << 1 | 1 << 2 | 1 << 3)
        #expect(cron.weekdays == 1 << 0 | 1 << 5 | 1 << 6)
        #expect(cron.eitherDayFits)
    }

    @Test func `six fields have seconds in front`() throws {
        let cron = try CronExpression(parsing: "30/15 0 12 * * 7")
        #expect(cron.seconds == 1 << 30 | 1 << 45)
        #expect(cron.hours == 1 << 12)
        #expect(cron.weekdays == 1)
        #expect(!cron.eitherDayFits)
    }

    @Test(arguments: ["@daily", "@Hourly", "0 0 29 2 *", "0 0 30 2 mon", "  5 4 * * *\t", "0 0 * * SUN"])
    func `these are understood`(text: String) throws { _ = try CronExpression(parsing: text) }

    @Test(arguments: [
        (
            "* * * *",
            "a cron expression has five fields (minute, hour, day, month, weekday), or six with seconds in front, not 4"
        ),
        (
            "",
            "a cron expression has five fields (minute, hour, day, month, weekday), or six with seconds in front, not 0"
        ),
        ("60 * * * *", "the minute is from 0 to 59, not 60"), ("* 24 * * *", "the hour is from 0 to 23, not 24"),
        ("* * 0 * *", "the day of the month is from 1 to 31, not 0"),
        ("* * * 13 *", "the month is from 1 to 12, not 13"),
        ("* * * * 8", "the day of the week is from 0 to 7, not 8"), ("* * * fob *", "\"fob\" is no month"),
        ("5-1 * * * *", "\"5-1\" in the minute field runs backwards"),
        ("*/0 * * * *", "\"/\" in the minute field needs a step from 1, not \"0\""),
        ("1,,2 * * * *", "the minute field \"1,,2\" has an empty part between commas"),
        ("* * L * *", "\"L\" in \"L\" is not supported: use numbers, names, ranges, lists and steps"),
        ("* * ? * *", "\"?\" in \"?\" is not supported: use numbers, names, ranges, lists and steps"),
        ("* * 15W * *", "\"W\" in \"15W\" is not supported: use numbers, names, ranges, lists and steps"),
        ("* * * * 5#2", "\"#\" in \"5#2\" is not supported: use numbers, names, ranges, lists and steps"),
        ("@dayly", "no schedule is called \"@dayly\""), ("+5 * * * *", "\"+5\" is no minute"),
        ("99999999999 * * * *", "\"99999999999\" is no minute"),
    ])
    func `what is wrong is said`(text: String, message: String) {
        #expect { try CronExpression(parsing: text) } throws: { ($0 as? CronError)?.message == message }
    }

    @Test(arguments: [("0 0 30 2 *", false), ("0 0 31 4,6 *", false), ("0 0 29 2 *", true), ("0 0 30 2 mon", true)])
    func `dates that never come are known`(text: String, canFire: Bool) throws {
        #expect(try CronExpression(parsing: text).canFire == canFire)
    }

    @Test func `a misspelled name gets a suggestion`() {
        #expect { try CronExpression(parsing: "* * * * tuu") } throws: {
            ($0 as? CronError)?.suggestion == "did you mean \"tue\"?"
        }
    }
}
