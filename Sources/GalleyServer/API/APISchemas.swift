// The shapes of the REST API as JSON Schemas, and short ways to write them.

import Engine
import JSONCore
import JobHistory

enum APISchemas {
    /// By the names that `$ref`s use.
    static let all: JSONObject = [
        "Problem": .record(
            [
                "title": .typed("string"), "status": .typed("integer"), "detail": .typed("string"),
                "job": .typed("integer"),
                "mistakes": [
                    "type": "array", "items": .record(["pointer": .typed("string"), "message": .typed("string")]),
                ],
            ], required: ["title", "status", "detail"]),
        "Job": .record(job, required: ["job", "recipe", "version", "state", "origin", "created_at"]),
        "JobDetail": .record(
            job.merging([
                "event": [:], "result": [:], "error": ["type": "object"], "response": [:],
                "children": .listSchema("integer"), "approvals": .listSchema("integer"),
                "parent_address": .typed("string"),
                "why": .textSchema("Its state in words."),
            ]), required: ["job", "recipe", "version", "state", "origin", "created_at", "event"]),
        "Step": .record(
            [
                "seq": .typed("integer"), "address": .typed("string"), "state": .typed("string"),
                "effect": .typed("string"), "attempt": .typed("integer"), "round": .typed("integer"),
                "started_at": .time, "microseconds": .nullable("integer"), "input": [:], "output": [:],
                "error": ["type": "object"], "idempotency_key": .typed("string"), "superseded": .typed("boolean"),
                "attempts": .listSchema("object"),
            ], required: ["seq", "address", "state"]),
        "Recipe": .record(recipe, required: ["id", "name", "errors", "on", "takes_events"]),
        "RecipeDetail": .record(
            recipe.merging(["mistakes": .listSchema("object"), "steps": .listSchema("object")]), required: ["id"]),
        "RecipeVersion": .record(
            [
                "number": .typed("integer"), "hash": .typed("string"), "registered_at": .time,
                "bytes": .typed("integer"), "source": .typed("string"),
            ], required: ["number", "hash"]),
        "Schedule": .record(
            [
                "recipe": .typed("string"), "kind": ["type": "string", "enum": ["schedule", "poller"]],
                "state": [
                    "type": "string", "enum": .array(ScheduleStanding.State.allCases.map { .string($0.rawValue) }),
                ],
                "reason": .nullable("string"), "paused_reason": .nullable("string"), "words": .nullable("string"),
                "time_zone": .nullable("string"), "next": .nullable("string"), "last": .nullable("string"),
                "missed": .typed("integer"), "skipped": .typed("integer"), "events": .typed("integer"),
                "refused": .typed("integer"), "failures": .typed("integer"), "error": .nullable("string"),
                "empty_polls": .typed("integer"), "errors": .typed("integer"),
            ], required: ["recipe", "kind", "state"]),
        "Trigger": .record(
            [
                "recipe": .typed("string"), "use": .nullable("string"), "ways": .listSchema("string"),
                "connection": .nullable("string"),
                "state": [
                    "type": "string", "enum": .array(TriggerStanding.State.allCases.map { .string($0.rawValue) }),
                ],
                "reason": .nullable("string"), "events": .typed("integer"), "deliveries": .typed("integer"),
                "last": .nullable("string"),
                "subscriptions": [
                    "type": "array",
                    "items": .record([
                        "connector": .typed("string"), "trigger": .typed("string"), "connection": .nullable("string"),
                        "state": [
                            "type": "string",
                            "enum": .array(Subscription.State.allCases.map { .string($0.description) }),
                        ],
                        "url": .typed("string"), "since": .nullable("string"), "expires": .nullable("string"),
                        "next_try": .nullable("string"), "failures": .typed("integer"), "error": .nullable("string"),
                        "deliveries": .typed("integer"), "last_delivery": .nullable("string"),
                    ]),
                ],
            ], required: ["recipe", "state", "subscriptions"]),
        "ScheduleTimes": .record(
            [
                "words": .typed("string"), "time_zone": .typed("string"), "clock_changes": .listSchema("string"),
                "next": [
                    "type": "array",
                    "items": .record(["at": .time, "utc": .time, "in_seconds": .typed("integer")]),
                ], "delay_ms": .typed("integer"),
            ], required: ["words", "next"]),
        "RecipeChange": .record(
            [
                "kind": [
                    "type": "string", "enum": .array(RecipeChange.Kind.allCases.map { .string($0.rawValue) }),
                ],
                "step": .nullable("string"), "words": .typed("string"), "place": .typed("string"),
                "field": .typed("string"), "from": [:], "to": [:],
            ], required: ["kind", "step", "words"]),
        "Table": .record(
            [
                "name": .typed("string"), "columns": .listSchema("string"), "rows_from": .typed("string"),
                "changed": .nullable("string"), "file_edited": .typed("boolean"),
                "format": ["type": "string", "enum": ["csv", "json"]],
            ], required: ["name"]),
        "Topic": .record(
            [
                "topic": .typed("string"), "messages": .typed("integer"), "first": .nullable("integer"),
                "last": .typed("integer"), "last_at": .nullable("string"), "readers": .listSchema("object"),
            ], required: ["topic", "messages", "last"]),
        "TopicMessage": .record(
            [
                "topic": .typed("string"), "offset": .typed("integer"), "published_at": .nullable("string"),
                "job": .nullable("integer"), "key": .nullable("string"), "data": [:],
            ], required: ["offset"]),
        "TablePage": .record(
            [
                "table": .typed("string"), "columns": .listSchema("string"), "rows": .listSchema("object"),
                "total": .typed("integer"), "next": .nullable("integer"),
            ], required: ["table", "columns", "rows", "total", "next"]),
        "Alerts": .record(
            [
                "rules": .listSchema("object"), "open": .listSchema("object"), "messages": .listSchema("object"),
                "next": .nullable("integer"),
            ], required: ["rules", "open", "messages"]),
        "Approval": .record(
            [
                "id": .typed("integer"),
                "state": ["type": "string", "enum": ["open", "approved", "rejected", "expired", "withdrawn"]],
                "title": .typed("string"), "text": .typed("string"), "fields": ["type": "object"],
                "recipe": .typed("string"), "job": .typed("integer"), "step": .typed("string"), "asked_at": .time,
                "deadline": .nullable("string"), "on_deadline": .typed("string"),
                "approvers": .listSchema("string"), "escalates_at": .nullable("string"),
                "escalated": .typed("boolean"), "escalates_to": .listSchema("string"), "needed": .typed("integer"),
                "approvals": .typed("integer"), "rejections": .typed("integer"), "reason": .typed("string"),
                "answers": .listSchema("object"), "by_deadline": .typed("boolean"), "decided_at": .nullable("string"),
                "words": .textSchema("How it stands."),
            ], required: ["id", "state", "title", "recipe", "job", "needed", "answers"]),
        "Connection": .record(
            [
                "name": .typed("string"), "title": .nullable("string"), "connector": .typed("string"),
                "state": .typed("string"),
                "held_back": [
                    "type": ["object", "null"], "description": "Why its calls are held back now; null: they pass.",
                    "properties": [
                        "why": ["type": "string", "enum": ["down", "paused"]], "seconds": .typed("integer"),
                        "reason": .typed("string"),
                    ],
                ],
            ], required: ["name"]),
        "Delivery": .record(
            [
                "id": .typed("integer"), "received_at": .time, "verdict": .typed("string"), "method": .typed("string"),
                "path": .typed("string"), "sender": .typed("string"), "bytes": .typed("integer"),
                "recipe": .nullable("string"), "job": .nullable("integer"), "reason": .nullable("string"),
                "headers": ["type": "object"], "query": ["type": "object"], "body": .typed("string"),
            ], required: ["id", "verdict"]),
        "User": .record(
            ["name": .typed("string"), "role": .roleSchema, "created_at": .time], required: ["name", "role"]),
        "Token": .record(
            [
                "name": .typed("string"), "kind": .typed("string"), "role": .roleSchema,
                "scopes": .listSchema("string"),
                "per_minute": .typed("integer"), "created_at": .time, "created_by": .typed("string"),
                "expires_at": .nullable("string"), "used_at": .nullable("string"),
            ], required: ["name", "kind"]),
        "AuditEntry": .record(
            [
                "id": .typed("integer"), "at": .time, "who": .typed("string"), "kind": .typed("string"),
                "from": .typed("string"), "action": .typed("string"), "subject": .typed("string"),
            ], required: ["id", "at", "who", "action"]),
    ]

