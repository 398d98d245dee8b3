// Jobs from the queue: claimed in order, run within their recipe's concurrency, waits woken when due.

import JSONCore
import JobHistory
import RecipeLanguage

extension Engine {
    /// Takes an event in: durable when this returns. Whoever wants its end calls `result(of:)`.
    ///
    /// - Parameter isHeld: the event was held against the trigger's schema already.
    /// - Returns: nil when the recipe's `when` does not hold, so that there is no job.
    /// - Throws: `StepFailure` of type `intake` when the event does not fit, when `when` or `dedupe` can't be evaluated or the dedupe key is empty.
    public func accept(
        _ recipe: String, event: JSON, origin: String, isHeld: Bool = false
    ) async throws -> Intake? {
        let version = try await currentVersion(of: recipe)
        guard let filter = try filter(version.recipe, event, isHeld: isHeld) else { return nil }
        let new = NewJob(
            recipe: recipe, version: version.id, createdAt: services.clock(), event: services.redact(event),
            dedupeKey: filter.dedupeKey, origin: origin)
        let intake = try await store.accept(new, claim: false, startedAt: 0)
        if case .accepted(let job) = intake { queued(job, recipe) }
        return intake
    }

    /// As `accept`, then runs the job to its end. Without a dedupe key the event is durable with the job's first effect.
    /// - Returns: nil when `when` does not hold.
    public func process(_ recipe: String, event: JSON, origin: String, options: RunOptions = RunOptions()) async throws
        -> Processed?
    {
        let version = try await currentVersion(of: recipe)
        guard let filter = try filter(version.recipe, event) else { return nil }
        guard let key = filter.dedupeKey else {
            return .ran(try await run(version, recipe, event: event, origin: origin, options: options))
        }
        return try await slots.with(recipe, limit: version.recipe.concurrency) {
            let now = services.clock()
            let new = NewJob(
                recipe: recipe, version: version.id, createdAt: now, event: services.redact(event), dedupeKey: key,
                origin: origin)
            switch try await store.accept(new, claim: true, startedAt: now) {
            case .duplicate(let other): return .duplicate(of: other)
            case .accepted(let id):
                let job = ClaimedJob(
                    id: id, recipe: recipe, version: version.id, createdAt: now, event: event, deaths: 1,
                    isResumed: false, activeMilliseconds: 0, parent: nil, startedAt: now)
                return .ran(try await execute(job, version.recipe, options: options, first: [], callDepth: 0))
            }
        }
    }

    /// Whether the event makes a job, and its dedupe key; nil when `when` does not hold.
    /// - Parameter isHeld: the event was held against the trigger's schema already.
    func filter(_ recipe: Recipe, _ event: JSON, isHeld: Bool = false) throws -> EventKey? {
        let trigger = recipe.trigger
        if !isHeld { try trigger.refuseMisfits(event) }
        guard trigger.when != nil || trigger.dedupe != nil else { return EventKey(dedupeKey: nil) }
        var slots = [Value](repeating: .null, count: recipe.slotNames.count)
        slots[trigger.slot] = Value(event)
        let environment = intakeEnvironment
        func evaluate(_ formula: BoundFormula, _ field: String) throws -> Value {
            do {
                return try formula.evaluate(slots, Evaluation(environment, address: "trigger"))
            } catch {
                throw StepFailure(error, in: formula.source, step: "trigger", pointer: "/trigger/\(field)")
            }
        }
        if let when = trigger.when, try !evaluate(when, "when").isTrue { return nil }
        guard let dedupe = trigger.dedupe else { return EventKey(dedupeKey: nil) }
        let key = try evaluate(dedupe, "dedupe")
        let json = (try? key.json()) ?? .null
        guard !json.saysNothing else {
            throw StepFailure(
                type: "intake",
                "the dedupe key \(dedupe.source) is \(json.isNull ? "nil" : "empty") for this event, so it can't be told from others",
                step: "trigger", pointer: "/trigger/dedupe")
        }
        return EventKey(dedupeKey: json.string ?? json.canonical)
    }

    /// What formulas see before there is a job.
    var intakeEnvironment: FormulaEnvironment { services.intakeEnvironment }

    // MARK: The queue

    /// Runs what is queued, and with `untilEmpty` what becomes due within `patience`, until nothing is left to start.
    ///
    /// - Returns: the ends, in order of ending.
    public func work(patience: Duration = .zero, observe: @escaping @Sendable (ClaimedJob) -> RunOptions) async throws
        -> [JobResult]
    {
        var ends: [JobResult] = []
        let deadline = ContinuousClock.now + patience
        while !isStopping {
            let backlog = try await store.backlog(now: services.clock())
            var claimed = 0
            try await withThrowingTaskGroup(of: [JobResult].self) { group in
                for recipe in backlog.recipes.keys.sorted() {
                    claimed += 1
                    group.addTask { try await self.workOff(recipe, observe) }
                }
                for try await part in group { ends += part }
            }
            if claimed > 0 { continue }
            guard let due = backlog.nextDue else { return ends }
            let wait = Duration.milliseconds(max(1, due - services.clock()))
            guard ContinuousClock.now + wait <= deadline else { return ends }
            try await Task.sleep(for: wait)
        }
        return ends
    }

