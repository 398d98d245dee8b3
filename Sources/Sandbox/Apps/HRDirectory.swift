// The HR directory: employees, their accounts in other systems, and equipment orders, over REST with basic auth or a
// bearer token.

import JSONCore

struct HRDirectory: SandboxApp {
    let name = "hr"
    let user: String
    let password: String
    let token: String

    func authorize(_ request: SandboxRequest) throws(Refusal) {
        guard request.hasBearer(token) || request.hasBasic(user: user, password: password) else {
            throw Refusal(401, "unauthorized", "a user with a password, or a token, is needed here")
        }
    }

    func operation(for request: SandboxRequest) throws(Refusal) -> SandboxOperation {
        try Self.routes.operation(for: request)
    }

    private static let routes: [Route] = [
        Route("GET", "me", "me") { _ in .json(["user": "sandbox", "app": "hr"]) },
        Route("GET", "employees", "list_employees", listEmployees),
        Route("GET", "employees/{id}", "get_employee") { call in
            .json(["employee": .object(try call.records.get(.employee, id: call.parameter("id")))])
        },
        Route("PUT", "employees/{id}", "save_employee", saveEmployee),
        Route("POST", "accounts", "create_account", createAccount),
        Route("GET", "accounts", "list_accounts") { try list(.systemAccount, "accounts", $0) },
        Route("POST", "equipment-orders", "order_equipment", orderEquipment),
        Route("GET", "equipment-orders", "list_equipment_orders") {
            try list(.equipmentOrder, "equipment_orders", $0)
        },
    ]

    private static let employeeFields: [FieldRule] = [
        .optional("name"), .optional("email", .email), .optional("role"), .optional("department"), .optional("country"),
        .optional("manager"), .optional("start_date", .date),
        .optional("status", .choice(["hired", "preparing", "active", "left"])),
    ]

    private static let accountFields: [FieldRule] = [
        .required("employee"), .required("system", .choice(["email", "chat", "payroll", "crm", "vpn"])),
        .required("login"), .optional("groups", .list),
    ]

    private static let equipmentFields: [FieldRule] = [
        .required("employee"), .required("item"), .optional("deliver_by", .date), .optional("deliver_to"),
        .optional("note"),
    ]

    private static func listEmployees(_ call: RouteCall) throws -> SandboxAnswer {
        guard let email = call.request.query("email") else { return try list(.employee, "employees", call) }
        let found = try call.records.find(.employee, uniqueKey: email.lowercased())
        return .json(["employees": .array(found.map { [.object($0)] } ?? []), "next_cursor": .null])
    }

    /// Makes the employee, or changes the given fields: a repeat changes nothing more.
    private static func saveEmployee(_ call: RouteCall) throws -> SandboxAnswer {
        let id = call.parameter("id")
        let fields = try employeeFields.checked(try call.bodyObject())
        let existing = try call.records.find(.employee, id: id)
        var employee = existing ?? ["id": .string(id)]
        for (name, value) in fields { employee[name] = value.isNull ? JSON?.none : value }
        guard employee["name"] != nil else {
            throw Refusal(422, "invalid", "an employee needs a name", details: ["name": "is missing"])
        }
        if employee["status"] == nil { employee["status"] = "hired" }
        let email = employee["email"]?.string?.lowercased()
        if let email, let other = try call.records.find(.employee, uniqueKey: email), other["id"]?.string != id {
            throw Refusal(409, "duplicate", "another employee already has \(email)")
        }
        if existing == nil {
            try call.records.insert(.employee, id: id, uniqueKey: email, employee)
        } else {
            try call.records.update(.employee, id: id, uniqueKey: email, employee)
        }
        return .json(["employee": .object(employee)], status: existing == nil ? 201 : 200, subject: id)
    }

    private static func createAccount(_ call: RouteCall) throws -> SandboxAnswer {
        let fields = try accountFields.checked(try call.bodyObject())
        let employee = fields["employee"]?.string ?? ""
        _ = try call.records.get(.employee, id: employee)
        let id = try call.records.nextId("A")
        let account = JSONObject(
            [("id", .string(id))] + fields.map { ($0.key, $0.value) } + [("created_at", call.records.now)])
        let key = "\(fields["system"]?.string ?? "") login \((fields["login"]?.string ?? "").lowercased())"
        try call.records.insert(.systemAccount, id: id, uniqueKey: key, parent: employee, account)
        return .json(["account": .object(account)], status: 201, subject: id)
    }

    private static func orderEquipment(_ call: RouteCall) throws -> SandboxAnswer {
        let fields = try equipmentFields.checked(try call.bodyObject())
        let employee = fields["employee"]?.string ?? ""
        _ = try call.records.get(.employee, id: employee)
        let id = try call.records.nextId("Q")
        let order = JSONObject(
            [("id", .string(id))] + fields.map { ($0.key, $0.value) }
                + [("status", "ordered"), ("created_at", call.records.now)])
        try call.records.insert(.equipmentOrder, id: id, parent: employee, order)
        return .json(["equipment_order": .object(order)], status: 201, subject: id)
    }

    private static func list(_ kind: RecordKind, _ member: String, _ call: RouteCall) throws -> SandboxAnswer {
        let limit = try call.request.query("limit", in: 1...200, standard: 50)
        let page = try call.records.page(
            kind, parent: call.request.query("employee"), after: call.request.query("cursor"), limit: limit)
        return .json(
            .object(
                JSONObject([(member, .array(page.items)), ("next_cursor", page.next.map(JSON.string) ?? .null)])))
    }
}
