// galley run: results, exit codes, dry runs, mocks, --until and --lines.

import Foundation
import JSONCore
import Testing

struct RunTests {
    @Test func `a new workspace takes a new recipe from its sample to a job in the list`() async throws {
        let place = try CommandPlace(empty: ())
        try await place.galley("init").expect(0)
        try await place.galley("init").expect(65)  // it is one already
        let sample = #"{"first_name": "Ada", "amount": 10.50}"#
        try await place.galley("recipes", "new", "welcome", "--name", "Welcome", "--sample", sample).expect(0)
        try await place.galley("recipes", "new", "welcome", "--name", "Welcome", "--sample", sample).expect(65)
        try await place.galley("check").expect(0)
        let ran = try await place.galley("run", "welcome", "--input", "Recipes/welcome/samples/first.json").expect(0)
        #expect(try ran.json["message"]?.string == "Welcome: first_name Ada, amount 10.5")
        #expect(ran.messages.contains("job 1 succeeded") && ran.messages.contains("next: galley jobs show 1"))
        let list = try await place.galley("jobs", "list", "--json").expect(0)
        #expect(try list.lines.map { $0["recipe"]?.string } == ["welcome"])
        #expect(list.messages.isEmpty)
    }

    @Test(arguments: ["manual", "webhook", "schedule", "called"])
    func `a new recipe takes its own sample, whatever is in it`(trigger: String) async throws {
        let place = try CommandPlace(empty: ())
        try await place.galley("init").expect(0)
        let sample =
            #"{"a b": 1, "if": 2, "n": [1, {"z": null}], "l": [{"q": 1}, {"q": 2.5, "r": "x"}, {"q": null}], "{{": 3}"#
        try await place.galley(
            "recipes", "new", "odd", "--name", "Hi {{ x }}", "--trigger", trigger, "--sample", sample
        ).expect(0)
        try await place.galley("check").expect(0)
        let ran = try await place.galley("run", "odd", "--input", "Recipes/odd/samples/first.json").expect(0)
        #expect(try ran.json["message"]?.string?.hasPrefix("Hi {{ x }}: ") == true)
    }

