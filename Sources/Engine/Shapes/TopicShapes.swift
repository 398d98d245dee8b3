// Topics and their messages as JSON.

import JSONCore
import JobHistory
import RecipeLanguage

extension JobStore {
    /// The topics, with the recipes that read them and how far they are.
    public func topicList() async throws -> [JSON] {
        let cursors = try await pollers().compactMap { recipe, state -> (topic: String, recipe: String, after: Int)? in
            guard let topic = state.cursor?["topic"]?.string, let after = state.cursor?["after"]?.integer else {
                return nil
            }
            return (topic, recipe, after)
        }
        return try await topics().map { topic in
            let readers = cursors.filter { $0.topic == topic.name }.sorted { $0.recipe < $1.recipe }
            return [
                "topic": .string(topic.name), "messages": .integer(topic.count),
                "first": topic.firstOffset.map { .integer($0) } ?? .null, "last": .integer(topic.lastOffset),
                "last_at": .time(topic.lastAt),
                "readers": .array(
                    readers.map {
                        [
                            "recipe": .string($0.recipe), "after": .integer($0.after),
                            "behind": .integer(max(0, topic.lastOffset - $0.after)),
                        ]
                    }),
            ]
        }
    }

    /// Messages of a topic, oldest first.
    /// - Parameter after: only those with a larger offset; nil: the newest ones.
    /// - Throws: `OwnerFailure` when nothing was ever published to it.
    public func messageList(of name: String, after: Int?, limit: Int) async throws -> [JSON] {
        guard let topic = try await topic(name) else {
            let known = try await topics().map(\.name)
            let near = Suggestion.nearOrAll(name, among: known, called: "there are").map { "; \($0)" } ?? ""
            throw OwnerFailure(kind: "no_such_job", "nothing was ever published to a topic \"\(name)\"\(near)")
        }
        let start = after ?? max(0, topic.lastOffset - limit)
        return try await messages(of: name, after: start, limit: limit).map { message in
            var object = message.event().object ?? [:]
            object["missed"] = nil
            return .object(object)
        }
    }
}
