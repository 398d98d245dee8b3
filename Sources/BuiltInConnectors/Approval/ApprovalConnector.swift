// `approval`: asks people, and waits for their answer for as long as it takes.

import ConnectorKit
import JSONCore
import RecipeLanguage

extension NativeConnector {
    /// Requests that people approve or reject, by a link, in the dashboard, over the API or with a command.
    public static let approval = NativeConnector(
        name: "approval", title: "Approvals",
        summary:
            "Asks people to approve or reject something, and waits for their answer: by a link, in the dashboard, over the API or with a command.",
        actions: [RequestApproval(), OpenApproval(), AwaitApproval()])
}

/// What the actions take and give alike.
enum ApprovalInput {
    private static let mostApprovers = 50
    private static let longestName = 200
    private static let longestTitle = 200
    private static let mostBytes = 64 << 10

    private static let names: Schema = {
        var schema = Schema(kinds: [.array, .string])
        schema.items = Indirect(.string)
        return schema
    }()

    private static func count(_ summary: String, _ name: String) -> Schema.Property {
        var schema = Schema.integer
        schema.minimum = 1
        return .member(name, schema, summary)
    }

    static let input = Schema.object([
        .string("title", required: true, "what is asked, in one line"),
        .string("text", "what to decide on, as plain text"),
        .member("fields", .object([], open: true), "facts by name, shown as a table"),
        .member(
            "approvers", names,
            "who may answer: names of users, mail addresses or other names; left out or empty: everybody with the role operator"
        ),
        count("how many different people have to approve; 1 when left out", "needed"),
        count(
            "how many rejections end it; left out: as many as make \"needed\" impossible, and one where everybody may answer",
            "rejections"),
        .string("deadline", "until when: a duration like \"2d\", or a time"),
        .string(
            "on_deadline",
            "what a request is then that nobody has decided; \"error\" when left out: the waiting step fails",
            choices: ApprovalRequest.OnDeadline.allCases.map(\.rawValue)),
        .member(
            "escalate",
            .object([
                .string("after", required: true, "a duration like \"4h\""),
                .member("to", names, required: true, "who may answer too from then on"),
            ]), "asks more people when it has not been decided after a time"),
        .string(
            "reason", "when an answer needs a reason; \"optional\" when left out",
            choices: ApprovalRequest.ReasonRule.allCases.map(\.rawValue)),
    ])

    static let rules: [InputRule] = [
        .durationOrTime(["deadline"]), .duration(["escalate", "after"]), .atMost(["needed"], elementsOf: ["approvers"]),
        .atMost(["rejections"], elementsOf: ["approvers"]), .needs(["on_deadline"], ["deadline"]),
        .needs(["escalate"], ["approvers"]), .shorter(["escalate", "after"], than: ["deadline"]),
    ]

    /// - Parameter outcomes: what it may end with, the usual one first.
    static func outcome(_ outcomes: [String]) -> Schema {
        .object([
            .integer("id", required: true, "the request's number"),
            .string("outcome", required: true, nil, choices: outcomes),
            .boolean("approved", required: true, "whether the outcome is approved"),
            .member(
                "answers",
                .array(
                    .object([
                        .string("by", required: true),
                        .string("answer", required: true, nil, choices: ["approve", "reject"]),
                        .string("reason"), .string("at", required: true, "ISO 8601, UTC"),
                        .string("way", required: true, nil, choices: ["link", "dashboard", "api", "command"]),
                    ])), required: true, "in the order they came"),
            .boolean("by_deadline", required: true, "whether the deadline decided, and no person"),
            .boolean("escalated", required: true), .string("decided_at", "ISO 8601, UTC"),
            .string("page", required: true, "its page in the dashboard"),
        ])
    }

    static func store(_ context: ActionContext) throws(ConnectorError) -> any ApprovalStore {
        guard let store = context.approvals else {
            throw ConnectorError(type: "internal", "there is no history here that could keep a request")
        }
        return store
    }

    static func request(_ input: ActionInput, in context: ActionContext) throws(ConnectorError) -> ApprovalRequest {
        let title = try input.filledText("title").split(whereSeparator: \.isNewline).joined(separator: " ")
        guard title.count <= longestTitle else {
            throw ConnectorError(
                type: "bad_input", "\"title\" has at most \(longestTitle) characters: the rest belongs into \"text\"")
        }
        var request = ApprovalRequest(title: title)
        (request.text, request.fields) = (try input.text("text") ?? "", try input.object("fields") ?? [:])
        guard request.text.utf8.count + JSON.object(request.fields).compactBytes.count <= mostBytes else {
            throw ConnectorError(type: "too_large", "\"text\" and \"fields\" have at most 64 KiB together")
        }
        let approvers = try names(input, "approvers") ?? []
        var escalation: ApprovalRequest.Escalation?
        if let members = try input.object("escalate") {
            let escalate = ActionInput(.object(members))
            let after = try duration(escalate.requiredText("after"), "after")
            guard let to = try names(escalate, "to"), !to.isEmpty else {
                throw ConnectorError(type: "bad_input", "\"to\" of \"escalate\" names nobody")
            }
            guard !approvers.isEmpty else {
                throw ConnectorError(
                    type: "bad_input",
                    "\"escalate\" needs \"approvers\": without them everybody with the role operator is asked already")
            }
            escalation = ApprovalRequest.Escalation(after: after, to: to)
        }
        request.ask(approvers, escalation: escalation)
        let most = request.approvers.isEmpty ? 1_000 : request.approvers.count
        request.needed = try input.integer("needed", in: 1...most) ?? 1
        request.rejections = try input.integer("rejections", in: 1...most)
        request.onDeadline = try input.choice("on_deadline", default: .error)
        request.reason = try input.choice("reason", default: .optional)
        if let text = try input.text("deadline") { request.deadline = try deadline(text, in: context) }
        guard request.deadline != nil || input.value("on_deadline") == nil else {
            throw ConnectorError(type: "bad_input", "\"on_deadline\" needs a \"deadline\"")
        }
        return request
    }

