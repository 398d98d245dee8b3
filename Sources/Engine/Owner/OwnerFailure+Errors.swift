// The engine's errors in one form that can cross the socket and be printed.

import ConnectorKit
import JobHistory
import RecipeLanguage

extension OwnerFailure {
    /// One sentence and a kind for anything the engine throws.
    public init(_ error: any Error) {
        switch error {
        case let failure as OwnerFailure: self = failure
        case let error as StoreError: self.init(error)
        case let error as AccessError: self.init(kind: "refused", error.description)
        case let error as ControlError: self.init(kind: "refused", error.description)
        case let error as ConnectorError: self.init(kind: "gone", "\(error.message) [\(error.type)]")
        case let failure as StepFailure: self.init(kind: "refused", failure.message)
        case let broken as RecipeBroken:
            let more = broken.diagnostics.count > 1 ? " (and \(broken.diagnostics.count - 1) more)" : ""
            self.init(kind: "broken", (broken.diagnostics.first?.message ?? "the recipe has mistakes") + more)
        default: self.init(kind: "internal", "\(error)")
        }
    }

    private init(_ error: StoreError) {
        let kind =
            switch error {
            case .noSuchJob, .unknownRecipe, .noHistory: "no_such_job"
            case .illegalMove, .undecidable, .refused, .duplicate: "refused"
            case .full, .stayedFull: "full"
            case .unwritable: "unwritable"
            case .owned, .notOwner, .busy: "owned"
            case .disk, .corrupt: "disk"
            case .newerSchema, .olderSchema: "schema"
            case .closed: "internal"
            }
        self.init(kind: kind, error.description)
    }
}
