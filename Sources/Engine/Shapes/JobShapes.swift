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
        if !children.isEmpty { object["children"] = .array(children.map { .integer(Int($0)) }) }
        return object
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
