// One job while it runs: what its branches share, and how its end is recorded.

import ConnectorKit
import JSONCore
import JobHistory
import RecipeLanguage
import Synchronization

/// What a block of steps sees: slots and where it stands. Concurrent items and branches have copies of their own.
struct Frame: Sendable {
    var slots: [Value]
    /// What comes before a step's name in its address: `lines[3]/`.
    var scope = ""
    var depth = 0
    /// The address of the failure that the enclosing `catch` handles.
    var handling: String?

    /// Empties lists that a concurrent part appends to and does not read: then no part copies what was in them before.
    mutating func empty(_ appended: [Int], except read: Set<Int>) {
        for slot in appended where !read.contains(slot) && slots[slot].list != nil { slots[slot] = .null }
    }

    /// What was appended to lists since they were as in `start`.
    func appended(to lists: [Int], since start: Frame) -> [Slice<ValueList>?] {
        lists.map { slots[$0].list?.dropFirst(start.slots[$0].list?.count ?? 0) }
    }

    mutating func append(_ added: Slice<ValueList>?, to slot: Int) {
        added?.forEach { _ = slots[slot].append($0) }
    }
}

/// The run of one job. Its methods, in files by kind of step, are the interpreter.
final class JobRun: Sendable {
    let job: ClaimedJob
    let recipe: Recipe
    let services: EngineServices
    /// nil when nothing is recorded: dry runs and recipe tests.
    let engine: Engine?
    let options: RunOptions
    /// The workspace's own tables and topics, lent to steps.
    let stores: StepStores
    let environment: FormulaEnvironment
    let journal: Journal
    /// nil for a job that starts from nothing.
    let recorded: RecordedSteps?
    /// How many calls deep this job is.
    let callDepth: Int
    let startedAt: ContinuousClock.Instant
    private let deadline: ContinuousClock.Instant
    /// Started records of unsafe steps whose outcome is unknown, by address.
    let undecided = Mutex<[String: StepRecord]>([:])
    /// What services keep a session of this job by.
    let cookies = JobCookies()
    let mockCalls = Mutex<[String: Int]>([:])
    /// How many branches of the job wait for a called job.
    let waitingForCalls = Mutex<Int>(0)
    /// Whether a branch leaves until a job that it called has ended.
    let leavesForCalls = Atomic<Bool>(false)
    /// Milliseconds since 1970.
    private let claimedAt: Milliseconds

    var isRecorded: Bool { engine != nil }
    var isStopping: Bool { engine?.isStopping ?? false }
    private var cancelReason: String {
        guard let running = engine?.running else { return "canceled" }
        if let reason = running.cancelReason(job.id) { return reason }
        // Not for itself, then: with who called it.
        guard let parent = job.parent?.job else { return "canceled" }
        return running.cancelReason(parent).map { Engine.wordsForCalled(by: parent, $0) }
            ?? "job \(parent), which called it, waits for it no longer"
    }

    init(
        job: ClaimedJob, recipe: Recipe, services: EngineServices, engine: Engine?, options: RunOptions,
        first: [HistoryWrite], callDepth: Int, stores: StepStores
    ) async throws {
        self.stores = stores
        (self.job, self.recipe, self.services, self.engine) = (job, recipe, services, engine)
        (self.options, self.callDepth) = (options, callDepth)
        let now = options.now ?? job.startedAt ?? services.clock()
        environment = FormulaEnvironment(
            nowNanoseconds: now * 1_000_000, timeZone: services.timeZone, properties: services.properties,
            tables: services.tables, seed: engine?.key(of: job) ?? "unrecorded", limits: services.limits.formulas)
        let store = engine?.store
        if let store, job.isResumed {
            recorded = RecordedSteps(store: store, job: job.id)
            journal = Journal(
                store: store, first: first, nextSeq: try await store.lastSeq(of: job.id).map { $0 + 1 } ?? 0,
                longest: services.limits.unwritten)
        } else {
            recorded = nil
            journal = Journal(store: store, first: first, nextSeq: 0, longest: services.limits.unwritten)
        }
        startedAt = .now
        claimedAt = services.clock()
        deadline = startedAt + (services.limits.job - .milliseconds(job.activeMilliseconds))
    }

    /// Runs the job to an end, a wait or a decision, and makes that durable.
    func execute() async throws -> JobResult {
        engine?.running.add(job.id, journal)
        var frame = Frame(slots: Array(repeating: .null, count: recipe.slotNames.count))
        frame.slots[recipe.trigger.slot] = Value(job.event)
        var end: JobEnd
        do {
            let flow = try await run(recipe.steps, &frame)
            end = self.end(flow)
        } catch let departure as Departure {
            end = self.end(departure)
        } catch let failure as StepFailure {
            end = self.end(failure)
        } catch is CancellationError {
            end = isStopping ? self.end(Departure.shutdown) : self.end(.canceled, reason: cancelReason)
        }
        if end.state.isFinished || end.state.isParked { end.report = report(frame.slots) }
        if end.state.isFinished, job.isResumed { end.wakes = job.parent?.job }
        if end.state == .waiting, leavesForCalls.load(ordering: .relaxed) { end.callsSince = claimedAt }
        (end.result, end.error) = (end.result.map(services.redact), end.error.map(services.redact))
        end.reason = end.reason.map(redacted)
        journal.add(.end(end))
        try await journal.flush()
        return JobResult(end, recipe: recipe.id)
    }

