// Checking: every mistake of a recipe, at its place, in words.

import JSONCore
import Testing

@testable import RecipeLanguage

struct RecipeCheckTests {
    @Test(arguments: BrokenRecipe.all)
    func `a broken recipe gets all of its mistakes`(broken: BrokenRecipe) {
        let checked = CheckedWorkspace.check(broken.source)
        let source = SourceText(Array(broken.source.utf8))
        let found = checked.diagnostics.map { diagnostic in
            let (line, column) = source.lineAndColumn(at: diagnostic.range.lowerBound)
            let warning = diagnostic.severity == .warning ? " (warning)" : ""
            let hint = diagnostic.suggestion.map { " | \($0)" } ?? ""
            return "\(line):\(column) [\(diagnostic.code)]\(warning) \(diagnostic.pointer) \(diagnostic.message)\(hint)"
        }
        #expect(found.joined(separator: "\n") == broken.mistakes)
        let isBroken = checked.diagnostics.contains { $0.severity == .error }
        #expect((checked.recipe == nil) == isBroken)
        #expect(checked.diagnostics.allSatisfy { $0.file == "recipe.json" })
    }

    @Test func `there are at least sixty broken recipes, and every code of a mistake is among them`() {
        #expect(BrokenRecipe.all.count >= 60)
        let found = Set(BrokenRecipe.all.flatMap { CheckedWorkspace.check($0.source).diagnostics.map(\.code) })
        // These have tests of their own; the formulas' own codes come from there.
        let elsewhere: Set = [
            "too_large", "too_many_steps", "too_many_mistakes", "broken_connector", "unknown_condition",
        ]
        #expect(Finding.codes.subtracting(found) == elsewhere)
        #expect(found.subtracting(Finding.codes) == ["unknown_function"])
    }

    @Test func `each diagnostic is printed with its line, a caret, the pointer and a hint`() throws {
        let source = CheckedWorkspace.recipe(
            #"    { "use": "crm.find_account", "input": { "domian": "{{ lead.body.name }}", "domain": "x" } }"#)
        let diagnostic = try #require(CheckedWorkspace.check(source).diagnostics.first)
        #expect(
            diagnostic.text(in: SourceText(Array(source.utf8))) == #"""
                recipe.json:4:45: error: crm.find_account has no field "domian" [unknown_field]
                    { "use": "crm.find_account", "input": { "domian": "{{ lead.body.name }}", "domain": "x" } }
                                                            ^
                  at /steps/0/input/domian
                  hint: did you mean "domain"?
                """#)
    }

    @Test func `too many steps are refused at the first one too many`() {
        let steps = Array(repeating: #"{ "wait": "1s" }"#, count: 100_000).joined(separator: ",\n")
        let clock = ContinuousClock()
        var found: [Diagnostic] = []
        let time = clock.measure { found = CheckedWorkspace.check(CheckedWorkspace.recipe(steps)).diagnostics }
        #expect(found.map(\.code) == ["too_many_steps"])
        #expect(found.first?.pointer == "/steps/1000")
        #expect(found.first?.message == "a recipe has at most 1000 steps (limit recipe_steps); this is one more")
        #expect(time < .seconds(120))
    }

    @Test func `a huge file is refused unread`() {
        let source = [UInt8](repeating: UInt8(ascii: " "), count: 10 << 20 | 1)
        let checked = Recipe.check(source, id: "x", file: "x.json", catalog: Catalog())
        #expect(
            checked.diagnostics.map(\.message) == [
                "this recipe has more than 10485760 bytes (limit recipe_bytes)"
            ])
    }

    @Test func `thousands of mistakes end with a word`() throws {
        let keys = (0..<5_000).map { #""key\#($0)": 1"# }.joined(separator: ", ")
        let checked = CheckedWorkspace.check("{ \"galley\": 1, \(keys) }")
        #expect(checked.diagnostics.count == 1_000)
        #expect(
            checked.diagnostics.last?.message == "there are more than 999 mistakes; the rest are not shown")
    }

    @Test func `deep nesting is refused or read, never a crash`() {
        let loop = #"{ "for_each": "lead.body", "as": "x", "steps": [ "#
        let flat = CheckedWorkspace.check(
            CheckedWorkspace.recipe(String(repeating: loop, count: 2_000) + String(repeating: "] }", count: 2_000)))
        #expect(flat.diagnostics.map(\.code) == ["bad_json"])
        var nested = #"{ "wait": "1s" }"#
        for level in 0..<60 {
            nested =
                #"{ "for_each": "lead.body", "as": "x\#(level)", "steps": [ { "if": "true", "then": [ \#(nested) ] } ] }"#
        }
        let tooDeep = CheckedWorkspace.check(CheckedWorkspace.recipe(nested))
        #expect(tooDeep.diagnostics.map(\.code) == ["bad_json"])
        nested = #"{ "wait": "1s" }"#
        for level in 0..<60 { nested = #"{ "for_each": "lead.body", "as": "x\#(level)", "steps": [ \#(nested) ] }"# }
        #expect(CheckedWorkspace.check(CheckedWorkspace.recipe(nested)).recipe?.stepNames.count == 61)
    }

    /// Each would take minutes where looking for places or suggestions grows with the square of the file.
    @Test(
        arguments: [
            CheckedWorkspace.recipe(
                "{ \"return\": \"\\n" + String(repeating: "{{ nobody.x }}", count: 40_000) + "\" }"),
            CheckedWorkspace.recipe(
                (0..<990).map { "{ \"set\": { \"variable_\($0)\": \"{{ variabel_\($0 + 7) }}\" } }" }.joined(
                    separator: ",")
            ),
            CheckedWorkspace.recipe(
                "{ \"use\": \"x.y\", " + (0..<50_000).map { "\"k\($0)\": 1" }.joined(separator: ",") + "}"),
            CheckedWorkspace.recipe(
                "{ \"return\": \"{{ " + Array(repeating: "1", count: 30_000).joined(separator: "+") + " }}\" }"),
            CheckedWorkspace.recipe("{ \"return\": \"{{ " + String(repeating: "(", count: 30_000) + " }}\" }"),
        ].map(LongText.init))
    func `hostile files are refused fast`(long: LongText) {
        let source = long.text
        let clock = ContinuousClock()
        var found: [Diagnostic] = []
        let time = clock.measure { found = CheckedWorkspace.check(source).diagnostics }
        #expect(!found.isEmpty && found.count <= 1_000)
        #expect(time < .seconds(120))
    }

    @Test func `what a caller sees of a recipe`() throws {
        let called = #"""
            { "broken": true, "trigger": { "use": "recipe.called", "input": {
                "schema": { "type": "object", "required": ["a"], "properties": { "a": { "type": "string" } } },
                "result": { "type": "object", "properties": { "b": {} } } } } }
            """#
        let signature = try #require(Recipe.signature(of: Array(called.utf8)))
        #expect(signature.triggerUse == "recipe.called")
        #expect(signature.input.properties.map(\.name) == ["a"])
        #expect(signature.result.properties.map(\.name) == ["b"])
        #expect(Recipe.signature(of: Array(CheckedWorkspace.example.utf8))?.triggerUse == "webhook.received")
        #expect(Recipe.signature(of: Array("{}".utf8)) == nil)
        #expect(Recipe.signature(of: Array("{".utf8)) == nil)
    }
}