    /// All jobs of one recipe that can start, in order, never more at once than its concurrency.
    private func workOff(_ recipe: String, _ observe: @escaping @Sendable (ClaimedJob) -> RunOptions) async throws
        -> [JobResult]
    {
        let limit = await concurrency(of: recipe)
        var ends: [JobResult] = []
        try await withThrowingTaskGroup(of: JobResult?.self) { group in
            var open = 0
            while true {
                let places = slots.free(recipe, limit: limit)
                if open == 0, places == 0, !isStopping {
                    // Jobs that others asked for hold them all.
                    try await slots.waitForPlace(recipe, limit: limit)
                    continue
                }
                let free = isStopping ? 0 : min(limit - open, places)
                let jobs = free > 0 ? try await store.claim(recipe: recipe, limit: free, now: services.clock()) : []
                for job in jobs {
                    open += 1
                    group.addTask { try await self.resume(job, limit: limit, options: observe(job)) }
                }
                guard open > 0 else { return }
                if let end = try await group.next() {
                    open -= 1
                    if let end { ends.append(end) }
                }
            }
        }
        return ends
    }

    /// Runs one queued or waiting job, whether it is due or not.
    /// - Returns: nil when it is neither queued nor waiting.
    public func resume(_ id: JobID, options: RunOptions = RunOptions()) async throws -> JobResult? {
        guard let summary = try await store.job(id)?.summary else { throw StoreError.noSuchJob(id) }
        guard summary.state.mayBecome(.running) else { return nil }
        let limit = await concurrency(of: summary.recipe)
        // Claimed in its place and not before: until then it can be canceled, and nothing is lost when this task is.
        return try await slots.with(summary.recipe, limit: limit) {
            guard let job = try await store.claim(job: id, now: services.clock()) else { return nil }
            return try await start(job, options: options)
        }
    }

    private func resume(_ job: ClaimedJob, limit: Int, options: RunOptions) async throws -> JobResult {
        do {
            return try await slots.with(job.recipe, limit: limit) { try await start(job, options: options) }
        } catch let error as CancellationError {
            try await putBack(job)
            throw error
        }
    }

    /// A claimed job that never started: an execution ends its job itself.
    private func putBack(_ job: ClaimedJob) async throws {
        var end = JobEnd(job: job.id, state: .queued, at: services.clock(), activeMilliseconds: 0)
        end.reason = "it was about to start when its runner stopped"
        try await store.commit([.end(end)])
        if let reason = running.takeCancelAtStart(job.id) { _ = try await cancel(job.id, reason: reason) }
    }

    /// Runs a claimed job in a place that is reserved for it, and gives the place back.
    func runInReservedPlace(_ job: ClaimedJob, options: RunOptions) async {
        defer { slots.release(job.recipe) }
        do {
            do {
                _ = try await start(job, options: options)
            } catch is CancellationError {
                try await putBack(job)
            }
        } catch {
            // What can't be written now is found by the next owner, which takes the job over.
            services.logger.error("a job was left by its runner", metadata: ["job": "\(job.id)", "error": "\(error)"])
        }
    }

    /// Waits until a job is neither queued nor running, whoever runs it.
    /// - Throws: `CancellationError`, `StoreError.noSuchJob`.
    public func end(of id: JobID) async throws -> JobResult {
        // Watched before it is looked at, so that no change falls between.
        var changes = running.changes(of: id).makeAsyncIterator()
        repeat {
            guard let detail = try await store.job(id) else { throw StoreError.noSuchJob(id) }
            guard [.queued, .running].contains(detail.summary.state) else { return JobResult(detail) }
        } while await changes.next() != nil
        throw CancellationError()
    }

    /// How many jobs of a recipe may run at once; 1 for a recipe that is gone or broken.
    func concurrency(of recipe: String) async -> Int {
        (try? await currentVersion(of: recipe).recipe.concurrency) ?? 1
    }

    /// Runs a claimed job of any age in the caller's place.
    private func start(_ job: ClaimedJob, options: RunOptions) async throws -> JobResult {
        let recipe: Recipe
        do {
            recipe = try await versions.pinned(job.version, of: job.recipe)
        } catch let broken as RecipeBroken {
            return try await park(job, broken)
        }
        return try await execute(job, recipe, options: options, first: [], callDepth: try await callDepth(of: job))
    }

    /// A job whose version no longer compiles (a connector or connection is gone) fails with the reason; it can be retried.
    private func park(_ job: ClaimedJob, _ broken: RecipeBroken) async throws -> JobResult {
        let message = broken.diagnostics.first?.message ?? "it has mistakes"
        var end = JobEnd(
            job: job.id, state: .failed, at: services.clock(), activeMilliseconds: 0)
        end.error =
            StepFailure(
                type: "recipe_broken", "this version of the recipe can't run any more: \(message)", step: ""
            ).json
        try await store.commit([.end(end)])
        _ = running.takeCancelAtStart(job.id)
        news.post(job.id, job.recipe, .failed)
        return JobResult(end, recipe: job.recipe)
    }
}

/// What became of an event that was processed at once.
public enum Processed: Sendable {
    case ran(JobResult)
    case duplicate(of: JobID)
}

extension JobResult {
    init(_ detail: JobDetail) {
        (job, recipe, state) = (detail.summary.id, detail.summary.recipe, detail.summary.state)
        (result, error, reason) = (detail.result, detail.error, detail.summary.reason)
        (runAfter, approval) = (detail.summary.runAfter, detail.approvals.first)
    }
}
