// A JSON Schema (2020-12) of recipes, made from the installed connectors: completion and hovers in editors.

import JSONCore

/// `galley schema`.
public enum RecipeSchema {
    /// The schema for recipes that use these connectors. It lets through everything that `galley check` does; what it can't
    /// see (names, pills, formulas) is left to that.
    /// - Parameter inFull: connectors whose actions and triggers come with the schema of their input; all when nil. Of the
    ///   others the names are listed. What is written of inputs is bounded by `mostRuleBytes`, so that a connector with
    ///   thousands of actions leaves a schema that editors can load.
    public static func json(catalog: Catalog, inFull: Set<String>? = nil) -> JSON {
        var connectors = catalog.connectors.all
        if let inFull { connectors = connectors.filter { inFull.contains($0.name) || $0.actions.count <= mostListed } }
        let properties: JSONObject = [
            "galley": ["const": 1, "description": "The version of the recipe language."],
            "name": text("The recipe's name, for people."), "description": text("What it does."),
            "tags": ["type": "array", "items": ["type": "string"]], "note": text("For whoever reads the file."),
            "trigger": ["$ref": "#/$defs/trigger"],
            "connections": [
                "type": "object", "description": "Names for \"use\", each standing for a connection of the workspace.",
                "additionalProperties": connectionNames(catalog),
            ],
            "concurrency": wholeNumber(1, 1_000, "How many jobs may run at once; 1 when left out."),
            "checkpoint": [
                "enum": .array(Checkpoint.allCases.map { .string($0.rawValue) }),
                "description": "When step records are on disk: before the next effect, or before every step.",
            ],
            "record": record,
            "report": [
                "type": "object", "description": "Columns of the job list: a title and a formula each.",
                "additionalProperties": ["$ref": "#/$defs/formula"],
            ],
            "steps": ["$ref": "#/$defs/steps"],
        ]
        return [
            "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Galley recipe", "type": "object",
            "required": ["galley", "trigger", "steps"], "additionalProperties": false,
            "properties": .object(properties),
            "$defs": .object(definitions(connectors, catalog, inFull)),
        ]
    }

    /// Bytes of all rules about inputs.
    static let mostRuleBytes = 2 << 20
    /// Actions of a connector that is not described in full, so that its names are listed.
    private static let mostListed = 300

    private static func definitions(
        _ connectors: [ConnectorSpec], _ catalog: Catalog, _ inFull: Set<String>?
    ) -> JSONObject {
        let described = connectors.filter { inFull?.contains($0.name) ?? true }
        return [
            "formula": ["type": "string", "minLength": 1, "description": "A formula, without {{ }}."],
            "duration": [
                "type": "string", "pattern": #"^ *([0-9]+ *(w|d|h|m|s|ms) *)+$"#,
                "description": "A duration like 500ms, 2s, 15m, 1h30m, 1d.",
            ],
            "name": ["type": "string", "pattern": "^[a-z_][A-Za-z0-9_]{0,63}$"],
            "pill": ["type": "string", "pattern": .string(pill)],
            "steps": ["type": "array", "items": ["$ref": "#/$defs/step"]],
            "retry": [
                "type": "object", "required": ["times"], "additionalProperties": false,
                "properties": [
                    "times": wholeNumber(0, 100, "Tries after the first."), "wait": ["$ref": "#/$defs/duration"],
                    "backoff": [
                        "type": "number", "minimum": 1, "maximum": 100,
                        "description": "The next wait is longer by this.",
                    ],
                    "when": ["$ref": "#/$defs/formula"],
                ],
            ],
            "trigger": trigger(connectors, described),
            "step": RecipeStepSchema.step,
            "kinds": .object(RecipeStepSchema.kinds(connectors, described, catalog)),
        ]
    }

    private static func connectionNames(_ catalog: Catalog) -> JSON {
        let names = catalog.connections.keys.sorted()
        return names.isEmpty ? ["type": "string"] : ["enum": .array(names.map { .string($0) })]
    }

    // MARK: - Triggers

    private static func trigger(_ connectors: [ConnectorSpec], _ described: [ConnectorSpec]) -> JSON {
        func triggers(of connectors: [ConnectorSpec]) -> [(use: String, spec: TriggerSpec)] {
            LanguageTriggers.specs.map { (use: $0.name, spec: $0) }
                + connectors.flatMap { connector in
                    connector.triggers.map { ("\(connector.name).\($0.name)", $0) }
                }
        }
        let all = triggers(of: connectors)
        let properties: JSONObject = [
            "id": [
                "$ref": "#/$defs/name", "description": "The name of the trigger's pill; \"trigger\" when left out.",
            ],
            "use": operations(all.map { ($0.use, $0.spec.title, $0.spec.summary) }), "title": text("For people."),
            "note": text("For whoever reads the file."), "input": ["type": "object"],
            "when": ["$ref": "#/$defs/formula", "description": "Events for which this is not true start nothing."],
            "dedupe": ["$ref": "#/$defs/formula", "description": "Events with the same key start one job."],
        ]
        return [
            "type": "object", "required": ["use"], "additionalProperties": false, "properties": .object(properties),
            "allOf": .array(inputRules(triggers(of: described).lazy.map { ($0.use, $0.spec.input) })),
        ]
    }

