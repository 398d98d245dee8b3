// Alert rules in galley.json: what they may say, and every mistake with its place.

import JSONCore
import RecipeLanguage
import Testing

@testable import Workspace

struct AlertReaderTests {
    @Test func `a rule says what, of which recipes, to whom and how often`() throws {
        let settings = """
            { "alerts": {
              "sales": {
                "on": ["failure", { "repeated_failure": { "count": 5, "within": "10m" } },
                       { "silence": { "recipe": "orders", "for": "2h" } }, { "polls_failing": { "count": 60 } }, "subscription_failing"],
                "recipes": "orders",
                "to": [{ "mail": "post", "to": ["ops@acme.example", "Ada <ada@acme.example>"] },
                       { "webhook": "https://hooks.example/a", "secret": "HOOK" }, { "webhook": { "secret": "CHAT_URL" } },
                       { "recipe": "tell" }],
                "group": "1m", "throttle": "0s", "recovery": false },
              "plain": { "on": "needs_decision", "to": { "recipe": "tell" } } } }
            """
        try withWorkspace(["galley.json": settings]) { (workspace) throws in
            let rules = workspace.settings.alerts
            #expect(rules.map(\.name) == ["sales", "plain"])
            let sales = try #require(rules.first)
            #expect(
                sales.conditions.map(\.kind) == [
                    .failure, .repeatedFailure, .silence, .pollsFailing, .subscriptionFailing,
                ])
            #expect(sales.conditions.last?.count == 5)
            #expect(sales.conditions.map(\.count) == [1, 5, 1, 60, 5])
            #expect(sales.conditions[1].period == .seconds(600) && sales.conditions[2].period == .seconds(7_200))
            #expect(sales.recipes == ["orders"] && sales.silentRecipes(sales.conditions[2]) == ["orders"])
            #expect(
                sales.targets == [
                    .mail(connection: "post", to: ["ops@acme.example", "Ada <ada@acme.example>"]),
                    .webhook(url: "https://hooks.example/a", isSecret: false, secret: "HOOK"),
                    .webhook(url: "CHAT_URL", isSecret: true, secret: nil), .recipe("tell"),
                ])
            #expect(sales.group == .seconds(60) && sales.throttle == .zero && !sales.tellsRecovery)
            #expect(rules[1].group == .seconds(30) && rules[1].throttle == .seconds(3_600) && rules[1].tellsRecovery)
            #expect(sales.targets.allSatisfy { AlertRule.Target($0.json) == $0 })
        }
    }

    @Test(arguments: [
        (#""on": "failur", "to": {"recipe": "r"}"#, "unknown_choice", "/alerts/a/on"),
        (#""on": ["failure", "silence"], "to": {"recipe": "r"}"#, "missing_field", "/alerts/a/on/1"),
        (#""on": {"silence": {"for": "2h"}}, "to": {"recipe": "r"}"#, "missing_field", "/alerts/a"),
        (
            #""on": {"silence": {"recipe": "r", "for": "soon"}}, "to": {"recipe": "r"}"#, "bad_duration",
            "/alerts/a/on/silence/for"
        ),
        (
            #""on": {"repeated_failure": {"count": 1, "within": "1m"}}, "to": {"recipe": "r"}"#, "out_of_range",
            "/alerts/a/on/repeated_failure/count"
        ),
        (
            #""on": {"repeated_failure": {"count": 3}}, "to": {"recipe": "r"}"#, "missing_field",
            "/alerts/a/on/repeated_failure"
        ),
        (#""on": {"failure": {"count": 3}}, "to": {"recipe": "r"}"#, "unknown_key", "/alerts/a/on/failure/count"),
        (#""on": 3, "to": {"recipe": "r"}"#, "wrong_type", "/alerts/a/on"),
        (#""on": [], "to": {"recipe": "r"}"#, "out_of_range", "/alerts/a/on"),
        (#""to": {"recipe": "r"}"#, "missing_field", "/alerts/a"), (#""on": "failure""#, "missing_field", "/alerts/a"),
        (#""on": "failure", "to": {"mail": "post"}"#, "missing_field", "/alerts/a/to"),
        (#""on": "failure", "to": {"mail": "post", "to": "nobody"}"#, "wrong_type", "/alerts/a/to/to"),
        (#""on": "failure", "to": {"webhook": "ftp://x"}"#, "wrong_type", "/alerts/a/to/webhook"),
        (#""on": "failure", "to": {"recipe": "r", "secret": "S"}"#, "unknown_key", "/alerts/a/to/secret"),
        (#""on": "failure", "to": {"phone": "1"}"#, "unknown_key", "/alerts/a/to/phone"),
        (#""on": "failure", "to": {"recipe": "r"}, "throttel": "1h""#, "unknown_key", "/alerts/a/throttel"),
        (#""on": "failure", "to": {"recipe": "r"}, "throttle": "90d""#, "bad_duration", "/alerts/a/throttle"),
        (#""on": "failure", "to": {"recipe": "r"}, "recipes": []"#, "out_of_range", "/alerts/a/recipes"),
    ])
    func `a mistake is told with its place`(rule: String, code: String, pointer: String) throws {
        let error = try workspaceError {
            try withWorkspace(["galley.json": "{ \"alerts\": { \"a\": { \(rule) } } }"]) { _ in }
        }
        let found = error?.diagnostics.first { $0.code == code }
        #expect(found?.pointer == pointer, "\(error?.diagnostics ?? [])")
        #expect(found.map { !$0.range.isEmpty } == true)
    }

    @Test func `what a rule names has to be there`() throws {
        let settings = """
            { "alerts": { "a": { "on": "failure", "recipes": "oders",
              "to": [{ "mail": "crm", "to": "a@b.example" }, { "mail": "pots", "to": "a@b.example" },
                     { "webhook": "https://x.example", "secret": "HOOK" }] } } }
            """
        let files = [
            "galley.json": settings, "Recipes/orders/recipe.json": "{}",
            "Connections/crm.json": #"{"connector": "http"}"#, "Connections/post.json": #"{"connector": "mail"}"#,
        ]
        try withWorkspace(files) { (workspace) throws in
            let diagnostics = workspace.diagnostics(of: workspace.catalog(connectors: ConnectorSpecs()))
            let own = diagnostics.filter { $0.file == "galley.json" }
            #expect(
                own.map(\.code) == ["unknown_recipe", "unknown_connection", "unknown_connection", "unknown_secret"])
            #expect(own[0].suggestion == "did you mean \"orders\"?" && own[2].suggestion == "did you mean \"post\"?")
            #expect(own[1].message.contains("not one of the connector mail"))
            #expect(own[3].severity == .warning)
        }
    }

    @Test func `the schema of galley_json has every setting and every word of alerts`() {
        let schema = SettingsSchema.json(recipes: ["orders"], mailConnections: ["post"])
        let properties = schema["properties"]?.object?.map(\.key).sorted()
        #expect(properties == SettingsReader.known.sorted())
        let rule = schema["$defs"]?["alert_rule"]?["properties"]?.object?.map(\.key).sorted()
        #expect(rule == AlertReader.known.sorted())
        let words = schema["$defs"]?["alert_condition"]?.compact ?? ""
        for kind in AlertRule.Kind.allCases { #expect(words.contains("\"\(kind.word)\"")) }
    }
}
