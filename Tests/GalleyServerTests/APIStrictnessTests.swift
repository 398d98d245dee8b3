// What the REST API takes no other way than its description says.

import Engine
import JSONCore
import JobHistory
import Testing

@testable import GalleyServer

@Suite(.timeLimit(.minutes(2)))
struct APIStrictnessTests {
    private static let recipes = [
        "fails": #"{"galley": 1, "trigger": {"use": "manual"}, "steps": [{"stop": "failed", "reason": "no"}]}"#
    ]

    @Test(arguments: [
        ("/api/v1/invitations", #"{"name": false, "role": "viewer"}"#, 400),
        ("/api/v1/users", #"{"name": "ann", "role": "viewer", "password": 123456789012}"#, 400),
        ("/api/v1/tokens", #"{"name": "t", "per_minute": "5"}"#, 400),
        ("/api/v1/jobs/bulk", #"{"action": "retry", "apply": "true"}"#, 400),
        ("/api/v1/jobs/bulk", #"{"action": "retry", "before": "9"}"#, 400),
        ("/api/v1/topics/t/replay", #"{"recipe": ""}"#, 422), ("/api/v1/topics/t/replay", #"{"recipe": "-x"}"#, 422),
        ("/api/v1/topics/t/replay", #"{"recipe": "none"}"#, 422), ("/api/v1/topics/t/replay", #"{"recipe": 5}"#, 400),
    ])
    func `a body with other types or names is refused`(path: String, body: String, status: Int) async throws {
        try await ServerBed.use(Self.recipes, configure: { $0.isOpen = true }) {
            (bed: ServerBed) async throws -> Void in
            let answer = try await bed.post(path, body)
            #expect(answer.status == status, "\(answer.body)")
            #expect(answer.json["detail"]?.string?.isEmpty == false)
        }
    }

    @Test(arguments: [("yes", 200), ("no", 200), ("maybe", 400), ("", 400)])
    func `an export has steps or has none`(steps: String, status: Int) async throws {
        try await ServerBed.use(Self.recipes, configure: { $0.isOpen = true }) {
            (bed: ServerBed) async throws -> Void in
            #expect(try await bed.get("/api/v1/jobs/export?steps=\(steps)").status == status)
        }
    }

    @Test func `jobs in a list have the members that their description names`() async throws {
        try await ServerBed.use(Self.recipes, configure: { $0.isOpen = true }) {
            (bed: ServerBed) async throws -> Void in
            _ = try await bed.engine.run("fails", event: [:], origin: "manual")
            let document = try await bed.get("/api/v1/openapi.json").json
            let described = document["components"]?["schemas"]?["Job"]?["properties"]?.object
            let jobs = try await bed.get("/api/v1/jobs").json["jobs"]?.array ?? []
            #expect(jobs.count == 1)
            for name in jobs.first?.object?.keys ?? [] { #expect(described?[name] != nil, "\(name)") }
            for (path, item) in document["paths"]?.object ?? [:] {
                for parameter in item["get"]?["parameters"]?.array ?? [] where parameter["name"] == "limit" {
                    #expect(parameter["schema"]?["minimum"] == 1, "\(path)")
                }
            }
        }
    }
}
