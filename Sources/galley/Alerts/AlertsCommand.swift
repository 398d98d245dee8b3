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

    @OptionGroup var place: WorkspaceOptions
    @Option(help: "How many messages.")
    var limit = 20
    @Flag(help: "Everything as one JSON object.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            guard (1...1_000).contains(limit) else { throw ValidationError("--limit must be between 1 and 1000") }
            let rules = try Session(place).workspace.settings.alerts
            var (open, deliveries): ([AlertStanding], [AlertDelivery]) = ([], [])
            do {
                (open, deliveries) = try await LocalVenue(place).reading { store in
                    let standings = try await store.alertStandings().values.filter { $0.openedAt != nil }
                    return (
                        standings.sorted { ($0.openedAt ?? 0) > ($1.openedAt ?? 0) },
                        try await store.alertDeliveries(limit: limit)
                    )
                }
            } catch StoreError.noHistory {}  // rules there may be, before anything ran
            if json {
                let object: JSON = [
                    "rules": .array(rules.map(\.json)), "open": .array(open.map(\.json)),
                    "messages": .array(deliveries.map(\.json)),
                ]
                return Terminal.print(object.indented)
            }
            print(rules, open, deliveries)
        }
    }

    private func print(_ rules: [AlertRule], _ open: [AlertStanding], _ deliveries: [AlertDelivery]) {
        guard !rules.isEmpty || !deliveries.isEmpty else {
            return Terminal.note(
                "there are no alert rules: write \"alerts\" into galley.json (docs/operate.md, Alerts)")
        }
        var table = Listing("RULE", "ON", "RECIPES", "TO")
        for rule in rules {
            table.add(
                rule.name, rule.conditions.map(\.kind.word).joined(separator: ", "),
                rule.recipes?.joined(separator: ", ") ?? "all", rule.targets.map(\.words).joined(separator: "; "),
                json: rule.json)
        }
        table.print(asJSON: false, empty: "")
        if !open.isEmpty {
            Terminal.print("\n" + Terminal.outputStyle("Open", .bold))
            for standing in open {
                let since = standing.openedAt.map { " since \(InstantText.words($0))" } ?? ""
                let held = standing.untold > 0 ? ", \(standing.untold) not told yet" : ""
                Terminal.print(
                    printable(
                        "  \(standing.key.subject): \(standing.key.kind.word)\(since)\(held) (rule \(standing.key.rule))"
                    ))
            }
        }
        guard !deliveries.isEmpty else { return }
        Terminal.print("\n" + Terminal.outputStyle("Messages", .bold))
        for delivery in deliveries {
            let mark =
                switch delivery.state {
                case .delivered: Terminal.outputStyle("✓", .green)
                case .waiting: Terminal.outputStyle("…", .yellow)
                case .givenUp: Terminal.outputStyle("✗", .red)
                }
            let target = AlertRule.Target(delivery.target)?.words ?? "?"
            var line = "  \(mark) " + printable("\(InstantText.words(delivery.createdAt))  \(delivery.rule)  ")
            line += printable("\(delivery.message["title"]?.string ?? "") → \(target)")
            if let error = delivery.error {
                let again = delivery.state == .waiting ? ", again at \(InstantText.words(delivery.nextAt))" : ""
                line += printable(": \(error) (tries: \(delivery.attempts)\(again))")
            }
            Terminal.print(line)
        }
    }
}

struct AlertsTest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Send a test message to every place of a rule, now.")

    @OptionGroup var place: WorkspaceOptions
    @Argument(help: "The rule's name in \"alerts\" of galley.json.")
    var rule: String
    @Flag(help: "As JSON.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            let (session, request) = (try Session(place), OwnerRequest.testAlert(rule: rule))
            let answer = try await Owner.with(session) { try await $0.perform(request) }
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
