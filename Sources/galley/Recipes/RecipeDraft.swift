// The recipe that `galley recipes new` writes: a trigger that fits the sample, a step that says hello, a result.

import JSONCore
import RecipeLanguage

/// A first recipe and its sample.
struct RecipeDraft {
    let title: String
    let folder: String
    let start: RecipesNew.Start
    let cron: String
    let event: JSON

    /// What `galley run --input` takes.
    var sample: JSON {
        switch start {
        case .manual, .called: event
        case .webhook: ["body": event, "headers": [:], "query": [:]]
        case .schedule: ["scheduled_at": "2026-01-05T09:00:00Z", "previous_at": nil, "missed": 0]
        }
    }

    var recipe: JSON {
        [
            "galley": 1, "name": .string(title), "trigger": trigger,
            "steps": [
                [
                    "id": "said", "title": "Say what came in", "use": "logger.log",
                    "input": ["message": .string(message)],
                ],
                ["return": ["message": "{{ said.message }}"]],
            ],
        ]
    }

    private var trigger: JSON {
        switch start {
        case .manual: ["id": "event", "use": "manual", "input": ["schema": schema(of: event)]]
        case .called: ["id": "event", "use": "recipe.called", "input": ["schema": schema(of: event)]]
        case .webhook:
            [
                "id": "event", "use": "webhook.received",
                "input": ["path": .string(folder), "schema": schema(of: event)],
            ]
        case .schedule: ["id": "event", "use": "schedule", "input": ["cron": .string(cron)]]
        }
    }

    /// A line with the first plain fields of the sample as pills.
    private var message: String {
        let title = title.replacing("{{", with: "\\{{")  // a name is no template
        if start == .schedule { return "\(title): it is {{ event.scheduled_at }}" }
        let prefix = start == .webhook ? "event.body" : "event"
        let fields = (event.object?.entries ?? []).filter { entry in
            guard entry.value.object == nil, entry.value.array == nil else { return false }
            return entry.key.utf8.allSatisfy { $0 == 0x5F || (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) }
                && !(entry.key.utf8.first.map { (0x30...0x39).contains($0) } ?? true)
        }
        let pills = fields.prefix(3).map { "\($0.key) {{ \(prefix).\($0.key) }}" }
        return pills.isEmpty ? "\(title): an event came in" : "\(title): " + pills.joined(separator: ", ")
    }

    private func schema(of json: JSON) -> JSON { schema(ofAll: [json], depth: 0) }

    /// A JSON Schema that all values fit: kinds and members, nothing required; nothing at all where their kinds differ.
    private func schema(ofAll values: [JSON], depth: Int) -> JSON {
        guard depth < 20, let first = values.first, values.allSatisfy({ $0.schemaType == first.schemaType }),
            let type = first.schemaType
        else { return [:] }
        var schema: JSONObject = ["type": .string(type)]
        switch type {
        case "array":
            let elements = values.flatMap { $0.array ?? [] }
            if !elements.isEmpty { schema["items"] = self.schema(ofAll: elements, depth: depth + 1) }
        case "object":
            var properties = JSONObject()
            for key in values.flatMap({ $0.object?.keys ?? [] }) where properties[key] == nil {
                properties[key] = self.schema(ofAll: values.compactMap { $0[key] }, depth: depth + 1)
            }
            schema["properties"] = .object(properties)
        default: break
        }
        return .object(schema)
    }
}

extension JSON {
    /// nil for null, which says nothing about what comes the next time.
    fileprivate var schemaType: String? {
        switch self {
        case .null: nil
        case .bool: "boolean"
        case .integer, .number: "number"  // an amount of 10 in the sample may well be 10.50 the next time
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }
}
