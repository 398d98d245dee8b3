// The steps in the editors' schema: one definition a kind, chosen by the key that names the kind.

import JSONCore

enum RecipeStepSchema {
    /// Which kind's definition a step has to fit.
    static let step: JSON = {
        let rules = RecipeKeys.kinds.map { kind -> JSON in
            var condition: JSONObject = ["required": [.string(kind)]]
            if kind == "wait" { condition["not"] = ["required": ["call"]] }
            return ["if": .object(condition), "then": ["$ref": .string("#/$defs/kinds/\(kind)")]]
        }
        let oneOf = RecipeKeys.kinds.map { kind -> JSON in ["required": [.string(kind)]] }
        return [
            "type": "object", "description": "One step; the key that names its kind says what it does.",
            "anyOf": .array(oneOf), "allOf": .array(rules),
        ]
    }()

    /// - Parameter described: those of `connectors` whose inputs are written.
    static func kinds(
        _ connectors: [ConnectorSpec], _ described: [ConnectorSpec], _ catalog: Catalog
    ) -> JSONObject {
        var kinds = JSONObject()
        for kind in RecipeKeys.kinds {
            var properties: JSONObject = [
                "id": ["$ref": "#/$defs/name", "description": "Its name in pills and addresses."],
                "title": RecipeSchema.text("For people."), "note": RecipeSchema.text("For whoever reads the file."),
                "skip": ["type": "boolean", "description": "Kept in the recipe but not run."],
            ]
            for key in RecipeKeys.step(kind) { properties[key] = property(key, of: kind, connectors, catalog) }
            var definition: JSONObject = [
                "type": "object", "description": .string(descriptions[kind] ?? ""), "required": [.string(kind)],
                "additionalProperties": false, "properties": .object(properties),
            ]
            switch kind {
            case "use":
                definition["allOf"] = .array(
                    RecipeSchema.inputRules(
                        described.lazy.flatMap { connector in
                            connector.actions.lazy.map { ("\(connector.name).\($0.name)", $0.input) }
                        }))
            case "call":
                definition["allOf"] = .array(
                    catalog.recipes.sorted { $0.key < $1.key }.filter {
                        $0.value.triggerUse == LanguageTriggers.called.name
                    }
                    .compactMap { RecipeSchema.inputRule("call", use: $0.key, input: $0.value.input) })
            case "if": definition["required"] = ["if", "then"]
            case "for_each": definition["required"] = ["for_each", "steps"]
            case "repeat": definition["required"] = ["repeat", "while"]
            default: break
            }
            kinds[kind] = .object(definition)
        }
        return kinds
    }

    private static let descriptions = [
        "use": "Calls an action of a connector; its output is the step's pill.",
        "if": "Runs the first branch whose formula is true.",
        "for_each": "Runs steps once for each element of a list.",
        "repeat": "Runs steps, and again while a formula is true.",
        "try": "Runs steps; what fails can be tried again and caught.",
        "parallel": "Runs named lists of steps at the same time.",
        "call": "Runs another recipe.",
        "wait": "Waits for a duration; survives restarts.",
        "wait_until": "Waits until a time; survives restarts.",
        "set": "Sets variables of the job.",
        "append": "Adds to lists in variables.",
        "respond": "Answers the caller now; the job goes on.",
        "return": "Gives the result and ends the job.",
        "stop": "Ends the job.",
    ]

    private static func property(
        _ key: String, of kind: String, _ connectors: [ConnectorSpec], _ catalog: Catalog
    ) -> JSON {
        let steps: JSON = ["$ref": "#/$defs/steps"]
        let formula: JSON = ["$ref": "#/$defs/formula"]
        switch key {
        case "use":
            return RecipeSchema.operations(
                connectors.flatMap { connector in
                    connector.actions.map { ("\(connector.name).\($0.name)", $0.title, $0.summary) }
                })
        case "input": return true
        case "connection": return RecipeSchema.text("A name under \"connections\", or a connection of the workspace.")
        case "timeout": return ["$ref": "#/$defs/duration"]
        case "wait" where kind == "call": return ["type": "boolean", "description": "Whether to wait for its result."]
        case "wait": return ["anyOf": [["$ref": "#/$defs/duration"], ["$ref": "#/$defs/pill"]]]
        case "retry": return ["$ref": "#/$defs/retry"]
        case "mask": return ["type": "boolean", "description": "Input and output are not recorded."]
        case "record": return RecipeSchema.record
        case "allow_repeat": return ["type": "boolean", "description": "Unsafe actions in it may be done twice."]
        case "then", "else", "steps", "repeat", "try", "catch": return steps
        case "if", "for_each", "while", "wait_until": return formula
        case "else_if":
            let element: JSON = [
                "type": "object", "required": ["if", "then"], "additionalProperties": false,
                "properties": ["if": formula, "then": steps],
            ]
            return ["type": "array", "items": element]
        case "as":
            return [
                "$ref": "#/$defs/name", "description": "The name of the element in the steps; \"item\" when left out.",
            ]
        case "batch_size": return RecipeSchema.wholeNumber(1, 100_000, "Lists of this many instead of single elements.")
        case "at_once": return RecipeSchema.wholeNumber(1, 100, "How many run at the same time.")
        case "max": return RecipeSchema.wholeNumber(1, 50_000, "The job fails past this many runs.")
        case "parallel": return ["type": "object", "minProperties": 1, "additionalProperties": steps]
        case "call":
            let callable = catalog.recipes.filter { $0.value.triggerUse == LanguageTriggers.called.name }.keys.sorted()
            return ["type": "string", "examples": .array(callable.map { .string($0) })]
        case "set", "append":
            return ["type": "object", "minProperties": 1, "propertyNames": ["$ref": "#/$defs/name"]]
        case "stop": return ["enum": ["succeeded", "failed"]]
        case "reason": return RecipeSchema.text("Why, for people; may hold pills.")
        default: return true
        }
    }
}
