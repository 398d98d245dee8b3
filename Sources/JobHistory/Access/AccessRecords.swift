// Users, sessions, tokens and the audit log, as values. Secrets are here as hashes only.

import JSONCore

/// Somebody who can sign in.
public struct User: Sendable, Hashable {
    /// In lower case.
    public let name: String
    public var role: Role
    /// As `PasswordHash` writes it.
    public var password: String
    public let createdAt: Milliseconds

    public init(name: String, role: Role, password: String, createdAt: Milliseconds) {
        (self.name, self.role, self.password, self.createdAt) = (name, role, password, createdAt)
    }
}

/// A browser that is signed in.
public struct StoredSession: Sendable {
    /// SHA-256 of what the browser holds.
    public let hash: [UInt8]
    public let user: String
    public let createdAt: Milliseconds
    /// Noted once a minute at most.
    public var usedAt: Milliseconds

    public init(hash: [UInt8], user: String, createdAt: Milliseconds, usedAt: Milliseconds) {
        (self.hash, self.user, self.createdAt, self.usedAt) = (hash, user, createdAt, usedAt)
    }
}

/// What a program shows to be let in.
public struct StoredToken: Sendable, Hashable {
    /// Raw values are what the database holds.
    public enum Kind: Int, Sendable, CaseIterable {
        /// For the REST API, with a role.
        case api = 0
        /// For recipes that are APIs, with a rate limit.
        case client = 1

        public var name: String { "\(self)" }
    }

    public let name: String
    /// SHA-256 of the token.
    public let hash: [UInt8]
    public let kind: Kind
    /// Of an API token.
    public let role: Role
    /// The parts of the API it is for; empty: all that the role may use.
    public let scopes: [String]
    /// Requests a minute, of a client.
    public let perMinute: Int
    public let createdAt: Milliseconds
    public let createdBy: String
    /// nil: never.
    public let expiresAt: Milliseconds?
    /// Noted once a minute at most; nil: never used.
    public var usedAt: Milliseconds?

    public init(
        name: String, hash: [UInt8], kind: Kind, role: Role, scopes: [String], perMinute: Int, createdAt: Milliseconds,
        createdBy: String, expiresAt: Milliseconds?, usedAt: Milliseconds? = nil
    ) {
        (self.name, self.hash, self.kind, self.role, self.scopes) = (name, hash, kind, role, scopes)
        (self.perMinute, self.createdAt, self.createdBy) = (perMinute, createdAt, createdBy)
        (self.expiresAt, self.usedAt) = (expiresAt, usedAt)
    }
}

/// One line of the audit log: who did what, when and from where.
public struct AuditEntry: Sendable, Hashable {
    /// In order; 0 until it is stored.
    public var id: Int64 = 0
    public let at: Milliseconds
    /// A user's or token's name; of the command line: the system's user.
    public let who: String
    /// `session`, `token`, `client`, `local`, `command`; `link`: who has a link of an approval; `time`: nobody, a time came.
    public let kind: String
    /// The network address; empty for the command line.
    public let from: String
    /// `job.retry`, `user.add`, `sign_in.failed`…
    public let action: String
    /// What it was done to: `job 7`, `recipe route-leads`, `user ann`.
    public let subject: String

    public init(at: Milliseconds, who: String, kind: String, from: String, action: String, subject: String) {
        (self.at, self.who, self.kind, self.from) = (at, who, kind, from)
        (self.action, self.subject) = (action, subject)
    }
}
