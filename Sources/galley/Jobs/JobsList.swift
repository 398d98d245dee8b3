// galley jobs list: jobs by filter, newest first, page by page.

import ArgumentParser
import Engine
import JSONCore
import JobHistory

/// The filters of jobs.
struct JobChoiceOptions: ParsableArguments {
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
    @Option(help: "Only jobs before this number: the next page.")
    var before: Int64?

    func query() throws -> JobQuery {
        var query = JobQuery()
        (query.recipe, query.state, query.since) = (recipe, state, since)
        (query.text, query.before) = (text, before)
        do {
            _ = try query.filter(now: 0)
        } catch {
            throw ValidationError("--\(error.description)")
        }
        return query
    }

    var isEmpty: Bool { recipe == nil && state == nil && since == nil && text == nil && before == nil }
}

/// The filters of job lists.
struct JobFilterOptions: ParsableArguments {
    @OptionGroup var choice: JobChoiceOptions
    @Option(help: "How many.")
    var limit = 50

    func query() throws -> JobQuery {
        guard (1...100_000).contains(limit) else { throw ValidationError("--limit must be between 1 and 100000") }
        var query = try choice.query()
        query.limit = limit
        return query
    }
}

struct JobsList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Jobs, newest first.")

    @OptionGroup var venue: VenueOptions
    @OptionGroup var options: JobFilterOptions
    @Flag(help: "One JSON object a line.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            let query = try options.query()
            let jobs = try await venue.with { try await $0.jobs(query) }
            var listing = Listing("JOB", "RECIPE", "STATE", "CREATED", "TOOK", "WHAT")
            for job in jobs.map(JobView.init) {
                listing.add(
                    "\(job.id)", job.text("recipe"), job.text("state"), job.time("created_at"), job.took, job.about,
                    json: job.json)
            }
            listing.print(asJSON: json, .lines, empty: "no jobs match; `galley run RECIPE` makes one")
            if !json, jobs.count == query.limit, let last = jobs.last?["job"]?.integer {
                Terminal.note(Terminal.style("next page: galley jobs list --before \(last)", .dim))
            }
        }
    }
}
