// What changed between two versions of a recipe, told in steps.

import JSONCore
import Testing

@testable import Engine

struct RecipeChangeTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let one: String
        let other: String
        let sentences: [String]
        var testDescription: String { name }
    }

    private static let notify = #"{"id": "notify", "use": "chat.post", "input": {"text": "a"}}"#
    private static let audit = #"{"id": "audit", "use": "log.write", "input": {}}"#

    private static let cases = [
        Case(name: "nothing", one: notify, other: notify, sentences: []),
        Case(
            name: "a field", one: notify, other: notify.replacing(#""a""#, with: #""b""#),
            sentences: [#"step `notify`: input.text changed from "a" to "b""#]),
        Case(
            name: "a field that comes and one that goes", one: #"{"id": "x", "use": "a.b", "input": {"one": 1}}"#,
            other: #"{"id": "x", "use": "a.b", "input": {"two": [1, null]}}"#,
            sentences: ["step `x`: input.one removed, it was 1", "step `x`: input.two added: [1,null]"]),
        Case(
            name: "a step after another", one: notify, other: "\(notify), \(audit)",
            sentences: ["step `audit` added after `notify`"]),
        Case(
            name: "a step at the start", one: notify, other: "\(audit), \(notify)",
            sentences: ["step `audit` added at the start"]),
        Case(
            name: "a step that went", one: "\(notify), \(audit)", other: notify,
            sentences: ["step `audit` removed, it was after `notify`"]),
        Case(
            name: "two steps change places", one: "\(notify), \(audit)", other: "\(audit), \(notify)",
            sentences: ["step `notify` moved, now after `audit`"]),
        Case(
            name: "a step that goes into a branch", one: "\(notify), {\"id\": \"big\", \"if\": \"x\", \"then\": []}",
            other: "{\"id\": \"big\", \"if\": \"x\", \"then\": [\(notify)]}",
            sentences: ["step `notify` moved, now at the start of `then` of `big`"]),
        Case(
            name: "a block with what is in it", one: notify,
            other: "\(notify), {\"for_each\": \"rows\", \"as\": \"row\", \"steps\": [\(audit), {\"wait\": \"1s\"}]}",
            sentences: ["step `for_each-1` added after `notify`, with the 2 steps inside it"]),
        Case(
            name: "a step without an id", one: #"{"wait": "1s"}"#, other: #"{"wait": "5m"}"#,
            sentences: [#"step `wait-0`: wait changed from "1s" to "5m""#]),
        Case(
            name: "steps without ids around a new one", one: #"{"set": {"a": 1}}, {"set": {"b": 2}}"#,
            other: #"{"set": {"a": 1}}, {"set": {"c": 3}}, {"set": {"b": 2}}"#,
            sentences: ["step `set-1` added after `set-0`"]),
        Case(
            name: "a step that was renamed", one: notify, other: notify.replacing("notify", with: "tell"),
            sentences: [#"step `notify`: id changed from "notify" to "tell""#]),
        Case(
            name: "a condition and an else_if", one: #"{"id": "c", "if": "a", "then": [{"wait": "1s"}]}"#,
            other: #"{"id": "c", "if": "b", "then": [{"wait": "1s"}], "else_if": [{"if": "d", "then": []}]}"#,
            sentences: [#"step `c`: if changed from "a" to "b""#, #"step `c`: else_if added: ["d"]"#]),
        Case(
            name: "an empty catch", one: #"{"id": "t", "try": [{"wait": "1s"}]}"#,
            other: #"{"id": "t", "try": [{"wait": "1s"}], "catch": []}"#,
            sentences: ["step `t`: catch added: []"]),
    ]

    private static func recipe(_ steps: String) throws -> JSON {
        try JSON(parsing: Array(#"{"galley": 1, "trigger": {"use": "manual"}, "steps": [\#(steps)]}"#.utf8))
    }

    @Test(arguments: cases)
    func `a change is told in steps`(_ example: Case) throws {
        let changes = RecipeChange.between(try Self.recipe(example.one), try Self.recipe(example.other))
        #expect(changes.flatMap(\.sentences) == example.sentences)
        #expect(changes.flatMap(\.json).compactMap { $0["words"]?.string } == example.sentences)
    }

    @Test func `the trigger and the settings are told too, and what is no recipe is no crash`() throws {
        let one = try JSON(parsing: Array(#"{"name": "A", "trigger": {"use": "manual"}, "steps": []}"#.utf8))
        let other = try JSON(
            parsing: Array(#"{"name": "B", "trigger": {"use": "schedule", "input": {"every": "1h"}}}"#.utf8))
        #expect(
            RecipeChange.between(one, other).flatMap(\.sentences) == [
                #"name changed from "A" to "B""#, #"trigger.use changed from "manual" to "schedule""#,
                #"trigger.input added: {"every":"1h"}"#,
            ])
        for odd: JSON in [nil, 7, [], ["steps": 1], ["steps": [1, nil, [:]]], ["steps": [["if": 1, "then": 2]]]] {
            _ = RecipeChange.between(odd, one)
            _ = RecipeChange.between(one, odd)
        }
    }

    @Test func `a nest deeper than any recipe is compared without end of the stack`() throws {
        var nest: JSON = ["wait": "1s"]
        for _ in 0..<5_000 { nest = ["if": "x", "then": [nest]] }
        #expect(RecipeChange.between(["steps": [nest]], ["steps": []]).count == 1)
    }
}
