// galley deliveries: which webhooks came of late, and what became of each.

import ArgumentParser
import JSONCore
import JobHistory

struct Deliveries: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deliveries", abstract: "Webhook deliveries of late: accepted, passed over or refused, and why.",
        subcommands: [DeliveriesList.self, DeliveriesShow.self], defaultSubcommand: DeliveriesList.self)
}

struct DeliveriesList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Deliveries, newest first.")

    @OptionGroup var venue: VenueOptions
    @Option(help: "Only those at this address below /hooks/.")
    var path: String?
    @Option(help: "Only these: accepted, passed_over or refused.")
    var verdict: String?
    @Option(help: "How many.")
    var limit = 50
    @Option(help: "Only deliveries before this number: the next page.")
    var before: Int64?
    @Flag(help: "One JSON object a line.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            guard (1...100_000).contains(limit) else { throw ValidationError("--limit must be between 1 and 100000") }
            let chosen = verdict.flatMap { name in Delivery.Verdict.allCases.first { $0.description == name } }
            guard (verdict == nil) == (chosen == nil) else {
                throw ValidationError("--verdict is accepted, passed_over or refused, not \"\(verdict ?? "")\"")
            }
            let deliveries = try await venue.with {
                try await $0.deliveries(path: path, verdict: chosen, before: before, limit: limit)
            }
            var listing = Listing("DELIVERY", "CAME", "VERDICT", "ADDRESS", "FROM", "JOB", "WHY")
            for delivery in deliveries {
                func text(_ name: String) -> String { delivery[name]?.string ?? "" }
                listing.add(
                    "\(delivery["id"]?.integer ?? 0)", TimeText.words(delivery["received_at"]) ?? "", text("verdict"),
                    "\(text("method")) /hooks/\(text("path"))", text("sender"),
                    delivery["job"]?.integer.map { "\($0)" } ?? "-", text("reason"), json: delivery)
            }
            listing.print(asJSON: json, .lines, empty: "no webhook came of late")
            if !json, deliveries.count == limit, let last = deliveries.last?["id"]?.integer {
                Terminal.note(Terminal.style("next page: galley deliveries --before \(last)", .dim))
            }
        }
    }
}

struct DeliveriesShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "One delivery as JSON; of a refused one also the body.")

    @OptionGroup var venue: VenueOptions
    @Argument(help: "The delivery's number.")
    var id: Int64

    func run() async throws {
        try await reportingErrors {
            Terminal.print(try await venue.with { try await $0.delivery(id) }.indented)
        }
    }
}
