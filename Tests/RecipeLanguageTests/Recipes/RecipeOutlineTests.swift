// A recipe in words.

import Testing

@testable import RecipeLanguage

struct RecipeOutlineTests {
    private func lines(_ outline: [RecipeOutline], _ indent: String = "") -> [String] {
        outline.flatMap { step in
            ["\(indent)\(step.name): \(step.words)"]
                + step.parts.flatMap { part in
                    (part.title.map { ["\(indent)  (\($0))"] } ?? []) + lines(part.steps, indent + "  ")
                }
        }
    }

    @Test func `the recipe of the design`() throws {
        let recipe = try #require(CheckedWorkspace.check(CheckedWorkspace.example).recipe)
        #expect(
            lines(recipe.outline) == [
                "account: crm.find_account on sandbox-crm", "if-1: if account.employees.to_i >= 500", "  (then)",
                "  set-2: set owner", "  (else)", "  set-3: set owner",
                "try-4: try, again up to 3 times when error.status.to_i >= 500",
                "  created: crm.create_lead on sandbox-crm", "  (catch)",
                "  stop-6: stop, failed: CRM refused {{ lead.body.email }}: {{ error.message }}",
            ])
    }

    @Test func `all other kinds`() throws {
        let source = CheckedWorkspace.recipe(
            #"""
            { "id": "l", "title": "Every line", "for_each": "lead.body", "as": "line", "at_once": 2, "batch_size": 9, "steps": [ { "append": { "a": 1, "b": 2 } } ] },
            { "repeat": [ { "wait": "15m" } ], "while": "true", "max": 3 },
            { "parallel": { "x": [ { "wait_until": "now" } ], "y": [ { "wait": "{{ 1 }}s", "skip": true } ] } },
            { "if": "true", "then": [ { "respond": 1 } ], "else_if": [ { "if": "1 >\n  2", "then": [ { "call": "score", "input": { "email": "e" }, "wait": false } ] } ] },
            { "if": "true", "then": [ { "call": "score", "input": { "email": "e" } } ] },
            { "return": 1 }
            """#)
        let recipe = try #require(CheckedWorkspace.check(source).recipe)
        #expect(
            lines(recipe.outline) == [
                "l: Every line: for each line in lead.body, in lists of 9, 2 at once", "  append-1: append to a, b",
                "repeat-2: repeat while true, at most 3 times", "  wait-3: wait 15m",
                "parallel-4: at the same time: x, y",
                "  (x)", "  wait_until-5: wait until now", "  (y)", "  wait-6: wait {{ 1 }}s (skipped)",
                "if-7: if true",
                "  (then)", "  respond-8: respond to the caller", "  (else if 1 > 2)",
                "  call-9: call score, without waiting for it", "if-10: if true", "  call-11: call score",
                "return-12: return the result",
            ])
    }
}
