// Topics in the history: each message once, in order, and kept until everybody who is on has had it.

import JSONCore
import JobHistory
import RecipeLanguage
import Testing

struct TopicTests {
    @discardableResult
    private static func publish(
        _ store: JobStore, _ data: JSON, to topic: String = "orders", key: String, at: Milliseconds = noon,
        most: Int = 1_000
    ) async throws -> Int {
        try await store.publish(
            data, key: nil, to: topic, by: StepWrite(key: key, job: 1), at: at, mostMessages: most
        ).offset
    }

    @Test func `each message is there once, in its topic's order, after a crash too`() async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        #expect(try await Self.publish(store, ["n": 1], key: "a") == 1)
        #expect(try await Self.publish(store, ["n": 2], key: "b") == 2)
        #expect(try await Self.publish(store, ["n": 1], key: "a") == 1)
        #expect(try await Self.publish(store, "other", to: "refunds", key: "c") == 1)
        await store.close()
        let again = try history.owner()
        #expect(try await Self.publish(again, ["n": 2], key: "b") == 2)
        #expect(try await Self.publish(again, ["n": 3], key: "d") == 3)
        let messages = try await again.messages(of: "orders", after: 1, limit: 9)
        #expect(messages.map(\.offset) == [2, 3] && messages.map(\.data) == [["n": 2], ["n": 3]])
        #expect(try await again.messages(of: "orders", after: 0, through: 2, limit: 9).map(\.offset) == [1, 2])
        #expect(try await again.messages(of: "orders", after: 0, limit: 9, mostBytes: 8).map(\.offset) == [1])
        #expect(try await again.messages(of: "nothing", after: 0, limit: 9).isEmpty)
        let topics = try await again.topics()
        #expect(topics.map(\.name) == ["orders", "refunds"] && topics.map(\.count) == [3, 1])
        await again.close()
    }

    @Test func `the oldest messages go, but not those that a recipe which is on has not had`() async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        _ = try await store.version("reader")
        let reader = PollerState(recipe: "reader", fingerprint: "f", next: noon)
        try await store.place([reader])
        try await store.prime(reader, at: ["topic": "orders", "after": 100])
        for n in 1...256 { try await Self.publish(store, .integer(n), key: "\(n)", most: 50) }
        var topic = try #require(try await store.topic("orders"))
        #expect(topic.firstOffset == 101 && topic.lastOffset == 256 && topic.count == 156)
        // A recipe that is off holds nothing up.
        try await store.place([PollerState(recipe: "reader", fingerprint: "f")])
        for n in 257...320 { try await Self.publish(store, .integer(n), key: "\(n)", most: 50) }
        topic = try #require(try await store.topic("orders"))
        #expect(topic.firstOffset == 271 && topic.count == 50)
        #expect(try await store.pruneMessages(publishedBefore: noon + 1) == 50)
        #expect(try await store.topic("orders")?.count == 0)
        #expect(try await Self.publish(store, 0, key: "next") == 321)
        await store.close()
    }
}
