// Cases as data: what is answered to what is no case.

import JSONCore
import Testing

@testable import RecipeLanguage

struct ScheduleCasesTests {
    @Test(arguments: [
        (
            #"{ "id": 1, "expr": "0 9 * * *", "start": "2026-01-01T00:00:00Z", "n": 1 }"#,
            #"["2026-01-01T09:00:00+00:00"]"#
        ),
        (
            #"{ "id": 2, "expr": "0 9 * * *", "tz": "Asia/Kathmandu", "start": "2026-01-01 10:00", "n": 1 }"#,
            #"["2026-01-02T09:00:00+05:45"]"#
        ),
        (
            #"{ "id": 3, "expr": "0 0 12 ? * 6L", "dialect": "quartz", "start": "2026-01-01T00:00:00.5+01:00", "n": 2 }"#,
            #"["2026-01-30T12:00:00+00:00","2026-02-27T12:00:00+00:00"]"#
        ),
        (#"{ "id": 4, "expr": "0 0 1 1 ? ", "start": "2026-01-01", "n": 0 }"#, "[]"),
        (
            #"{ "id": 5, "expr": "0 0 0 1 1 ? 2027", "dialect": "quartz", "start": "2026-01-01", "n": 9 }"#,
            #"["2027-01-01T00:00:00+00:00"]"#
        ),
    ])
    func `a case gets its times`(line: String, next: String) throws {
        let line = try JSON(parsing: line)
        let answer = ScheduleCases.answer(line)
        #expect(answer["id"] == line["id"])
        #expect(answer["next"]?.compact == next, "\(answer.compact)")
    }

    @Test(arguments: [
        ("5", "a case is an object"), ("{}", #"the case has no "expr""#),
        (#"{ "expr": 5 }"#, #"the case has no "expr""#), (#"{ "expr": "" }"#, #""cron" must not be empty"#),
        (#"{ "expr": "* * * * *", "tz": "Mars/Base", "start": "2026-01-01" }"#, #"there is no time zone "Mars/Base""#),
        (#"{ "expr": "* * * * *", "tz": 5 }"#, #""tz" must be a text"#),
        (#"{ "expr": "* * * * *" }"#, #""start" must be \#(ScheduleTime.form)"#),
        (#"{ "expr": "* * * * *", "start": "2026-02-30" }"#, #""start" must be \#(ScheduleTime.form)"#),
        (#"{ "expr": "* * * * *", "start": "2026-01-01", "n": -1 }"#, #""n" must be from 0 to 10000"#),
        (#"{ "expr": "* * * * *", "start": "2026-01-01", "n": "many" }"#, #""n" must be from 0 to 10000"#),
        (#"{ "expr": "* * * * *", "start": "2026-01-01", "n": 1e300 }"#, #""n" must be from 0 to 10000"#),
        (
            #"{ "expr": "* * * * *", "start": "2026-01-01", "dialect": "unix" }"#,
            #""dialect" must be one of "plain", "quartz", not "unix""#
        ),
        (#"{ "expr": "0 0 30 2 *", "start": "2026-01-01" }"#, "this schedule has no time after 2026-01-01"),
    ])
    func `what is no case gets a sentence`(line: String, message: String) throws {
        let answer = ScheduleCases.answer(try JSON(parsing: line))
        #expect(answer["error"]?.string == message)
        #expect(answer["next"] == nil)
    }
}
