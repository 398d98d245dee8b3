// Invitations in the database: links with which people make their own user.

import JSONCore

/// An invitation that is open.
public struct StoredInvitation: Sendable {
    /// SHA-256 of the secret in the link.
    public let hash: [UInt8]
    /// Of the user that it makes, in lower case.
    public let name: String
    public let role: Role
    /// It is good before this.
    public let until: Milliseconds

    public init(hash: [UInt8], name: String, role: Role, until: Milliseconds) {
        (self.hash, self.name, self.role, self.until) = (hash, name, role, until)
    }
}

extension JobStore {
    private static let mostInvitations = 1_000

    /// Adds an invitation; another of the same name is good no more, and those that are over go.
    /// - Throws: `refused` when there is such a user, or too many invitations are open.
    public func add(_ invitation: StoredInvitation, now: Milliseconds) async throws {
        try await write { connection in
            let database = connection.database
            let user = try SQLStatement(database, "SELECT 1 FROM user WHERE name = ?")
            user.bind(1, invitation.name)
            guard try user.one({ $0.int(0) }) == nil else {
                throw StoreError.refused("there is a user \(invitation.name) already")
            }
            let old = try SQLStatement(database, "DELETE FROM invitation WHERE until_ms <= ? OR name = ?")
            old.bind(1, now)
            old.bind(2, invitation.name)
            try old.run()
            let open = try SQLStatement(database, "SELECT count(*) FROM invitation").one { $0.int(0) } ?? 0
            guard open < Self.mostInvitations else {
                throw StoreError.refused(
                    "there are \(Self.mostInvitations) open invitations; wait until some are used")
            }
            let statement = try SQLStatement(
                database, "INSERT INTO invitation(hash, name, role, until_ms) VALUES (?, ?, ?, ?)")
            statement.bind(1, invitation.hash)
            statement.bind(2, invitation.name)
            statement.bind(3, invitation.role.rawValue)
            statement.bind(4, invitation.until)
            try statement.run()
        }
    }

    /// The open invitation with this hash; nil when it was used or is over.
    public func invitation(_ hash: [UInt8], now: Milliseconds) async throws -> StoredInvitation? {
        try await read { database in
            let statement = try SQLStatement(
                database, "SELECT name, role, until_ms FROM invitation WHERE hash = ? AND until_ms > ?")
            statement.bind(1, hash)
            statement.bind(2, now)
            return try statement.one { row in
                guard let role = Role(rawValue: row.int(1)) else {
                    throw StoreError.corrupt(
                        "the invitation of \(row.text(0)) has an unknown role; restore the history from a backup")
                }
                return StoredInvitation(hash: hash, name: row.text(0), role: role, until: row.int64(2))
            }
        }
    }

    /// Uses an invitation up and adds its user, both or neither.
    /// - Returns: whether it was open still; whoever comes second finds nothing.
    /// - Throws: `refused` when there is such a user already.
    public func use(invitation hash: [UInt8], for user: User, now: Milliseconds) async throws -> Bool {
        try await write { connection in
            let statement = try SQLStatement(
                connection.database, "DELETE FROM invitation WHERE hash = ? AND until_ms > ?")
            statement.bind(1, hash)
            statement.bind(2, now)
            guard try statement.run() > 0 else { return false }
            try connection.add(user)
            return true
        }
    }
}
