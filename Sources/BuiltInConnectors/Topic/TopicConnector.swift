// `topic`: messages between recipes of one workspace, kept in the history.

import ConnectorKit
import JSONCore
import RecipeLanguage

/// Publishes messages, and starts a recipe with each of them.
public struct TopicConnector: PollingConnector {
    public let spec: ConnectorSpec
    private let actions: NativeConnector

    public static let standard = TopicConnector()

    /// Messages that one poll takes: with the cursor they are one transaction.
    private static let page = 200

    init() {
        actions = NativeConnector(
            name: "topic", title: "Topics",
            summary:
                "Passes messages between recipes: every recipe that subscribes gets each message once, in order, also after a crash.",
            actions: [PublishMessage()])
        spec = ConnectorSpec(
            name: actions.spec.name, title: actions.spec.title, summary: actions.spec.summary,
            actions: actions.spec.actions, triggers: [Self.received])
    }

    /// New messages make a poll due at once; the interval is only for a clock that was set.
    private static let received = TriggerSpec(
        name: "received", title: "Message received",
        summary:
            "Starts with each message of a topic, once and in order, within moments of its being published.",
        input: .object(
            [
                .string("topic", required: true, "the topic's name"),
                .member(
                    "from", from,
                    "where a new subscription begins: \"now\", \"beginning\", or the offset of the first message; \"now\" when left out"
                ),
            ] + TriggerSpec.Poll.settings),
        event: .object([
            .string("topic", required: true), .integer("offset", required: true, "1, 2, 3, … within the topic"),
            .string("key", "what the publisher gave as key"), .any("data", "what was published"),
            .string("published_at", required: true, "ISO 8601, UTC"),
            .integer("job", "the job that published it"),
            .integer("missed", required: true, "messages just before it that were pruned before this recipe had them"),
        ]), poll: TriggerSpec.Poll(every: .seconds(3_600)))

    private static let from: Schema = {
        var (words, offset, from) = (Schema.string, Schema.integer, Schema.any)
        words.choices = ["now", "beginning"]
        offset.minimum = 1
        from.alternatives = [words, offset]
        return from
    }()

    public func execute(_ action: String, _ input: JSON, in context: ActionContext) async throws -> JSON {
        try await actions.execute(action, input, in: context)
    }

    public func topic(of trigger: String, _ input: JSON) -> String? { input["topic"]?.string }

    public func firstCursor(of trigger: String, _ input: JSON, in context: ActionContext) throws -> JSON? {
        let topic = try Self.name(ActionInput(input))
        switch input["from"] {
        case nil, .null?, .string("now")?: return nil
        case .string("beginning")?: return Self.cursor(topic, after: 0)
        case let from?:
            guard let offset = from.integer ?? from.string.flatMap({ Int($0) }), offset >= 1 else {
                throw ConnectorError(
                    type: "bad_input",
                    "\"from\" must be \"now\", \"beginning\" or the offset of a message, which is 1 or more")
            }
            return Self.cursor(topic, after: offset - 1)
        }
    }

    public func poll(
        _ trigger: String, _ input: JSON, from cursor: JSON?, in context: ActionContext,
        page: @Sendable ([PolledEvent]) async throws -> Void
    ) async throws -> PollEnd {
        let (topic, store) = (try Self.name(ActionInput(input)), try Self.store(context))
        guard let cursor else {
            return PollEnd(cursor: Self.cursor(topic, after: try await store.lastOffset(of: topic)), hasMore: false)
        }
        guard let after = cursor["after"]?.integer ?? cursor.integer else {
            throw ConnectorError(type: "bad_input", "\"since\" of a topic is an offset: the last message that is known")
        }
        let messages = try await store.messages(of: topic, after: after, limit: Self.page)
        var last = after
        var events: [PolledEvent] = []
        for message in messages {
            // Offsets have no gaps but where messages were pruned.
            events.append(
                PolledEvent(event: message.event(missed: message.offset - last - 1), key: "\(topic) \(message.offset)"))
            last = message.offset
        }
        if !events.isEmpty { try await page(events) }
        let end = try await store.lastOffset(of: topic)
        return PollEnd(cursor: Self.cursor(topic, after: last), hasMore: !events.isEmpty && last < end)
    }

    /// The history reads it: what nobody has had yet is not pruned.
    private static func cursor(_ topic: String, after offset: Int) -> JSON {
        ["topic": .string(topic), "after": .integer(offset)]
    }

    static func name(_ input: ActionInput) throws(ConnectorError) -> String {
        let name = try input.filledText("topic")
        guard TopicMessage.isName(name) else { throw ConnectorError(type: "bad_input", TopicMessage.nameRule) }
        return name
    }

    static func store(_ context: ActionContext) throws(ConnectorError) -> any TopicStore {
        guard let store = context.topics else {
            throw ConnectorError(type: "internal", "there is no history here that could keep messages")
        }
        return store
    }
}

/// `topic.publish`: one message for every recipe that subscribes.
struct PublishMessage: Action {
    /// Of one message as JSON.
    static let mostBytes = 1 << 20

    let spec = OperationSpec(
        name: "publish", title: "Publish a message",
        summary:
            "Puts a message into a topic; every recipe that subscribes to it starts with it, also one that is off now.",
        effect: .keyed,
        input: .object([
            .string("topic", required: true, "the topic's name, like orders.paid; made with its first message"),
            .any("data", required: true, "what the message holds, at most 1 MiB"),
            .string("key", "what the message is about, like a customer's number; subscribers can filter by it"),
        ]),
        output: .object([
            .string("topic", required: true),
            .integer("offset", required: true, "the message's place in the topic: 1, 2, 3, …"),
        ]), examples: [["topic": "orders.paid", "key": "C-17", "data": ["order": "A-1001", "total": "99.00"]]],
        changesHistory: true)

    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON {
        let topic = try TopicConnector.name(input)
        guard let data = input.members["data"] else { throw input.missing("data") }
        let key = try input.text("key")
        guard data.compactBytes.count <= Self.mostBytes, (key?.utf8.count ?? 0) <= 1_000 else {
            throw ConnectorError(
                type: "too_large",
                "a message holds at most 1 MiB, and its key 1,000 bytes: put large data into a file and publish where it is"
            )
        }
        let offset = try await TopicConnector.store(context).publish(
            data, key: key, to: topic, stepKey: context.idempotencyKey)
        return ["topic": .string(topic), "offset": .integer(offset)]
    }
}
