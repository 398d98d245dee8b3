// galley schedules backfill: jobs for due times that are over, one each, however often it is asked for.

import ArgumentParser
import Engine
import JSONCore

struct SchedulesBackfill: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backfill",
        abstract: "Make the jobs of a schedule's times that are over: shows which, and with --yes makes them.",
        discussion: """
            A time that has started before makes no job again, so that a backfill can be repeated. The jobs run in the order \
            of their times, within the recipe's concurrency.
            """)

    @OptionGroup var venue: VenueOptions
    @Argument(help: "The recipe's folder name below Recipes/.")
    var recipe: String
    @Option(help: "The first time, like 2026-01-31 or 2026-01-31T09:30; in the schedule's zone.")
    var from: String
    @Option(help: "The last time; a date holds the whole day.")
    var to: String
    @Flag(help: "Only show what would be made, which is also what happens without --yes.")
    var dryRun = false
    @Flag(help: "Make the jobs.")
    var yes = false
    @Flag(help: "As JSON.")
    var json = false

    func validate() throws {
        if dryRun, yes { throw ValidationError("--dry-run makes nothing and --yes does: choose one") }
    }

    func run() async throws {
        try await reportingErrors {
            let answer = try await venue.perform(.backfill(recipe: recipe, from: from, to: to, isPreview: !yes))
            print(answer)
        }
    }

    private func outcome(_ mark: JSON) -> String {
        switch mark {
        case "make": yes ? "" : "  would make a job"
        case "repeated": "  started before"
        case "forgotten": "  too old to know whether it started"
        default: ""
        }
    }

    /// Times shown one by one.
    private static let shown = 20

    private func print(_ answer: JSON) {
        if json { return Terminal.print(answer.indented) }
        let times = answer["times"]?.array ?? []
        let (made, repeated) = (answer["make"]?.integer ?? 0, answer["repeated"]?.integer ?? 0)
        let forgotten = answer["forgotten"]?.integer ?? 0
        var words = "\(times.count) times in this stretch: \(made) \(yes ? "made" : "would make") a job"
        if repeated > 0 { words += ", \(repeated) started before" }
        if forgotten > 0 { words += ", \(forgotten) are too old to know whether they started" }
        Terminal.print(words)
        let marks = answer["marks"]?.array ?? []
        for (place, time) in times.prefix(Self.shown).enumerated() {
            let mark = place < marks.count ? outcome(marks[place]) : ""
            Terminal.print("  " + printable(TimeText.words(time) ?? "") + mark)
        }
        if times.count > Self.shown { Terminal.print("  and \(times.count - Self.shown) more") }
        for refusal in (answer["refusals"]?.array ?? []).prefix(5) {
            Terminal.warning("a time made no job: " + printable(refusal.string ?? ""))
        }
        if yes {
            Terminal.note(Terminal.style("next: galley jobs list --recipe \(recipe)", .dim))
        } else if made > 0 {
            Terminal.note(Terminal.style("next: the same with --yes makes them", .dim))
        }
    }
}
