// The page of one job: why it is as it is, what can be done about it, its steps and its data.

import Engine
import HTTPTypes
import JSONCore
import JobHistory
import RecipeLanguage

extension Dashboard {
    func jobPage(_ request: RouteRequest) async throws -> Page {
        guard let id = Int64(request["job"]), let detail = try await store.job(id) else {
            return problem(
                .notFound, "There is no such job",
                "Nothing is known of a job with this number. Old jobs are deleted after the time that Settings says.",
                back: .jobs)
        }
        let (job, times) = (detail.summary, times)
        let recipe = await engine.recipe(of: detail)
        let names = StepNames(recipe)
        let source = RecipeSource(try? await store.versionSource(detail.versionID))
        let mayAct = (request.principal?.role ?? .viewer) >= .operator
        let isRetryable = [.failed, .canceled, .quarantined].contains(job.state)
        let view = StepView(request.address.query)
        var values = try await stepValues(job, names, view)
        values.merge(job.state.members) { $1 }
        values["id"] = .text("\(id)")
        values["recipe"] = .text(recipe?.name ?? job.recipe)
        values["recipeLink"] = .text(path("recipes", job.recipe))
        values["version"] = .text("\(job.version)")
        values["made"] = times.value(job.createdAt)
        values["origin"] = .text(Self.origin(job.origin))
        values["ranFor"] = .text(job.activeMilliseconds > 0 ? took(job.activeMilliseconds) : nil)
        values["why"] = .text(Self.why(detail, names))
        values["next"] = .text(
            detail.approvals.isEmpty ? Self.advice(job, times) : "It goes on when that is answered or its time is over."
        )
        values["canAct"] = .flag(mayAct)
        values["canTest"] = .flag(JobTest.isPossible(job.state))
        values["canRetry"] = .flag(isRetryable)
        values["canRerun"] = .flag(job.state.isFinished)
        values["canCancel"] = .flag(!job.state.isFinished)
        if mayAct, job.state == .needsDecision { values["decisions"] = try await decisions(job, names) }
        values["asks"] = try await asks(detail)
        values["failure"] = try await failure(detail, names, source)
        if let seq = view.chosen {
            values["step"] = try await stepPanel(seq, of: detail, names, source, mayRetry: mayAct && isRetryable)
        }
        values["event"] = .markup(PayloadTree.draw(detail.event))
        let results: [(String, JSON?)] = [
            ("Result", detail.result), ("Answer to the caller", detail.response), ("Error", detail.error),
        ]
        values["results"] = .items(results.filter { $0.1 != nil }) { title, value in
            ["title": .text(title), "tree": .markup(PayloadTree.draw(value ?? .null))]
        }
        values["facts"] = Self.facts(detail, times)
        return Page(
            "Job \(id)", in: .jobs, "job", values, live: job.state.isFinished ? nil : "/api/v1/jobs/\(id)/events")
    }

    /// Why it is in its state; a failed step by its title.
    private static func why(_ detail: JobDetail, _ names: StepNames) -> String {
        var sentence = "This job \(detail.why)"
        switch (detail.summary.state, detail.summary.reason) {
        case (.quarantined, let reason):
            sentence = "This job was set aside: \(reason ?? "the program ended while it ran")"
        case (.waiting, let reason?):
            // The reason begins with the address of the step that waits.
            let address = reason.prefix { $0 != " " }
            if let step = names.step(named: String(address)) {
                let label = names.label(step.number, address: String(address))
                sentence = "This job is waiting: “\(label)”\(reason.dropFirst(address.count))"
            }
        default: break
        }
        if detail.summary.state == .failed, let message = detail.error?["message"]?.string {
            let step = detail.error?["step"]?.string.flatMap { address in
                names.step(named: address).map { names.label($0.number, address: address) }
            }
            sentence = step.map { "This job failed at “\($0)”: \(message)" } ?? "This job failed: \(message)"
        }
        sentence = shortened(sentence)
        return sentence.last.map { ".!?…".contains($0) } == true ? sentence : sentence + "."
    }

