// A request to a recipe that is an API: checked, durable before it runs, answered within the deadline.

import JSONCore
import JobHistory
import RecipeLanguage

/// What the client is told.
public enum APIAnswer: Sendable {
    case answered(status: Int, body: JSON)
    /// Nothing is served there.
    case unknown
    /// Something is, for other methods.
    case otherMethod(allowed: [String])
    /// Each mistake with where it is in the body.
    case misfit([SchemaMismatch])
    /// The recipe's `when` does not hold for it, or can't be evaluated.
    case unwanted(String)
    /// The recipe has not answered in time; its job goes on.
    case late(JobID)
    /// The job ended, or is parked, without an answer; the sentence is for the log, not for the client.
    case failed(JobID, String)
}

/// Takes requests in and waits for their answers.
public struct APIIntake: Sendable {
    private let engine: Engine

    public init(_ engine: Engine) { self.engine = engine }

    /// The recipes that are served now.
    public func endpoints() async -> [APIEndpoint] { await engine.recipes.endpoints }

    /// - Parameters:
    ///   - segments: of the path, below `/apis`.
    ///   - body: read by its content type.
    ///   - isForm: then the body's texts become what its schema asks for, as a form has no other values.
    ///   - headers: without credentials; names in lower case.
    /// - Throws: `StoreError` when the event could not be stored.
    public func answer(
        _ method: String, _ segments: [String], query: JSONObject, headers: JSONObject, body: JSON, isForm: Bool,
        client: String
    ) async throws -> APIAnswer {
        let fitting = await engine.recipes.endpoints.compactMap { endpoint in
            endpoint.pattern.match(segments).map { (endpoint, $0) }
        }
        guard let closest = fitting.first?.0.address.path else { return .unknown }
        let there = fitting.filter { $0.0.address.path == closest }
        guard let (endpoint, parameters) = there.first(where: { $0.0.method == method }) else {
            return .otherMethod(allowed: there.map(\.0.method))
        }
        var body = body
        if let schema = endpoint.requestSchema {
            let (typed, mismatches) = schema.typed(body, strictly: true, converting: isForm)
            guard mismatches.isEmpty else { return .misfit(mismatches) }
            body = typed
        }
        let event: JSON = [
            "body": body,
            "path": .object(
                JSONObject(uniqueEntries: parameters.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })),
            "query": .object(query), "headers": .object(headers), "client": .string(client),
        ]
        do {
            guard let intake = try await engine.accept(endpoint.recipe, event: event, origin: "api", isHeld: true)
            else {
                return .unwanted("this API does not take such a request")
            }
            return try await wait(for: intake.job, endpoint)
        } catch let failure as StepFailure {
            return .unwanted(failure.message)
        }
    }

    private func wait(for job: JobID, _ endpoint: APIEndpoint) async throws -> APIAnswer {
        let limit = engine.services.limits.api
        return try await withThrowingTaskGroup(of: APIAnswer?.self) { group in
            group.addTask { try await outcome(of: job, endpoint) }
            group.addTask {
                try await Task.sleep(for: limit)
                return .late(job)
            }
            defer { group.cancelAll() }
            return try await group.next().flatMap { $0 } ?? .late(job)
        }
    }

    /// - Returns: nil when the waiting was ended.
    private func outcome(of job: JobID, _ endpoint: APIEndpoint) async throws -> APIAnswer? {
        // Watched before it is looked at, so that no change falls between.
        var changes = engine.running.changes(of: job).makeAsyncIterator()
        repeat {
            guard let detail = try await engine.store.job(job) else { throw StoreError.noSuchJob(job) }
            if let answer = detail.response ?? detail.result { return Self.answer(answer, job, endpoint) }
            switch detail.summary.state {
            case .queued, .running, .waiting: continue
            case .succeeded: return .answered(status: 204, body: .null)
            case .failed, .canceled, .needsDecision, .quarantined:
                return .failed(job, "job \(job) is \(detail.summary.state) without an answer")
            }
        } while await changes.next() != nil
        return nil
    }

    /// With the first of the declared statuses whose schema the answer fits, successes first.
    private static func answer(_ value: JSON, _ job: JobID, _ endpoint: APIEndpoint) -> APIAnswer {
        guard !endpoint.responses.isEmpty else { return .answered(status: 200, body: value) }
        for (status, _, schema) in endpoint.responses {
            let (typed, mismatches) = schema.typed(value, strictly: true)
            if mismatches.isEmpty { return .answered(status: status, body: typed) }
        }
        let first = endpoint.responses.first?.schema.typed(value, strictly: true).mismatches.first?.message ?? ""
        return .failed(job, "the answer of job \(job) fits none of the \"responses\" of \(endpoint.recipe): \(first)")
    }
}
