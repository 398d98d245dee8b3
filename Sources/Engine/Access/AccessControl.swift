// Who gets in: passwords, sessions, tokens, the first start.

import JSONCore
import JobHistory
import Synchronization

/// Lets people and programs of one workspace in, and remembers in the audit log what they did.
public final class AccessControl: Sendable {
    /// A session ends when nobody used it for this long, milliseconds.
    public static let sessionIdle: Int64 = 12 * 3_600_000
    /// And always after this, milliseconds.
    public static let sessionLife: Int64 = 7 * 24 * 3_600_000
    /// The setup link is good for this long, milliseconds.
    public static let setupLife: Int64 = 3_600_000
    private static let attempts = (window: Int64(15 * 60_000), perName: 10, perAddress: 30)

    public let store: JobStore
    let clock: @Sendable () -> Int64
    let hasher: PasswordHasher
    private let limit = RateLimit()
    private let setup = Mutex<(hash: [UInt8], until: Int64)?>(nil)
    /// Rung when somebody may have lost a right.
    let losses = ChangeSignal()

    init(store: JobStore, clock: @escaping @Sendable () -> Int64, cost: PasswordCost) {
        (self.store, self.clock, hasher) = (store, clock, PasswordHasher(cost: cost))
    }

    // MARK: The first start

    /// A secret for a link that makes the first user; nil when there are users. One made before is good no more.
    public func openSetup() async throws -> String? {
        guard try await store.users().isEmpty else { return nil }
        let secret = Secret.text()
        setup.withLock { $0 = (Secret.hash(secret), clock() + Self.setupLife) }
        return secret
    }

    public func isSetup(_ secret: String) -> Bool {
        let hash = Secret.hash(secret)
        return setup.withLock { setup in
            guard let setup, clock() < setup.until else { return false }
            return Secret.areEqual(setup.hash, hash)
        }
    }

    /// Makes the first user, an admin, and signs them in. The link is used up.
    /// - Throws: `AccessError`.
    public func setUp(_ secret: String, name: String, password: String, from: String) async throws -> String {
        guard isSetup(secret) else { throw AccessError.setupOver }
        let user = try await newUser(name, .admin, password)
        // Whoever comes second finds it gone.
        guard setup.withLock({ $0.take() }) != nil else { throw AccessError.setupOver }
        try await store.add(user, onlyAsFirst: true)
        await note(
            "setup", "user \(user.name)", by: Principal(name: user.name, role: .admin, kind: .session), from: from)
        return try await newSession(user.name)
    }

    // MARK: Sessions

    /// - Parameter replacing: the session that the browser had before; it ends.
    /// - Returns: what the browser shows from now on.
    /// - Throws: `AccessError.wrongPassword`, `tooManyAttempts`.
    public func signIn(_ name: String, _ password: String, from: String, replacing old: String?) async throws -> String
    {
        let name = name.lowercased()
        let now = clock()
        let known = Self.isName(name)
        let waits = [
            limit.take("address \(Self.network(from))", Self.attempts.perAddress, per: Self.attempts.window, now: now),
            known ? limit.take("name \(name)", Self.attempts.perName, per: Self.attempts.window, now: now) : nil,
        ]
        if let wait = waits.compactMap({ $0 }).max() { throw AccessError.tooManyAttempts(retryAfterSeconds: wait) }
        let user = known ? try await store.user(name) : nil
        let isRight = try await hasher.verify(String(password.prefix(Self.longestPassword)), user?.password)
        guard let user, isRight else {
            let who = Principal(name: known ? name : "?", role: .viewer, kind: .session)
            await note("sign_in.failed", "user \(who.name)", by: who, from: from)
            throw AccessError.wrongPassword
        }
        limit.forget("name \(name)")
        if let old { try await signOut(old) }
        await note("sign_in", "user \(name)", by: Principal(name: name, role: user.role, kind: .session), from: from)
        return try await newSession(name)
    }

