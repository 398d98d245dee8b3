// /api/v1/jobs: what ran, and what people do about it.

import Engine
import JSONCore
import JobHistory
import RecipeLanguage

struct JobAPI: Sendable {
    let engine: Engine

    var list: [Route] {
        [
            .api(.get, "/jobs", .viewer, Self.listing) { try await jobs($0) },
            .api(
                .get, "/jobs/{id}", .viewer,
                APIOperation(
                    id: "jobs.get", scope: .jobs, summary: "One job with its event, result and error",
                    answer: (200, .shape("JobDetail")))
            ) { .object(try await detail($0).json) },
            .api(
                .get, "/jobs/{id}/steps", .viewer,
                APIOperation(
                    id: "jobs.steps", scope: .jobs, summary: "The steps of a job with their data, in order of start",
                    parameters: [
                        .init("after", "Only steps after this number: `next` of the page before.", .whole),
                        .limit,
                    ], answer: (200, .page("steps", of: "Step")))
            ) { try await steps($0) },
            .api(
                .post, "/jobs/{id}/retry", .operator,
                APIOperation(
                    id: "jobs.retry", scope: .jobs,
                    summary: "Go on with a failed, canceled or quarantined job at the step that failed",
                    body: .record([
                        "from": .textSchema("A step's name or address: everything from there on is done again."),
                        "latest": .truthSchema("Use the recipe as it is now."),
                    ]), answer: (200, .shape("Job")))
            ) { request in
                let id = try request.asked.number("id")
                try await engine.retry(
                    id, from: request.body["from"]?.string, latest: request.body["latest"]?.bool ?? false)
                return try await summary(id)
            },
            .api(
                .post, "/jobs/{id}/rerun", .operator,
                APIOperation(
                    id: "jobs.rerun", scope: .jobs, summary: "A new job from a job's stored event",
                    answer: (201, .shape("Job")))
            ) { try await summary(try await engine.rerun(try $0.asked.number("id"))) },
            .api(
                .post, "/jobs/{id}/cancel", .operator,
                APIOperation(
                    id: "jobs.cancel", scope: .jobs, summary: "End a job that is queued, waiting, running or parked",
                    body: .record(["reason": .textSchema("Why; kept with the job.")]), answer: (200, .shape("Job")))
            ) { request in
                let id = try request.asked.number("id")
                _ = try await engine.cancel(id, reason: request.body["reason"]?.string ?? "canceled")
                return try await summary(id)
            },
            .api(.post, "/jobs/{id}/decide", .operator, Self.deciding) { try await decide($0) },
        ]
    }

    /// - Throws: `OwnerFailure` for a filter that can't be read.
    static func query(_ request: APIRequest) throws -> JobQuery {
        var query = JobQuery()
        (query.recipe, query.state) = (request.text("recipe"), request.text("state"))
        (query.since, query.text) = (request.text("since"), request.text("text"))
        query.parent = try request.number("parent", in: 0...Int.max).map { Int64($0) }
        query.before = try request.before()
        return query
    }

    /// The parameters that choose jobs.
    static let choosing: [APIOperation.Parameter] = [
        .init("recipe", "Only jobs of this recipe.", .text),
        .init("state", "Only jobs in these states, separated by commas.", .text),
        .init("since", "Only jobs made within this time: 30m, 24h, 7d.", .text),
        .init("text", "Only jobs with this text in the event, the error, the report or the recipe's name.", .text),
        .init("parent", "Only jobs that this job called.", .whole), .before,
    ]

    // MARK: Reading

    private static let listing = APIOperation(
        id: "jobs.list", scope: .jobs, summary: "Jobs, newest first",
        parameters: choosing + [.limit], answer: (200, .page("jobs", of: "Job")))

    private func jobs(_ request: APIRequest) async throws -> JSON {
        var query = try Self.query(request)
        query.limit = try request.limit()
        let filter = try query.filter(now: engine.services.clock())
        let jobs = try await engine.store.jobs(filter)
        return APIRequest.page("jobs", jobs.map(\.json), limit: filter.limit, last: jobs.last?.id)
    }

    private func detail(_ request: APIRequest) async throws -> JobDetail {
        let id = try request.asked.number("id")
        guard let detail = try await engine.store.job(id) else { throw StoreError.noSuchJob(id) }
        return detail
    }

    private func summary(_ id: JobID) async throws -> JSON {
        guard let detail = try await engine.store.job(id) else { throw StoreError.noSuchJob(id) }
        return detail.summary.json
    }

    private func steps(_ request: APIRequest) async throws -> JSON {
        let (id, limit) = (try await detail(request).summary.id, try request.limit())
        let steps = try await engine.store.steps(
            of: id, after: try request.number("after", in: 0...Int.max), limit: limit, mostBytes: 8 << 20,
            includingSuperseded: true)
        // A page may end early, at so many bytes.
        let isLast = try await engine.store.lastSeq(of: id) == steps.last?.seq
        return [
            "steps": .array(try await engine.store.json(of: steps)),
            "next": isLast ? .null : steps.last.map { .integer($0.seq) } ?? .null,
        ]
    }

    // MARK: Deciding

    private static let deciding = APIOperation(
        id: "jobs.decide", scope: .jobs,
        summary: "Settle a step whose outcome is unknown: say one of `run_again`, `done` and `fail`",
        body: .record([
            "step": .textSchema("The step's address, when several wait for a decision."),
            "run_again": .truthSchema("It was not done: run it again."),
            "done": ["description": "Its output: it was done."],
            "fail": .textSchema("Fail the job, with this reason."),
        ]), answer: (200, .shape("Job")))

    private func decide(_ request: APIRequest) async throws -> JSON {
        let (id, body) = (try request.asked.number("id"), request.body)
        let decision: Decision
        switch (body["run_again"]?.bool, body["done"], body["fail"]?.string) {
        case (true?, nil, nil): decision = .runAgain
        case (nil, let output?, nil): decision = .done(output: output)
        case (nil, nil, let reason?): decision = .fail(message: reason)
        default: throw Problem(.badRequest, "say one of \"run_again\": true, \"done\": OUTPUT, \"fail\": REASON")
        }
        _ = try await engine.decide(id, step: body["step"]?.string, outcome: decision)
        return try await summary(id)
    }
}
