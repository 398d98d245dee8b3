// galley run: one event through one recipe, or one job per line of a file.

import ArgumentParser
import Engine
import Foundation
import JSONCore
import JobHistory
import RecipeLanguage

struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run a recipe once; shows its steps as they happen and prints the result.",
        discussion: """
            The input stands for what the trigger would have delivered. Events for which the trigger's `when` does not \
            hold make no job. A single run is always a new job; with --lines, events with a dedupe key that was seen \
            before make none.
            """)

    @OptionGroup var venue: VenueOptions
    @Argument(help: "The recipe's folder name below Recipes/.")
    var recipe: String
    @Option(help: "The event: a JSON file, - for standard input, or JSON text.")
    var input: String?
    @Option(
        help: "A file (or -) with one JSON event a line: one job each, as many at once as the recipe's concurrency.")
    var lines: String?
    @Flag(help: "Check, and show what would be called with which input; only steps that change nothing run.")
    var dryRun = false
    @Option(help: "A JSON file from step names to {\"output\": …} or {\"error\": {…}}: these steps are not called.")
    var mock: String?
    @Option(help: "Stop after this step and print every pill there is at that point.")
    var until: String?
    @Flag(help: "Print one JSON object about the job, with its result.")
    var json = false
    @Flag(help: "No step list.")
    var quiet = false

    func run() async throws {
        try await reportingErrors {
            if venue.isRemote { return try await runThere() }
            let session = try Session(venue.place)
            let compiled = try session.recipe(recipe)
            if let until, !compiled.stepNames.contains(until) {
                throw OwnerFailure(
                    kind: "refused",
                    "\(recipe) has no step \(until); its steps: \(compiled.stepNames.joined(separator: ", "))")
            }
            if let lines { return try await runLines(lines, session) }
            let event = try JSONInput.read(input, what: "--input")
            if dryRun || mock != nil {
                try compiled.trigger.refuseMisfits(event)
                try await runUnrecorded(event, compiled.stepNames, session)
            } else {
                try await runOnce(event, session)
            }
        }
    }

    private func runOnce(_ event: JSON, _ session: Session) async throws {
        let printer = quiet ? nil : StepPrinter()
        let (recipe, until) = (recipe, until)
        let started = ContinuousClock.now
        let result = try await Owner.with(session) { owner in
            defer { printer?.end() }
            let answer = try await owner.perform(
                .run(recipe: recipe, event: event, until: until), observer: { printer?.show($0) })
            if answer["unwanted"]?.bool == true { return JobResult?.none }
            return try await owner.outlast(JobResult(answer), printer)
        }
        guard let result else {
            return Terminal.note("no job: the trigger's `when` does not hold for this event")
        }
        try report(result, took: started.duration(to: .now))
    }

    /// One event on a server elsewhere.
    private func runThere() async throws {
        guard lines == nil, !dryRun, mock == nil, until == nil else {
            throw OwnerFailure(
                kind: "refused",
                "--lines, --dry-run, --mock and --until work on the machine of the workspace only, not with --server")
        }
        let event = try JSONInput.read(input, what: "--input")
        let printer = quiet ? nil : StepPrinter()
        let started = ContinuousClock.now
        let answer: JSON
        do {
            defer { printer?.end() }
            answer = try await venue.perform(
                .run(recipe: recipe, event: event, until: nil), observer: { printer?.show($0) })
        }
        guard let result = JobResult(answer) else {
            return Terminal.note("no job: the trigger's `when` does not hold for this event")
        }
        try report(result, took: started.duration(to: .now))
    }

    private func runUnrecorded(_ event: JSON, _ steps: [String], _ session: Session) async throws {
        var options = RunOptions()
        let printer = DryRunPrinter()
        options.observer = { printer.show($0) }
        (options.isDryRun, options.until) = (dryRun, until)
        if let mock { options.mocks = try MockFile.read(mock, steps: steps) }
        let event = event
        let (recipe, finalOptions) = (recipe, options)
        let result = try await session.withServices { services in
            var services = services
            // Tables are seen as recipes have changed them; nothing is written.
            services.history = try? JobStore.openReader(folder: session.workspace.dataFolder)
            do {
                let result = try await UnrecordedEngine(services: services).run(
                    recipe, event: event, options: finalOptions)
                await services.history?.close()
                return result
            } catch {
                await services.history?.close()
                throw error
            }
        }
        Terminal.note(
            dryRun
                ? "dry run: nothing that changes something outside was called, nothing was recorded"
                : "run with mocks: nothing was recorded")
        try report(result, took: nil)
    }

    private func report(_ result: JobResult, took: Duration?) throws {
        if json {
            Terminal.print(json: result.json)
        } else if let value = result.result {
            Terminal.print(value.indented)
        }
        let job = result.job == 0 ? "the run" : "job \(result.job)"
        var line = "\(job) \(result.state.words)"
        if let took {
            line +=
                " in \(words(microseconds: took.components.seconds * 1_000_000 + took.components.attoseconds / 1_000_000_000_000))"
        }
        if let reason = result.reason { line += ": \(printable(reason))" }
        Terminal.note(
            Terminal.style(line, result.state == .succeeded ? .green : result.state == .failed ? .red : .yellow))
        if let error = result.error { Terminal.note("  " + printable(RunError.sentence(error))) }
        if result.job != 0 { Terminal.note(Terminal.style("next: \(result.nextCommand)", .dim)) }
        if let code = result.state.exitCode { throw code }
    }

    private func runLines(_ file: String, _ session: Session) async throws {
        let recipe = recipe
        let failed = try await Owner.with(session) { owner in
            guard case .here(let engine, _) = owner else {
                throw OwnerFailure(
                    kind: "owned",
                    "--lines needs the workspace for itself: stop the running galley, or send it the events")
            }
            return try await LineRun(engine: engine, recipe: recipe).run(try LineReader(file))
        }
        if failed { throw Exit.failed }
    }
}