    private static func names(_ input: ActionInput, _ member: String) throws(ConnectorError) -> [String]? {
        guard let names = try input.texts(member) else { return nil }
        guard names.count <= mostApprovers else {
            throw ConnectorError(type: "bad_input", "\"\(member)\" names at most \(mostApprovers) people")
        }
        for name in names where ApprovalRequest.folded(name).isEmpty || name.count > longestName {
            throw ConnectorError(
                type: "bad_input", "\"\(member)\" must hold names of 1 to \(longestName) characters, and one is not")
        }
        return names
    }

    static func duration(_ text: String, _ member: String) throws(ConnectorError) -> Duration {
        guard let duration = DurationText.parse(text), duration > .zero else {
            throw ConnectorError(
                type: "bad_input", "\"\(member)\" must be \(DurationText.form), not \"\(text.prefix(40))\"")
        }
        return duration
    }

    private static func deadline(
        _ text: String, in context: ActionContext
    ) throws(ConnectorError) -> ApprovalRequest.Deadline {
        if let duration = DurationText.parse(text), duration > .zero { return .after(duration) }
        guard let time = Value.string(text).instantNanoseconds(timeZone: context.formulas.timeZone) else {
            throw ConnectorError(
                type: "bad_input",
                "\"deadline\" must be \(DurationText.form), or a time like 2026-03-02T09:00:00Z, not \"\(text.prefix(40))\""
            )
        }
        return .at(time / 1_000_000)
    }
}

/// `approval.request`: asks, and waits for the outcome.
struct RequestApproval: Action {
    let spec = OperationSpec(
        name: "request", title: "Ask for an approval and wait",
        summary:
            "Asks people in the dashboard's list of approvals and waits until it is decided: a minute or a month, also while the server is off.",
        effect: .keyed, input: ApprovalInput.input, output: ApprovalInput.outcome(["approved", "rejected"]),
        examples: [
            [
                "title": "Pay invoice A-1001?", "fields": ["Supplier": "Acme", "Amount": "99.00"],
                "approvers": ["ann", "bob", "cem"], "needed": 2, "deadline": "2d", "on_deadline": "reject",
            ]
        ], rules: ApprovalInput.rules, changesHistory: true)

    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON {
        let store = try ApprovalInput.store(context)
        let opened = try await store.open(
            try ApprovalInput.request(input, in: context), key: context.idempotencyKey)
        return try await store.outcome(
            of: Int64(opened["id"]?.integer ?? 0), patience: nil, key: context.idempotencyKey)
    }
}

/// `approval.open`: asks, and goes on at once with the links.
struct OpenApproval: Action {
    let spec = OperationSpec(
        name: "open", title: "Ask for an approval and go on",
        summary:
            "Asks people and goes on at once with a link for each of them, to be sent by the next steps; approval.wait waits for the outcome.",
        effect: .keyed, input: ApprovalInput.input,
        output: .object([
            .integer("id", required: true, "the request's number, for approval.wait"),
            .string("link", required: true, "the first approver's link; its page where none is named"),
            .member(
                "links",
                .array(
                    .object([
                        .string("approver", required: true),
                        .string("link", required: true, "whoever has it answers in the approver's name"),
                        .boolean("escalation", required: true, "whether they may answer from the escalation on only"),
                    ])), required: true),
            .string("page", required: true, "its page in the dashboard, for those who sign in"),
            .string("deadline", "ISO 8601, UTC"),
        ]),
        examples: [["title": "Publish the price list?", "approvers": ["ann@shop.example"], "deadline": "2d"]],
        rules: ApprovalInput.rules, changesHistory: true)

    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON {
        try await ApprovalInput.store(context).open(
            try ApprovalInput.request(input, in: context), key: context.idempotencyKey)
    }
}

/// `approval.wait`: waits for the outcome of a request of the same job.
struct AwaitApproval: Action {
    let spec = OperationSpec(
        name: "wait", title: "Wait for an approval",
        summary:
            "Waits until a request of this job is decided; with \"for\" only so long, and the outcome is then pending, so that the recipe can remind people and wait on.",
        effect: .keyed,
        input: .object([
            .integer("id", required: true, "what approval.open gave"),
            .string("for", "how long at most: a duration like \"4h\"; left out: until it is decided"),
        ]),
        output: ApprovalInput.outcome(["approved", "rejected", "pending"]), examples: [["id": 7, "for": "4h"]],
        rules: [.duration(["for"])], changesHistory: true)

    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON {
        guard let id = try input.integer("id", in: 1...Int.max) else { throw input.missing("id") }
        let patience = try input.text("for")
        return try await ApprovalInput.store(context).outcome(
            of: Int64(id), patience: try patience.map { try ApprovalInput.duration($0, "for") },
            key: context.idempotencyKey)
    }
}
