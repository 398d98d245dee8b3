// Which cron expressions are understood and what is said of the others.

import Testing

@testable import RecipeLanguage

struct CronExpressionTests {
    @Test func `fields are sets of numbers`() throws {
        let cron = try CronExpression(parsing: "*/20 8-10,17 1,15 jan-mar fri-sun").pattern
        let times = TimesOfDay.fields(
            hours: 1 << 8 | 1 << 9 | 1 << 10 | 1 << 17, minutes: 1 | 1 << 20 | 1 << 40, seconds: 1)
        #expect(cron.times == times)
        #expect(cron.days.days == 1 << 1 | 1 << 15)
        #expect(cron.months == 1 << 1 | 1 << 2 | 1 << 3)
        #expect(cron.days.weekdays == 1 << 0 | 1 << 5 | 1 << 6)
        #expect(cron.days.eitherFits)
    }

    @Test func `six fields have seconds in front`() throws {
        let cron = try CronExpression(parsing: "30/15 0 12 * * 7")
        #expect(cron.pattern.times == .fields(hours: 1 << 12, minutes: 1, seconds: 1 << 30 | 1 << 45))
        #expect(cron.pattern.days.weekdays == 1)
        #expect(!cron.pattern.days.eitherFits)
        #expect(cron.hasSeconds)
    }

    /// Two ways to write the same.
    @Test(arguments: [
        ("0 0 * * *", "@daily"), ("0 0 * * *", "@Midnight"), ("0 * * * *", "@hourly"), ("0 0 * * 0", "@WEEKLY"),
        ("5 4 * * *", "  5\t4 * * *\n"), ("0 0 * * 0", "00 000 * * SUN"), ("0 0 * * 0", "0 0 ? * 7"),
        ("0 0 * * 0,5,6", "0 0 * * fri-sun"), ("0 0 * * 0,1,5,6", "0 0 * * 5-1"),
        ("0 0 * 1,2,11,12 *", "0 0 * nov-feb *"),
        ("0 22,23,0,1,2 * * *", "0 22-2 * * *"), ("0 22,0,2 * * *", "0 22-2/2 * * *"), ("0,50 * * * *", "*/50 * * * *"),
        ("0 * * * *", "*/99999999999999999999 * * * *"), ("50-59 * * * *", "50/1 * * * *"),
        ("0 0 * * 1,3,5", "0 0 * * 1/2"), ("0 0 * * 0", "0 0 * * 7-7/7"), ("0 0 * * fri#2", "0 0 * * 5#2"),
        ("0 0 L,15 * *", "0 0 15,l * *"), ("0 0 * * 5L", "0 0 * * FriL"),
    ])
    func `these are the same`(one: String, other: String) throws {
        #expect(try Self.times(one) == Self.times(other))
    }

    private static func times(_ text: String) throws -> [Int] {
        let cron = try CronExpression(parsing: text)
        let place = try #require(ScheduleZone("UTC"))
        let schedule = Schedule(.cron(cron), in: place)
        var (times, last) = ([Int](), 1_700_000_000)
        while times.count < 60, let next = schedule.next(after: last) {
            times.append(next)
            last = next
        }
        return times
    }

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
        ("*/0 * * * *", "\"/\" in the minute field needs a step from 1, not \"0\""),
        ("1,,2 * * * *", "the minute field \"1,,2\" has an empty part between commas"),
        ("* * * * MON,", "the day of the week field \"MON,\" has an empty part between commas"),
        ("* * L-3 * *", "\"L-3\" in the day of the month is Quartz's"),
        ("* * 32W * *", "the day of the month is from 1 to 31, not 32"),
        ("* * WL * *", "\"WL\" is no day of the month"), ("* ? * * *", "\"?\" is no hour"),
        ("* * * * L", "\"L\" in the day of the week needs a day in front of it"),
        ("* * * * 5#6", "\"#\" needs a number from 1 to 5 behind it, not \"6\""),
        ("* * * * #2", "\"\" is no day of the week"), ("@dayly", "no schedule is called \"@dayly\""),
        ("@reboot", "no schedule is called \"@reboot\""), ("+5 * * * *", "\"+5\" is no minute"),
        ("99999999999 * * * *", "the minute is from 0 to 59, not 99999999999"), ("** * * * *", "\"**\" is no minute"),
        ("1/2/3 * * * *", "\"/\" in the minute field needs a step from 1, not \"2/3\""),
        ("*-5 * * * *", "\"*\" is no minute"), ("٣ * * * *", "\"٣\" is no minute"),
    ])
    func `what is wrong is said`(text: String, message: String) {
        #expect { try CronExpression(parsing: text) } throws: { ($0 as? CronError)?.message == message }
    }

    @Test(arguments: [
        ("0 0 12 * * *", "in Quartz's dialect exactly one of the two day fields is \"?\""),
        ("0 0 12 ? * ?", "in Quartz's dialect exactly one of the two day fields is \"?\""),
        (
            "0 12 * * ?",
            "Quartz's dialect has six fields (second, minute, hour, day, month, weekday), or seven with a year behind, not 5"
        ),
        ("0 0 0 ? * 0", "the day of the week is from 1 to 7, not 0"),
        ("60 0 0 1 * ?", "the second is from 0 to 59, not 60"),
        ("0 */60 0 1 * ?", "a step in the minute field is at most 59, not 60"),
        ("0 0 0 L,15 * ?", "\"L\" and \"W\" stand alone in Quartz's day of the month, not in a list"),
        ("0 0 0 ? * MON,FRI#2", "\"#\" stands alone in Quartz's day of the week, not in a list"),
        ("0 0 0 ? * 1,FRIL", "\"L\" stands alone in Quartz's day of the week, not in a list"),
        ("0 0 0 L-31 * ?", "the distance from the last day is at most 30, not 31"),
        ("0 0 0 1 1 ? 1969", "the year is from 1970 to 2099, not 1969"),
        ("0 0 0 1 1 ? 2030-2020", "\"2030-2020\" in the year field runs backwards"),
    ])
    func `what is wrong in Quartz's dialect is said`(text: String, message: String) {
        #expect { try CronExpression(parsing: text, dialect: .quartz) } throws: {
            ($0 as? CronError)?.message == message
        }
    }

    @Test(arguments: [
        ("* * * * tuu", "did you mean \"tue\"?"), ("@wekly", "did you mean \"@weekly\"?"),
        ("@every 5m", "for an interval write \"every\": \"15m\" in place of \"cron\""),
        ("0 0 12 * * ? 2027", "for Quartz's year field say \"dialect\": \"quartz\""),
        ("@reboot", "a schedule knows times only: write when it shall start"), ("0 0 * * L", "5L is the last Friday"),
    ])
    func `what was meant is suggested`(text: String, suggestion: String) {
        #expect { try CronExpression(parsing: text) } throws: { ($0 as? CronError)?.suggestion == suggestion }
    }

    @Test(
        arguments: [
            String(repeating: "*", count: 1 << 20), String(repeating: "1,", count: 1 << 19) + "1 * * * *",
            String(repeating: "* ", count: 1 << 19), String(repeating: "9", count: 990) + " * * * *",
            "* * * * " + String(repeating: "1#", count: 400), "\u{0} * * * *", "@" + String(repeating: "a", count: 900),
        ].map(LongText.init))
    func `hostile texts are refused`(long: LongText) {
        let text = long.text
        for dialect in CronDialect.allCases {
            #expect { try CronExpression(parsing: text, dialect: dialect) } throws: { error in
                (error as? CronError).map { $0.message.utf8.count < 300 } ?? false
            }
        }
    }
}
