// Topics in the history: messages in the order they were published, each once under its step's key, and how long they stay.

import GRDB
import JSONCore
import RecipeLanguage

/// A topic and what is kept of it.
public struct TopicSummary: Sendable, Hashable {
    public let name: String
    /// Messages that are kept.
    public let count: Int
    /// Of the oldest message that is kept; nil when none is.
    public let firstOffset: Int?
    /// Of the newest message ever.
    public let lastOffset: Int
    public let lastAt: Milliseconds?
}

extension JobStore {
    /// Publishes a message, once under the key of `write`; durable on return.
    ///
    /// - Parameter mostMessages: how many a topic keeps; older ones go, unless a recipe that is on has not had them yet.
    /// - Returns: the message's offset. The same one when it was published before.
    public func publish(
        _ data: JSON, key: String?, to topic: String, by write: StepWrite, at now: Milliseconds, mostMessages: Int
    ) async throws -> (offset: Int, isNew: Bool) {
        let text = data.compact
        let (answer, isNew) = try await self.write(waitsForSpace: true) { connection in
            try connection.once(write) {
                try connection.append(text, key: key, to: topic, job: write.job, at: now, mostMessages: mostMessages)
            }
        }
        guard let offset = answer["offset"]?.integer else {
            throw StoreError.corrupt("the answer of a step is no offset; restore the history from a backup")
        }
        return (offset, isNew)
    }

    /// Messages after an offset, oldest first, until there are `limit` or they have more than `mostBytes`: at least one.
    public func messages(
        of topic: String, after offset: Int, through last: Int = .max, limit: Int, mostBytes: Int = .max
    ) async throws -> [TopicMessage] {
        try await read { database in
            let statement = try SQLStatement(
                database,
                """
                SELECT message_offset, published_ms, topic_message.key, job, data FROM topic_message
                JOIN topic ON topic.id = topic_message.topic
                WHERE topic.name = ?1 AND message_offset > ?2 AND message_offset <= ?3 ORDER BY message_offset LIMIT ?4
                """)
            statement.bind(1, topic)
            statement.bind(2, offset)
            statement.bind(3, last)
            statement.bind(4, max(0, limit))
            defer { statement.reset() }
            var (found, bytes): ([TopicMessage], Int) = ([], 0)
            while try statement.step() {
                let text = statement.bytes(4)
                bytes += text.count
                if !found.isEmpty, bytes > mostBytes { break }
                guard let data = try StoredPayload.text(Array(text)).json("a message of the topic \(topic)") else {
                    continue
                }
                found.append(
                    TopicMessage(
                        topic: topic, offset: statement.int(0), publishedAt: statement.int64(1),
                        key: statement.textOrNil(2), data: data, job: statement.int64OrNil(3)))
            }
            return found
        }
    }

    /// Every topic, by name.
    public func topics() async throws -> [TopicSummary] { try await read { try Self.summaries($0, nil) } }

    /// nil for a topic to which nothing was ever published.
    public func topic(_ name: String) async throws -> TopicSummary? {
        try await read { try Self.summaries($0, name).first }
    }

    private static func summaries(_ database: Database, _ name: String?) throws -> [TopicSummary] {
        let statement = try SQLStatement(
            database,
            """
            SELECT name, last_offset,
            (SELECT min(message_offset) FROM topic_message WHERE topic = topic.id),
            (SELECT count(*) FROM topic_message WHERE topic = topic.id),
            (SELECT published_ms FROM topic_message WHERE topic = topic.id ORDER BY message_offset DESC LIMIT 1)
            FROM topic WHERE ?1 IS NULL OR name = ?1 ORDER BY name
            """)
        statement.bind(1, name)
        return try statement.all { row in
            TopicSummary(
                name: row.text(0), count: row.int(3), firstOffset: row.int64OrNil(2).map { Int($0) },
                lastOffset: row.int(1), lastAt: row.int64OrNil(4))
        }
    }

    /// Deletes messages published before `time` that every recipe which is on has had.
    /// - Returns: how many went.
    public func pruneMessages(publishedBefore time: Milliseconds) async throws -> Int {
        let names = try await topics().map(\.name)
        var count = 0
        for name in names {
            while true {
                let gone = try await write { connection in
                    try connection.dropMessages(of: name, "published_ms < ?4", time)
                }
                count += gone
                if gone < WriterConnection.messagesAtOnce { break }
            }
        }
        return count
    }
}

extension WriterConnection {
    /// Messages deleted in one transaction.
    static let messagesAtOnce = 1_000
    /// Old messages are looked for with every so many new ones.
    private static let pruningStep = 64

    fileprivate func append(
        _ data: String, key: String?, to topic: String, job: JobID, at now: Milliseconds, mostMessages: Int
    ) throws -> JSON {
        let count = try SQLStatement(
            database,
            """
            INSERT INTO topic(name, last_offset, created_ms) VALUES (?1, 1, ?2)
            ON CONFLICT(name) DO UPDATE SET last_offset = last_offset + 1 RETURNING id, last_offset
            """)
        count.bind(1, topic)
        count.bind(2, now)
        guard let (id, offset) = try count.all({ ($0.int64(0), $0.int(1)) }).first else {
            throw StoreError.corrupt("the topic \(topic) could not be made in the history")
        }
        let insert = try SQLStatement(
            database,
            "INSERT INTO topic_message(topic, message_offset, published_ms, job, key, data) VALUES (?, ?, ?, ?, ?, ?)")
        insert.bind(1, id)
        insert.bind(2, offset)
        insert.bind(3, now)
        insert.bind(4, job)
        insert.bind(5, key)
        insert.bind(6, data)
        try insert.run()
        if offset % Self.pruningStep == 0, offset > mostMessages {
            _ = try dropMessages(of: topic, "message_offset <= ?4", Int64(offset - mostMessages))
        }
        return ["offset": .integer(offset)]
    }

    /// Deletes the oldest messages of a topic that meet `condition` (on `?4`). What a recipe that is on, or only paused, has
    /// not had yet stays.
    fileprivate func dropMessages(of topic: String, _ condition: String, _ value: Int64) throws -> Int {
        // A poller's cursor in a topic is {"topic": name, "after": offset}.
        let drop = try SQLStatement(
            database,
            """
            DELETE FROM topic_message WHERE id IN (
                SELECT id FROM topic_message WHERE topic = (SELECT id FROM topic WHERE name = ?1) AND \(condition)
                AND message_offset <= coalesce((
                    SELECT min(json_extract(cursor, '$.after')) FROM poller
                    WHERE (next_ms IS NOT NULL OR paused_ms IS NOT NULL) AND json_type(cursor) = 'object'
                    AND json_extract(cursor, '$.topic') = ?1), ?2)
                ORDER BY message_offset LIMIT ?3)
            """)
        drop.bind(1, topic)
        drop.bind(2, Int64.max)
        drop.bind(3, Self.messagesAtOnce)
        drop.bind(4, value)
        return try drop.run()
    }
}
