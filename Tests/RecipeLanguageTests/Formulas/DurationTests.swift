// Durations that are divided, empty or of no length, days beside a zone's midnight, and names of objects: as ActiveSupport 6.1.

import JSONCore
import Testing

@testable import RecipeLanguage

struct DurationTests {
    @Test(arguments: [
        ("(1.day / 2).to_i", "43200"), ("(1.day / 2).inspect", #""43200 seconds""#), ("1.day / 2 == 12.hours", "true"),
        ("(1.day / 2).iso8601", #""PT0S""#), ("(25.hours / 2).to_i", "45000"), ("(25.hours / 2).iso8601", #""PT12H""#),
        ("((25.hours / 2) * 2).to_i", "90000"), ("(-(1.day / 2)).inspect", #""-43200 seconds""#),
        ("((1.day / 2) + 1.hour).to_i", "46800"), ("(3.weeks / 2).in_days", "10.5"),
        ("(13.months / -42).in_seconds", "-813969"),
        ("('2024-01-01'.to_date + 1.day / 2).to_s", #""2024-01-01 12:00:00 UTC""#),
        ("('2024-01-01 10:00 UTC'.to_time + 1.day / 2).hour", "22"),
        ("(30.minutes - 30.minutes).inspect", #""0 minutes""#),
        ("0.hours.from_now('2024-01-01'.to_date).to_s", #""2024-01-01 00:00:00 UTC""#),
        ("0.days.from_now('2024-01-01'.to_date).to_s", #""2024-01-01""#), ("0.hours.iso8601", #""PT0S""#),
        ("1234.567.hours.in_minutes", "74074.01666666666"),
        ("{1=>'x',nil=>2}.stringify_keys.keys", #"["1", ""]"#),
        ("{a: [{1=>{2=>3}}]}.deep_stringify_keys", #"{"a":[{"1":{"2":3}}]}"#),
        ("[1,[2,[nil,true]],'a'].to_param", #""1/2//true/a""#),
        ("[['2024-02-29'.to_date, {a: 1}]].to_param", #""2024-02-29/a=1""#),
    ])
    func `a formula gives what it gives in Ruby`(formula: String, answer: String) throws {
        let found = FormulaCases.answer(["expr": .string(formula), "tz": "UTC"])
        let expected = try JSON(parsing: Array(answer.utf8))
        #expect(
            ReferenceCaseTests.isRight(found, ["ok": true, "value": expected, "type": found["type"] ?? nil]), "\(found)"
        )
    }

    @Test(arguments: [
        ("'2024-03-10 02:30'.in_time_zone('America/New_York').tomorrow?", "true"), ("now.utc.next_day?", "true"),
        ("now.tomorrow?", "false"), ("now.utc.today?", "false"), ("now.today?", "true"),
        ("now.utc.yesterday?", "false"),
    ])
    func `a time is of the day that its own zone shows`(formula: String, answer: String) throws {
        let found = FormulaCases.answer([
            "expr": .string(formula), "tz": "America/Los_Angeles", "now": "2024-03-10T07:00:00Z",
        ])
        #expect(found["value"] == (try JSON(parsing: Array(answer.utf8))), "\(found)")
    }

    @Test func `a divided duration is the same after it was kept in the history`() throws {
        for text in ["1.day / 2", "25.hours / 2", "1.month + 3.days", "0.hours", "-(3.weeks / 2)"] {
            let value = try FormulaFixture.evaluate(text)
            let back = Value(recorded: try value.recorded())
            let (first, again) = (try value.recorded(), try back.recorded())
            #expect(back.text == value.text && first == again, "\(text)")
        }
    }
}
