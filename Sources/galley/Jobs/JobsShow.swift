// galley jobs show, steps, why and export: one job with all that is known of it.

import ArgumentParser
import Engine
import JSONCore
import RecipeLanguage
import JobHistory

struct JobsShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "One job: its state in words, its event, steps and result.")

    @OptionGroup var place: WorkspaceOptions
    @OptionGroup var job: JobArgument
    @Flag(help: "Show inputs and outputs of the steps.")
    var full = false
    @Flag(help: "Print everything as one JSON object (its first 1,000 steps).")
    var json = false

    func run() async throws {
        try await reportingErrors {
            try await HistoryReading.with(place) { store in
                let detail = try await HistoryReading.detail(job.job, in: store)
                let steps = try await store.steps(
                    of: job.job, after: nil, limit: json ? 1_000 : 200, includingSuperseded: true)
                if json {
                    var object = detail.json
                    object["steps"] = .array(steps.map(\.json))
                    return Terminal.print(JSON.object(object).indented)
                }
                print(detail)
                for step in steps { StepLine.print(step, full: full) }
                if let last = steps.last, steps.count == 200 {
                    Terminal.note(
                        Terminal.style("more steps: galley jobs steps \(job.job) --after \(last.seq)", .dim))
                }
                if let result = detail.result { Terminal.print("result\n\(result.indented)") }
                Terminal.note(Terminal.style("next: \(detail.advice)", .dim))
            }
        }
    }

    private func print(_ detail: JobDetail) {
        let summary = detail.summary
        Terminal.print(
            Terminal.outputStyle("job \(summary.id)", .bold)
                + "  \(summary.recipe) (version \(summary.version))  \(summary.state)")
        Terminal.print("  " + printable(detail.why))
        Terminal.print("  created \(InstantText.words(summary.createdAt)) by \(summary.origin)")
        if let parent = summary.parent { Terminal.print("  called by job \(parent) at \(detail.parentAddress ?? "")") }
        if let other = summary.rerunOf { Terminal.print("  a rerun of job \(other)") }
        if !detail.children.isEmpty {
            Terminal.print("  called jobs \(detail.children.map { "\($0)" }.joined(separator: ", "))")
        }
        if !summary.reportLine.isEmpty { Terminal.print("  " + printable(summary.reportLine)) }
        Terminal.print("event  " + printable(shortened(detail.event.compact, to: full ? 100_000 : 400)))
    }
}

struct JobsSteps: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "steps", abstract: "The steps of a job, page by page, in order of start.")

    @OptionGroup var place: WorkspaceOptions
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
            try await HistoryReading.with(place) { store in
                _ = try await HistoryReading.detail(job.job, in: store)
                let steps = try await store.steps(of: job.job, after: after, limit: limit, includingSuperseded: true)
                for step in steps {
                    if json { Terminal.print(step.json.compact) } else { StepLine.print(step, full: full) }
                }
                if let last = steps.last, steps.count == limit {
                    Terminal.note(
                        Terminal.style("next page: galley jobs steps \(job.job) --after \(last.seq)", .dim))
                }
            }
        }
    }
}

struct JobsWhy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why", abstract: "Why a job is in its state, in words, and what to do.")

    @OptionGroup var place: WorkspaceOptions
    @OptionGroup var job: JobArgument

    func run() async throws {
        try await reportingErrors {
            try await HistoryReading.with(place) { store in
                let detail = try await HistoryReading.detail(job.job, in: store)
                Terminal.print(printable("job \(job.job) \(detail.why)"))
                Terminal.print("next: \(detail.advice)")
            }
        }
    }
}

struct JobsExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Jobs by filter with events, results and steps, one JSON object a line, oldest last.")

    @OptionGroup var place: WorkspaceOptions
    @OptionGroup var options: JobFilterOptions
    @Flag(help: "Without the steps.")
    var noSteps = false

    func run() async throws {
        try await reportingErrors {
            var filter = try options.filter()
            var left = filter.limit
            try await HistoryReading.with(place) { store in
                while left > 0 {
                    filter.limit = min(left, 500)
                    let page = try await store.jobs(filter)
                    for summary in page {
                        guard let detail = try await store.job(summary.id) else { continue }
                        var object = detail.json
                        if !noSteps { object["steps"] = .array(try await steps(of: summary.id, in: store)) }
                        Terminal.print(JSON.object(object).compact)
                    }
                    left -= page.count
                    guard page.count == filter.limit, let last = page.last else { return }
                    filter.before = last.id
                }
            }
        }
    }

    private func steps(of job: JobID, in store: JobStore) async throws -> [JSON] {
        var steps: [StepRecord] = []
        while true {
            let page = try await store.steps(of: job, after: steps.last?.seq, limit: 1_000, includingSuperseded: true)
            steps += page
            if page.count < 1_000 { return steps.map(\.json) }
        }
    }
}
