// A small workspace for tests of checking: connectors, connections, recipes, tables, properties.

import JSONCore
import RecipeLanguage

enum CheckedWorkspace {
    static let crm = ConnectorSpec(
        name: "crm", title: "Sandbox CRM",
        actions: [
            OperationSpec(
                name: "find_account", title: "Find account", effect: .read,
                input: .object([.string("domain", required: true)]),
                output: .object([
                    .string("id"), .string("name"), .string("country"), .integer("employees"),
                    .member("contacts", .array(.object([.string("email"), .string("phone")]))),
                ])),
            OperationSpec(
                name: "create_lead", title: "Create lead", effect: .keyed,
                input: .object([
                    .string("email", required: true), .string("owner"), .integer("score"),
                    .string("status", choices: ["new", "open"]),
                    .member("lines", .array(.object([.string("sku", required: true), .integer("qty")]))),
                ]),
                output: .object([.string("id")])),
            OperationSpec(
                name: "delete_lead", title: "Delete lead", effect: .unsafe,
                input: .object([.string("id", required: true)])),
            OperationSpec(
                name: "search", title: "Search", effect: .read, output: .object([.string("email")], open: true)),
        ],
        triggers: [
            TriggerSpec(name: "new_lead", title: "New lead", event: .object([.string("id"), .string("email")]))
        ],
        settings: .object([.string("site")]), connectionRequired: true)

    static let http = ConnectorSpec(
        name: "http", title: "HTTP",
        actions: [
            OperationSpec(
                name: "request", title: "Request", effect: .unsafe,
                effectOfInput: EffectRule(
                    member: "method", effects: ["GET": .read, "PUT": .idempotent, "POST": .unsafe]),
                input: .object([.string("method"), .string("url", required: true)], open: true))
        ])

    static let logger = ConnectorSpec(
        name: "logger", title: "Logger",
        actions: [
            OperationSpec(
                name: "log", title: "Log", effect: .pure, input: .object([.string("message", required: true)]),
                output: .object([]))
        ])

    static let catalog: Catalog = {
        var catalog = Catalog()
        let erp = ConnectorSpec(name: "erp", title: "ERP", actions: [], connectionRequired: true)
        let pay = ConnectorSpec(
            name: "pay_desk", title: "Pay desk",
            actions: [OperationSpec(name: "charge", title: "Charge", effect: .unsafe)], connectionRequired: true)
        for connector in [crm, http, logger, erp, pay] { catalog.connectors[connector.name] = connector }
        catalog.connections = ["sandbox-crm": "crm", "erp-main": "erp", "old": "gone"]
        catalog.recipes = [
            "score": RecipeSignature(
                triggerUse: "recipe.called", input: .object([.string("email", required: true), .integer("limit")]),
                result: .object([.integer("points")])),
            "nightly": RecipeSignature(triggerUse: "schedule", input: .any, result: .any),
        ]
        catalog.tables = ["territories": ["country", "owner"]]
        catalog.properties = ["region", "sales_team"]
        catalog.now = 1_767_225_600  // 1 January 2026
        return catalog
    }()

    static func check(_ source: String, id: String = "test") -> CheckedRecipe {
        Recipe.check(Array(source.utf8), id: id, file: "recipe.json", catalog: catalog)
    }

    /// A recipe with these steps from line 4 on; its trigger is called `lead`.
    static func recipe(_ steps: String) -> String {
        #"""
        { "galley": 1, "trigger": { "id": "lead", "use": "webhook.received", "input": { "path": "l" } },
          "connections": { "crm": "sandbox-crm" },
          "steps": [
        \#(steps)
          ] }
        """#
    }
}
