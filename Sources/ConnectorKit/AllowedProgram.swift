// Programs of this machine that the workspace lets its recipes run.

/// A program as `commands` of galley.json allows it.
public struct AllowedProgram: Sendable, Hashable {
    /// Absolute.
    public let path: String
    /// The only environment variables that it may see: what a step or its connection gives, else Galley's own.
    public let environment: [String]
    /// The folder it runs in unless the step names another: the workspace's.
    public let folder: String

    public init(path: String, environment: [String] = [], folder: String) {
        (self.path, self.environment, self.folder) = (path, environment, folder)
    }
}
