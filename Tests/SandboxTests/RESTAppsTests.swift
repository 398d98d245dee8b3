// The CRM, HR directory and chat over real HTTP.

import JSONCore
import Testing

struct RESTAppsTests {
    @Test(arguments: [
        ("GET", "/crm/v1/leads", "", 401, "unauthorized"),
        ("GET", "/hr/v1/employees", "", 401, "unauthorized"),
        ("GET", "/chat/v1/messages", "", 401, "unauthorized"),
        ("GET", "/nowhere", "", 404, "no_such_path"),
        ("GET", "/control/nowhere", "", 404, "no_such_path"),
        ("POST", "/control/fail", "{", 400, "bad_json"),
        ("POST", "/control/fail", #"{"times": 2}"#, 422, "invalid"),
        ("POST", "/control/fail", #"{"status": 200}"#, 422, "invalid"),
        ("GET", "/control/ledger?limit=0", "", 422, "invalid_parameter"),
        ("GET", "/%zz", "", 400, "bad_path"),
    ])
    func `requests without credentials or sense are refused`(
        method: String, path: String, body: String, status: Int, code: String
    ) async throws {
        try await RunningSandbox.use { sandbox in
            let answer = try #require(try await sandbox.send(method, path, body))
            #expect(answer.status == status)
            #expect(try answer.json["error"]?["code"] == .string(code))
        }
    }

    @Test(arguments: [
        ("POST", "/crm/v1/leads", #"{"email": "nobody"}"#, 422, "invalid"),
        ("POST", "/crm/v1/leads", "{}", 422, "invalid"),
        ("POST", "/crm/v1/leads", #"{"email": "a@b.example", "colour": "red"}"#, 422, "invalid"),
        ("POST", "/crm/v1/leads", "[]", 400, "bad_json"),
        ("POST", "/crm/v1/leads", #"{"email": "Tom.Okafor@Bluebird.example"}"#, 409, "duplicate"),
        ("PATCH", "/crm/v1/leads/L-9", "{}", 404, "not_found"),
        ("PATCH", "/crm/v1/leads/L-1001", #"{"email": null}"#, 422, "invalid"),
        ("DELETE", "/crm/v1/leads", "", 405, "method_not_allowed"),
        ("GET", "/crm/v1/leads?cursor=%21", "", 422, "invalid_parameter"),
        ("GET", "/crm/v1/leads?limit=many", "", 422, "invalid_parameter"),
        ("GET", "/crm/v1/leads?fail=maybe", "", 422, "invalid_parameter"),
        ("POST", "/hr/v1/accounts", #"{"employee": "E-1", "system": "email", "login": "a"}"#, 404, "not_found"),
        ("POST", "/hr/v1/accounts", #"{"employee": "E-100", "system": "fax", "login": "a"}"#, 422, "invalid"),
        ("PUT", "/hr/v1/employees/E-7", #"{"start_date": "2026-13-01"}"#, 422, "invalid"),
        ("POST", "/chat/v1/channels/Not%20A%20Channel/messages", #"{"text": "hi"}"#, 422, "invalid"),
        ("POST", "/chat/v1/channels/sales/messages", #"{"text": ""}"#, 422, "invalid"),
    ])
    func `wrong records are refused with a reason`(
        method: String, path: String, body: String, status: Int, code: String
    ) async throws {
        try await RunningSandbox.use { sandbox in
            let answer = try #require(
                try await sandbox.send(
                    method, path, body, headers: RunningSandbox.keys[String(path.split(separator: "/")[0])] ?? [:]))
            #expect(answer.status == status)
            #expect(try answer.json["error"]?["code"] == .string(code))
            let state = try await sandbox.call("GET", "/control/state").json
            for kind in ["lead", "task"] { #expect(state["crm"]?[kind]?["changed"] == 0) }
        }
    }

    @Test func `a lead is made, found, changed and listed`() async throws {
        try await RunningSandbox.use { sandbox in
            let made = try await sandbox.call(
                "POST", "/crm/v1/leads", ["email": "Ana.Ruiz@cascade.example", "score": 80, "owner": "jo"])
            #expect(made.status == 201)
            let lead = try #require(try made.json["lead"])
            #expect(lead["id"] == "L-1002")
            #expect(lead["email"] == "ana.ruiz@cascade.example")
            #expect(lead["status"] == "assigned")
            let found = try await sandbox.call("GET", "/crm/leads?email=ANA.ruiz%40cascade.example").json
            #expect(found["leads"] == [lead])
            let changed = try await sandbox.call("PATCH", "/crm/v1/leads/L-1002", ["score": 90, "owner": nil]).json
            #expect(changed["lead"]?["score"] == 90)
            #expect(changed["lead"]?["owner"] == nil)
            #expect(try await sandbox.call("GET", "/crm/v1/leads?email=no@one.example").json["leads"] == [])
        }
    }

    @Test func `pages hold every record once and in order`() async throws {
        try await RunningSandbox.use { sandbox in
            for number in 0..<7 {
                _ = try await sandbox.call("POST", "/crm/v1/leads", ["email": .string("p\(number)@x.example")])
            }
            var (ids, cursor, pages) = ([String](), "", 0)
            repeat {
                let page = try await sandbox.call(
                    "GET", "/crm/v1/leads?limit=3" + (cursor.isEmpty ? "" : "&cursor=\(cursor)")
                ).json
                ids += page["leads"]?.array?.compactMap { $0["id"]?.string } ?? []
                cursor = page["next_cursor"]?.string ?? ""
                pages += 1
            } while !cursor.isEmpty && pages < 10
            #expect(ids == (1001...1008).map { "L-\($0)" })
            #expect(pages == 3)
        }
    }

    @Test func `an opportunity is saved once and changed by a repeat, amounts kept as written`() async throws {
        try await RunningSandbox.use { sandbox in
            let amount = try #require(JSON(number: "1250.00"))
            let first = try await sandbox.call(
                "PUT", "/crm/v1/opportunities/OP-900", ["stage": "invoiced", "amount": amount])
            #expect(first.status == 201)
            let second = try await sandbox.call("PUT", "/crm/v1/opportunities/OP-900", ["stage": "won"])
            #expect(second.status == 200)
            let read = try await sandbox.call("GET", "/crm/v1/opportunities/OP-900").json["opportunity"]
            #expect(read?["stage"] == "won")
            #expect(read?["amount"] == amount)
        }
    }

    @Test func `accounts and equipment belong to an employee`() async throws {
        try await RunningSandbox.use { sandbox in
            _ = try await sandbox.call(
                "PUT", "/hr/v1/employees/E-300", ["name": "Noor Haddad", "start_date": "2026-03-02"])
            for system in ["email", "chat", "payroll"] {
                let answer = try await sandbox.call(
                    "POST", "/hr/v1/accounts",
                    ["employee": "E-300", "system": .string(system), "login": "noor"])
                #expect(answer.status == 201)
            }
            let again = try await sandbox.call(
                "POST", "/hr/v1/accounts", ["employee": "E-300", "system": "chat", "login": "NOOR"])
            #expect(again.status == 409)
            let order = try await sandbox.call(
                "POST", "/hr/v1/equipment-orders", ["employee": "E-300", "item": "Laptop", "deliver_by": "2026-02-27"])
            #expect(try order.json["equipment_order"]?["id"] == "Q-1001")
            let accounts = try await sandbox.call("GET", "/hr/v1/accounts?employee=E-300").json["accounts"]?.array
            #expect(accounts?.map { $0["system"]?.string } == ["email", "chat", "payroll"])
            let token = try await sandbox.send(
                "GET", "/hr/v1/employees/E-300", headers: ["Authorization": "bearer demo-hr-token"])
            #expect(token?.status == 200)
        }
    }

    @Test func `messages are listed by channel`() async throws {
        try await RunningSandbox.use { sandbox in
            _ = try await sandbox.call("POST", "/chat/v1/channels/sales/messages", ["text": "Größe: 10 €"])
            _ = try await sandbox.call("POST", "/chat/v1/channels/hr/messages", ["text": "welcome"])
            let sales = try await sandbox.call("GET", "/chat/v1/channels/sales/messages").json["messages"]
            #expect(sales?.array?.map { $0["text"] } == ["Größe: 10 €"])
            #expect(try await sandbox.call("GET", "/chat/v1/messages").json["messages"]?.array?.count == 2)
        }
    }
}
