// The engine's errors in one form that can cross the socket and be printed.

import JobHistory
import RecipeLanguage

extension OwnerFailure {
    /// One sentence and a kind for anything the engine throws.
    public init(_ error: any Error) {
        switch error {
        case let failure as OwnerFailure: self = failure
        case let error as StoreError: self.init(error)
        case let error as ControlError: self.init(kind: "refused", error.description)
        case let failure as StepFailure: self.init(kind: "refused", failure.message)
        case let broken as RecipeBroken:
            let more = broken.diagnostics.count > 1 ? " (and \(broken.diagnostics.count - 1) more)" : ""
            self.init(kind: "broken", (broken.diagnostics.first?.message ?? "the recipe has mistakes") + more)
        default: self.init(kind: "internal", "\(error)")
        }
    }

    private init(_ error: StoreError) {
        switch error {
        case .noSuchJob(let job): self.init(kind: "no_such_job", "there is no job \(job)")
        case .illegalMove(let job, let from, let to):
            self.init(kind: "refused", "job \(job) is \(from), so it can't become \(to)")
        case .full: self.init(kind: "full", "the disk is full: nothing was accepted")
        case .owned(let pid): self.init(kind: "owned", "another galley (process \(pid)) owns this workspace")
        case .notOwner: self.init(kind: "owned", "another galley has taken over this workspace")
        case .disk(let reason): self.init(kind: "disk", "the disk failed: \(reason)")
        case .newerSchema(let found, let known):
            self.init(
                kind: "schema",
                "the history was written by a newer galley (format \(found), this one knows \(known)): use that one")
        case .corrupt(let reason): self.init(kind: "corrupt", "the history can't be read: \(reason)")
        default: self.init(kind: "internal", "\(error)")
        }
    }
}
