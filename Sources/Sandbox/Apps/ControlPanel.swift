// `/control`: the ledger, the failure rules, the state, and the way back to the start. Not an app: it needs no
// credentials and never fails on purpose.

import JSONCore

struct ControlPanel: Sendable {
    let name = "control"
    let store: SandboxStore

    func answer(to request: SandboxRequest) async throws -> SandboxAnswer {
        switch (request.method, request.segments.dropFirst().joined(separator: "/")) {
        case ("GET", "ledger"):
            let after = try request.query("after", in: 0...Int.max, standard: 0)
            let limit = try request.query("limit", in: 1...1000, standard: 200)
            let (app, operation) = (request.query("app"), request.query("operation"))
            return .json(
                try await store.write { records in
                    try records.ledger(after: after, limit: limit, app: app, operation: operation)
                })
        case ("GET", "fail"):
            return .json(["rules": .array(try await store.write { try $0.failureRules() })])
        case ("POST", "fail"):
            let parsed: JSON
            do {
                parsed = try JSON(parsing: request.body)
            } catch {
                throw Refusal(400, "bad_json", "the body is not JSON: \(error.message) (at byte \(error.offset))")
            }
            guard let object = parsed.object else { throw Refusal(400, "bad_json", "the body has to be a JSON object") }
            let (rule, failure) = try InjectedFailure.checked(object)
            return .json(try await store.write { try $0.addFailureRule(rule, failure) }, status: 201)
        case ("DELETE", "fail"):
            try await store.write { try $0.db.execute(sql: "DELETE FROM failure_rule") }
            return .json(["rules": []])
        case ("POST", "reset"):
            try await store.reset()
            return .json(["reset": true])
        case ("GET", "state"):
            return .json(try await SandboxState(reading: store).json)
        default:
            throw Refusal(
                404, "no_such_path",
                "the control panel has GET ledger, GET/POST/DELETE fail, POST reset and GET state")
        }
    }
}
