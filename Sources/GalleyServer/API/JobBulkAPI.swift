// /api/v1/jobs, beyond one page: all of them as lines, many changed at once, old ones deleted; a job as a recipe test.

import Engine
import Hummingbird
import JSONCore
import JobHistory
import NIOCore
import RecipeLanguage

struct JobBulkAPI: Sendable {
    let engine: Engine

    var list: [Route] {
        [
            .apiResponse(.get, "/jobs/export", .viewer, Self.exporting) { try export($0) },
            .api(
                .get, "/jobs/{id}/test", .viewer,
                APIOperation(
                    id: "jobs.test", scope: .jobs,
                    summary: "A job as a recipe test: its event, what its steps gave as mocks, its end as expectation",
                    answer: (200, .typed("object")))
            ) { .object(try await JobTest.of(try $0.asked.number("id"), engine)) },
            .api(.post, "/jobs/bulk", .operator, Self.changing) { try await change($0) },
            .api(.post, "/jobs/prune", .admin, Self.pruning) { try await prune($0) },
            .api(
                .post, "/jobs/{id}/resume", .operator,
                APIOperation(
                    id: "jobs.resume", scope: .jobs,
                    summary: "Go on with a job that is queued or waits, whether it is due or not",
                    answer: (202, .shape("Job")))
            ) { try await resume($0) },
        ]
    }

    // MARK: Export

    private static let exporting = APIOperation(
        id: "jobs.export", scope: .jobs,
        summary: "Jobs with events, results and steps, newest first: one JSON object a line",
        parameters: JobAPI.choosing + [
            .limit(most: 100_000),
            .init("steps", "`no` leaves the steps out.", ["type": "string", "enum": ["yes", "no"]]),
        ], answer: (200, .shape("JobDetail")), answerType: "application/x-ndjson")

    private func export(_ request: APIRequest) throws -> Response {
        var query = try JobAPI.query(request)
        query.limit = try request.limit(most: 100_000)
        let filter = try query.filter(now: engine.services.clock())
        let steps = request.text("steps") ?? "yes"
        guard ["yes", "no"].contains(steps) else {
            throw Problem(.badRequest, "steps is yes or no, not \"\(steps.prefix(40))\"")
        }
        let withSteps = steps == "yes"
        let store = engine.store
        let body = ResponseBody { writer in
            var writer = writer
            try await store.export(filter, withSteps: withSteps) { job in
                try await writer.write(ByteBuffer(bytes: job.compactBytes + [0x0A]))
            }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: [.contentType: "application/x-ndjson"], body: body)
    }

    // MARK: Many at once

    private static let changing = APIOperation(
        id: "jobs.bulk", scope: .jobs,
        summary: """
            Retry or cancel the jobs that a filter chooses, up to 1000; without `apply` only says how many there are. \
            The `before` of that answer chooses the same jobs again
            """,
        body: .record(
            [
                "action": ["type": "string", "enum": .array(BulkAction.allCases.map { .string($0.rawValue) })],
                "recipe": .typed("string"), "state": .typed("string"), "since": .typed("string"),
                "text": .typed("string"), "parent": .whole, "before": .whole,
                "reason": .textSchema("Why; kept with canceled jobs."),
                "apply": .truthSchema("Do it."),
            ], required: ["action"]),
        answer: (
            200,
            .record([
                "count": .typed("integer"), "done": .typed("integer"), "left": .typed("integer"),
                "before": .typed("integer"), "more": .typed("boolean"),
            ])
        ))

    private func change(_ request: APIRequest) async throws -> JSON {
        let body = request.body
        guard let action = body["action"]?.string.flatMap(BulkAction.init) else {
            throw Problem(.badRequest, "action is retry or cancel")
        }
        var query = JobQuery()
        (query.recipe, query.state) = (body["recipe"]?.string, body["state"]?.string)
        (query.since, query.text) = (body["since"]?.string, body["text"]?.string)
        query.parent = body["parent"]?.integer.map { JobID($0) }
        query.before = body["before"]?.integer.map { JobID($0) }
        let filter = try query.filter(now: engine.services.clock())
        let apply = body["apply"]?.bool ?? false
        // A question leaves no trace.
        request.asked.subject.set(
            apply ? "jobs: " + query.fields.map { "\($0.name) \($0.value)" }.joined(separator: ", ") : nil)
        return try await engine.bulk(
            action, filter, reason: body["reason"]?.string ?? "canceled by \(request.principal.name)", apply: apply
        ).json
    }

    private static let pruning = APIOperation(
        id: "jobs.prune", scope: .jobs, summary: "Delete finished jobs that are old",
        body: .record(["older_than": .textSchema("30d; the workspace's retention setting when left out.")]),
        answer: (200, .record(["pruned": .typed("integer")])))

    private func prune(_ request: APIRequest) async throws -> JSON {
        var before: Milliseconds?
        if let text = request.body["older_than"]?.string {
            guard let age = DurationText.parse(text) else {
                throw Problem(.badRequest, "older_than needs \(DurationText.form), not \"\(text)\"")
            }
            before = engine.services.clock() - age.components.seconds * 1_000
        }
        return ["pruned": .integer(try await engine.prune(finishedBefore: before))]
    }

    /// The job runs on by itself; the answer does not wait for its end.
    private func resume(_ request: APIRequest) async throws -> JSON {
        let id = try request.asked.number("id")
        guard let detail = try await engine.store.job(id) else { throw StoreError.noSuchJob(id) }
        let state = detail.summary.state
        guard state.mayBecome(.running) else {
            throw ControlError("job \(id) is \(state), so there is nothing to go on with")
        }
        let engine = engine
        Task {
            do {
                _ = try await engine.resume(id)
            } catch {
                engine.services.logger.warning(
                    "a job could not be resumed", metadata: ["job": "\(id)", "error": "\(error)"])
            }
        }
        // What the caller looks at next should be the job on its way, when there is a place for it.
        for _ in 0..<50 {
            guard let now = try await engine.store.job(id)?.summary, now.state == state else { break }
            try await Task.sleep(for: .milliseconds(20))
        }
        return try await engine.store.job(id)?.summary.json ?? detail.summary.json
    }
}
