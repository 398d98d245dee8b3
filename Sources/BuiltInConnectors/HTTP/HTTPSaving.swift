// `save_to` of an `http` step: the body of the answer goes to a file, however large it is.

import ConnectorKit
import JSONCore
import RecipeLanguage

/// The file that a step's answer is to become. Without a whole answer there is no file.
struct HTTPSaving {
    private let draft: FileDraft

    /// With `save_to`, a call that only reads changes something here: repeating it changes nothing more.
    static let rule = rule()

    /// - Parameter member: that names the file.
    static func rule(_ member: String = "save_to", otherwise: EffectRule? = nil) -> EffectRule {
        EffectRule(member: member, effects: [EffectRule.anyValue: .idempotent], otherwise: otherwise)
    }

    /// nil when the step has no `save_to`.
    /// - Throws: `bad_input`, `file` or `conflict`; nothing has been sent then.
    init?(_ input: ActionInput, method: String, files: any WorkspaceFiles) async throws {
        guard let name = try input.text("save_to") else {
            guard input.value("overwrite") == nil else {
                throw ConnectorError(type: "bad_input", "\"overwrite\" goes with \"save_to\", which is missing")
            }
            return nil
        }
        guard ["GET", "POST", "PUT", "PATCH", "DELETE"].contains(method) else {
            throw ConnectorError(
                type: "bad_input", "\"save_to\" goes with GET, POST, PUT, PATCH and DELETE, not with \(method)")
        }
        let overwrite = try input.flag("overwrite", default: true)
        draft = try await BlockingWork.run { _ in
            try FileDraft(files.path(of: name), name: name, overwrite: overwrite, notes: files.draftNotes)
        }
    }

    private static func isSaved(_ status: Int) -> Bool { (200..<300).contains(status) }

    var download: HTTPDownload {
        HTTPDownload(
            takes: { Self.isSaved($0.status) },
            write: { [draft] bytes in
                try await BlockingWork.run { _ in
                    do { try draft.write(bytes) } catch { throw Self.late(error) }
                }
            })
    }

    /// Leaves no file, unless it is finished. A write that is still under way must not keep it.
    func discard() { draft.discard() }

    /// The step's output, with the file where there is one.
    func finish(_ output: JSON, status: Int) async throws -> JSON {
        guard Self.isSaved(status), var members = output.object else { return output }
        try await BlockingWork.run { [draft] _ in
            do { try draft.commit() } catch { throw Self.late(error) }
        }
        members["body"] = .null
        members["file"] = .string(draft.name)
        members["size_bytes"] = .integer(draft.sizeBytes)
        return .object(members)
    }

    /// The other side has done what it was asked for, although its answer could not be kept.
    static func late(_ error: any Error) -> any Error {
        guard let error = error as? ConnectorError else { return error }
        return ConnectorError(
            type: error.type, error.message, isTransient: error.isTransient, outcome: .unknown, details: error.details)
    }
}
