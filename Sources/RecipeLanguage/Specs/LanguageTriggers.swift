// The triggers that belong to the language itself (design §1); connectors add their own.

import JSONCore

/// `manual`, `schedule`, `webhook.received`, `recipe.called`, `api.request`.
public enum LanguageTriggers {
    /// Their specs; `name` is the whole `use`.
    public static let specs: [TriggerSpec] = [manual, schedule, webhook, called, request]

    /// The trigger with this `use`.
    public static func spec(_ use: String) -> TriggerSpec? { specs.first { $0.name == use } }

    /// A JSON Schema inside a recipe: checked by reading it.
    private static let schema = Schema(kinds: [.object, .boolean])

    public static let manual = TriggerSpec(
        name: "manual", title: "Started by hand",
        summary: "Starts when someone runs the recipe; the pill holds the input of the run.",
        input: .object([.member("schema", schema, "JSON Schema of what a run takes.")]))

    public static let schedule = TriggerSpec(
        name: "schedule", title: "On a schedule",
        summary: "Starts at the times of a cron expression or a calendar, or at regular intervals.",
        input: .object([
            .string("cron", "Minute, hour, day, month, weekday; seconds in front when there are six fields."),
            .string(
                "dialect", "Whose rules the cron expression follows: \"quartz\" for those of Quartz.",
                choices: CronDialect.allCases.map(\.rawValue)),
            .string("every", "The time between two starts: \"15m\", \"1h\", \"1d\"."),
            .string("anchor", "A time from which \"every\" counts (ISO 8601); \"start\" when left out."),
            .member("at", .array(.string), "The times of day of a calendar: \"09:30\"."),
            .member(
                "days_of_month", .array(Schema(kinds: [.integer, .string])),
                "1 to 31, \"last\", \"first_business_day\", \"last_business_day\"; every day when left out."),
            .member("weekdays", .array(.string), "\"mon\" to \"sun\"; every weekday when left out."),
            .member(
                "months", .array(Schema(kinds: [.integer, .string])),
                "1 to 12 or \"jan\" to \"dec\"; every month when left out."),
            .string("time_zone", "An IANA name like \"Europe/Berlin\"; the workspace's zone when left out."),
            .string(
                "dst", "Times that a change of the clock skips or repeats.",
                choices: ClockChangeRule.allCases.map(\.rawValue)),
            .string("start", "No start before this date or time (ISO 8601)."),
            .string("end", "No start after this date or time (ISO 8601)."),
            .member("except", .array(.string), "Dates without a start: \"2026-12-25\"."),
            .string("jitter", "Spreads the starts by up to this much: \"30s\"."),
            .string(
                "catch_up", "Times missed while nothing ran; \"last\" when left out.",
                choices: Schedule.CatchUp.allCases.map(\.rawValue)),
            .integer("catch_up_limit", "How many missed times \"all\" makes up for, the newest; 100 when left out."),
            .string(
                "overlap", "When the job before is still running; \"skip\" when left out.",
                choices: Schedule.Overlap.allCases.map(\.rawValue)),
        ]),
        event: .object([
            .string("scheduled_at", "When it was due."),
            .string("previous_at", "When it was due before; null the first time."),
            .integer("missed", "How many times were missed before this one."),
        ]))

    public static let webhook = TriggerSpec(
        name: "webhook.received", title: "Webhook received", summary: "Starts with each call of the recipe's address.",
        input: .object([
            .string("path", required: true, "The address below /hooks/."),
            .member("method", methods, "POST when left out."),
            .member(
                "verify",
                .object([.string("scheme", required: true), .string("secret", required: true)], open: true),
                "How the sender proves itself: a scheme and the name of the secret."),
            .member("schema", schema, "JSON Schema of the body; what does not fit is refused."),
            .member("respond", answer, "What the sender gets for what is taken in; always the same, so without pills."),
        ]),
        event: .object([
            .any("body", "The body, read as JSON or as a form."),
            .member("headers", open, "Header names in lower case."),
            .member("query", open), .string("raw", "The body as it came."),
        ]))

    public static let called = TriggerSpec(
        name: "recipe.called", title: "Called by a recipe", summary: "Starts when another recipe calls this one.",
        input: .object([
            .member("schema", schema, "JSON Schema of the input."),
            .member("result", schema, "JSON Schema of what it returns."),
        ]))

    public static let request = TriggerSpec(
        name: "api.request", title: "API request", summary: "Answers a request of an API client.",
        input: .object([
            .member("method", methods, required: true), .string("path", required: true, "\"/orders/{id}\""),
            .member("request", schema, "JSON Schema of the body."),
            .member("responses", .object([], open: true), "From status to the JSON Schema of the answer."),
        ]),
        event: .object([
            .any("body"), .member("path", open, "The values of {names} in the path."), .member("query", open),
            .member("headers", open, "Header names in lower case."), .any("client", "Who is calling."),
        ]))

    private static let open = Schema.object([], open: true)
    private static let answer: Schema = {
        var (status, headers) = (Schema.integer, Schema.object([]))
        (status.minimum, status.maximum) = (200, 299)
        (headers.isOpen, headers.additional) = (true, Indirect(.string))
        return .object([
            .member("status", status, "200 when left out."), .member("headers", headers),
            .string("text", "The body as text."), .any("json", "The body as JSON."),
        ])
    }()
    private static let methods: Schema = {
        var schema = Schema.string
        schema.choices = ["GET", "POST", "PUT", "PATCH", "DELETE"]
        return schema
    }()

    /// Who called, beside the input of a called recipe.
    static let caller = Schema.Property(
        name: "caller", schema: .object([.string("recipe"), .string("job"), .string("step")], open: true),
        required: false)

    /// What the pill holds, with the schemas that the recipe itself gives.
    static func event(of use: String, body: Schema?) -> Schema {
        guard let spec = spec(use) else { return .any }
        switch use {
        case manual.name: return body ?? .any
        case called.name:
            guard var schema = body, !schema.properties.isEmpty || !schema.isOpen else { return .any }
            if schema.property(caller.name) == nil { schema.properties.append(caller) }
            return schema
        default:
            guard let body else { return spec.event }
            var event = spec.event
            event.properties = event.properties.map {
                $0.name == "body" ? Schema.Property(name: "body", schema: body, required: true) : $0
            }
            return event
        }
    }
}
