// The engine: takes events in, runs jobs, and answers what became of them.

import ConnectorKit
import JSONCore
import JobHistory
import Logging
import RecipeLanguage
import Synchronization

/// Runs the jobs of one workspace on the history it owns.
public final class Engine: Sendable {
    public let store: JobStore
    public let services: EngineServices
    let versions: RecipeVersions
    /// The recipes as a server runs them; empty until it has read them.
    public let recipes: LiveRecipes
    /// Who may do what.
    public let access: AccessControl
    let bell = QueueBell()
    /// Rung when recipes, pauses or switches have changed: what starts by itself may be another.
    let changes = ChangeSignal()
    /// Rung when something was noted that an alert may tell of, besides what `news` says of jobs.
    let noted = ChangeSignal()
    /// Recipes that are to be polled at once.
    let pollWakes = PollWakes()
    /// Rung when a subscription at an outside system began, ended or failed.
    let subscriptionsChanged = ChangeSignal()
    /// The look-up tables as they are now.
    public let tables: WorkspaceTables
    let topics: TopicBook
    /// What recipes ask people.
    public let approvals: ApprovalDesk
    let slots: Slots
    let running = RunningJobs()
    /// What becomes of jobs, as it happens.
    public let news: JobNews
    /// What was done since the start, for metrics.
    public let activity = EngineActivity()
    private let stopping = Atomic<Bool>(false)
    private let stopListener = Mutex<(@Sendable () -> Void)?>(nil)

    /// - Parameter store: opened as owner.
    public init(store: JobStore, services: EngineServices) {
        tables = WorkspaceTables(services, store: store)
        topics = TopicBook(store: store, services: services)
        var services = services
        services.tables = tables
        let secretless = services.redact
        services.redact = { store.mayHoldLinks ? LinkRedaction.redact(secretless($0)) : secretless($0) }
        approvals = ApprovalDesk(store: store, services: services)
        (self.store, self.services) = (store, services)
        versions = RecipeVersions(store: store, services: services)
        news = JobNews(epoch: store.epoch, clock: services.clock, activity: activity)
        access = AccessControl(store: store, clock: services.clock, cost: services.limits.passwords)
        let bell = bell
        recipes = LiveRecipes(store: store, services: services, versions: versions, changes: changes)
        slots = Slots(most: services.limits.jobsAtOnce) { bell.ring(.recipe($0)) }
    }

    // MARK: Running

    /// Runs one event of a recipe now and returns when the job has ended, waits or is parked.
    ///
    /// The job goes into the history with its first durable step; of a job without effects, everything is one commit.
    /// It waits for a free place among the recipe's `concurrency`.
    /// - Throws: `RecipeBroken`, `StoreError`.
    public func run(
        _ recipe: String, event: JSON, origin: String = "manual", options: RunOptions = RunOptions()
    ) async throws -> JobResult {
        try await run(currentVersion(of: recipe), recipe, event: event, origin: origin, options: options)
    }

    func run(
        _ version: RecipeVersions.Loaded, _ recipe: String, event: JSON, origin: String, options: RunOptions
    ) async throws -> JobResult {
        try await slots.with(recipe, limit: version.recipe.concurrency) {
            let id = store.nextJobID()
            let now = services.clock()
            let new = NewJob(
                recipe: recipe, version: version.id, createdAt: now, event: services.redact(event), origin: origin)
            let job = ClaimedJob(
                id: id, recipe: recipe, version: version.id, createdAt: now, event: event, deaths: 1, isResumed: false,
                activeMilliseconds: 0, parent: nil, startedAt: now)
            return try await execute(
                job, version.recipe, options: options, first: [.startedJob(id, new, startedAt: now)], callDepth: 0)
        }
    }

    /// Runs a claimed job. It can be canceled by its number while it runs.
    func execute(
        _ job: ClaimedJob, _ recipe: Recipe, options: RunOptions, first: [HistoryWrite], callDepth: Int
    ) async throws -> JobResult {
        let run = { @Sendable in
            try await JobRun(
                job: job, recipe: recipe, services: self.services, engine: self, options: options, first: first,
                callDepth: callDepth, stores: self.stores(for: job.id)
            ).execute()
        }
        // A job that nobody can know of yet begins on this thread. One from the queue does not: it must be possible to cancel
        // it before its first step is through.
        let task = first.isEmpty ? Task { try await run() } : Task.immediate { try await run() }
        running.add(job.id, task)
        news.post(job.id, job.recipe, .running)
        let start = ContinuousClock.now
        defer { running.remove(job.id) }
        let result = try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
        running.left(job.id)
        news.post(job.id, job.recipe, result.state)
        if result.state == .canceled, job.isResumed {
            try await cancelCalled(by: job.id, reason: result.reason ?? "canceled")
        }
        if result.state.isFinished {
            activity.addRunningTime(job.recipe, ContinuousClock.now - start + .milliseconds(job.activeMilliseconds))
        }
        if result.state == .waiting, let due = result.runAfter { bell.ring(.due(due)) }
        // What it waits for may have come while it was still running; and then its caller may wait for it.
        if result.state == .waiting { bell.ring(.recipe(job.recipe)) }
        if result.state.isFinished, job.isResumed, job.parent != nil { bell.ring(.due(services.clock())) }
        return result
    }

    /// Whether the trigger's `when` holds for an event.
    public func wants(_ recipe: String, event: JSON) async throws -> Bool {
        try await filter(currentVersion(of: recipe).recipe, event) != nil
    }

    // MARK: Recipes

    /// The workspace's recipe as it is now, registered as a version.
    /// - Throws: `RecipeBroken`, or a sentence when there is no such recipe.
    public func currentVersion(of recipe: String) async throws -> RecipeVersions.Loaded {
        try await versions.current(recipe)
    }

    // MARK: What steps are lent

    /// The workspace's own stores for the steps of a job.
    func stores(for job: JobID) -> StepStores {
        StepStores(
            tables: tables, topicBook: topics, job: job, redact: services.redact, clock: services.clock,
            limits: services.limits)
    }

    // MARK: Stopping

    /// Whether jobs are to leave at their next step.
    public var isStopping: Bool { stopping.load(ordering: .relaxed) }

    /// Lets running steps come to an end for at most `grace`, then leaves what is in flight to the next owner.
    public func stop(grace: Duration = .seconds(25)) async {
        stopping.store(true, ordering: .relaxed)
        store.limitPatience(to: grace)  // else a full disk would hold the jobs for as long as it is full
        stopListener.withLock { $0 }?()
        await running.drain(within: grace)
    }

    /// - Parameter hear: called when the engine begins to stop; at once when it already has.
    func onStop(_ hear: @escaping @Sendable () -> Void) {
        stopListener.withLock { $0 = hear }
        if isStopping { hear() }
    }

    // MARK: Small things the interpreter asks for

    func nextJobID() -> JobID { store.nextJobID() }

    /// What random values and idempotency keys of a job derive from: differs between workspaces and restored backups.
    func key(of job: ClaimedJob) -> String { "\(store.workspaceID)/\(job.id)/\(job.createdAt)" }

    /// A `respond` step answered, durably: whoever waits for it may look.
    func responded(_ job: JobID) { running.left(job) }

    /// A job may start.
    func queued(_ job: JobID, _ recipe: String) {
        news.post(job, recipe, .queued)
        bell.ring(.recipe(recipe))
    }
}
