// Idempotency keys, the ledger, and failures on purpose.

import JSONCore
import Testing

struct IdempotencyAndFailureTests {
    @Test func `the same key and body give the same answer and one effect`() async throws {
        try await RunningSandbox.use { sandbox in
            let body: JSON = ["email": "k@x.example"]
            let first = try await sandbox.call("POST", "/crm/v1/leads", body, key: "k1")
            let second = try await sandbox.call("POST", "/crm/v1/leads", body, key: "k1")
            #expect(first.status == 201 && second.status == 201)
            #expect(first.body == second.body)
            #expect(first.headers["idempotency-replayed"] == nil && second.headers["idempotency-replayed"] == "true")
            let other = try await sandbox.call("POST", "/crm/v1/leads", ["email": "o@x.example"], key: "k1")
            #expect(other.status == 422)
            #expect(try other.json["error"]?["code"] == "idempotency_key_reused")
            let ledger = try await sandbox.ledger()
            #expect(ledger.map { $0["status"] } == [201, 201, 422])
            #expect(ledger.map { $0["effect"] } == [true, false, false])
            #expect(ledger.map { $0["replay"] } == [false, true, false])
            #expect(ledger.allSatisfy { $0["idempotency_key"] == "k1" && $0["operation"] == "create_lead" })
            #expect(
                ledger[0]["body_hash"] == ledger[1]["body_hash"] && ledger[0]["body_hash"] != ledger[2]["body_hash"])
            #expect(ledger[0]["subject"] == "L-1002" && ledger[0]["body"] == .string(body.compact))
        }
    }

    @Test func `a refusal may be tried again with its key`() async throws {
        try await RunningSandbox.use { sandbox in
            let body: JSON = ["employee": "E-300", "system": "chat", "login": "noor"]
            #expect(try await sandbox.call("POST", "/hr/v1/accounts", body, key: "k").status == 404)
            _ = try await sandbox.call("PUT", "/hr/v1/employees/E-300", ["name": "Noor"])
            #expect(try await sandbox.call("POST", "/hr/v1/accounts", body, key: "k").status == 201)
        }
    }

    @Test func `parallel requests with one key have one effect`() async throws {
        try await RunningSandbox.use { sandbox in
            let bodies = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        try await sandbox.call("POST", "/crm/v1/leads", ["email": "p@x.example"], key: "p").body
                    }
                }
                return try await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            #expect(bodies.count == 1)
            #expect(try await sandbox.ledger().filter { $0["effect"] == true }.count == 1)
        }
    }

    @Test(arguments: [
        (rule: #"{"app": "crm", "operation": "create_lead", "times": 2, "status": 503}"#, statuses: [503, 503, 201]),
        (rule: #"{"app": "crm", "skip": 1, "times": 1, "status": 429, "retry_after": 2}"#, statuses: [201, 429, 201]),
        (rule: #"{"path": "/crm/v1/leads", "times": 1, "delay_ms": 1}"#, statuses: [201, 201, 201]),
        (rule: #"{"app": "hr", "times": 2, "status": 503}"#, statuses: [201, 201, 201]),
        (rule: #"{"times": 1, "drop": "before"}"#, statuses: [0, 201, 201]),
        (rule: #"{"times": 1, "drop": "after"}"#, statuses: [0, 201, 201]),
    ])
    func `rules fail the requests they fit as often as they say`(rule: String, statuses: [Int]) async throws {
        try await RunningSandbox.use { sandbox in
            #expect(try await sandbox.send("POST", "/control/fail", rule)?.status == 201)
            var seen: [Int] = []
            for number in 0..<3 {
                let answer = try await sandbox.send(
                    "POST", "/crm/v1/leads", #"{"email": "l\#(number)@x.example"}"#,
                    headers: ["X-API-Key": "demo-crm-key"])
                seen.append(answer?.status ?? 0)
                if answer?.status == 429 { #expect(answer?.headers["retry-after"] == "2") }
            }
            #expect(seen == statuses)
            #expect(try await sandbox.ledger().map { $0["status"]?.integer } == statuses)
        }
    }

    @Test func `what was done before the connection dropped is done, and a repeat is a replay`() async throws {
        try await RunningSandbox.use { sandbox in
            for (drop, key) in [("before", "b"), ("after", "a")] {
                _ = try await sandbox.call("POST", "/control/fail", ["times": 1, "drop": .string(drop)])
                let path = "/crm/v1/leads"
                let body = #"{"email": "\#(key)@x.example"}"#
                let headers = ["X-API-Key": "demo-crm-key", "Idempotency-Key": key]
                #expect(try await sandbox.send("POST", path, body, headers: headers) == nil)
                let again = try #require(try await sandbox.send("POST", path, body, headers: headers))
                #expect(again.status == 201)
                #expect((again.headers["idempotency-replayed"] == "true") == (drop == "after"))
            }
            let ledger = try await sandbox.ledger()
            #expect(ledger.map { $0["effect"] } == [false, true, true, false])
            #expect(ledger.map { $0["injected"] } == ["drop, before doing it", .null, "drop, after doing it", .null])
        }
    }

    @Test func `a failure in the query is for that request, as often as it says`() async throws {
        try await RunningSandbox.use { sandbox in
            let path = "/crm/v1/tasks?fail=503_after&fail_times=2"
            var statuses: [Int] = []
            for _ in 0..<3 {
                statuses.append(
                    try await sandbox.call("POST", path, ["subject": "Call", "owner": "jo"], key: "t").status)
            }
            #expect(statuses == [503, 503, 201])
            #expect(try await sandbox.ledger().map { $0["effect"] } == [true, false, false])
            let limited = try await sandbox.call("GET", "/crm/v1/leads?fail=429:7")
            #expect(limited.status == 429 && limited.headers["retry-after"] == "7")
            #expect(
                try await sandbox.send(
                    "GET", "/chat/v1/messages?fail=drop_before", headers: ["Authorization": "Bearer demo-chat-token"])
                    == nil)
        }
    }

    @Test func `the ledger is read page by page, and reset puts everything back`() async throws {
        try await RunningSandbox.use { sandbox in
            for number in 0..<5 {
                _ = try await sandbox.call("POST", "/crm/v1/tasks", ["subject": .string("T\(number)"), "owner": "jo"])
            }
            _ = try await sandbox.call("GET", "/crm/v1/tasks")  // reading is not in the ledger
            let first = try await sandbox.call("GET", "/control/ledger?limit=3").json
            #expect(first["entries"]?.array?.count == 3 && first["total"] == 5)
            let after = try #require(first["next_after"]?.integer)
            let second = try await sandbox.call("GET", "/control/ledger?limit=3&after=\(after)").json
            #expect(second["entries"]?.array?.map { $0["subject"] } == ["T-1004", "T-1005"])
            #expect(second["next_after"] == .null)
            #expect(try await sandbox.ledger("&app=hr") == [])
            let state = try await sandbox.call("GET", "/control/state").json
            #expect(state["crm"]?["task"]?["changed"] == 5 && state["ledger"] == 5)
            #expect(state["crm"]?["task"]?["changes"]?[0]?["summary"] == "task T-1001 for jo: T0, due -")
            _ = try await sandbox.call("POST", "/control/fail", ["status": 500])
            _ = try await sandbox.call("POST", "/control/reset")
            let fresh = try await sandbox.call("GET", "/control/state").json
            #expect(fresh["crm"]?["task"]?["total"] == 0 && fresh["ledger"] == 0)
            #expect(fresh["crm"]?["lead"]?["total"] == 1 && fresh["crm"]?["lead"]?["changed"] == 0)
            #expect(try await sandbox.call("GET", "/control/fail").json["rules"] == [])
            let task = try await sandbox.call("POST", "/crm/v1/tasks", ["subject": "again", "owner": "jo"]).json
            #expect(task["task"]?["id"] == "T-1001")
        }
    }
}
