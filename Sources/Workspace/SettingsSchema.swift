// A JSON Schema (2020-12) of galley.json, for editors: what SettingsReader takes.

import JSONCore
import RecipeLanguage

/// `galley schema --settings`.
public enum SettingsSchema {
    /// The schema for a workspace with these recipes and mail connections.
    public static func json(recipes: [String], mailConnections: [String]) -> JSON {
        let limits = Limit.allCases.filter(\.isSettable).map { limit in
            (
                key: limit.rawValue,
                value: [
                    "type": "integer", "minimum": .integer(limit.range.lowerBound),
                    "maximum": .integer(limit.range.upperBound), "default": .integer(limit.standard),
                ] as JSON
            )
        }
        let properties: JSONObject = [
            "galley": ["const": 1, "description": "The version of the format."],
            "name": text("The workspace's name, in headings."),
            "time_zone": text("An IANA name: what now and today are in."),
            "public_url": [
                "type": "string", "pattern": "^https?://[^/?#@]+/?$",
                "description": "The address by which outside systems and people reach the server.",
            ],
            "properties": ["type": "object", "description": "properties.NAME in formulas."],
            "network": [
                "type": "object", "additionalProperties": false, "description": "What outbound HTTP may do.",
                "properties": [
                    "private_addresses": ["type": "boolean"], "bodies_without_length": ["type": "boolean"],
                    "certificate_authority": text("A PEM file."), "client_certificate": text("A PEM file."),
                    "client_key": text("A PEM file."), "proxy": text("http://host:port"),
                    "maximum_answer_bytes": ["type": "integer", "minimum": 1024, "maximum": .integer(1 << 30)],
                ],
            ],
            "limits": [
                "type": "object", "additionalProperties": false,
                "properties": .object(JSONObject(uniqueEntries: limits)),
            ],
            "commands": commands,
            "retention_days": [
                "type": ["integer", "null"], "minimum": 1, "maximum": 36_500,
                "description": "Finished jobs older than this are deleted.",
            ],
            "alerts": [
                "type": "object", "description": "Who is told when something goes wrong: rules by name.",
                "maxProperties": .integer(AlertReader.mostRules),
                "additionalProperties": ["$ref": "#/$defs/alert_rule"],
            ],
        ]
        return [
            "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Galley workspace settings",
            "type": "object", "additionalProperties": false, "properties": .object(properties),
            "$defs": [
                "alert_rule": rule, "alert_condition": condition, "alert_target": target,
                "recipe": names(recipes, "A recipe of the workspace."),
                "mail": names(mailConnections, "A connection of the connector mail."),
                "duration": [
                    "type": "string", "pattern": #"^ *([0-9]+ *(w|d|h|m|s|ms) *)+$"#,
                    "description": "A duration like 500ms, 2s, 15m, 1h30m, 1d.",
                ],
            ],
        ]
    }

    private static let commands: JSON = [
        "type": "object", "description": "The programs that command.run may run, by name.",
        "maxProperties": .integer(CommandReader.mostCommands),
        "additionalProperties": [
            "anyOf": [
                ["type": "string", "pattern": "^/"],
                [
                    "type": "object", "required": ["program"], "additionalProperties": false,
                    "properties": [
                        "program": ["type": "string", "pattern": "^/", "description": "Its absolute path."],
                        "environment": [
                            "type": "array", "items": ["type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_]*$"],
                            "description": "The environment variables that it may see.",
                        ],
                    ],
                ],
            ]
        ],
    ]

    private static let rule: JSON = [
        "type": "object", "required": ["on", "to"], "additionalProperties": false,
        "properties": [
            "on": oneOrMore(["$ref": "#/$defs/alert_condition"], "What is told."),
            "recipes": oneOrMore(["$ref": "#/$defs/recipe"], "Only these recipes; all when left out."),
            "to": oneOrMore(["$ref": "#/$defs/alert_target"], "Who is told."),
            "group": duration("What happens within this time of the first is told together; 30s when left out."),
            "throttle": duration("At most one alert in this time for each recipe; 1h when left out."),
            "recovery": ["type": "boolean", "description": "Whether the end of it is told too; true when left out."],
        ],
    ]

    private static let condition: JSON = [
        "anyOf": [
            [
                "enum": .array(
                    AlertRule.Kind.allCases.filter { $0 != .silence && $0 != .repeatedFailure }
                        .map { .string($0.word) })
            ],
            terms(
                "repeated_failure",
                ["count": ["type": "integer", "minimum": 2, "maximum": 100], "within": ["$ref": "#/$defs/duration"]],
                required: ["within"]),
            terms(
                "silence", ["recipe": ["$ref": "#/$defs/recipe"], "for": ["$ref": "#/$defs/duration"]],
                required: ["for"]),
            terms("polls_failing", ["count": ["type": "integer", "minimum": 1, "maximum": 1_000]], required: []),
            terms(
                "subscription_failing", ["count": ["type": "integer", "minimum": 1, "maximum": 1_000]], required: []),
        ]
    ]

    private static let target: JSON = [
        "anyOf": [
            [
                "type": "object", "required": ["mail", "to"], "additionalProperties": false,
                "properties": [
                    "mail": ["$ref": "#/$defs/mail"], "to": oneOrMore(["type": "string"], "Mail addresses."),
                ],
            ],
            [
                "type": "object", "required": ["webhook"], "additionalProperties": false,
                "properties": [
                    "webhook": [
                        "anyOf": [
                            ["type": "string", "pattern": "^https?://"],
                            [
                                "type": "object", "required": ["secret"], "additionalProperties": false,
                                "properties": ["secret": text("The secret that holds the URL.")],
                            ],
                        ]
                    ],
                    "secret": text("The secret that signs it, as Standard Webhooks say."),
                ],
            ],
            [
                "type": "object", "required": ["recipe"], "additionalProperties": false,
                "properties": ["recipe": ["$ref": "#/$defs/recipe"]],
            ],
        ]
    ]

    private static func terms(_ word: String, _ properties: JSON, required: JSON) -> JSON {
        [
            "type": "object", "required": [.string(word)], "additionalProperties": false,
            "properties": [
                word: [
                    "type": "object", "required": required, "additionalProperties": false, "properties": properties,
                ]
            ],
        ]
    }

    private static func oneOrMore(_ schema: JSON, _ description: String) -> JSON {
        ["description": .string(description), "anyOf": [schema, ["type": "array", "minItems": 1, "items": schema]]]
    }

    private static func names(_ known: [String], _ description: String) -> JSON {
        ["type": "string", "description": .string(description), "examples": .array(known.map { .string($0) })]
    }

    private static func duration(_ description: String) -> JSON {
        ["$ref": "#/$defs/duration", "description": .string(description)]
    }

    private static func text(_ description: String) -> JSON { ["type": "string", "description": .string(description)] }
}