    private static let job: JSONObject = [
        "job": .typed("integer"), "recipe": .typed("string"), "version": .typed("integer"),
        "state": ["type": "string", "enum": .array(JobState.allCases.map { .string($0.description) })],
        "origin": .typed("string"), "created_at": .time, "started_at": .nullable("string"),
        "finished_at": .nullable("string"), "run_after": .time, "active_ms": .typed("integer"),
        "deaths": .typed("integer"), "reason": .typed("string"),
        "error": .textSchema("What went wrong, in one sentence."), "report": ["type": "object"],
        "parent": .typed("integer"), "rerun_of": .typed("integer"),
    ]

    private static let recipe: JSONObject = [
        "id": .typed("string"), "name": .typed("string"), "trigger": .nullable("string"), "errors": .typed("integer"),
        "version": .nullable("integer"), "on": .typed("boolean"), "takes_events": .typed("boolean"),
        "reason": .nullable("string"), "step_count": .nullable("integer"),
    ]
}

extension APIOperation.Parameter {
    init(_ name: String, _ description: String, _ schema: JSON) {
        (self.name, self.description, self.schema) = (name, description, schema)
    }

    static let before = Self("before", "Only entries before this number: `next` of the page before.", .whole)
    static let limit = limit(most: 1_000)

    static func limit(most: Int) -> Self {
        Self(
            "limit", "How many, up to \(most); 50 when left out.",
            ["type": "integer", "minimum": 1, "maximum": .integer(most)])
    }
}

