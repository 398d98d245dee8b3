// Who is asking, and how that is known.

import JobHistory

/// Somebody or something that was let in.
public struct Principal: Sendable, Hashable {
    public enum Kind: String, Sendable {
        /// Somebody who signed in.
        case session
        /// A program with an API token.
        case token
        /// A program that may call recipes that are APIs, and nothing else.
        case client
        /// Whoever is at this machine, when the server asks nobody to sign in.
        case local
        /// A command on this machine, by the owner of the workspace's files.
        case command
    }

    /// A user's name, or a token's.
    public let name: String
    /// What they may do; means nothing for a client.
    public let role: Role
    public let kind: Kind
    /// The parts of the API that a token is for; empty: all.
    public let scopes: Set<String>
    /// Requests a minute, of a client.
    public let perMinute: Int

    public init(name: String, role: Role, kind: Kind, scopes: Set<String> = [], perMinute: Int = 0) {
        (self.name, self.role, self.kind, self.scopes, self.perMinute) = (name, role, kind, scopes, perMinute)
    }

    /// At this machine, when nobody has to sign in.
    public static let local = Principal(name: "local", role: .admin, kind: .local)
}

/// A part of the REST API, for tokens that are for some of it only.
public enum APIScope: String, Sendable, CaseIterable {
    case recipes, jobs, approvals, schedules, connections, tables, topics, deliveries, stats, users, tokens, audit
}

/// Why somebody is not let in, or access can't be changed that way.
public enum AccessError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One sentence for both, so that nobody learns which names there are.
    case wrongPassword
    case tooManyAttempts(retryAfterSeconds: Int)
    case setupOver
    case invitationOver
    case refused(String)

    public var description: String {
        switch self {
        case .wrongPassword: "the name or the password is wrong"
        case .tooManyAttempts(let seconds): "too many attempts; try again in \(seconds) s"
        case .setupOver: "this link was used already or is too old; `galley serve` prints a new one when it starts"
        case .invitationOver: "this invitation was used already or is too old; ask an admin for a new one"
        case .refused(let sentence): sentence
        }
    }
}
