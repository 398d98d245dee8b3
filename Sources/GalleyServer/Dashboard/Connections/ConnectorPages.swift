// Connectors: their actions and triggers with the fields they take and give, made from their specs.

import ConnectorKit
import Engine
import HTTPTypes
import JSONCore
import RecipeLanguage

extension Dashboard {
    func connectorListPage() -> Page {
        let connectors = workspace.connectors().sorted { $0.name < $1.name }
        return Page(
            "Connectors", in: .connectors, "connectors",
            [
                "summary": .text(
                    "\(NumberWords.plural(connectors.count, "connector")) with \(NumberWords.plural(connectors.reduce(0) { $0 + $1.actions.count }, "action"))"
                ),
                "rows": .items(connectors) { spec in
                    [
                        "href": .text(path("connectors", spec.name)), "title": .text(spec.title),
                        "about": .text(spec.summary), "name": .text(spec.name), "actions": .count(spec.actions.count),
                        "triggers": .count(spec.triggers.count),
                    ]
                },
            ])
    }

    func connectorPage(_ request: RouteRequest) -> Page {
        guard let spec = workspace.connectors().first(where: { $0.name == request["name"] }) else {
            return problem(
                .notFound, "There is no such connector", "No connector called \(request["name"]) is installed.",
                back: .connectors)
        }
        let connections = workspace.connections().filter { $0.connector == spec.name }
        let actions = spec.actions.map { action in
            Self.operation(
                "\(spec.name).\(action.name)", action.name, action.title, action.summary, action.effect.words,
                [("What it takes", action.input), ("What it gives", action.output)])
        }
        let triggers = spec.triggers.map { trigger in
            Self.operation(
                "\(spec.name).\(trigger.name)", trigger.name, trigger.title, trigger.summary, "trigger",
                [("Its settings", trigger.input), ("What an event holds", trigger.event)])
        }
        return Page(
            spec.title, in: .connectors, "connector",
            [
                "title": .text(spec.title), "about": .text(spec.summary), "name": .text(spec.name),
                "docs": .text(spec.docs),
                "isLink": .flag(["https://", "http://"].contains { spec.docs.hasPrefix($0) }),
                "operations": .list(actions + triggers),
                "connectionsAny": .flag(!connections.isEmpty),
                "connections": .items(connections) {
                    ["name": .text($0.name), "href": .text(path("connections", $0.name))]
                },
            ])
    }

    private static func operation(
        _ use: String, _ name: String, _ title: String, _ summary: String, _ effect: String,
        _ schemas: [(String, Schema)]
    ) -> PageValue {
        [
            "use": .text(use), "name": .text(name), "title": .text(title), "about": .text(summary),
            "effect": .text(effect),
            "tables": .items(schemas) { heading, schema in
                var rows: [PageValue] = []
                addFields(schema, "", 0, &rows)
                return [
                    "heading": .text(heading), "any": .flag(!rows.isEmpty), "fields": .list(rows),
                    "open": .text(schema.isAny ? "Anything." : schema.summary ?? "No fields of its own."),
                ]
            },
        ]
    }

    /// The fields of an object and, to a depth, those inside of them: `customer.email`, `lines[].sku`.
    private static func addFields(_ schema: Schema, _ prefix: String, _ depth: Int, _ rows: inout [PageValue]) {
        for property in schema.properties where rows.count < 200 {
            let name = prefix + property.name
            rows.append([
                "name": .text(name), "isRequired": .flag(property.required), "kind": .text(kind(property.schema)),
                "about": .text(property.schema.summary ?? property.schema.title),
            ])
            guard depth < 4 else { continue }
            addFields(property.schema, name + ".", depth + 1, &rows)
            if let items = property.schema.items?.value { addFields(items, name + "[].", depth + 1, &rows) }
        }
    }

    private static func kind(_ schema: Schema) -> String {
        if let choices = schema.choices, !choices.isEmpty {
            return "one of " + choices.prefix(8).map { $0.string ?? $0.compact }.joined(separator: ", ")
                + (choices.count > 8 ? ", …" : "")
        }
        let words: [Schema.Kind: String] = [
            .string: "text", .integer: "whole number", .number: "number", .boolean: "yes or no", .array: "list",
            .object: "object", .null: "nothing",
        ]
        let kinds = schema.kinds.sorted { $0.rawValue < $1.rawValue }.compactMap { words[$0] }
        return kinds.isEmpty ? "anything" : kinds.joined(separator: " or ") + (schema.format.map { " (\($0))" } ?? "")
    }
}
