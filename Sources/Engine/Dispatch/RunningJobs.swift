// The jobs this process runs now, and who waits for the end of one.

import JobHistory
import Synchronization

/// Tasks of running jobs by number.
final class RunningJobs: Sendable {
    private struct State: Sendable {
        var tasks: [JobID: Task<JobResult, any Error>] = [:]
        /// Why running jobs are being canceled.
        var cancelReasons: [JobID: String] = [:]
        /// Why jobs are canceled that are claimed and don't run yet.
        var cancelsAtStart: [JobID: String] = [:]
        /// Children of calls, from their start on, queued for a place or running.
        var called: [JobID: Task<JobResult?, any Error>] = [:]
        /// Who waits for a job to leave the queue and its runner.
        var watchers: [JobID: [Int: AsyncStream<Void>.Continuation]] = [:]
        var nextWatcher = 0
        var journals: [JobID: Journal] = [:]
        /// Whether `watchLongSteps` is at work.
        var isWatching = false
    }
    private let state = Mutex(State())

    func add(_ job: JobID, _ task: Task<JobResult, any Error>) {
        let isCanceled = state.withLock { state in
            state.tasks[job] = task
            guard let reason = state.cancelsAtStart.removeValue(forKey: job) else { return false }
            state.cancelReasons[job] = reason
            return true
        }
        if isCanceled { task.cancel() }
    }

    func remove(_ job: JobID) {
        state.withLock { state in
            state.tasks[job] = nil
            state.cancelReasons[job] = nil
            state.journals[job] = nil
        }
    }

    func add(_ job: JobID, _ journal: Journal) {
        let starts = state.withLock { state in
            state.journals[job] = journal
            defer { state.isWatching = true }
            return !state.isWatching
        }
        if starts { Task { await watchLongSteps() } }
    }

    /// Writes what jobs have waiting for long, while there are jobs: a step may take minutes, and until its end nobody would
    /// see its job.
    private func watchLongSteps() async {
        while true {
            try? await Task.sleep(for: .milliseconds(500))
            let due = state.withLock { state in
                state.isWatching = !state.journals.isEmpty
                return state.isWatching ? state.journals.values.filter(\.isDue) : nil
            }
            guard let due else { return }
            // A failed write comes up in the job itself, at its next one.
            for journal in due { try? await journal.flush() }
        }
    }

    /// Keeps the child of a call in sight until it has ended.
    func add(called job: JobID, _ task: Task<JobResult?, any Error>) {
        state.withLock { $0.called[job] = task }
        Task {
            _ = await task.result
            state.withLock { $0.called[job] = nil }
        }
    }

    /// Gives the end of a job that runs here, or is about to as the child of a call. Canceling it cancels the job.
    func end(of job: JobID) -> Task<JobResult?, any Error>? {
        let (called, running) = state.withLock { ($0.called[job], $0.tasks[job]) }
        if let called { return called }
        guard let running else { return nil }
        return Task {
            try await withTaskCancellationHandler {
                try await running.value
            } onCancel: {
                running.cancel()
            }
        }
    }

    var count: Int { state.withLock { $0.tasks.count } }

    /// Cancels a job that runs here.
    /// - Returns: its task; nil when it doesn't run here.
    func cancel(_ job: JobID, reason: String) -> Task<JobResult, any Error>? {
        let task = state.withLock { state in
            if state.tasks[job] != nil { state.cancelReasons[job] = reason }
            return state.tasks[job]
        }
        task?.cancel()
        return task
    }

    /// Cancels a job that is claimed: now if it runs by now, else once it does.
    func cancelClaimed(_ job: JobID, reason: String) {
        let task = state.withLock { state in
            if state.tasks[job] == nil {
                state.cancelsAtStart[job] = reason
            } else {
                state.cancelReasons[job] = reason
            }
            return state.tasks[job]
        }
        task?.cancel()
    }

    /// Takes back that a job is to be canceled once it runs.
    /// - Returns: the reason; nil when it was not, or not any more.
    func takeCancelAtStart(_ job: JobID) -> String? { state.withLock { $0.cancelsAtStart.removeValue(forKey: job) } }

    func cancelReason(_ job: JobID) -> String? { state.withLock { $0.cancelReasons[job] } }

    /// Whoever watches a job should look at it again.
    func left(_ job: JobID) {
        for watcher in state.withLock({ $0.watchers[job] })?.values ?? [:].values { watcher.yield() }
    }

    /// Yields each time a job may have changed its state or answered, until the stream is dropped.
    func changes(of job: JobID) -> AsyncStream<Void> {
        AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            let number = state.withLock { state in
                state.nextWatcher += 1
                state.watchers[job, default: [:]][state.nextWatcher] = continuation
                return state.nextWatcher
            }
            continuation.onTermination = { [self] _ in
                state.withLock { state in
                    state.watchers[job]?[number] = nil
                    if state.watchers[job]?.isEmpty ?? false { state.watchers[job] = nil }
                }
            }
        }
    }

    /// Returns when nothing runs, or when `grace` is over and what ran has been canceled.
    func drain(within grace: Duration) async {
        let (tasks, called) = state.withLock { (Array($0.tasks.values), Array($0.called.values)) }
        guard !tasks.isEmpty || !called.isEmpty else { return }
        let timer = Task {
            guard (try? await Task.sleep(for: grace)) != nil else { return }
            for task in tasks { task.cancel() }
            for task in called { task.cancel() }
        }
        for task in tasks { _ = await task.result }
        for task in called { _ = await task.result }
        timer.cancel()
    }
}