extension JSON {
    static let text: JSON = ["type": "string"]
    static let whole: JSON = ["type": "integer", "minimum": 0]
    static let time: JSON = ["type": "string", "format": "date-time"]
    static let roleSchema: JSON = ["type": "string", "enum": .array(Role.allCases.map { .string($0.name) })]

    static func typed(_ type: String) -> JSON { ["type": .string(type)] }
    static func nullable(_ type: String) -> JSON { ["type": [.string(type), "null"]] }
    static func textSchema(_ description: String) -> JSON { described("string", description) }
    static func truthSchema(_ description: String) -> JSON { described("boolean", description) }
    static func listSchema(_ type: String) -> JSON { ["type": "array", "items": typed(type)] }

    private static func described(_ type: String, _ description: String) -> JSON {
        description.isEmpty ? typed(type) : ["type": .string(type), "description": .string(description)]
    }

    /// A closed object.
    static func record(_ properties: JSONObject, required: [String] = []) -> JSON {
        var schema: JSONObject = [
            "type": "object", "properties": .object(properties), "additionalProperties": false,
        ]
        if !required.isEmpty { schema["required"] = .array(required.map { .string($0) }) }
        return .object(schema)
    }

    static func shape(_ name: String) -> JSON { ["$ref": .string("#/components/schemas/\(name)")] }

    static func list(_ name: String, of shape: String) -> JSON {
        record([name: ["type": "array", "items": .shape(shape)]], required: [name])
    }

    static func page(_ name: String, of shape: String) -> JSON {
        record(
            [name: ["type": "array", "items": .shape(shape)], "next": .nullable("integer")], required: [name, "next"])
    }
}

extension JSONObject {
    func merging(_ other: JSONObject) -> JSONObject {
        var merged = self
        for (name, value) in other { merged[name] = value }
        return merged
    }
}
