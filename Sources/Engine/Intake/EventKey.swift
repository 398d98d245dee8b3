// What an event has to be before it makes a job: fit for the trigger, and with a key that tells it from others.

import JSONCore
import RecipeLanguage

extension Trigger {
    /// Holds what a person or a recipe hands in against the schema that the recipe gives, with the words of where such an event
    /// comes in. What a webhook or an API client sends is held there, so that is not asked here again.
    /// - Throws: `StepFailure` of type `intake`.
    public func refuseMisfits(_ event: JSON) throws {
        switch use {
        case LanguageTriggers.manual.name, LanguageTriggers.called.name:
            try Self.refuse(
                self.event.typed(event, strictly: true).mismatches, "the input is not what \(pill) takes", at: "schema")
        case LanguageTriggers.webhook.name: try refuseBody(of: event, at: "schema")
        case LanguageTriggers.request.name: try refuseBody(of: event, at: "request")
        default: return
        }
    }

    private func refuseBody(of event: JSON, at field: String) throws {
        guard let schema = self.event.property("body")?.schema else { return }
        let type = event["headers"]?["content-type"]?.string ?? ""
        let isForm = ["application/x-www-form-urlencoded", "multipart/form-data"].contains { type.hasPrefix($0) }
        let mismatches = schema.typed(event["body"] ?? .null, strictly: true, converting: isForm).mismatches
        try Self.refuse(
            mismatches, "the body does not fit", at: field,
            hint: event["body"] == nil ? "; the input stands for what comes in: {\"body\": …}" : "")
    }

    private static func refuse(
        _ mismatches: [SchemaMismatch], _ sentence: String, at field: String, hint: String = ""
    ) throws {
        guard let first = mismatches.first else { return }
        let more = mismatches.count > 1 ? " (and \(mismatches.count - 1) more)" : ""
        throw StepFailure(
            type: "intake", "\(sentence): \(first.message)\(more)\(hint)", step: "trigger",
            pointer: "/trigger/input/\(field)")
    }
}

extension JSON {
    /// Whether many events would have this key in common.
    var saysNothing: Bool {
        switch self {
        case .null: true
        case .string(let text): text.allSatisfy(\.isWhitespace)
        case .array(let elements): elements.isEmpty
        case .object(let object): object.isEmpty
        case .bool, .integer, .number: false
        }
    }
}

/// An event that makes a job.
struct EventKey {
    let dedupeKey: String?
}
