// galley jobs retry, rerun, resume, cancel, decide, prune: what people do with jobs.

import ArgumentParser
import Engine
import JSONCore
import JobHistory
import RecipeLanguage

/// Shows the run of a job that a command set going, and ends with the exit code for its state.
enum JobAction {
    static func perform(_ request: OwnerRequest, _ venue: VenueOptions, json: Bool) async throws {
        let printer = StepPrinter()
        let answer: JSON
        do {
            defer { printer.end() }
            answer = try await venue.perform(request, observer: { printer.show($0) })
        }
        guard let result = JobResult(answer) else {
            Terminal.print(json: answer)
            return
        }
        if json {
            Terminal.print(json: result.json)
        } else {
            if let value = result.result { Terminal.print(value.indented) }
            Terminal.note(
                "job \(result.job) \(result.state.words)" + (result.reason.map { ": \(printable($0))" } ?? ""))
            if let error = result.error { Terminal.note("  " + printable(RunError.sentence(error))) }
            Terminal.note(Terminal.style("next: \(result.nextCommand)", .dim))
        }
        if let code = result.state.exitCode { throw code }
    }
}

/// One job by its number, or many by a filter.
struct JobsOrOne: ParsableArguments {
    @Argument(help: "The job's number; without it, the jobs that --recipe, --state, --since and --text choose.")
    var job: Int64?
    @OptionGroup var choice: JobChoiceOptions
    @Flag(help: "Do it with all the jobs that are chosen; without it, they are only counted.")
    var yes = false

    func validate() throws {
        guard (job == nil) == !choice.isEmpty else {
            throw ValidationError("give a job's number, or choose jobs with --recipe, --state, --since or --text")
        }
    }

    /// Counts the chosen jobs, and with `--yes` does it.
    func perform(_ action: BulkAction, reason: String, _ venue: VenueOptions, json: Bool) async throws {
        let answer = try await venue.perform(.bulk(action, choice.query(), reason: reason, apply: yes))
        if json { return Terminal.print(json: answer) }
        let (count, left) = (answer["count"]?.integer ?? 0, answer["left"]?.integer ?? 0)
        let jobs = { (count: Int) in count == 1 ? "1 job" : "\(count) jobs" }
        if yes {
            let done = answer["done"]?.integer ?? 0
            Terminal.note(
                "\(jobs(done)) \(action == .retry ? "in the queue again" : "canceled")"
                    + (left == 0 ? "" : "; \(jobs(left)) had gone on meanwhile"))
        } else {
            Terminal.note("\(jobs(count)) would be \(action == .retry ? "retried" : "canceled")")
            if count > 0, let before = answer["before"]?.integer {
                Terminal.note(
                    Terminal.style("next: the same with --before \(before) --yes does it with exactly these", .dim))
            }
        }
        if answer["more"]?.bool == true {
            Terminal.note("there may be more: these are the newest \(count); do it again for the rest")
        }
    }
}

struct JobsRetry: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Go on with a failed, canceled or quarantined job at the step that failed; what was done is kept.",
        discussion: "Many at once: galley jobs retry --recipe NAME --since 1h counts them, and with --yes retries them."
    )

    @OptionGroup var venue: VenueOptions
    @OptionGroup var jobs: JobsOrOne
    @Option(help: "Do everything from this step on again.")
    var from: String?
    @Flag(help: "Use the recipe as it is now instead of the version the job started with.")
    var latest = false
    @Flag var json = false

    func validate() throws {
        if jobs.job == nil, from != nil || latest {
            throw ValidationError("--from and --latest are for one job at a time")
        }
    }

    func run() async throws {
        try await reportingErrors {
            guard let job = jobs.job else { return try await jobs.perform(.retry, reason: "", venue, json: json) }
            try await JobAction.perform(.retry(job, from: from, latest: latest), venue, json: json)
        }
    }
}

struct JobsRerun: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rerun", abstract: "A new job from a job's stored event, on the recipe as it is now.")

    @OptionGroup var venue: VenueOptions
    @OptionGroup var job: JobArgument
    @Flag var json = false

    func run() async throws {
        try await reportingErrors { try await JobAction.perform(.rerun(job.job), venue, json: json) }
    }
}