    public func signOut(_ session: String) async throws {
        try await store.remove(session: Secret.hash(session))
        losses.ring()
    }

    /// Yields when somebody may have lost a right: a session or a token was ended, a user changed or removed. What ends by
    /// time alone is not told.
    public func rightsLost() -> AsyncStream<Void> {
        let (stream, tell) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let ticket = losses.listen { tell.yield() }
        tell.onTermination = { [losses] _ in losses.forget(ticket) }
        return stream
    }

    /// Whose session it is; nil when it has ended or never was.
    /// - Parameter isUse: whether asking keeps it from being idle.
    public func session(_ secret: String, isUse: Bool = true) async throws -> Principal? {
        let (hash, now) = (Secret.hash(secret), clock())
        guard let (session, user) = try await store.session(hash), now - session.usedAt < Self.sessionIdle,
            now - session.createdAt < Self.sessionLife
        else { return nil }
        if isUse, now - session.usedAt > 60_000 { try? await store.noteUse(ofSession: hash, at: now) }
        return Principal(name: user.name, role: user.role, kind: .session)
    }

    func newSession(_ user: String) async throws -> String {
        let (secret, now) = (Secret.text(), clock())
        try await store.add(
            StoredSession(hash: Secret.hash(secret), user: user, createdAt: now, usedAt: now),
            idleSince: now - Self.sessionIdle, createdSince: now - Self.sessionLife)
        return secret
    }

    // MARK: Tokens

    /// Whose token it is; nil for one that has expired or never was.
    public func token(_ secret: String) async throws -> Principal? {
        guard secret.hasPrefix(Self.tokenPrefix) else { return nil }
        let (hash, now) = (Secret.hash(secret), clock())
        guard let token = try await store.token(hash), token.expiresAt.map({ now < $0 }) ?? true else { return nil }
        if now - (token.usedAt ?? 0) > 60_000 { try? await store.noteUse(ofToken: hash, at: now) }
        return Principal(
            name: token.name, role: token.role, kind: token.kind == .client ? .client : .token,
            scopes: Set(token.scopes), perMinute: token.perMinute)
    }

    /// Takes a request from a client's allowance.
    /// - Returns: nil when it may; else after how many seconds.
    public func admit(_ client: Principal) -> Int? {
        limit.take("client \(client.name)", client.perMinute, per: 60_000, now: clock())
    }

    static let tokenPrefix = "galley_"

    // MARK: Audit

    /// Adds a line to the audit log. What can't be written (a full disk) doesn't undo what was done.
    public func note(_ action: String, _ subject: String, by who: Principal, from: String) async {
        try? await store.note(
            AuditEntry(
                at: clock(), who: who.name, kind: who.kind.rawValue, from: from, action: action,
                subject: String(subject.prefix(500))))
    }

    // MARK: Names and passwords

    static let longestPassword = 1_024

    func newUser(_ name: String, _ role: Role, _ password: String) async throws -> User {
        User(name: try Self.name(name), role: role, password: try await newPassword(password), createdAt: clock())
    }

    func newPassword(_ password: String) async throws -> String {
        guard password.count >= 12, password.utf8.count <= Self.longestPassword else {
            throw AccessError.refused("a password has at least 12 characters; a few words make a good one")
        }
        return try await hasher.hash(password)
    }

    static func name(_ text: String) throws -> String {
        let name = text.lowercased()
        guard isName(name) else {
            throw AccessError.refused("a name has 1 to 64 letters, digits, and . _ - @ +")
        }
        return name
    }

    private static func isName(_ name: String) -> Bool {
        (1...64).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
                    || [UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "@"), UInt8(ascii: "+")]
                        .contains(byte)
            }
    }

    /// Of an IPv6 address the first half: one household has the rest.
    static func network(_ address: String) -> String {
        address.contains(":") ? address.split(separator: ":").prefix(4).joined(separator: ":") : address
    }
}
