// Why the workspace can't give what was asked for: one sentence, and the places in files where there are some.

import RecipeLanguage

/// A failure of the workspace: its kind for programs, a sentence and the mistakes in files for people.
public struct WorkspaceError: Error, Sendable, CustomStringConvertible {
    /// What a caller can tell apart.
    public enum Kind: String, Sendable {
        /// No such workspace, recipe, connection, table or secret.
        case notFound
        /// A file is there but has mistakes.
        case invalid
        /// A name or path that is not allowed.
        case refused
        /// The disk or its permissions.
        case disk
    }

    public let kind: Kind
    /// What, why and what to do, in one or two sentences; no secrets.
    public let message: String
    /// Every mistake found in the file this is about; empty when it is about no file's content.
    public let diagnostics: [Diagnostic]

    public init(_ kind: Kind, _ message: String, diagnostics: [Diagnostic] = []) {
        (self.kind, self.message, self.diagnostics) = (kind, message, diagnostics)
    }

    public var description: String { message }
}
