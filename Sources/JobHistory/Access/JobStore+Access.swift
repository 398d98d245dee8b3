// Users, sessions and tokens in the database.

import GRDB
import JSONCore

extension JobStore {
    // MARK: Users

    /// By name.
    public func users() async throws -> [User] {
        try await read { database in
            try SQLStatement(database, "SELECT \(Self.userColumns) FROM user ORDER BY name").all(Self.user)
        }
    }

    public func user(_ name: String) async throws -> User? {
        try await read { database in
            let statement = try SQLStatement(database, "SELECT \(Self.userColumns) FROM user WHERE name = ?")
            statement.bind(1, name)
            return try statement.one(Self.user)
        }
    }

    /// - Parameter onlyAsFirst: refuse when there are users already.
    /// - Throws: `refused` when there is such a user.
    public func add(_ user: User, onlyAsFirst: Bool = false) async throws {
        try await write { connection in
            let count = try SQLStatement(connection.database, "SELECT count(*) FROM user").one { $0.int(0) } ?? 0
            guard !onlyAsFirst || count == 0 else { throw StoreError.refused("there are users already: sign in") }
            try connection.add(user)
        }
    }

    /// Changes what is not nil. A new password ends the user's sessions.
    /// - Throws: `refused` when there is no such user, or the last admin would be one no more.
    public func change(user name: String, role: Role? = nil, password: String? = nil) async throws {
        try await write { connection in
            if let role {
                try connection.changeUser("UPDATE user SET role = \(role.rawValue) WHERE name = ?1", name)
            }
            if let password {
                let statement = try SQLStatement(
                    connection.database, "UPDATE user SET password = ?2 WHERE name = ?1")
                statement.bind(1, name)
                statement.bind(2, password)
                guard try statement.run() > 0 else { throw StoreError.refused("there is no user \(name)") }
                try connection.endSessions(of: name)
            }
        }
    }

    /// Ends the user's sessions too.
    /// - Throws: `refused` when there is no such user, or it is the last admin.
    public func remove(user name: String) async throws {
        try await write { connection in
            try connection.changeUser("DELETE FROM user WHERE name = ?1", name)
            try connection.endSessions(of: name)
        }
    }

    private static let userColumns = "name, role, password, created_ms"

    private static func user(_ row: SQLStatement) throws -> User {
        guard let role = Role(rawValue: row.int(1)) else {
            throw StoreError.corrupt("the user \(row.text(0)) has an unknown role; restore the history from a backup")
        }
        return User(name: row.text(0), role: role, password: row.text(2), createdAt: row.int64(3))
    }

    // MARK: Sessions

    /// Adds a session; those that nobody used since `idleSince` or that are older than `createdSince` go.
    public func add(_ session: StoredSession, idleSince: Milliseconds, createdSince: Milliseconds) async throws {
        try await write { connection in
            let old = try SQLStatement(connection.database, "DELETE FROM session WHERE used_ms < ? OR created_ms < ?")
            old.bind(1, idleSince)
            old.bind(2, createdSince)
            try old.run()
            let statement = try SQLStatement(
                connection.database, "INSERT INTO session(hash, user, created_ms, used_ms) VALUES (?, ?, ?, ?)")
            statement.bind(1, session.hash)
            statement.bind(2, session.user)
            statement.bind(3, session.createdAt)
            statement.bind(4, session.usedAt)
            try statement.run()
        }
    }

    /// The session with its user.
    public func session(_ hash: [UInt8]) async throws -> (session: StoredSession, user: User)? {
        try await read { database in
            let statement = try SQLStatement(
                database,
                """
                SELECT name, role, password, user.created_ms, session.created_ms, used_ms
                FROM session JOIN user ON user.name = session.user WHERE hash = ?
                """)
            statement.bind(1, hash)
            return try statement.one { row in
                let user = try Self.user(row)
                return (
                    StoredSession(hash: hash, user: user.name, createdAt: row.int64(4), usedAt: row.int64(5)), user
                )
            }
        }
    }

    public func noteUse(ofSession hash: [UInt8], at: Milliseconds) async throws {
        try await note("UPDATE session SET used_ms = ?2 WHERE hash = ?1", hash, at)
    }

    public func remove(session hash: [UInt8]) async throws {
        try await write { connection in
            let statement = try SQLStatement(connection.database, "DELETE FROM session WHERE hash = ?")
            statement.bind(1, hash)
            try statement.run()
        }
    }

    /// Ends all sessions of a user.
    /// - Throws: `refused` when there is no such user.
    public func removeSessions(of user: String) async throws {
        try await write { connection in
            let statement = try SQLStatement(connection.database, "SELECT count(*) FROM user WHERE name = ?")
            statement.bind(1, user)
            guard try statement.one({ $0.int(0) }) ?? 0 > 0 else {
                throw StoreError.refused("there is no user \(user)")
            }
            try connection.endSessions(of: user)
        }
    }

