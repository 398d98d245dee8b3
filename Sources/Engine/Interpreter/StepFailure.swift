// The failure of a step, as `catch`, the history and the job's end see it.

import ConnectorKit
import JSONCore
import RecipeLanguage

/// Why a step failed. Its JSON form is the `error` pill.
public struct StepFailure: Error, Sendable {
    /// A word that recipes branch on: see `ConnectorError.type`; `formula`, `timeout`, `outcome_unknown`, `limit`, … of the engine.
    public var type: String
    public var message: String
    public var status: Int?
    /// The address of the step.
    public var step: String
    public var connector: String?
    /// Seconds.
    public var retryAfter: Double?
    public var attempts = 1
    public var isTransient = false
    /// The other side may have done it.
    public var isOutcomeUnknown = false
    public var details: JSON?
    /// Whether neither the message nor the details can hold values of the step.
    var isFreeOfValues = false
    /// Pointer into the recipe: the field that failed, else the step.
    public var pointer: String?

    init(type: String, _ message: String, step: String, pointer: String? = nil) {
        (self.type, self.message, self.step, self.pointer) = (type, message, step, pointer)
    }

    init(_ error: ConnectorError, step: String, connector: String) {
        (type, message, status, retryAfter) = (error.type, error.message, error.status, error.retryAfter)
        (self.step, self.connector, details) = (step, connector, error.details)
        (isTransient, isOutcomeUnknown) = (error.isTransient, error.outcome == .unknown)
    }

    init(_ error: FormulaError, in source: String, step: String, pointer: String) {
        self.init(type: "formula", error.message, step: step, pointer: pointer)
        if let suggestion = error.suggestion { message += "; \(suggestion)" }
        message += " (in: \(source.count > 200 ? source.prefix(200) + "…" : source[...]))"
    }

    init(_ error: InputError, step: String) {
        self.init(error.error, in: error.source, step: step, pointer: error.pointer)
    }

    /// The `error` pill as recipes see it: the step by the address it has in any round of a `try`.
    var pill: JSON {
        var object = json.object ?? [:]
        object["step"] = .string(StepAddress.withoutRounds(step))
        return .object(object)
    }

    /// The `error` pill, with the step's whole address.
    public var json: JSON {
        var object: JSONObject = [
            "message": .string(message), "type": .string(type), "status": status.map { .integer($0) } ?? .null,
            "step": .string(step), "connector": connector.map { .string($0) } ?? .null,
            "retry_after": retryAfter.flatMap { JSON(number: "\($0)") } ?? .null, "attempts": .integer(attempts),
        ]
        if isOutcomeUnknown { object["outcome"] = "unknown" }
        if let details { object["details"] = details }
        if let pointer { object["at"] = .string(pointer) }
        return .object(object)
    }

    /// From a recorded `error`.
    init(recorded json: JSON, step: String) {
        self.init(type: json["type"]?.string ?? "internal", json["message"]?.string ?? "the step failed", step: step)
        (status, connector) = (json["status"]?.integer, json["connector"]?.string)
        (retryAfter, attempts) = (json["retry_after"]?.double, json["attempts"]?.integer ?? 1)
        (details, pointer) = (json["details"], json["at"]?.string)
        isOutcomeUnknown = json["outcome"]?.string == "unknown"
        if let origin = json["step"]?.string { self.step = origin }
    }
}
