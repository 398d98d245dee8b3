// What somebody may do in a workspace.

/// Each role may do all that the ones before it may.
public enum Role: Int, Sendable, CaseIterable, Comparable {
    /// Sees recipes, jobs and their data.
    case viewer = 1
    /// Retries, reruns, cancels and decides jobs; starts and stops recipes.
    case `operator` = 2
    /// Changes recipes, runs them with any input, tests connections.
    case author = 3
    /// Users, tokens, secrets, the audit log.
    case admin = 4

    public static func < (left: Role, right: Role) -> Bool { left.rawValue < right.rawValue }

    /// As people write it: `viewer`, `operator`, `author`, `admin`.
    public var name: String { "\(self)" }

    public init?(name: String) {
        guard let role = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = role
    }
}
