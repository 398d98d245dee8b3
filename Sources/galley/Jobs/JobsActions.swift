// galley jobs retry, rerun, resume, cancel, decide, prune: what people do with jobs.

import ArgumentParser
import Engine
import JSONCore
import JobHistory
import RecipeLanguage

/// Shows the run of a job that a command set going, and ends with the exit code for its state.
enum JobAction {
    static func perform(_ request: OwnerRequest, _ place: WorkspaceOptions, json: Bool) async throws {
        let session = try Session(place)
        let printer = StepPrinter()
        let answer = try await Owner.with(session) { owner in
            defer { printer.end() }
            return try await owner.perform(request, observer: { printer.show($0) })
        }
        guard let result = JobResult(answer) else {
            Terminal.print(answer.compact)
            return
        }
        if json {
            Terminal.print(answer.compact)
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

struct JobsRetry: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Go on with a failed, canceled or quarantined job at the step that failed; what was done is kept.")

    @OptionGroup var place: WorkspaceOptions
    @OptionGroup var job: JobArgument
    @Option(help: "Do everything from this step on again.")
    var from: String?
    @Flag(help: "Use the recipe as it is now instead of the version the job started with.")
    var latest = false
    @Flag var json = false

    func run() async throws {
        try await reportingErrors {
            try await JobAction.perform(.retry(job.job, from: from, latest: latest), place, json: json)
        }
    }
}

struct JobsRerun: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rerun", abstract: "A new job from a job's stored event, on the recipe as it is now.")

    @OptionGroup var place: WorkspaceOptions
    @OptionGroup var job: JobArgument
    @Flag var json = false

    func run() async throws {
        try await reportingErrors { try await JobAction.perform(.rerun(job.job), place, json: json) }
    }
}

struct JobsResume: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Run jobs that are queued or whose wait is over: one by number, or all there are.")

    @OptionGroup var place: WorkspaceOptions
    @Argument(help: "The job's number; without it, all that can start.")
    var job: Int64?
    @Option(help: "Also wait this long for jobs that become due: 30s, 5m.")
    var patience: String?
    @Flag var json = false

    func run() async throws {
        try await reportingErrors {
            if let job { return try await JobAction.perform(.resume(job), place, json: json) }
            let duration = try patience.map { text in
                guard let duration = DurationText.parse(text) else {
                    throw ValidationError("--patience needs \(DurationText.form), not \"\(text)\"")
                }
                return duration
            }
            let ends = try await Owner.with(try Session(place)) { owner in
                guard case .here(let engine, _) = owner else {
                    throw OwnerFailure(
                        kind: "owned", "a galley is running in this workspace and works the queue off itself")
                }
                return try await engine.work(patience: duration ?? .zero) { _ in RunOptions() }
            }
            for end in ends {
                if json {
                    Terminal.print(end.json.compact)
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
        commandName: "cancel", abstract: "End a job that is queued, waiting, running or parked.")

    @OptionGroup var place: WorkspaceOptions
    @OptionGroup var job: JobArgument
    @Option(help: "Why; kept with the job.")
    var reason = "canceled"

    func run() async throws {
        try await reportingErrors {
            let (request, session) = (OwnerRequest.cancel(job.job, reason: reason), try Session(place))
            let answer = try await Owner.with(session) { try await $0.perform(request) }
            Terminal.note("job \(job.job) is \(answer["state"]?.string ?? "?")")
        }
    }
}

struct JobsDecide: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decide",
        abstract: "Settle a step whose outcome is unknown: run it again, mark it done with its output, or fail the job."
    )

    @OptionGroup var place: WorkspaceOptions
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
            try await JobAction.perform(.decide(job.job, step: step, decision), place, json: json)
        }
    }
}

struct JobsPrune: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune", abstract: "Delete finished jobs older than the retention setting, in small batches.")

    @OptionGroup var place: WorkspaceOptions
    @Option(help: "Older than this: 30d (default: `retention_days` of galley.json).")
    var olderThan: String?

    func run() async throws {
        try await reportingErrors {
            let session = try Session(place)
            let age: Duration
            if let olderThan {
                guard let duration = DurationText.parse(olderThan) else {
                    throw ValidationError("--older-than needs \(DurationText.form), not \"\(olderThan)\"")
                }
                age = duration
            } else if let days = session.workspace.settings.retentionDays {
                age = .seconds(days * 86_400)
            } else {
                throw ValidationError("say --older-than, or set retention_days in galley.json")
            }
            let before = systemMilliseconds() - age.components.seconds * 1000
            let answer = try await Owner.with(session) { try await $0.perform(.prune(finishedBefore: before)) }
            Terminal.note("\(answer["pruned"]?.integer ?? 0) jobs deleted")
        }
    }
}
