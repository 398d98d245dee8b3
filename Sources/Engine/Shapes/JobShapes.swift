// Jobs and steps as JSON, for `--json`, the REST API and whoever reads either.

import JSONCore
import JobHistory
import RecipeLanguage

extension JobSummary {
    /// Without payloads.
    public var json: JSON {
        var object: JSONObject = [
            "job": .integer(Int(id)), "recipe": .string(recipe), "version": .integer(version),
            "state": .string(state.description), "origin": .string(origin), "created_at": .time(createdAt),
            "started_at": .time(startedAt), "finished_at": .time(finishedAt),
            "active_ms": .integer(Int(activeMilliseconds)), "deaths": .integer(deaths),
        ]
        if let runAfter, state == .waiting { object["run_after"] = .time(runAfter) }
        if let reason { object["reason"] = .string(reason) }
        if let errorMessage { object["error"] = .string(errorMessage) }
        if let report { object["report"] = report }
        if let parent { object["parent"] = .integer(Int(parent)) }
        if let rerunOf { object["rerun_of"] = .integer(Int(rerunOf)) }
        return .object(object)
    }
}

extension JobDetail {
    /// Everything but the steps.
    public var json: JSONObject {
        var object = summary.json.object ?? [:]
        object["event"] = event
        if let result { object["result"] = result }
        if let error { object["error"] = error }
        if let response { object["response"] = response }
        if let parentAddress { object["parent_address"] = .string(parentAddress) }
        object["why"] = .string(why)
        if !approvals.isEmpty { object["approvals"] = .array(approvals.map { .integer(Int($0)) }) }
        if !children.isEmpty { object["children"] = .array(children.map { .integer(Int($0)) }) }
        return object
    }
}

extension AttemptRecord {
    public var json: JSON {
        var object: JSONObject = [
            "attempt": .integer(attempt), "started_at": .time(startedAt), "microseconds": .integer(Int(duration)),
            "state": error == nil ? "succeeded" : "failed", "sentence": .string(sentence),
        ]
        if let waitSentence { object["wait_sentence"] = .string(waitSentence) }
        if let error { object["error"] = error }
        if let wait { object["wait_ms"] = .integer(Int(wait)) }
        if let waitReason { object["wait_reason"] = .string(waitReason) }
        if let exchanges { object["exchanges"] = exchanges }
        return .object(object)
    }
}

extension JobStore {
    /// Steps as JSON, each with its attempts where some are recorded.
    public func json(of steps: [StepRecord]) async throws -> [JSON] {
        guard let first = steps.first, let last = steps.last else { return [] }
        let attempts = try await attempts(of: first.job, seqs: first.seq...max(first.seq, last.seq))
        return steps.map { step in
            guard let own = attempts[step.seq], var object = step.json.object else { return step.json }
            object["attempts"] = .array(own.map(\.json))
            return .object(object)
        }
    }
}

extension StepRecord {
    public var json: JSON {
        var object: JSONObject = [
            "seq": .integer(seq), "address": .string(address), "state": .string("\(state)"),
            "effect": .string(effect.rawValue), "attempt": .integer(attempt), "round": .integer(round),
            "started_at": .time(startedAt), "microseconds": duration.map { .integer(Int($0)) } ?? .null,
        ]
        (object["input"], object["output"], object["error"]) = (input, output, error)
        if let idempotencyKey { object["idempotency_key"] = .string(idempotencyKey) }
        if isSuperseded { object["superseded"] = true }
        return .object(object)
    }
}

extension JSON {
    /// Milliseconds since 1970 as ISO 8601 with milliseconds; null for nil.
    public static func time(_ milliseconds: Int64?) -> JSON {
        milliseconds.map { .string(InstantText.iso($0)) } ?? .null
    }
}