    // MARK: Tokens

    /// By name.
    public func tokens() async throws -> [StoredToken] {
        try await read { database in
            try SQLStatement(database, "SELECT \(Self.tokenColumns) FROM token ORDER BY name").all(Self.token)
        }
    }

    public func token(_ hash: [UInt8]) async throws -> StoredToken? {
        try await read { database in
            let statement = try SQLStatement(database, "SELECT \(Self.tokenColumns) FROM token WHERE hash = ?")
            statement.bind(1, hash)
            return try statement.one(Self.token)
        }
    }

    /// - Throws: `refused` when there is one of that name.
    public func add(_ token: StoredToken) async throws {
        try await write { connection in
            let statement = try SQLStatement(
                connection.database,
                """
                INSERT OR IGNORE INTO token(name, hash, kind, role, scopes, per_minute, created_ms, created_by, expires_ms)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
            statement.bind(1, token.name)
            statement.bind(2, token.hash)
            statement.bind(3, token.kind.rawValue)
            statement.bind(4, token.role.rawValue)
            statement.bind(5, JSON.array(token.scopes.map { .string($0) }).compact)
            statement.bind(6, token.perMinute)
            statement.bind(7, token.createdAt)
            statement.bind(8, token.createdBy)
            statement.bind(9, token.expiresAt)
            guard try statement.run() > 0 else { throw StoreError.refused("there is a token \(token.name) already") }
        }
    }

    /// - Throws: `refused` when there is none of that name.
    public func remove(token name: String) async throws {
        try await write { connection in
            let statement = try SQLStatement(connection.database, "DELETE FROM token WHERE name = ?")
            statement.bind(1, name)
            guard try statement.run() > 0 else { throw StoreError.refused("there is no token \(name)") }
        }
    }

    public func noteUse(ofToken hash: [UInt8], at: Milliseconds) async throws {
        try await note("UPDATE token SET used_ms = ?2 WHERE hash = ?1", hash, at)
    }

    private func note(_ sql: String, _ hash: [UInt8], _ at: Milliseconds) async throws {
        try await write { connection in
            let statement = try SQLStatement(connection.database, sql)
            statement.bind(1, hash)
            statement.bind(2, at)
            try statement.run()
        }
    }

    private static let tokenColumns =
        "name, hash, kind, role, scopes, per_minute, created_ms, created_by, expires_ms, used_ms"

    private static func token(_ row: SQLStatement) throws -> StoredToken {
        guard let kind = StoredToken.Kind(rawValue: row.int(2)), let role = Role(rawValue: row.int(3)),
            let scopes = try? JSON(parsing: Array(row.bytes(4))).array
        else {
            throw StoreError.corrupt("the token \(row.text(0)) can't be read; restore the history from a backup")
        }
        return StoredToken(
            name: row.text(0), hash: Array(row.bytes(1)), kind: kind, role: role, scopes: scopes.compactMap(\.string),
            perMinute: row.int(5), createdAt: row.int64(6), createdBy: row.text(7), expiresAt: row.int64OrNil(8),
            usedAt: row.int64OrNil(9))
    }
}

extension WriterConnection {
    /// - Throws: `refused` when there is such a user.
    func add(_ user: User) throws {
        let statement = try SQLStatement(
            database, "INSERT OR IGNORE INTO user(name, role, password, created_ms) VALUES (?, ?, ?, ?)")
        statement.bind(1, user.name)
        statement.bind(2, user.role.rawValue)
        statement.bind(3, user.password)
        statement.bind(4, user.createdAt)
        guard try statement.run() > 0 else { throw StoreError.refused("there is a user \(user.name) already") }
    }

    /// A change after which there must still be an admin, when it is one who is changed.
    fileprivate func changeUser(_ sql: String, _ name: String) throws {
        let known = try SQLStatement(database, "SELECT role FROM user WHERE name = ?")
        known.bind(1, name)
        let role = try known.one { $0.int(0) }
        let statement = try SQLStatement(database, sql)
        statement.bind(1, name)
        guard try statement.run() > 0 else { throw StoreError.refused("there is no user \(name)") }
        guard role == Role.admin.rawValue else { return }
        let admins = try SQLStatement(database, "SELECT count(*) FROM user WHERE role = \(Role.admin.rawValue)")
        guard try admins.one({ $0.int(0) }) ?? 0 > 0 else {
            throw StoreError.refused("\(name) is the last admin: make somebody else one first")
        }
    }

    fileprivate func endSessions(of user: String) throws {
        let statement = try SQLStatement(database, "DELETE FROM session WHERE user = ?")
        statement.bind(1, user)
        try statement.run()
    }
}
