// The CRM: accounts, leads, opportunities with their quotes, and tasks, over REST with an API key.

import JSONCore

struct CRM: SandboxApp {
    let name = "crm"
    /// Expected in the header `X-API-Key`.
    let key: String

    func authorize(_ request: SandboxRequest) throws(Refusal) {
        guard request.header("x-api-key") == key else {
            throw Refusal(401, "unauthorized", "the header X-API-Key is missing or wrong")
        }
    }

    func operation(for request: SandboxRequest) throws(Refusal) -> SandboxOperation {
        try Self.routes.operation(for: request)
    }

    private static let routes: [Route] = [
        Route("GET", "me", "me") { _ in .json(["user": "sandbox", "app": "crm"]) },
        Route("GET", "accounts", "list_accounts", listAccounts),
        Route("GET", "accounts/{id}", "get_account") { try read(.account, $0) },
        Route("POST", "leads", "create_lead", createLead),
        Route("GET", "leads", "list_leads", listLeads),
        Route("GET", "leads/{id}", "get_lead") { try read(.lead, $0) },
        Route("PATCH", "leads/{id}", "update_lead") { try change(.lead, leadFields, $0) },
        Route("GET", "opportunities", "list_opportunities") { try list(.opportunity, "opportunities", $0) },
        Route("GET", "opportunities/{id}", "get_opportunity") { try read(.opportunity, $0) },
        Route("PATCH", "opportunities/{id}", "update_opportunity") {
            try change(.opportunity, opportunityFields, $0)
        },
        Route("PUT", "opportunities/{id}", "save_opportunity", saveOpportunity),
        Route("POST", "tasks", "create_task", createTask),
        Route("GET", "tasks", "list_tasks") { try list(.task, "tasks", $0) },
    ]

    static let leadFields: [FieldRule] = [
        .required("email", .email), .optional("first_name"), .optional("last_name"), .optional("company"),
        .optional("title"), .optional("phone"), .optional("country"), .optional("account_id"), .optional("owner"),
        .optional("territory"), .optional("score", .integer), .optional("source"), .optional("note"),
        .optional("external_id"), .optional("status", .choice(["new", "assigned", "contacted", "qualified", "lost"])),
    ]

    static let opportunityFields: [FieldRule] = [
        .optional("name"), .optional("account"), .optional("amount", .number), .optional("currency"),
        .optional("stage", .choice(["open", "quoted", "approved", "invoiced", "won", "lost"])),
        .optional("invoice_number"), .optional("order_number"), .optional("note"), .optional("quote", .object),
    ]

    static let taskFields: [FieldRule] = [
        .required("subject"), .required("owner"), .optional("due", .date), .optional("related_to"), .optional("note"),
        .optional("priority", .choice(["low", "normal", "high"])),
    ]

    private static func listAccounts(_ call: RouteCall) throws -> SandboxAnswer {
        guard let domain = call.request.query("domain") else { return try list(.account, "accounts", call) }
        let found = try call.records.find(.account, uniqueKey: domain.lowercased())
        return .json(["accounts": .array(found.map { [.object($0)] } ?? []), "next_cursor": .null])
    }

    private static func listLeads(_ call: RouteCall) throws -> SandboxAnswer {
        guard let email = call.request.query("email") else {
            return try list(.lead, "leads", call, changedSince: call.request.query("updated_since"))
        }
        let found = try call.records.find(.lead, uniqueKey: email.lowercased())
        return .json(["leads": .array(found.map { [.object($0)] } ?? []), "next_cursor": .null])
    }

    private static func createLead(_ call: RouteCall) throws -> SandboxAnswer {
        let fields = try leadFields.checked(try call.bodyObject())
        let email = (fields["email"]?.string ?? "").lowercased()
        let id = try call.records.nextId("L")
        var lead: JSONObject = ["id": .string(id)]
        for (name, value) in fields where !value.isNull { lead[name] = value }
        lead["email"] = .string(email)
        if lead["status"] == nil { lead["status"] = lead["owner"] == nil ? "new" : "assigned" }
        (lead["created_at"], lead["updated_at"]) = (call.records.now, call.records.now)
        try call.records.insert(.lead, id: id, uniqueKey: email, lead)
        return .json(["lead": .object(lead)], status: 201, subject: id)
    }

    private static func createTask(_ call: RouteCall) throws -> SandboxAnswer {
        let fields = try taskFields.checked(try call.bodyObject())
        let id = try call.records.nextId("T")
        var task: JSONObject = ["id": .string(id)]
        for (name, value) in fields where !value.isNull { task[name] = value }
        task["status"] = "open"
        task["created_at"] = call.records.now
        try call.records.insert(.task, id: id, task)
        return .json(["task": .object(task)], status: 201, subject: id)
    }

    /// Makes the opportunity when there is none with this id, else changes the given fields: a repeat changes nothing more.
    private static func saveOpportunity(_ call: RouteCall) throws -> SandboxAnswer {
        let id = call.parameter("id")
        if try call.records.find(.opportunity, id: id) != nil {
            return try change(.opportunity, opportunityFields, call)
        }
        let fields = try opportunityFields.checked(try call.bodyObject())
        var opportunity: JSONObject = ["id": .string(id), "stage": "open"]
        for (name, value) in fields where !value.isNull { opportunity[name] = value }
        (opportunity["created_at"], opportunity["updated_at"]) = (call.records.now, call.records.now)
        try call.records.insert(.opportunity, id: id, opportunity)
        return .json(["opportunity": .object(opportunity)], status: 201, subject: id)
    }

    // What several kinds share.

    private static func list(
        _ kind: RecordKind, _ member: String, _ call: RouteCall, changedSince: String? = nil
    ) throws -> SandboxAnswer {
        let limit = try call.request.query("limit", in: 1...200, standard: 50)
        let page = try call.records.page(
            kind, after: call.request.query("cursor"), changedSince: changedSince, limit: limit)
        return .json(
            .object(
                JSONObject([
                    (member, .array(page.items)), ("next_cursor", page.next.map(JSON.string) ?? .null),
                ])))
    }

    private static func read(_ kind: RecordKind, _ call: RouteCall) throws -> SandboxAnswer {
        let record = try call.records.get(kind, id: call.parameter("id"))
        return .json(.object(JSONObject([(kind.rawValue, .object(record))])))
    }

    /// Sets the given fields and clears those given as `null`.
    private static func change(_ kind: RecordKind, _ rules: [FieldRule], _ call: RouteCall) throws -> SandboxAnswer {
        let id = call.parameter("id")
        var record = try call.records.get(kind, id: id)
        let changes = try rules.map { FieldRule(name: $0.name, kind: $0.kind, required: false) }.checked(
            try call.bodyObject())
        for (name, value) in changes { record[name] = value.isNull ? JSON?.none : value }
        var uniqueKey: String?
        if kind == .lead, let email = changes["email"]?.string?.lowercased() {
            if let other = try call.records.find(.lead, uniqueKey: email), other["id"]?.string != id {
                throw Refusal(409, "duplicate", "another lead already has \(email)")
            }
            (uniqueKey, record["email"]) = (email, .string(email))
        }
        guard kind != .lead || record["email"] != nil else {
            throw Refusal(422, "invalid", "a lead needs an e-mail address", details: ["email": "is missing"])
        }
        record["updated_at"] = call.records.now
        try call.records.update(kind, id: id, uniqueKey: uniqueKey, record)
        return .json(.object(JSONObject([(kind.rawValue, .object(record))])), subject: id)
    }
}