extension Owner {
    /// Sleeps through waits of up to a minute and goes on; a longer one is left.
    fileprivate func outlast(_ result: JobResult?, _ printer: StepPrinter?) async throws -> JobResult {
        guard var result else {
            throw OwnerFailure(kind: "internal", "the answer about the job can't be read")
        }
        while result.state == .waiting, case .here(let engine, _) = self, let due = result.runAfter {
            let left = due - systemMilliseconds()
            guard left <= 60_000 else { break }
            try await Task.sleep(for: .milliseconds(max(left, 0)))
            var options = RunOptions()
            options.observer = { event in
                if case .ended(_, _, _, let outcome) = event, outcome.isReplayed { return }
                printer?.show(event)
            }
            // Somebody else may have gone on with it: an answer came.
            if let next = try await engine.resume(result.job, options: options) {
                result = next
            } else {
                result = try await engine.end(of: result.job)
            }
        }
        return result
    }
}

extension JobState {
    /// After "job 7 …".
    var words: String {
        switch self {
        case .queued: "is queued"
        case .running: "is running"
        case .waiting: "is waiting"
        case .needsDecision: "needs a decision"
        case .quarantined: "is quarantined"
        case .succeeded: "succeeded"
        case .failed: "failed"
        case .canceled: "was canceled"
        }
    }

    /// nil for success.
    var exitCode: ExitCode? {
        switch self {
        case .succeeded: nil
        case .waiting: Exit.waiting
        case .canceled, .queued, .running: Exit.interrupted
        case .failed, .needsDecision, .quarantined: Exit.failed
        }
    }
}

extension JobResult {
    /// What to type next.
    var nextCommand: String {
        switch state {
        case .succeeded: "galley jobs show \(job)"
        case .failed, .canceled, .quarantined: "galley jobs show \(job), then galley jobs retry \(job)"
        case .waiting where approval != nil:
            "galley approvals answer \(approval ?? 0) --approve (or --reject), then it goes on"
        case .waiting, .queued, .running: "galley jobs resume \(job)"
        case .needsDecision: "galley jobs decide \(job)"
        }
    }
}
