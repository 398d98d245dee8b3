// galley jobs show, steps, why and export: one job with all that is known of it.

import ArgumentParser
import Engine
import JSONCore
import JobHistory

struct JobsShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "One job: its state in words, its event, steps and result.")

    @OptionGroup var venue: VenueOptions
    @OptionGroup var job: JobArgument
    @Flag(help: "Show inputs and outputs of the steps.")
    var full = false
    @Flag(help: "Print everything as one JSON object (its first 1,000 steps).")
    var json = false

    func run() async throws {
        try await reportingErrors {
            let (detail, steps) = try await venue.with { venue in
                (
                    try await venue.job(job.job),
                    try await venue.steps(of: job.job, after: nil, limit: json ? 1_000 : 200)
                )
            }
            if json {
                var object = detail.object ?? [:]
                object["steps"] = .array(steps)
                return Terminal.print(JSON.object(object).indented)
            }
            let view = JobView(detail)
            print(view)
            for step in steps { StepLine.print(step, full: full) }
            if let last = steps.last?["seq"]?.integer, steps.count == 200 {
                Terminal.note(Terminal.style("more steps: galley jobs steps \(job.job) --after \(last)", .dim))
            }
            if let result = detail["result"] { Terminal.print("result\n\(result.indented)") }
            Terminal.note(Terminal.style("next: \(view.advice)", .dim))
        }
    }

    private func print(_ job: JobView) {
        Terminal.print(
            Terminal.outputStyle("job \(job.id)", .bold)
                + printable("  \(job.text("recipe")) (version \(job.json["version"]?.integer ?? 0))"))
        Terminal.print("  " + printable(job.text("why")))
        Terminal.print("  created \(job.time("created_at")) by \(printable(job.text("origin")))")
        if let parent = job.json["parent"]?.integer {
            Terminal.print("  called by job \(parent) at \(printable(job.text("parent_address")))")
        }
        if let other = job.json["rerun_of"]?.integer { Terminal.print("  a rerun of job \(other)") }
        let children = (job.json["children"]?.array ?? []).compactMap(\.integer)
        if !children.isEmpty {
            Terminal.print("  called jobs \(children.map { "\($0)" }.joined(separator: ", "))")
        }
        if !job.reportLine.isEmpty { Terminal.print("  " + printable(job.reportLine)) }
        let event = job.json["event"]?.compact ?? "null"
        Terminal.print("event  " + printable(shortened(event, to: full ? 100_000 : 400)))
    }
}

struct JobsSteps: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "steps", abstract: "The steps of a job, page by page, in order of start.")

    @OptionGroup var venue: VenueOptions
    @OptionGroup var job: JobArgument
    @Option(help: "Only steps after this number: the next page.")
    var after: Int?
    @Option(help: "How many.")
    var limit = 200
    @Flag(help: "Show inputs and outputs.")
    var full = false
    @Flag(help: "One JSON object a line.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            guard (1...100_000).contains(limit) else { throw ValidationError("--limit must be between 1 and 100000") }
            let steps = try await venue.with { try await $0.steps(of: job.job, after: after, limit: limit) }
            for step in steps {
                if json { Terminal.print(json: step) } else { StepLine.print(step, full: full) }
            }
            if let last = steps.last?["seq"]?.integer, steps.count == limit {
                Terminal.note(Terminal.style("next page: galley jobs steps \(job.job) --after \(last)", .dim))
            }
        }
    }
}

struct JobsWhy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why", abstract: "Why a job is in its state, in words, and what to do.")

    @OptionGroup var venue: VenueOptions
    @OptionGroup var job: JobArgument

    func run() async throws {
        try await reportingErrors {
            let view = JobView(try await venue.with { try await $0.job(job.job) })
            Terminal.print(printable(view.sentence))
            Terminal.print("next: \(view.advice)")
        }
    }
}

struct JobsExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Jobs by filter with events, results and steps, one JSON object a line, oldest last.")

    @OptionGroup var venue: VenueOptions
    @OptionGroup var options: JobFilterOptions
    @Flag(help: "Without the steps.")
    var noSteps = false

    func run() async throws {
        try await reportingErrors {
            let query = try options.query()
            try await venue.with { venue in
                try await venue.export(query, withSteps: !noSteps) { Terminal.print(json: $0) }
            }
        }
    }
}