    private static func origin(_ origin: String) -> String {
        switch origin {
        case "manual": "hand"
        case "webhook": "a webhook"
        case "schedule": "its schedule"
        case "call": "another recipe"
        case "rerun": "a rerun"
        default: origin
        }
    }

    private static func advice(_ job: JobSummary, _ times: TimeWords) -> String? {
        switch job.state {
        case .failed: "A retry goes on at the step that failed; what was done before is kept."
        case .waiting: job.runAfter.map { "It goes on \(times.both($0))." }
        case .needsDecision: "Look in the other app whether the step happened, then say so here."
        case .quarantined: "Something in it ends the program. Find the cause before a retry."
        default: nil
        }
    }

    /// The unsafe steps whose outcome nobody knows.
    private func decisions(_ job: JobSummary, _ names: StepNames) async throws -> PageValue {
        let open = try await store.stepLines(of: job.id, limit: 100, state: .started)
            .filter { $0.effect == .unsafe && !$0.isSuperseded }
        return .items(open) { line in
            [
                "step": .text(names.label(line.number, address: line.address)), "what": .text(names.kind(line.number)),
                "address": .text(line.address), "seq": .text("\(line.seq)"),
            ]
        }
    }

    /// The step that failed and its place in the recipe.
    private func failure(_ detail: JobDetail, _ names: StepNames, _ source: RecipeSource) async throws -> PageValue {
        guard detail.summary.state == .failed, let address = detail.error?["step"]?.string, !address.isEmpty else {
            return .none
        }
        let lines = try await store.stepLines(of: detail.summary.id, limit: 50, prefix: address)
        let line = lines.last { $0.address == address }
        let step = line.flatMap { names.step($0.number) } ?? names.step(named: address)
        guard let step, let code = source.excerpt(of: step.pointer) else { return .none }
        let number = source.line(of: step.pointer).map { "line \($0)" } ?? ""
        return [
            "where": .text(names.label(step.number, address: address)), "code": .markup(code),
            "place": .text(
                "Recipes/\(detail.summary.recipe)/recipe.json, version \(detail.summary.version), \(number); step \(address)"
            ),
        ]
    }

    private static func facts(_ detail: JobDetail, _ times: TimeWords) -> PageValue {
        let job = detail.summary
        var facts: [(name: String, value: String, href: String?)] = []
        for (title, value) in job.report?.object?.entries ?? [] { facts.append((title, cell(value), nil)) }
        facts.append(("Made", times.full(job.createdAt), nil))
        if let started = job.startedAt { facts.append(("Started", times.full(started), nil)) }
        if let finished = job.finishedAt { facts.append(("Ended", times.full(finished), nil)) }
        let isOpen = job.state == .running || job.state == .queued
        if let running = took(job.activeMilliseconds), !isOpen || job.activeMilliseconds > 0 {
            facts.append((isOpen ? "Running time so far" : "Running time", running, nil))
        }
        if job.deaths > 0 { facts.append(("Ends of the program while it ran", "\(job.deaths)", nil)) }
        if let parent = job.parent {
            facts.append(("Called by", "job \(parent) at \(detail.parentAddress ?? "")", "/jobs/\(parent)"))
        }
        if let other = job.rerunOf { facts.append(("Rerun of", "job \(other)", "/jobs/\(other)")) }
        if !detail.children.isEmpty {
            facts.append(
                ("Jobs it called", NumberWords.count(detail.children.count), "/jobs?parent=\(job.id)"))
        }
        return .items(facts) { ["name": .text($0.name), "value": .text($0.value), "href": .text($0.href)] }
    }
}

extension StepNames {
    /// By the last part of an address.
    func step(named address: String) -> Step? {
        let name = address.split(separator: "/").last.map { $0.prefix { $0 != "[" && $0 != "~" } } ?? ""
        return all.first { $0.name == name }
    }
}
