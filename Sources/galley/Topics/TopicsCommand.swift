// galley topics: what recipes publish to each other, who reads it, and messages once more.

import ArgumentParser
import Engine
import JSONCore

struct Topics: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "topics", abstract: "The topics of the workspace: their messages, who reads them, and replays.",
        subcommands: [TopicsList.self, TopicsShow.self, TopicsReplay.self], defaultSubcommand: TopicsList.self)
}

struct TopicsList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "The topics, how many messages are kept, and how far each recipe has read.")

    @OptionGroup var venue: VenueOptions
    @Flag(help: "As JSON.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            var listing = Listing("TOPIC", "MESSAGES", "LAST", "PUBLISHED", "READ BY")
            for topic in try await venue.with({ try await $0.topics() }) {
                let readers = (topic["readers"]?.array ?? []).map { reader in
                    let behind = reader["behind"]?.integer ?? 0
                    return (reader["recipe"]?.string ?? "") + (behind > 0 ? " (\(behind) behind)" : "")
                }
                listing.add(
                    topic["topic"]?.string ?? "", "\(topic["messages"]?.integer ?? 0)",
                    "\(topic["last"]?.integer ?? 0)", topic["last_at"]?.string ?? "", readers.joined(separator: ", "),
                    json: topic)
            }
            listing.print(asJSON: json, empty: "no topics; a step topic.publish makes one with its first message")
        }
    }
}

struct TopicsShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Messages of a topic, oldest first; without --after the newest ones.")

    @OptionGroup var venue: VenueOptions
    @Argument(help: "The topic's name.")
    var topic: String
    @Option(help: "How many messages.")
    var limit = 20
    @Option(help: "Only messages after this offset.")
    var after: Int?
    @Flag(help: "One JSON object a line.")
    var json = false

    func validate() throws {
        guard (1...10_000).contains(limit) else { throw ValidationError("--limit must be between 1 and 10000") }
        guard (after ?? 0) >= 0 else { throw ValidationError("--after must be 0 or more") }
    }

    func run() async throws {
        try await reportingErrors {
            var listing = Listing("OFFSET", "PUBLISHED", "JOB", "KEY", "DATA")
            for message in try await venue.with({
                try await $0.messages(of: topic, after: after, limit: limit)
            }) {
                let data = message["data"]?.compact ?? ""
                listing.add(
                    "\(message["offset"]?.integer ?? 0)", message["published_at"]?.string ?? "",
                    message["job"]?.integer.map { "\($0)" } ?? "", message["key"]?.string ?? "",
                    data.count > 80 ? data.prefix(79) + "…" : data, json: message)
            }
            listing.print(asJSON: json, .lines, empty: "no messages there; older ones may have been pruned")
        }
    }
}

struct TopicsReplay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Start a recipe once more with messages that were published before.",
        discussion: """
            Every message makes a new job, whether the recipe had it before or not; its place in the topic stays where it is. \
            All jobs are made, or none. They run in galley serve, or with galley jobs resume.
            """)

    @OptionGroup var venue: VenueOptions
    @Argument(help: "The topic's name.")
    var topic: String
    @Option(help: "The recipe, which must subscribe to the topic.")
    var recipe: String
    @Option(help: "The offset of the first message.")
    var from = 1
    @Option(help: "The offset of the last message; the newest when left out.")
    var to: Int?
    @Flag(help: "As JSON.")
    var json = false

    func validate() throws {
        guard from >= 1 else { throw ValidationError("--from must be 1 or more") }
        guard (to ?? from) >= from else { throw ValidationError("--to must not be before --from") }
    }

    func run() async throws {
        try await reportingErrors {
            let answer = try await venue.perform(.replay(topic: topic, recipe: recipe, from: from, through: to))
            if json { return Terminal.print(answer.indented) }
            let (made, unwanted) = (answer["made"]?.integer ?? 0, answer["unwanted"]?.integer ?? 0)
            Terminal.note(
                "\(made) \(made == 1 ? "job" : "jobs") of \(recipe) made from the topic \(topic)"
                    + (unwanted > 0 ? "; for \(unwanted) messages its `when` does not hold" : ""))
            if let refused = answer["refused"]?.integer, refused > 0 {
                Terminal.warning("\(refused) messages can't be taken: the trigger's `when` or `dedupe` fails for them")
            }
            if made > 0 { Terminal.note(Terminal.style("next: galley jobs list --recipe \(recipe)", .dim)) }
        }
    }
}
