// The REST API: pages, mistakes, what people do with jobs, its description, live updates.

import Engine
import JSONCore
import JobHistory
import Logging
import Testing

@testable import GalleyServer

@Suite(.timeLimit(.minutes(2)))
struct APITests {
    private static let recipes = [
        "lead": ServerBed.hook(#""path": "leads""#),
        "fails": """
        {"galley": 1, "trigger": {"use": "manual"}, "steps": [{"stop": "failed", "reason": "no"}]}
        """,
        "nightly": """
        {"galley": 1, "trigger": {"use": "schedule", "input": {"every": "1h"}}, "steps": [{"return": {}}]}
        """,
    ]

    private static func use(_ body: @escaping @Sendable (ServerBed) async throws -> Void) async throws {
        try await ServerBed.use(recipes, configure: { $0.isOpen = true }, body)
    }

    private static func run(_ recipe: String, _ bed: ServerBed) async throws -> Int {
        let answer = try await bed.post("/api/v1/recipes/\(recipe)/run", #"{"event": {"body": 1}}"#)
        #expect(answer.status == 202)
        let job = try #require(answer.json["job"]?.integer)
        _ = try await bed.engine.end(of: JobID(job))
        return job
    }

    @Test func `lists are pages that follow each other`() async throws {
        try await Self.use {
            (bed: ServerBed) async throws -> Void in
            var made: [Int] = []
            for _ in 0..<5 { made.append(try await Self.run("lead", bed)) }
            var (found, path) = ([Int](), "/api/v1/jobs?recipe=lead&state=succeeded&limit=2")
            while true {
                let page = try await bed.get(path).json
                found += page["jobs"]?.array?.compactMap { $0["job"]?.integer } ?? []
                guard let next = page["next"]?.integer else { break }
                path = "/api/v1/jobs?recipe=lead&limit=2&before=\(next)"
            }
            #expect(found == made.reversed())
            let job = made[0]
            #expect(try await bed.get("/api/v1/jobs/\(job)").json["result"] == ["got": 1])
            let steps = try await bed.get("/api/v1/jobs/\(job)/steps?limit=1").json
            #expect(steps["steps"]?.array?.count == 1)
            #expect(steps["next"] == .null)
        }
    }

    @Test(arguments: [
        ("/api/v1/jobs?limit=0", 400), ("/api/v1/jobs?limit=x", 400), ("/api/v1/jobs?limt=5", 400),
        ("/api/v1/jobs?state=lost", 400), ("/api/v1/jobs?since=never", 400), ("/api/v1/jobs?limit=1&limit=2", 400),
        ("/api/v1/jobs?before=99999999999999999999", 400), ("/api/v1/jobs/999", 404), ("/api/v1/jobs/x", 404),
        ("/api/v1/jobs/-1", 404), ("/api/v1/recipes/none", 404), ("/api/v1/recipes/lead/versions/9", 404),
        ("/api/v1/schedules/none/next", 404), ("/api/v1/schedules/lead/next", 409), ("/api/v1/nothing", 404),
        ("/api/v1/jobs/999/events", 404),
    ])
    func `a wrong question is a problem with a sentence`(path: String, status: Int) async throws {
        try await Self.use {
            (bed: ServerBed) async throws -> Void in
            let answer = try await bed.get(path)
            #expect(answer.status == status)
            #expect(answer.header("content-type") == "application/problem+json")
            #expect(answer.json["status"]?.integer == status)
            #expect(answer.json["detail"]?.string?.isEmpty == false)
        }
    }

    @Test func `bodies are held against their schemas, and each mistake is told`() async throws {
        try await Self.use {
            (bed: ServerBed) async throws -> Void in
            let answer = try await bed.post("/api/v1/users", #"{"nam": "ann", "role": "king"}"#)
            #expect(answer.status == 400)
            let pointers = Set(answer.json["mistakes"]?.array?.compactMap { $0["pointer"]?.string } ?? [])
            #expect(pointers == ["/nam", "/role", "/name", "/password"])
            #expect(try await bed.post("/api/v1/users", "[").status == 400)
            #expect(try await bed.post("/api/v1/users", "{}", headers: ["Content-Type: text/plain"]).status == 415)
            #expect(try await bed.post("/api/v1/jobs/1/decide", #"{"done": 1, "fail": "x"}"#).status == 400)
        }
    }

    @Test func `jobs are retried, run again and canceled, where that can be`() async throws {
        try await Self.use {
            (bed: ServerBed) async throws -> Void in
            let job = try await Self.run("fails", bed)
            #expect(try await bed.get("/api/v1/jobs/\(job)").json["state"] == "failed")
            #expect(try await bed.post("/api/v1/jobs/\(job)/retry", "{}").status == 200)
            _ = try await bed.engine.end(of: JobID(job))
            let again = try await bed.post("/api/v1/jobs/\(job)/rerun", "")
            #expect(again.status == 201)
            #expect(again.json["rerun_of"]?.integer == job)
            let fine = try await Self.run("lead", bed)
            let refused = try await bed.post("/api/v1/jobs/\(fine)/retry", "{}")
            #expect(refused.status == 409)
            #expect(refused.json["detail"]?.string?.contains("only a failed") == true)
            #expect(try await bed.post("/api/v1/jobs/\(fine)/cancel", "{}").status == 409)
            #expect(try await bed.get("/api/v1/stats").json["jobs"]?["succeeded"] == 1)
        }
    }

    @Test func `recipes tell what they do, are stopped and started, and keep their versions`() async throws {
        try await Self.use {
            (bed: ServerBed) async throws -> Void in
            let list = try await bed.get("/api/v1/recipes").json["recipes"]?.array ?? []
            #expect(list.compactMap { $0["id"]?.string } == ["fails", "lead", "nightly"])
            let stopped = try await bed.post("/api/v1/recipes/lead/stop", #"{"reason": "holiday"}"#).json
            #expect(stopped["on"] == false)
            #expect(stopped["reason"] == "holiday")
            #expect(try await bed.post("/api/v1/recipes/lead/start", "{}").json["takes_events"] == true)
            #expect(try await bed.get("/api/v1/recipes/lead").json["steps"]?[0]?["kind"] == "return")
            let version = try await bed.get("/api/v1/recipes/lead/versions/1").json
            #expect(version["source"]?.string == Self.recipes["lead"])
            #expect(try await bed.get("/api/v1/schedules").json["schedules"]?[0]?["recipe"] == "nightly")
            #expect(try await bed.get("/api/v1/schedules/nightly/next?count=3").json["next"]?.array?.count == 3)
        }
    }

    @Test func `its description names every route, and every name in it is there`() async throws {
        try await Self.use {
            (bed: ServerBed) async throws -> Void in
            let document = try await bed.get("/api/v1/openapi.json").json
            #expect(document["openapi"] == "3.1.0")
            let table = try ServerResponder(
                engine: bed.engine, configuration: ServerConfiguration(), logger: Logger(label: "test")
            ).table
            let routes = table.routes.filter { $0.pattern.description.hasPrefix("/api/v1/") && $0.operation != nil }
            #expect(routes.count > 30)
            for route in routes {
                let path = String(route.pattern.description.dropFirst("/api/v1".count))
                let operation = document["paths"]?[path]?[route.method?.rawValue.lowercased() ?? ""]
                #expect(operation?["operationId"]?.string == route.operation?.id, "\(route.pattern)")
            }
            #expect(Set(routes.compactMap { $0.operation?.id }).count == routes.count, "each has a name of its own")
            var references: Set<String> = []
            func collect(_ json: JSON) {
                if let reference = json["$ref"]?.string { references.insert(reference) }
                for child in json.object?.map(\.value) ?? json.array ?? [] { collect(child) }
            }
            collect(document)
            for reference in references {
                let name = reference.split(separator: "/").last.map { String($0) } ?? ""
                #expect(document["components"]?["schemas"]?[name] != nil, "\(reference)")
            }
        }
    }

    @Test func `live updates tell what becomes of jobs, and go on from what was seen`() async throws {
        try await Self.use {
            (bed: ServerBed) async throws -> Void in
            let first = try await Self.run("lead", bed)
            let epoch = bed.engine.news.epoch
            let seen = try await bed.read("/api/v1/events", headers: ["Last-Event-ID: \(epoch)-0"]) {
                $0.contains(#""state":"succeeded""#)
            }
            #expect(seen.header("content-type") == "text/event-stream")
            #expect(seen.body.contains(#"data: {"job":\#(first),"recipe":"lead","state":"running""#))
            #expect(!seen.body.contains("event: reset"))
            let missed = try await bed.read("/api/v1/events", headers: ["Last-Event-ID: \(epoch + 1)-7"]) {
                $0.contains("event: reset")
            }
            #expect(missed.body.contains("event: reset"))
            let steps = try await bed.get("/api/v1/jobs/\(first)/events")
            #expect(steps.body.contains("event: step"))
            #expect(steps.body.contains(#""state":"succeeded""#))
        }
    }

    @Test func `a stream says that it is there, and ends with the right to see it`() async throws {
        try await ServerBed.use(
            Self.recipes, configure: { $0.limits.heartbeat = .milliseconds(50) }
        ) {
            (bed: ServerBed) async throws -> Void in
            let token = try await bed.token(.viewer, name: "watcher")
            _ = try await bed.read("/api/v1/events", headers: [token]) { $0.contains(": still here") }
            async let ended = bed.get("/api/v1/events", headers: [token])
            _ = try await bed.engine.access.perform(.removeToken("watcher"), by: .local)
            #expect([200, 401].contains(try await ended.status))
        }
    }
}
