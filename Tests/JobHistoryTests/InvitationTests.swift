// Invitations in the history: they outlive the process, are used once, and one takes the place of another.

import JobHistory
import Testing

struct InvitationTests {
    private static func invitation(_ secret: UInt8, _ name: String = "bob", until: Milliseconds = noon + 10)
        -> StoredInvitation
    { StoredInvitation(hash: [secret], name: name, role: .operator, until: until) }

    private static func user(_ name: String = "bob") -> User {
        User(name: name, role: .operator, password: "hash", createdAt: noon)
    }

    @Test func `an invitation outlives the server, and is used once`() async throws {
        let history = try TemporaryHistory()
        let first = try history.owner()
        try await first.add(Self.invitation(1), now: noon)
        await first.close()
        let store = try history.owner()
        #expect(try await store.invitation([1], now: noon)?.role == .operator)
        #expect(try await store.invitation([2], now: noon) == nil)
        #expect(try await store.use(invitation: [1], for: Self.user(), now: noon))
        #expect(try await store.user("bob")?.role == .operator)
        #expect(try await !store.use(invitation: [1], for: Self.user("eve"), now: noon))
        #expect(try await store.user("eve") == nil)
        await store.close()
    }

    @Test func `an invitation ends with its time, with a newer one of the same name, and is none for who is in`()
        async throws
    {
        let history = try TemporaryHistory()
        let store = try history.owner()
        try await store.add(Self.invitation(1), now: noon)
        #expect(try await store.invitation([1], now: noon + 10) == nil)
        #expect(try await !store.use(invitation: [1], for: Self.user(), now: noon + 10))
        try await store.add(Self.invitation(2), now: noon)
        #expect(try await store.invitation([1], now: noon) == nil)
        // Made by an admin meanwhile: the link makes no second one, and stays what it was.
        try await store.add(Self.user())
        await #expect(throws: StoreError.self) { try await store.use(invitation: [2], for: Self.user(), now: noon) }
        #expect(try await store.invitation([2], now: noon) != nil)
        await #expect(throws: StoreError.self) { try await store.add(Self.invitation(3), now: noon) }
        await store.close()
    }
}
