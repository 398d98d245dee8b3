// galley jobs list: jobs by filter, newest first, page by page.

import ArgumentParser
import Engine
import JSONCore
import JobHistory
import RecipeLanguage

/// The filters of job lists.
struct JobFilterOptions: ParsableArguments {
    @Option(help: "Only jobs of this recipe.")
    var recipe: String?
    @Option(
        help:
            "Only jobs in these states, separated by commas: queued, running, waiting, needs_decision, quarantined, succeeded, failed, canceled."
    )
    var state: String?
    @Option(help: "Only jobs made within this time: 30m, 24h, 7d.")
    var since: String?
    @Option(help: "Only jobs with this text in the event, the error, the report or the recipe's name.")
    var text: String?
    @Option(help: "How many.")
    var limit = 50
    @Option(help: "Only jobs before this number: the next page.")
    var before: Int64?

    func filter() throws -> JobFilter {
        var filter = JobFilter()
        (filter.recipe, filter.text, filter.before) = (recipe, text, before)
        guard (1...100_000).contains(limit) else { throw ValidationError("--limit must be between 1 and 100000") }
        filter.limit = limit
        if let state {
            for name in state.split(separator: ",") {
                guard let state = JobState(String(name)) else {
                    let names = JobState.allCases.map(\.description).joined(separator: ", ")
                    throw ValidationError("--state: there is no state \"\(name)\"; the states: \(names)")
                }
                filter.states.insert(state)
            }
        }
        if let since {
            guard let duration = DurationText.parse(since) else {
                throw ValidationError("--since needs \(DurationText.form), not \"\(since)\"")
            }
            filter.createdSince = systemMilliseconds() - duration.components.seconds * 1000
        }
        return filter
    }
}

struct JobsList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Jobs, newest first.")

    @OptionGroup var place: WorkspaceOptions
    @OptionGroup var options: JobFilterOptions
    @Flag(help: "One JSON object a line.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            let filter = try options.filter()
            let jobs = try await HistoryReading.with(place) { try await $0.jobs(filter) }
            var listing = Listing("JOB", "RECIPE", "STATE", "CREATED", "TOOK", "WHAT")
            for job in jobs {
                listing.add(
                    "\(job.id)", job.recipe, job.state.description, InstantText.words(job.createdAt),
                    job.finishedAt == nil && job.activeMilliseconds == 0
                        ? "" : words(microseconds: job.activeMilliseconds * 1000),
                    job.errorMessage ?? job.reason ?? job.reportLine, json: job.json)
            }
            listing.print(asJSON: json, .lines, empty: "no jobs match; `galley run RECIPE` makes one")
            if !json, jobs.count == filter.limit, let last = jobs.last {
                Terminal.note(Terminal.style("next page: galley jobs list --before \(last.id)", .dim))
            }
        }
    }
}

extension JobSummary {
    /// The report columns in one line.
    var reportLine: String {
        guard let object = report?.object else { return "" }
        return object.map { "\($0.key): \($0.value.string ?? $0.value.compact)" }.joined(separator: ", ")
    }
}
