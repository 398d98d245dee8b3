// galley stats: how many jobs are in which state.

import ArgumentParser
import JSONCore

struct StatisticsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats", abstract: "How many jobs are in which state, and whether events are taken.")

    @OptionGroup var venue: VenueOptions
    @Flag(help: "As JSON.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            let statistics = try await venue.with { try await $0.statistics() }
            if json { return Terminal.print(statistics.indented) }
            var table = Table("STATE", "JOBS")
            for (state, count) in statistics["jobs"]?.object ?? [:] { table.add(state, "\(count.integer ?? 0)") }
            table.print()
            Terminal.note(
                "\(statistics["recipes"]?.integer ?? 0) recipes; "
                    + (statistics["ready"]?.bool == true ? "events are taken" : "no server takes events now"))
        }
    }
}