struct JobsResume: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Run jobs that are queued or whose wait is over: one by number, or all there are.")

    @OptionGroup var venue: VenueOptions
    @Argument(help: "The job's number; without it, all that can start.")
    var job: Int64?
    @Option(help: "Also wait this long for jobs that become due: 30s, 5m.")
    var patience: String?
    @Flag var json = false

    func run() async throws {
        try await reportingErrors {
            if let job { return try await JobAction.perform(.resume(job), venue, json: json) }
            let duration = try patience.map { text in
                guard let duration = DurationText.parse(text) else {
                    throw ValidationError("--patience needs \(DurationText.form), not \"\(text)\"")
                }
                return duration
            }
            guard !venue.isRemote else {
                throw OwnerFailure(kind: "refused", "a server works its queue off itself: name one job")
            }
            let ends = try await Owner.with(try Session(venue.place)) { owner in
                guard case .here(let engine, _) = owner else {
                    throw OwnerFailure(
                        kind: "owned", "a galley is running in this workspace and works the queue off itself")
                }
                return try await engine.work(patience: duration ?? .zero) { _ in RunOptions() }
            }
            for end in ends {
                if json {
                    Terminal.print(json: end.json)
                } else {
                    Terminal.print("job \(end.job)  \(end.recipe)  \(end.state)")
                }
            }
            let count = ends.count == 1 ? "1 run" : "\(ends.count) runs"
            Terminal.note(ends.isEmpty ? "nothing is queued or due" : "\(count) ended")
            if ends.contains(where: { $0.state == .failed || $0.state.isParked }) { throw Exit.failed }
        }
    }
}

struct JobsCancel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel", abstract: "End a job that is queued, waiting, running or parked.",
        discussion: "Many at once: galley jobs cancel --recipe NAME counts them, and with --yes cancels them.")

    @OptionGroup var venue: VenueOptions
    @OptionGroup var jobs: JobsOrOne
    @Option(help: "Why; kept with the job.")
    var reason = "canceled"
    @Flag var json = false

    func run() async throws {
        try await reportingErrors {
            guard let job = jobs.job else {
                return try await jobs.perform(.cancel, reason: reason, venue, json: json)
            }
            let answer = try await venue.perform(.cancel(job, reason: reason))
            if json { return Terminal.print(json: answer) }
            Terminal.note("job \(job) is \(answer["state"]?.string ?? "?")")
        }
    }
}

struct JobsDecide: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decide",
        abstract: "Settle a step whose outcome is unknown: run it again, mark it done with its output, or fail the job."
    )

    @OptionGroup var venue: VenueOptions
    @OptionGroup var job: JobArgument
    @Option(help: "The step's address, when several wait for a decision.")
    var step: String?
    @Flag(help: "It was not done: run it again.")
    var runAgain = false
    @Option(help: "It was done: its output as JSON, a file or -.")
    var done: String?
    @Option(help: "Fail the job, with this reason.")
    var fail: String?
    @Flag var json = false

    func run() async throws {
        try await reportingErrors {
            guard [runAgain, done != nil, fail != nil].count(where: { $0 }) == 1 else {
                throw ValidationError("say one of --run-again, --done OUTPUT, --fail REASON")
            }
            let decision: Decision =
                if runAgain {
                    .runAgain
                } else if let done {
                    .done(output: try JSONInput.read(done, what: "--done"))
                } else {
                    .fail(message: fail ?? "")
                }
            try await JobAction.perform(.decide(job.job, step: step, decision), venue, json: json)
        }
    }
}

struct JobsPrune: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune", abstract: "Delete finished jobs older than the retention setting, in small batches.")

    @OptionGroup var venue: VenueOptions
    @Option(help: "Older than this: 30d (default: `retention_days` of galley.json).")
    var olderThan: String?

    func run() async throws {
        try await reportingErrors {
            let before = try olderThan.map { text in
                guard let age = DurationText.parse(text) else {
                    throw ValidationError("--older-than needs \(DurationText.form), not \"\(text)\"")
                }
                return systemMilliseconds() - age.components.seconds * 1000
            }
            let answer = try await venue.perform(.prune(finishedBefore: before))
            Terminal.note("\(answer["pruned"]?.integer ?? 0) jobs deleted")
        }
    }
}
