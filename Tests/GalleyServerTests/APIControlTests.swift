// The REST API where it changes many things at once or the workspace itself: bulk, prune, export, versions, schedules, tables.

import Engine
import Foundation
import JSONCore
import JobHistory
import RecipeLanguage
import Testing

@testable import GalleyServer

@Suite(.timeLimit(.minutes(2)))
struct APIControlTests {
    private static let fails = """
        {"galley": 1, "trigger": {"use": "manual"}, "steps": [{"id": "over", "stop": "failed", "reason": "no"}]}
        """
    private static let recipes = [
        "fails": fails, "lead": ServerBed.hook(#""path": "leads""#),
        "nightly": """
        {"galley": 1, "trigger": {"use": "schedule", "input": {"cron": "0 3 * * *"}}, "steps": [{"return": {}}]}
        """,
    ]

    private static func use(
        adjust: (inout EngineServices) -> Void = { _ in }, _ body: @escaping @Sendable (ServerBed) async throws -> Void
    ) async throws {
        try await ServerBed.use(recipes, configure: { $0.isOpen = true }, adjust: adjust, body)
    }

    private static func fail(_ bed: ServerBed) async throws -> Int {
        let job = try #require(try await bed.post("/api/v1/recipes/fails/run", "{}").json["job"]?.integer)
        _ = try await bed.engine.end(of: JobID(job))
        return job
    }

    // MARK: Jobs

    @Test func `many jobs are counted first, and then exactly these are retried`() async throws {
        try await Self.use {
            (bed: ServerBed) async throws -> Void in
            for _ in 0..<3 { _ = try await Self.fail(bed) }
            let question = #"{"action": "retry", "recipe": "fails", "state": "failed""#
            let count = try await bed.post("/api/v1/jobs/bulk", question + "}").json
            #expect(count["count"] == 3 && count["done"] == 0 && count["more"] == false)
            let before = try #require(count["before"]?.integer)
            _ = try await Self.fail(bed)
            let done = try await bed.post(
                "/api/v1/jobs/bulk", question + #", "before": \#(before), "apply": true}"#
            ).json
            #expect(done["count"] == 3 && done["done"] == 3 && done["left"] == 0)
            let lines = try await bed.get("/api/v1/audit").json["entries"]?.array ?? []
            #expect(lines.count { $0["action"] == "jobs.bulk" } == 1, "a question leaves no trace")
        }
    }

    @Test(arguments: [
        (#"{}"#, 400), (#"{"action": "delete"}"#, 400), (#"{"action": "retry", "state": "lost"}"#, 400),
        (#"{"action": "retry", "state": "succeeded"}"#, 400), (#"{"action": "cancel", "since": "soon"}"#, 400),
        (#"{"action": "cancel"}"#, 200),
    ])
    func `a bulk action that makes no sense is refused`(body: String, status: Int) async throws {
        try await Self.use {
            (bed: ServerBed) async throws -> Void in
            #expect(try await bed.post("/api/v1/jobs/bulk", body).status == status)
        }
    }

    @Test func `old jobs are pruned by age, or by the retention setting, or it is said that there is none`()
        async throws
    {
        try await Self.use {
            (bed: ServerBed) async throws -> Void in
            _ = try await Self.fail(bed)
            #expect(try await bed.post("/api/v1/jobs/prune", "{}").status == 400)
            #expect(try await bed.post("/api/v1/jobs/prune", #"{"older_than": "old"}"#).status == 400)
            #expect(try await bed.post("/api/v1/jobs/prune", #"{"older_than": "1d"}"#).json["pruned"] == 0)
            bed.clock.advance(2 * 86_400_000)
            #expect(try await bed.post("/api/v1/jobs/prune", #"{"older_than": "1d"}"#).json["pruned"] == 1)
        }
        try await Self.use(adjust: { $0.retentionDays = { 1 } }) {
            (bed: ServerBed) async throws -> Void in
            _ = try await Self.fail(bed)
            bed.clock.advance(2 * 86_400_000)
            #expect(try await bed.post("/api/v1/jobs/prune", "").json["pruned"] == 1)
        }
    }

    @Test func `export gives a job a line, with its steps or without`() async throws {
        try await Self.use {
            (bed: ServerBed) async throws -> Void in
            let jobs = [try await Self.fail(bed), try await Self.fail(bed)]
            func lines(_ query: String) async throws -> [JSON] {
                let answer = try await bed.get("/api/v1/jobs/export" + query)
                #expect(answer.header("content-type") == "application/x-ndjson")
                return try answer.body.split(whereSeparator: \.isNewline).filter { $0.hasPrefix("{") }
                    .map { try JSON(parsing: Array($0.trimmingCharacters(in: .whitespacesAndNewlines).utf8)) }
            }
            let all = try await lines("?recipe=fails")
            #expect(all.compactMap { $0["job"]?.integer } == jobs.reversed())
            #expect(all.first?["steps"]?[0]?["address"] == "over")
            #expect(try await lines("?limit=1&steps=no").map { $0["steps"] } == [nil])
            #expect(try await bed.get("/api/v1/jobs/export?state=lost").status == 400)
            let test = try await bed.get("/api/v1/jobs/\(jobs[0])/test").json
            #expect(test["expect"]?["state"] == "failed")
            #expect(try await bed.get("/api/v1/jobs/99/test").status == 404)
        }
    }

    @Test func `a job that waits is resumed, one that has ended is not`() async throws {
        let waits = """
            {"galley": 1, "trigger": {"use": "manual"}, "steps": [{"wait": "1d"}, {"return": {"done": true}}]}
            """
        try await ServerBed.use(["waits": waits], configure: { $0.isOpen = true }) {
            (bed: ServerBed) async throws -> Void in
            let job = try #require(try await bed.post("/api/v1/recipes/waits/run", "{}").json["job"]?.integer)
            _ = try await bed.engine.end(of: JobID(job))
            #expect(try await bed.get("/api/v1/jobs/\(job)").json["why"]?.string?.hasPrefix("is waiting") == true)
            bed.clock.advance(2 * 86_400_000)
            #expect([202, 409].contains(try await bed.post("/api/v1/jobs/\(job)/resume", "").status))
            _ = try await bed.engine.end(of: JobID(job))
            #expect(try await bed.get("/api/v1/jobs/\(job)").json["result"] == ["done": true])
            #expect(try await bed.post("/api/v1/jobs/\(job)/resume", "").status == 409)
        }
    }

    // MARK: Recipes

    @Test func `versions are compared in steps, and the file goes back to one after a check`() async throws {
        try await Self.use {
            (bed: ServerBed) async throws -> Void in
            let second = Self.fails.replacing(#""no""#, with: #""never""#)
            try await bed.edit("fails", second)
            let diff = try await bed.get("/api/v1/recipes/fails/diff?from=1&to=2").json
            #expect(diff["changes"]?[0]?["words"] == #"step `over`: reason changed from "no" to "never""#)
            #expect(diff["changes"]?[0]?["from"] == "no")
            #expect(try await bed.get("/api/v1/recipes/fails/diff").json["from"] == "1")
            #expect(try await bed.get("/api/v1/recipes/fails/diff?from=2").json["same"] == true)
            #expect(try await bed.get("/api/v1/recipes/fails/diff?from=9").status == 404)
            #expect(try await bed.get("/api/v1/recipes/fails/diff?from=x").status == 400)
            #expect(try await bed.get("/api/v1/recipes/lead/diff").status == 404)

            bed.recipes["fails"] = second.replacing("never", with: "a change that never ran")
            let path = "/api/v1/recipes/fails/rollback"
            let refused = try await bed.post(path, #"{"version": 1}"#)
            #expect(refused.status == 409)
            #expect(refused.json["detail"]?.string?.contains("would be lost") == true)
            #expect(bed.recipes["fails"]?.contains("a change") == true)
            let forced = try await bed.post(path, #"{"version": 1, "force": true}"#)
            #expect(forced.json["changed"] == true)
            #expect(bed.recipes["fails"] == Self.fails)
            #expect(try await bed.post(path, #"{"version": 1}"#).json["changed"] == false)
            #expect(try await bed.post(path, #"{"version": 2}"#).json["changed"] == true)
            #expect(bed.recipes["fails"] == second)
            #expect(try await bed.post(path, #"{"version": 9}"#).status == 404)
            #expect(try await bed.post(path, "{}").status == 400)
        }
    }

    @Test func `a recipe is told as a graph`() async throws {
        try await Self.use {
            (bed: ServerBed) async throws -> Void in
            let graph = try await bed.get("/api/v1/recipes/fails/graph").json
            #expect(graph["nodes"]?.array?.compactMap { $0["id"]?.string } == ["(start)", "over", "(end)"])
            #expect(graph["edges"]?.array?.count == 2)
            #expect(try await bed.get("/api/v1/recipes/none/graph").status == 404)
        }
    }

    // MARK: Schedules

    @Test func `a schedule is paused with its reason, resumed, and its past filled in`() async throws {
        try await Self.use {
            (bed: ServerBed) async throws -> Void in
            let path = "/api/v1/schedules/nightly"
            func state() async throws -> JSON? { try await bed.get("/api/v1/schedules").json["schedules"]?[0] }
            #expect(try await state()?["state"] == "on")
            #expect(try await state()?["missed"] == 0)
            #expect(try await bed.post(path + "/pause", #"{"reason": " "}"#).status == 400)
            #expect(try await bed.post(path + "/resume", "").status == 409)
            #expect(try await bed.post(path + "/pause", #"{"reason": "holiday"}"#).json["paused"] == true)
            #expect(try await state()?["state"] == "paused")
            #expect(try await state()?["paused_reason"] == "holiday")
            #expect(try await bed.post(path + "/resume", "").json["next"]?.string?.isEmpty == false)
            #expect(try await bed.post("/api/v1/schedules/none/pause", #"{"reason": "x"}"#).status == 404)
            #expect(try await bed.post("/api/v1/schedules/fails/pause", #"{"reason": "x"}"#).status == 409)

            let stretch = #"{"from": "2024-01-01", "to": "2024-01-03""#
            let preview = try await bed.post(path + "/backfill", stretch + "}").json
            #expect(preview["count"] == 3 && preview["make"] == 3 && preview["made"] == false)
            #expect(preview["times"]?[0] == "2024-01-01T03:00:00+00:00")
            #expect(try await bed.engine.store.jobs(JobFilter()).isEmpty)
            let made = try await bed.post(path + "/backfill", stretch + #", "apply": true}"#).json
            #expect(made["jobs"]?.array?.count == 3)
            let again = try await bed.post(path + "/backfill", stretch + #", "apply": true}"#).json
            #expect(again["repeated"] == 3 && again["jobs"] == [])
            #expect(try await bed.post(path + "/backfill", #"{"from": "soon", "to": "later"}"#).status == 400)
            #expect(try await bed.get(path + "/next?from=2024-01-01&count=1").json["next"]?[0]?["in_seconds"] == 10_800)
            #expect(try await bed.get(path + "/next?from=soon").status == 400)
        }
    }

    // MARK: Tables

    @Test func `tables are listed and shown page by page`() async throws {
        try await Self.use(adjust: { services in
            services.tableFiles.columns = { ["countries": ["code"]] }
            services.tableFiles.read = { name in
                guard name == "countries" else { throw OwnerFailure(kind: "no_such_job", "there is no table \(name)") }
                return TableFile(
                    shape: TableShape(name: name, columns: ["code"], isText: false), path: "Tables/countries.json",
                    hash: "1", rowCount: 5, cells: { [.integer($0)] })
            }
        }) {
            (bed: ServerBed) async throws -> Void in
            #expect(try await bed.get("/api/v1/tables").json["tables"]?[0]?["name"] == "countries")
            let page = try await bed.get("/api/v1/tables/countries?limit=2&after=2").json
            #expect(page["rows"] == [["code": 2], ["code": 3]])
            #expect(page["next"] == 4 && page["total"] == 5)
            #expect(try await bed.get("/api/v1/tables/countries?after=4").json["next"] == .null)
            #expect(try await bed.get("/api/v1/tables/none").status == 404)
        }
    }

    @Test func `every answer of the API says that a Galley gave it`() async throws {
        try await ServerBed.use(Self.recipes) {
            (bed: ServerBed) async throws -> Void in
            for path in ["/api/v1/jobs", "/api/v1/nothing"] {
                #expect(try await bed.get(path).header("galley-api") == "1")
            }
            #expect(try await bed.get("/health").header("galley-api") == nil)
        }
    }
}
