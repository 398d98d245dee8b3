// galley alerts: the rules, what is wrong now, what was told and what could not be; and trying a rule.

import ArgumentParser
import Engine
import JSONCore
import JobHistory
import RecipeLanguage

struct Alerts: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "alerts",
        abstract: "Who is told when something goes wrong: the rules of galley.json, what they told, and trying one.",
        subcommands: [AlertsList.self, AlertsTest.self], defaultSubcommand: AlertsList.self)
}

struct AlertsList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "The alert rules, the troubles that are open, and the latest messages.")

    @OptionGroup var venue: VenueOptions
    @Option(help: "How many messages.")
    var limit = 20
    @Flag(help: "Everything as one JSON object.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            guard (1...1_000).contains(limit) else { throw ValidationError("--limit must be between 1 and 1000") }
            let (rules, open, messages) = try await venue.with { try await $0.alerts(limit: limit) }
            if json {
                let object: JSON = ["rules": .array(rules), "open": .array(open), "messages": .array(messages)]
                return Terminal.print(object.indented)
            }
            print(rules, open, messages)
        }
    }

    private func print(_ rules: [JSON], _ open: [JSON], _ messages: [JSON]) {
        guard !rules.isEmpty || !messages.isEmpty else {
            return Terminal.note(
                "there are no alert rules: write \"alerts\" into galley.json (docs/operate.md, Alerts)")
        }
        var table = Listing("RULE", "ON", "RECIPES", "TO")
        for rule in rules {
            let conditions: [JSON] = rule["on"]?.array ?? []
            // One with terms is an object of one member.
            let kinds = conditions.compactMap { one in one.string ?? one.object?.keys.first }
            table.add(
                Self.text(rule["rule"]), kinds.joined(separator: ", "), Self.list(rule["recipes"]) ?? "all",
                Self.list(rule["to"], by: "; ") ?? "", json: rule)
        }
        table.print(asJSON: false, empty: "")
        if !open.isEmpty { Terminal.print("\n" + Terminal.outputStyle("Open", .bold)) }
        for trouble in open {
            let since = TimeText.words(trouble["since"]).map { " since \($0)" } ?? ""
            let untold = trouble["held_back"]?.integer ?? 0
            let held = untold > 0 ? ", \(untold) not told yet" : ""
            let (subject, kind) = (Self.text(trouble["subject"]), Self.text(trouble["on"]))
            Terminal.print(printable("  \(subject): \(kind)\(since)\(held) (rule \(Self.text(trouble["rule"])))"))
        }
        if !messages.isEmpty { Terminal.print("\n" + Terminal.outputStyle("Messages", .bold)) }
        for message in messages { print(message) }
    }

    private func print(_ message: JSON) {
        let isWaiting = message["next_try_at"] != nil
        let mark =
            if isWaiting {
                Terminal.outputStyle("…", .yellow)
            } else if message["state"]?.string == AlertDelivery.State.delivered.description {
                Terminal.outputStyle("✓", .green)
            } else {
                Terminal.outputStyle("✗", .red)
            }
        let (at, rule) = (TimeText.words(message["created_at"]) ?? "", Self.text(message["rule"]))
        var words = "\(at)  \(rule)  \(Self.text(message["title"])) → \(Self.text(message["to"]))"
        if let error = message["error"]?.string {
            let again = isWaiting ? TimeText.words(message["next_try_at"]).map { ", again at \($0)" } ?? "" : ""
            words += ": \(error) (tries: \(message["attempts"]?.integer ?? 0)\(again))"
        }
        Terminal.print("  \(mark) " + printable(words))
    }

    private static func text(_ value: JSON?) -> String { value?.string ?? "?" }

    private static func list(_ value: JSON?, by separator: String = ", ") -> String? {
        value?.array?.compactMap(\.string).joined(separator: separator)
    }
}

struct AlertsTest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Send a test message to every place of a rule, now.")

    @OptionGroup var venue: VenueOptions
    @Argument(help: "The rule's name in \"alerts\" of galley.json.")
    var rule: String
    @Flag(help: "As JSON.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            let answer = try await venue.perform(.testAlert(rule: rule))
            let results = answer["results"]?.array ?? []
            if json {
                Terminal.print(answer.indented)
            } else {
                for result in results {
                    let isDelivered = result["delivered"]?.bool ?? false
                    let mark = isDelivered ? Terminal.outputStyle("✓", .green) : Terminal.outputStyle("✗", .red)
                    var line = "\(mark) " + printable(result["to"]?.string ?? "")
                    if let job = result["job"]?.integer { line += ": job \(job)" }
                    if let error = result["error"]?.string { line += ": " + printable(error) }
                    Terminal.print(line)
                }
            }
            if results.contains(where: { $0["delivered"]?.bool != true }) { throw Exit.failed }
        }
    }
}
