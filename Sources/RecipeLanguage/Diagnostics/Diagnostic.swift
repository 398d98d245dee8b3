// One mistake in a file: where it is, what is wrong and what to do.

import JSONCore

/// A mistake (or a warning) at a place in a document, for people and for programs.
///
/// Printed as `file:line:column: error: sentence [code]`, the line, a caret, the JSON pointer and a suggestion.
public struct Diagnostic: Hashable, Sendable, Error {
    /// Errors keep a recipe from running, warnings don't.
    public enum Severity: String, Sendable { case error, warning }

    /// How bad it is.
    public let severity: Severity
    /// A stable name for programs and tests, like `unknown_step`.
    public let code: String
    /// A sentence for a person who does not program; no Swift names, no values that could be secret.
    public let message: String
    /// What to do or what was probably meant: `did you mean "email"?`
    public let suggestion: String?
    /// The file as the user named it; empty for text without a file.
    public let file: String
    /// The bytes of the document it is about.
    public let range: Range<Int>
    /// The value it is about, as an RFC 6901 pointer.
    public let pointer: String

    public init(
        _ severity: Severity = .error, code: String, _ message: String, suggestion: String? = nil, file: String,
        range: Range<Int>, pointer: String
    ) {
        (self.severity, self.code, self.message, self.suggestion) = (severity, code, message, suggestion)
        (self.file, self.range, self.pointer) = (file, range, pointer)
    }
}