    // MARK: - Parts

    static let record: JSON = [
        "enum": .array(Recorded.allCases.map { .string($0.rawValue) }),
        "description":
            "What is recorded of calls that succeed: their data, or also requests and answers as they were sent.",
    ]

    static func text(_ description: String) -> JSON { ["type": "string", "description": .string(description)] }

    static func wholeNumber(_ least: Int, _ most: Int, _ description: String) -> JSON {
        ["type": "integer", "minimum": .integer(least), "maximum": .integer(most), "description": .string(description)]
    }

    /// The known operations, each with its title, or any other with a name from `connections` in front.
    static func operations(_ known: [(use: String, title: String, summary: String)]) -> JSON {
        let listed = known.map { operation -> JSON in
            let summary = operation.summary.isEmpty ? operation.title : "\(operation.title): \(operation.summary)"
            return ["const": .string(operation.use), "description": .string(summary)]
        }
        return ["anyOf": .array(listed + [["type": "string", "pattern": #"^[^.]+\.[^.].*$"#]])]
    }

    /// Rules for the inputs of operations, as many as fit into `mostRuleBytes`.
    /// - Parameter operations: taken one by one, as reading an input may cost.
    static func inputRules(_ operations: some Sequence<(String, Schema)>) -> [JSON] {
        var (rules, bytes): ([JSON], Int) = ([], 0)
        for (use, input) in operations {
            guard let rule = inputRule(use: use, input: input) else { continue }
            bytes += rule.compactBytes.count
            guard bytes <= mostRuleBytes else { break }
            rules.append(rule)
        }
        return rules
    }

    /// What `input` has to be when `use` is this; nil when anything goes.
    static func inputRule(_ key: String = "use", use: String, input: Schema) -> JSON? {
        guard !input.isAny else { return nil }
        var then: JSONObject = ["properties": ["input": open(input)]]
        if input.properties.contains(where: \.required) { then["required"] = ["input"] }
        return [
            "if": ["required": [.string(key)], "properties": .object([key: ["const": .string(use)]])],
            "then": .object(then),
        ]
    }

    /// The schema of a value in a recipe: wherever something else than a text is asked for, a pill will do, and a
    /// number may be written as text.
    static func open(_ schema: Schema) -> JSON {
        var left = Schema.mostWritten
        return open(schema, depth: 0, &left)
    }

    private static func open(_ schema: Schema, depth: Int, _ left: inout Int) -> JSON {
        left -= 1
        guard left >= 0, depth < Schema.deepestWritten else { return .object([:]) }
        func inner(_ schema: Schema) -> JSON { open(schema, depth: depth + 1, &left) }
        var value = schema
        value.properties = []
        (value.items, value.additional, value.alternatives) = (nil, nil, [])
        guard var object = value.json.object else { return value.json }
        if !schema.properties.isEmpty {
            object["properties"] = .object(JSONObject(schema.properties.map { ($0.name, inner($0.schema)) }))
            let required = schema.properties.filter(\.required).map { JSON.string($0.name) }
            if !required.isEmpty { object["required"] = .array(required) }
        }
        object["items"] = schema.items.map { inner($0.value) }
        if let additional = schema.additional { object["additionalProperties"] = inner(additional.value) }
        if !schema.alternatives.isEmpty { object["anyOf"] = .array(schema.alternatives.map { inner($0) }) }
        return relaxed(object, schema)
    }

    /// Typing converts texts to numbers and back, and a pill is a text: an editor must not call those wrong.
    private static func relaxed(_ object: JSONObject, _ schema: Schema) -> JSON {
        var object = object
        for key in ["format", "pattern", "minLength", "maxLength"] { object[key] = nil }
        if let type = object["type"] {
            let kinds = type.array ?? [type]
            if schema.kinds.contains(.string) {
                object["type"] = .array(kinds + ["number", "boolean"])
            } else {
                let isScalar = !schema.kinds.isDisjoint(with: [.integer, .number, .boolean])
                object["type"] = .array(kinds + ["string"])
                object["pattern"] = .string(isScalar ? scalarOrPill : pill)
            }
        }
        guard let choices = object["enum"] else { return .object(object) }
        object["enum"] = nil
        if let alternatives = object["anyOf"] { object["allOf"] = [["anyOf": alternatives]] }
        object["anyOf"] = [["enum": choices], ["$ref": "#/$defs/pill"]]
        return .object(object)
    }

    /// Patterns of texts: one with a pill, and one that may also be a number, true or false.
    static let pill = #"\{\{"#
    private static let scalarOrPill = #"\{\{|^\s*(-?[0-9][0-9.eE+-]*|[tT][rR][uU][eE]|[fF][aA][lL][sS][eE])?\s*$"#
}
