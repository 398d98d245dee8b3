// galley recipes diff, graph and rollback, and galley tables show: what a recipe was, and what it looks things up in.

import Foundation
import JSONCore
import Testing

struct RecipeVersionsTests {
    private static func recipe(_ steps: String) -> String {
        #"{ "galley": 1, "name": "Shop", "trigger": { "use": "manual" }, "steps": [ \#(steps) ] }"#
    }
    private static let first = recipe(#"{ "id": "note", "set": { "said": "hello" } }"#)
    private static let second = recipe(
        #"{ "id": "note", "set": { "said": "good day" } }, { "id": "last", "return": { "said": "{{ said }}" } }"#)

    @Test func `a diff speaks in steps, and the file goes back to what it was`() async throws {
        let place = try await CommandPlace(["shop": Self.first])
        try await place.galley("recipes", "diff", "shop").expect(66)
        try await place.galley("run", "shop").expect(0)
        try place.write("Recipes/shop/recipe.json", Self.second)
        let diff = try await place.galley("recipes", "diff", "shop").expect(0)
        #expect(
            diff.data == """
                shop: version 1 to the file
                ~ step `note`: set.said changed from "hello" to "good day"
                + step `last` added after `note`

                """)
        try await place.galley("run", "shop").expect(0)
        let json = try await place.galley("recipes", "diff", "shop", "--from", "1", "--to", "2", "--json").expect(0)
            .json
        #expect(json["changes"]?.array?.compactMap { $0["kind"]?.string } == ["changed", "added"])
        try await place.galley("recipes", "diff", "shop", "--from", "7").expect(66)
        try await place.galley("recipes", "diff", "shop", "--from", "x").expect(65)

        try place.write("Recipes/shop/recipe.json", Self.second + "\n")
        let refused = try await place.galley("recipes", "rollback", "shop", "1").expect(65)
        #expect(refused.messages.contains("would be lost"))
        #expect(try place.text("Recipes/shop/recipe.json") == Self.second + "\n")
        try await place.galley("recipes", "rollback", "shop", "1", "--force").expect(0)
        #expect(try place.text("Recipes/shop/recipe.json") == Self.first)
        let same = try await place.galley("recipes", "rollback", "shop", "1").expect(0)
        #expect(same.messages.contains("holds version 1 already"))
        try await place.galley("recipes", "rollback", "shop", "2").expect(0)
        #expect(try place.text("Recipes/shop/recipe.json") == Self.second)
        try await place.galley("recipes", "rollback", "shop", "9").expect(66)
        try await place.galley("recipes", "rollback", "shop", "one").expect(64)
        let files = try FileManager.default.contentsOfDirectory(atPath: place.folder.path + "/Recipes/shop")
        #expect(files == ["recipe.json"], "nothing half-written is left")
        #expect(try await place.galley("audit").expect(0).data.contains("recipe shop to version 2"))
    }

    @Test func `a version that does not fit the workspace any more is not written back`() async throws {
        let place = try await CommandPlace(["shop": Self.first, "other": Self.first])
        try place.write(
            "Recipes/shop/recipe.json", Self.recipe(#"{ "id": "all", "call": "other", "input": {} }"#))
        try place.write(
            "Recipes/other/recipe.json",
            #"{ "galley": 1, "name": "O", "trigger": { "use": "recipe.called" }, "steps": [ { "return": {} } ] }"#)
        try await place.galley("run", "shop").expect(0)
        try place.write("Recipes/shop/recipe.json", Self.first)
        try await place.galley("run", "shop").expect(0)
        try FileManager.default.removeItem(atPath: place.folder.path + "/Recipes/other")
        let refused = try await place.galley("recipes", "rollback", "shop", "1").expect(65)
        #expect(refused.messages.contains("other"))
        #expect(try place.text("Recipes/shop/recipe.json") == Self.first)
    }

    @Test func `a graph is drawn for Mermaid and Graphviz`() async throws {
        let place = try await CommandPlace(["shop": Self.second, "broken": "{"])
        let mermaid = try await place.galley("recipes", "graph", "shop").expect(0)
        #expect(mermaid.data.hasPrefix("flowchart TD\n"))
        #expect(mermaid.data.contains(#"n1["note: set said"]"#) && mermaid.data.contains("n1 --> n2"))
        let dot = try await place.galley("recipes", "graph", "shop", "--format", "dot").expect(0)
        #expect(dot.data.contains(#""note" -> "last";"#))
        let json = try await place.galley("recipes", "graph", "shop", "--json").expect(0).json
        #expect(json["nodes"]?.array?.count == 4)
        try await place.galley("recipes", "graph", "broken").expect(65)
        try await place.galley("recipes", "graph", "shp").expect(66)
    }

    @Test func `a table is shown page by page`() async throws {
        let place = try await CommandPlace()
        try place.write("Tables/towns.csv", "name,country\nUlm,DE\nNice,FR\n\"a\u{1B}[31m\",XX\n")
        let all = try await place.galley("tables", "show", "towns").expect(0)
        #expect(all.data.contains("NAME") || all.data.contains("name"))
        #expect(all.data.contains("Ulm   DE") || all.data.contains("Ulm"))
        #expect(!all.data.contains("\u{1B}[31m") && all.messages.contains("3 rows"))
        let page = try await place.galley("tables", "show", "towns", "--limit", "1", "--after", "1", "--json").expect(0)
        #expect(try page.lines == [["name": "Nice", "country": "FR"]])
        #expect(page.messages.contains("galley tables show towns --after 2"))
        let wrong = try await place.galley("tables", "show", "town").expect(66)
        #expect(wrong.messages.contains(#"did you mean "towns"?"#))
        try await place.galley("tables", "show", "../towns").expect(66)
        try await place.galley("tables", "show", "towns", "--limit", "0").expect(64)
    }

    @Test func `a job's state is said once`() async throws {
        let place = try await CommandPlace(["shop": Self.second])
        try await place.galley("run", "shop").expect(0)
        let show = try await place.galley("jobs", "show", "1").expect(0)
        #expect(show.data.components(separatedBy: "succeeded").count == 2, "\(show)")
    }
}
