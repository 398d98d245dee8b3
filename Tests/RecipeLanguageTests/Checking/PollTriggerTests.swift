// Recipes whose trigger polls: what checking makes of their settings.

import JSONCore
import Testing

@testable import RecipeLanguage

struct PollTriggerTests {
    private static let catalog: Catalog = {
        var catalog = Catalog()
        catalog.connectors["shop"] = ConnectorSpec(
            name: "shop", title: "Shop", actions: [],
            triggers: [
                TriggerSpec(
                    name: "order", title: "Order", input: .object([.string("kind")] + TriggerSpec.Poll.settings),
                    event: .object([.string("number")]), poll: TriggerSpec.Poll(every: .seconds(60)))
            ])
        return catalog
    }()

    private static func check(_ input: String, pill: String = "order.number") -> CheckedRecipe {
        let text = #"""
            { "galley": 1, "trigger": { "id": "order", "use": "shop.order", "input": \#(input) },
              "steps": [ { "return": "{{ \#(pill) }}" } ] }
            """#
        return Recipe.check(Array(text.utf8), id: "r", file: "r.json", catalog: catalog)
    }

    @Test func `the trigger is known by its connector, and its pills by the event's schema`() throws {
        let recipe = try #require(Self.check(#"{ "kind": "web", "since": "{{ today }}", "every": "30s" }"#).recipe)
        let source = try #require(recipe.trigger.source)
        #expect(source.connector == "shop" && source.spec.name == "order" && source.connection == nil)
        #expect(Self.check("{}", pill: "order.nmber").diagnostics.map(\.code) == ["unknown_pill_field"])
    }

    @Test(
        arguments: [
            (#"{ "every": "soon" }"#, ["bad_duration"]), (#"{ "every": "10ms" }"#, ["out_of_range"]),
            (#"{ "kynd": "web" }"#, ["unknown_field"]), (#"{ "since": "{{ nobody }}" }"#, ["unknown_name"]),
        ])
    func `settings that can't be are found`(input: String, codes: [String]) {
        #expect(Self.check(input).diagnostics.map(\.code) == codes)
    }
}
