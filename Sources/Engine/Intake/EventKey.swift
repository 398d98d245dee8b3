// What an event has to be before it makes a job: fit for the trigger, and with a key that tells it from others.

import JSONCore
import RecipeLanguage

extension Trigger {
    /// Holds what a person or a recipe hands in against the schema that the recipe gives. What other systems send
    /// is held against theirs where it comes in, if they have one.
    /// - Throws: `StepFailure` of type `intake`.
    public func refuseMisfits(_ event: JSON) throws {
        guard ["manual", "recipe.called"].contains(use) else { return }
        let mismatches = self.event.typed(event, strictly: true).mismatches
        guard let first = mismatches.first else { return }
        let more = mismatches.count > 1 ? " (and \(mismatches.count - 1) more)" : ""
        throw StepFailure(
            type: "intake", "the input is not what \(pill) takes: \(first.message)\(more)", step: "trigger",
            pointer: "/trigger/input/schema")
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
