// One message of a topic, and the names that topics may have.

import JSONCore

/// What was published, and its place in the topic.
public struct TopicMessage: Sendable {
    public let topic: String
    /// 1, 2, 3, … within the topic.
    public let offset: Int
    /// Milliseconds since 1970, UTC.
    public let publishedAt: Int64
    public let key: String?
    public let data: JSON
    /// The job that published it; nil for one that is no job's.
    public let job: Int64?

    public init(topic: String, offset: Int, publishedAt: Int64, key: String?, data: JSON, job: Int64?) {
        (self.topic, self.offset, self.publishedAt) = (topic, offset, publishedAt)
        (self.key, self.data, self.job) = (key, data, job)
    }

    /// What the pill of a subscriber holds.
    /// - Parameter missed: messages before it that were pruned before the subscriber had them.
    public func event(missed: Int = 0) -> JSON {
        [
            "topic": .string(topic), "offset": .integer(offset), "key": key.map { .string($0) } ?? .null, "data": data,
            "published_at": .string(InstantText.iso(publishedAt)), "job": job.map { .integer(Int($0)) } ?? .null,
            "missed": .integer(missed),
        ]
    }

    /// Letters, digits, `.`, `_`, `-` and `/`; 1 to 100 characters.
    public static func isName(_ name: String) -> Bool {
        (1...100).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"),
                    UInt8(ascii: "/"):
                    true
                default: false
                }
            }
    }

    /// The rule of `isName`, for messages.
    public static let nameRule = "a topic's name has 1 to 100 letters, digits, \".\", \"_\", \"-\" and \"/\""
}
