// galley schedules: the next times of recipes, of cron expressions, and of lines of cases.

import Foundation
import JSONCore
import Testing

struct SchedulesTests {
    private static func recipe(_ settings: String) -> String {
        #"{ "galley": 1, "name": "Timed", "trigger": { "use": "schedule", "input": \#(settings) }, "steps": [ { "return": {} } ] }"#
    }

    @Test func `next shows the schedule in words and a table of times`() async throws {
        let place = try await CommandPlace([
            "report": Self.recipe(
                #"{ "cron": "30 2 * * *", "time_zone": "America/New_York", "dst": "skip", "jitter": "30s" }"#)
        ])
        let shown = try await place.galley("schedules", "next", "report", "--from", "2026-03-07T12:00", "--count", "2")
        shown.expect(0)
        let lines = shown.data.split(separator: "\n").map(String.init)
        try #require(lines.count == 5, "\(shown)")
        #expect(
            lines[0].hasPrefix("At 02:30 every day, New York time, up to 30 seconds later; skips 02:30 on 8 March 2026")
        )
        #expect(lines[1].hasPrefix("jitter: this recipe always starts "))
        #expect(lines[2].hasPrefix("TIME") && lines[2].contains("UTC") && lines[2].hasSuffix("IN"))
        #expect(lines[3].hasPrefix("Mon 2026-03-09 02:30:00 -04:00  2026-03-09 06:30:00Z  1 d 13 h"))
        #expect(lines[4].hasPrefix("Tue 2026-03-10 02:30:00 -04:00"))
        #expect(shown.messages.isEmpty && !shown.hasEscapes)
    }

    @Test func `next takes a cron expression, outside of a workspace too`() async throws {
        let place = try CommandPlace(empty: ())
        let json = try await place.galley(
            "schedules", "next", "--cron", "0 0 12 ? * FRI#2", "--dialect", "quartz", "--tz", "Asia/Kathmandu",
            "--from",
            "2026-01-01T00:00:00Z", "--count", "1", "--json"
        ).expect(0).json
        #expect(json["words"]?.string == "At 12:00 on the second Friday of the month, Kathmandu time")
        #expect(json["time_zone"]?.string == "Asia/Kathmandu")
        #expect(json["clock_changes"] == [])
        #expect(
            json["next"] == [
                ["at": "2026-01-09T12:00:00+05:45", "utc": "2026-01-09T06:15:00Z", "in_seconds": 713_700]
            ])
        let soon = try await place.galley("schedules", "next", "--cron", "* * * * * *", "--count", "3").expect(0)
        #expect(soon.data.split(separator: "\n").count == 5)
        let never = try await place.galley("schedules", "next", "--cron", "0 0 30 2 *").expect(0)
        #expect(never.messages.contains("no time after"))
    }

    @Test func `what is wrong is said, with a hint`() async throws {
        let place = try await CommandPlace(["hello": TrialRecipes.hello])
        func refused(_ code: Int32, _ words: String, _ arguments: String...) async throws {
            let ended = try await GalleyProcess(["schedules", "next"] + arguments, in: place).end().expect(code)
            #expect(ended.messages.contains(words), "\(ended)")
            #expect(ended.data.isEmpty)
        }
        try await refused(65, "the minute is from 0 to 59, not 60", "--cron", "60 * * * *")
        try await refused(65, #"hint: did you mean "Europe/Berlin"?"#, "--cron", "@daily", "--tz", "Europe/Berln")
        try await refused(65, "--from must be a date or time", "--cron", "@daily", "--from", "tomorrow")
        try await refused(65, "hello starts by manual, not by a schedule", "hello")
        try await refused(66, "nobody", "nobody")
        try await refused(64, "give a recipe, or --cron EXPR, or --cases FILE")
        try await refused(64, "give a recipe, or --cron EXPR, or --cases FILE", "hello", "--cron", "@daily")
        try await refused(64, "--count must be from 1 to 10000, not 0", "--cron", "@daily", "--count", "0")
        try await refused(64, "belong to --cron", "hello", "--tz", "UTC")
        try await refused(65, "--cases: there is no file nowhere.jsonl", "--cases", "nowhere.jsonl")
    }

    @Test func `cases are answered line by line, whatever the lines are`() async throws {
        let place = try CommandPlace(empty: ())
        let lines = [
            #"{"id": "a", "expr": "0 9 * * *", "tz": "UTC", "start": "2026-01-01T00:00:00Z", "n": 1}"#, "",
            "no JSON", #"{"id": "b", "expr": "61 * * * *", "start": "2026-01-01"}"#, "[]", "\u{0}",
            #"{"id": "c", "expr": ""# + String(repeating: "*", count: 1 << 20) + #""}"#, #"{"id": "d"}"#,
        ]
        let answers = try await place.galley("schedules", "next", "--cases", "-", input: lines.joined(separator: "\n"))
            .expect(0).lines
        #expect(answers.count == 7)
        #expect(answers.map { $0["id"] ?? .null } == ["a", nil, "b", nil, nil, "c", "d"])
        #expect(answers.first?["next"] == ["2026-01-01T09:00:00+00:00"])
        #expect(answers.dropFirst().allSatisfy { $0["error"]?.string?.isEmpty == false && $0["next"] == nil })
    }

    @Test func `list shows the recipes with schedules`() async throws {
        let place = try await CommandPlace([
            "hello": TrialRecipes.hello, "quarter": Self.recipe(#"{ "every": "15m" }"#),
            "over": Self.recipe(#"{ "at": ["09:00"], "end": "2020-01-01" }"#),
            "broken": Self.recipe(#"{ "cron": "nonsense" }"#),
        ])
        let table = try await place.galley("schedules").expect(0)
        #expect(table.data.contains("Every 15 minutes") && table.data.contains("1 mistakes: galley check broken"))
        #expect(!table.data.contains("hello"))
        let list = try await place.galley("schedules", "list", "--json").expect(0).json
        #expect(list.array?.map { $0["recipe"] ?? .null } == ["broken", "over", "quarter"])
        #expect(list.array?.first?["errors"] == 1)
        #expect(list.array?[1]["next"] == .null)
        #expect(list.array?[1]["words"] == "At 09:00 every day, UTC, until 1 January 2020")
        #expect(list.array?.last?["next"]?.string?.hasSuffix("+00:00") == true)
        let none = try await CommandPlace(["hello": TrialRecipes.hello]).galley("schedules").expect(0)
        #expect(none.messages.contains("no recipe here starts by a schedule"))
    }
}
