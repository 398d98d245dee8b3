// A recipe as a graph and as drawings.

import JSONCore
import RecipeLanguage
import Testing

@testable import Engine

struct RecipeGraphTests {
    private static func graph(_ steps: String) throws -> RecipeGraph {
        let source = #"{"galley": 1, "trigger": {"use": "manual"}, "steps": [\#(steps)]}"#
        let checked = Recipe.check(Array(source.utf8), id: "test", file: "test.json", catalog: Catalog())
        return RecipeGraph(try #require(checked.recipe, "\(checked.diagnostics.map(\.message))"))
    }

    private static func edges(_ steps: String) throws -> [String] {
        try graph(steps).edges.map { "\($0.from)>\($0.to)" + ($0.label.map { " \($0)" } ?? "") }
    }

    @Test(arguments: [
        (#"{"wait": "1s"}, {"return": {}}"#, ["(start)>wait-0", "wait-0>return-1", "return-1>(end)"]),
        (
            #"{"if": "true", "then": [{"wait": "1s"}], "else": [{"stop": "failed", "reason": "x"}]}, {"wait": "2s"}"#,
            ["(start)>if-0", "if-0>wait-1 then", "if-0>stop-2 else", "stop-2>(end)", "wait-1>wait-3", "wait-3>(end)"]
        ),
        (
            #"{"if": "true", "then": [{"wait": "1s"}]}"#,
            ["(start)>if-0", "if-0>wait-1 then", "wait-1>(end)", "if-0>(end) else"]
        ),
        (
            #"{"for_each": "[1]", "as": "x", "steps": [{"wait": "1s"}]}"#,
            ["(start)>for_each-0", "for_each-0>wait-1 each", "wait-1>for_each-0 next", "for_each-0>(end) done"]
        ),
        (
            #"{"try": [{"wait": "1s"}], "catch": [{"wait": "2s"}]}"#,
            ["(start)>try-0", "try-0>wait-1", "try-0>wait-2 catch", "wait-1>(end)", "wait-2>(end)"]
        ),
        (
            #"{"parallel": {"a": [{"wait": "1s"}], "b": [{"wait": "2s"}]}}"#,
            ["(start)>parallel-0", "parallel-0>wait-1 a", "parallel-0>wait-2 b", "wait-1>(end)", "wait-2>(end)"]
        ),
    ])
    func `each kind of block has its edges`(steps: String, edges: [String]) throws {
        #expect(try Self.edges(steps) == edges)
    }

    @Test func `drawings hold no text that could be taken for markup, and JSON comes back as it was`() throws {
        let graph = try Self.graph(#"{"stop": "failed", "reason": "say \"<b>\" & `go` #1;"}"#)
        #expect(RecipeGraph(graph.json) == graph)
        let mermaid = graph.mermaid
        #expect(mermaid.hasPrefix("flowchart TD\n"))
        #expect(!mermaid.contains("<b>") && !mermaid.contains("`go`"))
        #expect(mermaid.contains("n0 --> n1"))
        #expect(graph.dot.hasPrefix("digraph recipe {") && graph.dot.contains(#"\"<b>\""#))
        #expect(RecipeGraph(nil).nodes.isEmpty)
    }
}