    // MARK: Ends

    private func end(_ state: JobState, reason: String? = nil) -> JobEnd {
        JobEnd(
            job: job.id, state: state, at: services.clock(),
            activeMilliseconds: startedAt.duration(to: .now).milliseconds, reason: reason)
    }

    private func end(_ flow: Flow) -> JobEnd {
        var end: JobEnd
        switch flow {
        case .next: end = self.end(.succeeded)
        case .ended(.returned(let result)):
            end = self.end(.succeeded)
            end.result = result
        case .ended(.until(let pills)):
            end = self.end(.succeeded, reason: "stopped after \(options.until ?? "") as asked")
            end.result = pills
        case .ended(.stopped(let succeeded, let reason, let after)):
            end = self.end(succeeded ? .succeeded : .failed, reason: reason)
            if !succeeded {
                var failure = StepFailure(type: "stopped", reason ?? "the recipe stopped the job", step: after ?? "")
                failure.attempts = 1
                end.error = failure.json
            }
        }
        return end
    }

    private func end(_ departure: Departure) -> JobEnd {
        switch departure {
        case .wait(let until, let reason, let approval):
            var end = self.end(.waiting, reason: reason)
            end.runAfter = until == .max ? nil : until
            end.approval = approval
            return end
        case .shutdown: return end(.queued, reason: "the server stopped; the job goes on when it is back")
        case .decision(let reason): return end(.needsDecision, reason: reason)
        }
    }

    private func end(_ failure: StepFailure) -> JobEnd {
        if let record = undecided.withLock({ $0[failure.step] }) {
            journal.add(.step(record))  // still in flight, as far as anyone knows
            var end = end(.needsDecision, reason: Self.decisionReason(failure.step, failure.message))
            end.error = failure.json
            return end
        }
        var end = self.end(.failed)
        end.error = failure.json
        return end
    }

    static func decisionReason(_ address: String, _ message: String) -> String {
        "\(address) may or may not have been done (\(message)): run it again, mark it done, or fail the job"
    }

    private func report(_ slots: [Value]) -> JSON? {
        guard !recipe.report.isEmpty else { return nil }
        let evaluation = Evaluation(environment, address: "report")
        return .object(
            JSONObject(
                recipe.report.map { column in
                    let value = try? column.formula.evaluate(slots, evaluation).json()
                    return (column.title, value.map(services.redact) ?? .null)
                }))
    }

    // MARK: Between steps

    /// Stops here when the job is canceled, the server is stopping, or the job's time is over; then, when `isCheckpointDue`,
    /// `checkpoint` has to come. Apart, since nearly always nothing is due and a call that may wait costs more than the rest.
    func pause(before address: String) throws {
        if Task.isCancelled { throw CancellationError() }
        if isStopping { throw Departure.shutdown }
        if deadline < .now {
            throw StepFailure(type: "limit", tooLong, step: address)
        }
    }

    /// Whether what is recorded has to be on disk before the next step.
    var isCheckpointDue: Bool { recipe.checkpoint == .everyStep || journal.isDue }

    /// Makes durable what is recorded so far.
    func checkpoint() async throws {
        try await journal.flush()
        if isStopping { throw Departure.shutdown }  // the write may have waited for space until now
    }

    /// Why a job or a step was ended by the job's time.
    var tooLong: String { "the job ran longer than \(services.limits.job) (limit job_minutes)" }

    /// What is left of the job's running time.
    var timeLeft: Duration { ContinuousClock.now.duration(to: deadline) }

    /// A sentence without the secrets in it.
    func redacted(_ text: String) -> String { services.redact(.string(text)).string ?? text }

    func notify(_ event: @autoclosure () -> StepEvent) { options.observer?(event()) }
}

/// How a run ended, for the caller of it.
public struct JobResult: Sendable {
    public let job: JobID
    public let recipe: String
    public let state: JobState
    public let result: JSON?
    public let error: JSON?
    public let reason: String?
    public let runAfter: Milliseconds?
    /// The approval that it waits for.
    public let approval: Int64?

    init(_ end: JobEnd, recipe: String) {
        (job, state, result, error, reason) = (end.job, end.state, end.result, end.error, end.reason)
        (runAfter, self.recipe, approval) = (end.runAfter, recipe, end.approval)
    }
}
