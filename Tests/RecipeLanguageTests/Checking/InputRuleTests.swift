// Rules of an action's input that a schema can't say: what checking finds, and what it leaves to the run.

import JSONCore
import Testing

@testable import RecipeLanguage

struct InputRuleTests {
    private static let catalog: Catalog = {
        var catalog = Catalog()
        catalog.connectors["people"] = ConnectorSpec(
            name: "people", title: "People",
            actions: [
                OperationSpec(
                    name: "ask", title: "Ask", effect: .keyed,
                    rules: [
                        .duration(["more", "after"]), .durationOrTime(["until"]), .atMost(["n"], elementsOf: ["who"]),
                        .needs(["then"], ["until"]), .shorter(["more", "after"], than: ["until"]),
                    ])
            ])
        return catalog
    }()

    @Test(arguments: [
        ("{}", []), (#"{"until": "2d", "then": "x", "more": {"after": "1h"}, "who": ["a", "b"], "n": 2}"#, []),
        (#"{"until": "2026-03-02T09:00:00+01:00"}"#, []), (#"{"until": "2026-03-02"}"#, []),
        (#"{"until": "{{ got.t }}", "more": {"after": "{{ got.h }}"}, "n": "{{ got.n }}", "who": "{{ got.w }}"}"#, []),
        (#"{"who": [], "n": 9}"#, []), (#"{"n": 9}"#, []),
        (#"{"until": "2 dyas"}"#, ["bad_time /steps/0/input/until"]),
        (#"{"until": "0s"}"#, ["out_of_range /steps/0/input/until"]),
        (#"{"more": {"after": "1 hour"}}"#, ["bad_duration /steps/0/input/more/after"]),
        (#"{"more": {"after": "2026-03-02"}}"#, ["bad_duration /steps/0/input/more/after"]),
        (#"{"who": ["a"], "n": 2}"#, ["out_of_range /steps/0/input/n"]),
        (#"{"then": "x"}"#, ["missing_key /steps/0/input/then"]),
        (#"{"then": "x", "until": ""}"#, ["missing_key /steps/0/input/then", "bad_time /steps/0/input/until"]),
        (#"{"until": "1h", "more": {"after": "60m"}}"#, ["out_of_range /steps/0/input/more/after"]),
    ])
    func `literals are held against the rules, pills are not`(input: String, found: [String]) throws {
        let text = #"""
            { "galley": 1, "trigger": { "id": "got", "use": "manual" },
              "steps": [ { "use": "people.ask", "input": \#(input) } ] }
            """#
        let checked = Recipe.check(Array(text.utf8), id: "r", file: "r.json", catalog: Self.catalog)
        #expect(checked.diagnostics.map { "\($0.code) \($0.pointer)" }.sorted() == found.sorted())
    }

    private static let strict: Catalog = {
        let schema: JSON = [
            "type": "object",
            "properties": [
                "code": ["type": "string", "pattern": "^[A-Z]{3}$"], "tags": ["type": "array", "uniqueItems": true],
                "odd": ["type": "string", "pattern": "(?<=x)(?'"], "n": ["type": "number", "multipleOf": 5],
                "more": [:],
            ],
            "dependentRequired": ["more": ["code", "n"]],
        ]
        var catalog = Catalog()
        catalog.connectors["people"] = ConnectorSpec(
            name: "people", title: "People",
            actions: [OperationSpec(name: "ask", title: "Ask", effect: .keyed, input: Schema.read(schema).schema)])
        return catalog
    }()

    @Test(arguments: [
        ("{}", []), (#"{"code": "EUR", "tags": ["a", "b"], "n": "10", "odd": "x"}"#, []),
        (#"{"code": "{{ got.c }}", "tags": ["{{ got.a }}", "b"], "n": "{{ got.n }}", "more": 1}"#, []),
        (#"{"code": "eur"}"#, ["warning wrong_pattern /steps/0/input/code"]),
        (#"{"tags": ["a", "b", "a"]}"#, ["warning repeated_element /steps/0/input/tags"]),
        (#"{"n": 12}"#, ["warning out_of_range /steps/0/input/n"]),
        (#"{"n": "x", "code": "eur"}"#, ["error wrong_type /steps/0/input/n"]),
        (#"{"more": 1, "n": 5}"#, ["error missing_field /steps/0/input"]),
    ])
    func `a constant that the other side will hardly take is warned of`(input: String, found: [String]) {
        let text = #"""
            { "galley": 1, "trigger": { "id": "got", "use": "manual" },
              "steps": [ { "use": "people.ask", "input": \#(input) } ] }
            """#
        let checked = Recipe.check(Array(text.utf8), id: "r", file: "r.json", catalog: Self.strict)
        #expect(checked.diagnostics.map { "\($0.severity) \($0.code) \($0.pointer)" } == found)
    }
}
