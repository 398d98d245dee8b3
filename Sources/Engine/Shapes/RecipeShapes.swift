// Recipes, their versions and deliveries as JSON.

import JSONCore
import JobHistory
import RecipeLanguage

extension LiveRecipes.Entry {
    public var json: JSONObject {
        [
            "id": .string(id), "name": .string(version?.recipe.name ?? id),
            "trigger": version.map { .string($0.recipe.trigger.use) } ?? .null,
            "errors": .integer(problems.count { $0.severity == .error }),
            "version": version.map { .integer($0.number) } ?? .null, "on": .bool(position.isOn),
            "takes_events": .bool(isLive),
            "reason": (position.reason ?? obstacle).map { .string($0) } ?? .null,
            "step_count": version.map { .integer($0.recipe.stepNames.count) } ?? .null,
        ]
    }
}

extension RecipeVersion {
    public var json: JSON {
        [
            "number": .integer(number), "hash": .string(hash), "registered_at": .time(registeredAt),
            "bytes": .integer(sizeBytes),
        ]
    }
}

extension RecipeOutline {
    public var json: JSON {
        [
            "name": .string(name), "number": .integer(number), "kind": .string(kind), "words": .string(words),
            "skip": .bool(skip),
            "parts": .array(
                parts.map { part in
                    ["title": part.title.map { .string($0) } ?? .null, "steps": .array(part.steps.map(\.json))]
                }),
        ]
    }
}

extension Diagnostic {
    public var json: JSON {
        [
            "severity": .string(severity.rawValue), "code": .string(code), "message": .string(message),
            "suggestion": suggestion.map { .string($0) } ?? .null, "pointer": .string(pointer),
        ]
    }
}

extension Delivery {
    public var json: JSONObject {
        var object: JSONObject = [
            "id": .integer(Int(id)), "received_at": .time(receivedAt), "verdict": .string(verdict.description),
            "method": .string(method), "path": .string(path), "sender": .string(sender), "bytes": .integer(sizeBytes),
            "recipe": recipe.map { .string($0) } ?? .null, "job": job.map { .integer(Int($0)) } ?? .null,
            "reason": reason.map { .string($0) } ?? .null, "headers": .object(headers),
            "query": .object(query),
        ]
        if let body { object["body"] = .string(String(decoding: body, as: UTF8.self)) }
        return object
    }
}
