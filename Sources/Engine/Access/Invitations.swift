// Links with which people make their own user: good once and for a day, and gone when the server stops.

import JSONCore
import JobHistory
import Synchronization

/// What is remembered of invitations that are open.
final class Invitations: Sendable {
    struct Invitation: Sendable {
        let name: String
        let role: Role
        let until: Milliseconds
    }

    /// Good for this long.
    static let life: Milliseconds = 24 * 3_600_000
    private static let most = 1_000
    /// By the hash of the secret.
    private let open = Mutex<[[UInt8]: Invitation]>([:])

    /// Another invitation of the same name is good no more.
    func add(_ hash: [UInt8], _ invitation: Invitation, now: Milliseconds) throws(AccessError) {
        let isAdded = open.withLock { open in
            open = open.filter { $0.value.until > now && $0.value.name != invitation.name }
            guard open.count < Self.most else { return false }
            open[hash] = invitation
            return true
        }
        guard isAdded else { throw .refused("there are \(Self.most) open invitations; wait until some are used") }
    }

    func find(_ hash: [UInt8], now: Milliseconds) -> Invitation? {
        open.withLock { open in open[hash].flatMap { $0.until > now ? $0 : nil } }
    }

    /// Uses an invitation up; whoever comes second finds nothing.
    func take(_ hash: [UInt8], now: Milliseconds) -> Invitation? {
        open.withLock { open in open.removeValue(forKey: hash).flatMap { $0.until > now ? $0 : nil } }
    }
}

extension AccessControl {
    /// A secret for a link that makes this user.
    /// - Throws: `AccessError`, `StoreError` when there is such a user already.
    public func invite(_ name: String, _ role: Role, by who: Principal, from: String) async throws -> String {
        let (name, secret, now) = (try Self.name(name), Secret.text(), clock())
        guard try await store.user(name) == nil else { throw StoreError.refused("there is a user \(name) already") }
        try invitations.add(
            Secret.hash(secret), .init(name: name, role: role, until: now + Invitations.life), now: now)
        await note("user.invite", "user \(name) as \(role.name)", by: who, from: from)
        return secret
    }

    /// Whom an invitation is for; nil when it was used or is too old.
    public func invited(_ secret: String) -> (name: String, role: Role)? {
        invitations.find(Secret.hash(secret), now: clock()).map { ($0.name, $0.role) }
    }

    /// Makes the invited user and signs them in. The invitation is used up.
    /// - Throws: `AccessError`.
    public func accept(_ secret: String, password: String, from: String) async throws -> String {
        guard let (name, role) = invited(secret) else { throw AccessError.invitationOver }
        let user = try await newUser(name, role, password)
        guard invitations.take(Secret.hash(secret), now: clock()) != nil else { throw AccessError.invitationOver }
        try await store.add(user)
        await note(
            "user.join", "user \(name) as \(role.name)", by: Principal(name: name, role: role, kind: .session),
            from: from)
        return try await newSession(name)
    }
}