    @Test(
        arguments: [
            (["run", "hello", "--nonsense"], 64), (["nonsense"], 64), (["jobs", "list", "--limit", "0"], 64),
            (["jobs", "list", "--state", "asleep"], 64), (["run", "hello", "--input", "{oops"], 65),
            (["run", "hello", "--input", "no-such-file.json"], 65), (["run", "broken"], 65), (["check", "broken"], 65),
            (["check", "--json", "broken"], 65), (["run", "hello", "--until", "nowhere"], 65),
            (["run", "missing"], 66),
            (["jobs", "show", "99"], 66), (["jobs", "why", "99"], 66), (["secrets", "remove", "NONE"], 66),
            (["formula", "show", "no_such_function"], 66), (["run", "failing"], 1), (["run", "patient"], 75),
            (["run", "hello", "--input", #"{"name": "nobody"}"#], 0), (["--version"], 0), (["doctor"], 0),
        ] as [([String], Int32)])
    func `exit codes tell what happened`(arguments: [String], code: Int32) async throws {
        let place = try await CommandPlace([
            "hello": TrialRecipes.hello, "failing": TrialRecipes.failing, "patient": TrialRecipes.patient,
            "broken": #"{"galley": 1, "steps": []}"#,
        ])
        try await place.galley("run", "hello", "--input", #"{"name": "Ada"}"#).expect(0)
        let ended = try await GalleyProcess(arguments, in: place).end().expect(code)
        #expect(code == 0 || !(ended.data + ended.messages).isEmpty)
        #expect(!ended.hasEscapes)
    }

    @Test(arguments: ["5", "true", "null", "-2.5", " {\"a\": 1}"])
    func `an input that is no object is JSON all the same`(input: String) async throws {
        let echo = #"{"galley": 1, "trigger": {"id": "x", "use": "manual"}, "steps": [{"return": {"x": "{{ x }}"}}]}"#
        let place = try await CommandPlace(["echo": echo])
        let ran = try await place.galley("run", "echo", "--input=\(input)").expect(0)
        #expect(try ran.json["x"] == JSON(parsing: Array(input.utf8)))
    }

    @Test func `a byte order mark before JSON is no part of it`() async throws {
        let place = try await CommandPlace(["hello": TrialRecipes.hello])
        try place.write("a.json", "\u{FEFF}{\"name\": \"Ada\"}")
        try place.write("a.jsonl", "\u{FEFF}{\"name\": \"Ada\"}\n{\"name\": \"Bo\"}\n")
        try await place.galley("run", "hello", "--input", "a.json").expect(0)
        let ran = try await place.galley("run", "hello", "--lines", "a.jsonl").expect(0)
        #expect(try ran.lines.allSatisfy { $0["state"]?.string == "succeeded" }, "\(ran)")
    }

    @Test func `an argument that is not UTF-8 is refused`() async throws {
        let place = try await CommandPlace(["hello": TrialRecipes.hello])
        let script = #"exec galley run hello --input "$(printf '{"name":"\377"}')""#
        let shell = URL(fileURLWithPath: "/bin/sh")
        let ended = try await GalleyProcess(["-c", script], in: place, program: shell).end().expect(64)
        #expect(ended.messages.contains("argument 4 is not UTF-8"), "\(ended)")
    }

    @Test func `a job of less than a millisecond is not said to have taken no time`() async throws {
        let place = try await CommandPlace([
            "quick": #"{"galley": 1, "trigger": {"id": "x", "use": "manual"}, "steps": [{"return": 1}]}"#
        ])
        try await place.galley("run", "quick").expect(0)
        let list = try await place.galley("jobs", "list").expect(0)
        #expect(list.data.contains(" ms") && !list.data.contains("0 µs"), "\(list)")
    }

    @Test func `--json prints one JSON object, and messages stay on the other stream`() async throws {
        let place = try await CommandPlace(["hello": TrialRecipes.hello, "failing": TrialRecipes.failing])
        let ran = try await place.galley("run", "hello", "--json", "--input", "-", input: #"{"name": "Ada"}"#)
        let answer = try ran.expect(0).json
        #expect(answer["state"]?.string == "succeeded" && answer["job"]?.integer == 1)
        #expect(answer["result"] == ["said": "Hello Ada", "size": 2])
        #expect(ran.messages.contains("✓ said") && !ran.data.contains("✓"))
        let failed = try await place.galley("run", "failing", "--json").expect(1)
        #expect(try failed.json["error"]?["message"]?.string == "the till is closed")
        #expect(failed.messages.contains("second: the till is closed"))
        let quiet = try await place.galley("run", "hello", "--quiet", "--input", #"{"name": "Bo"}"#)
        #expect(!quiet.messages.contains("✓"))
    }

    @Test func `an input that does not fit the recipe's schema is refused before there is a job`() async throws {
        let recipe = #"""
            {"galley": 1, "trigger": {"id": "order", "use": "manual", "input": {"schema": {"type": "object",
            "required": ["amount"], "properties": {"amount": {"type": "number"}}}}}, "steps": [{"return": "{{ order.amount }}"}]}
            """#
        let place = try await CommandPlace(["pay": recipe])
        for options in [[], ["--dry-run"]] {
            let refused = try await GalleyProcess(
                ["run", "pay", "--input", #"{"amount": "much"}"#] + options, in: place
            ).end().expect(65)
            #expect(refused.messages.contains("/amount must be a number, not \"much\""), "\(refused)")
        }
        try await place.galley("run", "pay").expect(65)
        let ran = try await place.galley("run", "pay", "--input", #"{"amount": 12, "note": "more is welcome"}"#)
        #expect(try ran.expect(0).json == 12)
        #expect(try await place.galley("jobs", "list", "--json").lines.count == 1)
    }

    @Test(arguments: [
        #""use": "webhook.received", "input": {"path": "orders", "schema": SCHEMA}"#,
        #""use": "api.request", "input": {"method": "POST", "path": "orders", "request": SCHEMA}"#,
    ])
    func `a body is held against the trigger's schema as where it comes in`(trigger: String) async throws {
        let schema = #"{"type": "object", "required": ["qty"], "properties": {"qty": {"type": "integer"}}}"#
        let recipe = """
            {"galley": 1, "trigger": {"id": "got", \(trigger.replacing("SCHEMA", with: schema))},
             "steps": [{"return": "{{ got.body.qty }}"}]}
            """
        let place = try await CommandPlace(["order": recipe])
        for (input, words) in [
            (#"{"body": {"qty": "2"}}"#, "the body does not fit: /qty must be a whole number, not \"2\""),
            (#"{"body": {}}"#, "the body does not fit: /qty is required but missing"),
            (#"{"qty": 2}"#, "the input stands for what comes in: {\"body\": …}"),
        ] {
            for options in [[], ["--dry-run"]] {
                let refused = try await GalleyProcess(["run", "order", "--input", input] + options, in: place).end()
                    .expect(65)
                #expect(refused.messages.contains(words), "\(refused)")
            }
        }
        #expect(try await place.galley("run", "order", "--input", #"{"body": {"qty": 2}}"#).expect(0).json == 2)
        let form =
            #"{"body": {"qty": "2"}, "headers": {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}}"#
        #expect(try await place.galley("run", "order", "--input", form).expect(0).json == "2")
    }

    @Test func `a dry run and a run with mocks leave no history`() async throws {
        let place = try await CommandPlace(["hello": TrialRecipes.hello, "failing": TrialRecipes.failing])
        let dry = try await place.galley("run", "hello", "--dry-run", "--input", #"{"name": "Ada"}"#).expect(0)
        #expect(dry.messages.contains(#""message": "Hello Ada""#) && dry.messages.contains("nothing was recorded"))
        try place.write("mocks.json", #"{"second": {"output": {"failures": 0}}}"#)
        let mocked = try await place.galley("run", "failing", "--mock", "mocks.json").expect(0)
        #expect(try mocked.json == "first")
        try place.write("bad.json", #"{"second": {"outputs": 1}}"#)
        try await place.galley("run", "failing", "--mock", "bad.json").expect(65)
        try place.write("misspelt.json", #"{"secnod": {"output": {}}}"#)
        let misspelt = try await place.galley("run", "failing", "--mock", "misspelt.json").expect(65)
        #expect(misspelt.messages.contains("has no step secnod; did you mean \"second\"?"))
        #expect(!FileManager.default.fileExists(atPath: place.folder.path + "/.galley/history.db"))
    }

    @Test func `--until stops after a step and prints every pill`() async throws {
        let place = try await CommandPlace(["hello": TrialRecipes.hello])
        let ran = try await place.galley("run", "hello", "--until", "said", "--input", #"{"name": "Ada"}"#).expect(0)
        let pills = try ran.json
        #expect(pills["person"]?["name"]?.string == "Ada" && pills["said"]?["message"]?.string == "Hello Ada")
        #expect(pills["read"] == nil)
    }

    @Test func `--lines makes one job a key, however often the file is sent`() async throws {
        let place = try await CommandPlace(["hello": TrialRecipes.hello])
        try place.write(
            "events.jsonl", "{\"name\": \"Ada\"}\n{\"name\": \"Bo\"}\n\n{\"name\": \"Ada\"}\n{\"name\": \"nobody\"}\n")
        let first = try await place.galley("run", "hello", "--lines", "events.jsonl").expect(0).lines
        #expect(first.count { $0["state"]?.string == "succeeded" } == 2)
        #expect(first.count { $0["duplicate_of"] != nil } == 1 && first.count { $0["skipped"] != nil } == 1)
        let second = try await place.galley("run", "hello", "--lines", "-", input: place.text("events.jsonl"))
        #expect(try second.expect(0).lines.count { $0["duplicate_of"] != nil } == 3)
        #expect(try await place.galley("jobs", "list", "--json").lines.count == 2)
        let bad = try await place.galley("run", "hello", "--lines", "-", input: "{oops\n{\"name\": \"Cy\"}\n{}\n")
        let answers = try bad.expect(1).lines
        #expect(answers.count { $0["error"] != nil } == 2 && answers.count { $0["state"] != nil } == 1)
    }
}
