// Links with which people make their own user: good once and for a day.

import JSONCore
import JobHistory

extension AccessControl {
    /// How long an invitation is good, milliseconds.
    private static let invitationLife: Milliseconds = 24 * 3_600_000

    /// A secret for a link that makes this user. Another link for the same name is good no more.
    /// - Throws: `AccessError`, `StoreError` when there is such a user already.
    public func invite(_ name: String, _ role: Role, by who: Principal, from: String) async throws -> String {
        let (name, secret, now) = (try Self.name(name), Secret.text(), clock())
        try await store.add(
            StoredInvitation(hash: Secret.hash(secret), name: name, role: role, until: now + Self.invitationLife),
            now: now)
        await note("user.invite", "user \(name) as \(role.name)", by: who, from: from)
        return secret
    }

    /// Whom an invitation is for; nil when it was used or is too old.
    public func invited(_ secret: String) async throws -> (name: String, role: Role)? {
        try await store.invitation(Secret.hash(secret), now: clock()).map { ($0.name, $0.role) }
    }

    /// Makes the invited user and signs them in. The invitation is used up.
    /// - Throws: `AccessError`.
    public func accept(_ secret: String, password: String, from: String) async throws -> String {
        guard let (name, role) = try await invited(secret) else { throw AccessError.invitationOver }
        let user = try await newUser(name, role, password)
        guard try await store.use(invitation: Secret.hash(secret), for: user, now: clock()) else {
            throw AccessError.invitationOver
        }
        await note(
            "user.join", "user \(name) as \(role.name)", by: Principal(name: name, role: role, kind: .session),
            from: from)
        return try await newSession(name)
    }
}
