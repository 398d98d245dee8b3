// Topics as the engine keeps them: publishing wakes the recipes that subscribe, and people may replay what was published.

import ConnectorKit
import JSONCore
import JobHistory
import RecipeLanguage
import Synchronization

/// The topics of the workspace.
final class TopicBook: Sendable {
    /// Bytes of messages that are read at once.
    static let pageBytes = 4 << 20

    private let store: JobStore
    private let clock: @Sendable () -> Milliseconds
    private let mostMessages: Int
    /// Topics with messages that the poller has not been told of.
    private let fresh = Mutex<Set<String>>([])
    /// Rung when there are some.
    let published = ChangeSignal()

    init(store: JobStore, services: EngineServices) {
        (self.store, clock, mostMessages) = (store, services.clock, services.limits.topicMessages)
    }

    /// Publishes once under the key of `write`.
    /// - Returns: the offset.
    func publish(_ data: JSON, key: String?, to topic: String, by write: StepWrite) async throws -> Int {
        let (offset, isNew) = try await store.publish(
            data, key: key, to: topic, by: write, at: clock(), mostMessages: mostMessages)
        if isNew {
            fresh.withLock { _ = $0.insert(topic) }
            published.ring()
        }
        return offset
    }

    func messages(of topic: String, after offset: Int, limit: Int) async throws -> [TopicMessage] {
        try await store.messages(of: topic, after: offset, limit: limit, mostBytes: Self.pageBytes)
    }

    func lastOffset(of topic: String) async throws -> Int { try await store.topic(topic)?.lastOffset ?? 0 }

    /// The topics that were published to since this was last asked.
    func takeFresh() -> Set<String> {
        fresh.withLock { topics in
            defer { topics = [] }
            return topics
        }
    }
}

extension Engine {
    /// Messages in one replay.
    public static let mostReplayed = 10_000
    /// Bytes of messages in one replay.
    private static let mostReplayedBytes = 64 << 20

    /// Starts new jobs of a subscribing recipe from messages that were published before, in their order; durable on return,
    /// all or none. The recipe's place in the topic stays where it is, and its `dedupe` does not count: a replay is asked for.
    ///
    /// - Parameters:
    ///   - from: the first offset.
    ///   - last: the last offset; nil: the newest.
    /// - Throws: `ControlError` for a recipe that doesn't subscribe to the topic, or for too many messages.
    public func replay(_ topic: String, to recipe: String, from: Int, through last: Int?) async throws -> JSON {
        let version = try await currentVersion(of: recipe)
        guard let plan = PollPlan(version), self.topic(of: plan) == topic else {
            throw ControlError(
                "\(recipe) does not subscribe to the topic \(topic): its trigger is \(version.recipe.trigger.use)")
        }
        var (jobs, after, bytes): ([NewJob], Int, Int) = ([], max(0, from - 1), 0)
        var (unwanted, refused) = (0, 0)
        while true {
            let page = try await store.messages(
                of: topic, after: after, through: last ?? .max, limit: 500, mostBytes: TopicBook.pageBytes)
            guard let end = page.last?.offset else { break }
            after = end
            for message in page {
                let event = services.redact(message.event())
                do {
                    guard try filter(version.recipe, event) != nil else {
                        unwanted += 1
                        continue
                    }
                } catch {
                    refused += 1  // as a poll refuses it: one message holds up no other
                    continue
                }
                bytes += event.compact.utf8.count
                jobs.append(
                    NewJob(
                        recipe: recipe, version: version.id, createdAt: services.clock(), event: event, origin: "replay"
                    ))
            }
            guard jobs.count <= Self.mostReplayed, bytes <= Self.mostReplayedBytes else {
                throw ControlError(
                    "one replay takes at most \(Self.mostReplayed) messages of 64 MiB together: take a shorter stretch with --from and --to"
                )
            }
        }
        let made = try await store.accept(jobs)
        bell.ring(.recipe(recipe))
        return [
            "topic": .string(topic), "recipe": .string(recipe), "made": .integer(made.count),
            "unwanted": .integer(unwanted), "refused": .integer(refused),
            "first_job": made.first.map { .integer(Int($0.job)) } ?? .null,
        ]
    }

    /// The topic that a recipe's trigger is about; nil for one that asks an outside system, or can't be set up.
    func topic(of plan: PollPlan) -> String? {
        guard let connector = services.connector(plan.source.connector) as? any PollingConnector,
            let settings = try? plan.source.settings(intakeEnvironment)
        else { return nil }
        return connector.topic(of: plan.source.spec.name, settings.input)
    }
}
