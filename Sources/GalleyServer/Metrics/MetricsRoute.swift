// GET /metrics: what the history knows, read when it is asked for, and what the process has counted since it started.

import Engine
import Hummingbird
import JSONCore
import JobHistory
import NIOCore

struct MetricsRoute: Sendable {
    let engine: Engine
    let version: String
    let requests: RequestCounts
    private let start: Milliseconds

    init(engine: Engine, version: String, requests: RequestCounts) {
        (self.engine, self.version, self.requests) = (engine, version, requests)
        start = engine.services.clock()
    }

    var list: [Route] {
        [
            Route(
                .get, "/metrics", .signedIn(.viewer),
                operation: APIOperation(
                    id: "metrics", scope: .stats, summary: "Metrics for Prometheus", answer: (200, .text),
                    answerType: "text/plain")
            ) { _ in
                Response(
                    status: .ok, headers: [.contentType: MetricsText.contentType],
                    body: ResponseBody(byteBuffer: ByteBuffer(string: try await text())))
            }
        ]
    }

    private func text() async throws -> String {
        var metrics = MetricsText()
        addServer(to: &metrics)
        try await addJobs(to: &metrics)
        try await addStarts(to: &metrics)
        addHistory(to: &metrics)
        addRequests(to: &metrics)
        addProcess(to: &metrics)
        return metrics.text
    }

    // MARK: The families

    private func addServer(to metrics: inout MetricsText) {
        let now = engine.services.clock()
        metrics.add(
            "galley_build_info", .gauge, "Always 1; the versions are labels.",
            [([("version", version), ("sqlite", JobStore.sqliteVersion)], 1)])
        metrics.add(
            "galley_uptime_seconds", .gauge, "Since the server was started.", Double(max(0, now - start)) / 1_000)
        metrics.add(
            "galley_ready", .gauge, "1 while events are taken, as /health says.",
            engine.store.healthLookingAgain() == .ok && !engine.isStopping ? 1 : 0)
    }

    private func addJobs(to metrics: inout MetricsText) async throws {
        let counts = try await engine.store.countsByRecipe()
        let open = counts.values.joined().filter { !$0.key.isFinished && !$0.key.isParked }
        metrics.add(
            "galley_jobs_open", .gauge, "Jobs neither finished nor parked, and not waiting for people.",
            Double(max(0, open.reduce(0) { $0 + $1.value } - (try await engine.store.jobsAwaitingPeople()))))
        metrics.add(
            "galley_approvals_open", .gauge, "Requests that wait for somebody's answer.",
            Double(try await engine.store.openApprovals(at: engine.services.clock())))
        metrics.add(
            "galley_jobs", .gauge, "Jobs in the history by recipe and state; pruned ones are gone.",
            Self.samples(Self.bounded(counts)))
        let oldest = try await engine.store.oldestQueued()
        metrics.add(
            "galley_oldest_queued_job_seconds", .gauge,
            "Age of the job that has been queued for longest; 0 without one.",
            oldest.map { Double(max(0, engine.services.clock() - $0)) / 1_000 } ?? 0)
        let activity = engine.activity.now
        metrics.add(
            "galley_jobs_ended_total", .counter, "Ends of jobs since the start, by recipe and how they ended.",
            Self.samples(activity.ends))
        metrics.add(
            "galley_job_running_seconds",
            "Running time of jobs that ended since the start, without their waits, by recipe.", label: "recipe",
            activity.runningTimes.sorted { $0.key < $1.key }.map { ($0.key, $0.value.bounds, $0.value.now) })
    }

    /// The recipes with most jobs; all others are one.
    static func bounded(_ counts: [String: [JobState: Int]]) -> [String: [JobState: Int]] {
        guard counts.count > EngineActivity.mostRecipes else { return counts }
        let ranked = counts.map { (recipe: $0.key, states: $0.value, jobs: $0.value.values.reduce(0, +)) }
            .sorted { ($1.jobs, $0.recipe) < ($0.jobs, $1.recipe) }
        var kept: [String: [JobState: Int]] = [:]
        for (place, entry) in ranked.enumerated() {
            let name = place < EngineActivity.mostRecipes ? entry.recipe : EngineActivity.others
            kept[name, default: [:]].merge(entry.states) { $0 + $1 }
        }
        return kept
    }

    private static func samples(_ counts: [String: [JobState: Int]]) -> [(labels: MetricsText.Labels, value: Double)] {
        counts.sorted { $0.key < $1.key }.flatMap { recipe, states in
            states.sorted { $0.key.rawValue < $1.key.rawValue }.map { state, jobs in
                ([("recipe", recipe), ("state", state.description)], Double(jobs))
            }
        }
    }

    private func addStarts(to metrics: inout MetricsText) async throws {
        let activity = engine.activity.now
        metrics.add(
            "galley_webhook_deliveries_total", .counter, "Webhook deliveries since the start, by what became of them.",
            EngineActivity.Delivery.allCases.map {
                ([("outcome", $0.rawValue)], Double(activity.deliveries[$0] ?? 0))
            })
        metrics.add(
            "galley_polls_total", .counter, "Polls since the start.",
            [
                ([("outcome", "succeeded")], Double(activity.polls.succeeded)),
                ([("outcome", "failed")], Double(activity.polls.failed)),
            ])
        metrics.add(
            "galley_poll_events_total", .counter, "Events of polls that made a job, since the start.",
            Double(activity.polledEvents))
        metrics.add(
            "galley_schedule_starts_total", .counter, "Due times of schedules since the start, by what became of them.",
            Fire.Verdict.allCases.map { ([("outcome", "\($0)")], Double(activity.fires[$0] ?? 0)) })
        metrics.add(
            "galley_schedule_missed_total", .counter, "Due times of schedules that were passed over, since the start.",
            Double(activity.missed))
        let lag = engine.activity.scheduleLag
        metrics.add(
            "galley_schedule_lag_seconds", "From when a schedule should have started a job until it did.",
            [("", lag.bounds, lag.now)])
        let overdue = try await Overdue.find(in: engine.store, now: engine.services.clock())
        metrics.add(
            "galley_starts_overdue", .gauge, "Schedules and polls that should have started more than a minute ago.",
            Double(overdue.count))
    }

    private func addHistory(to metrics: inout MetricsText) {
        metrics.add(
            "galley_history_waiting_writes", .gauge, "What waits for the next transaction.",
            Double(engine.store.waitingWrites))
        if let times = engine.store.commitTimes {
            metrics.add(
                "galley_history_commit_seconds", "How long a transaction took to be on disk.",
                [("", times.bounds, times.now)])
        }
        let size = engine.store.sizeBytes
        metrics.add(
            "galley_history_size_bytes", .gauge, "The history's files.",
            [([("file", "database")], Double(size.database)), ([("file", "log")], Double(size.log))])
    }

    private func addRequests(to metrics: inout MetricsText) {
        let counts = requests.now.sorted { $0.key < $1.key }
        metrics.add(
            "galley_http_requests_total", .counter, "Requests since the start, by route and status.",
            counts.flatMap { route, counts in
                counts.statuses.sorted { $0.key < $1.key }.map { status, count in
                    ([("route", route), ("status", String(status))], Double(count))
                }
            })
        metrics.addSums(
            "galley_http_request_seconds", "Time until the head of the answer, by route.",
            counts.map { ([("route", $0.key)], $0.value.count, $0.value.seconds) })
    }

    private func addProcess(to metrics: inout MetricsText) {
        guard let process = ProcessFigures.now() else { return }
        metrics.add("process_cpu_seconds_total", .counter, "User and system time.", process.cpuSeconds)
        metrics.add("process_resident_memory_bytes", .gauge, "Memory in use.", Double(process.residentBytes))
        metrics.add("process_virtual_memory_bytes", .gauge, "Address space.", Double(process.virtualBytes))
        metrics.add("process_open_fds", .gauge, "Open files.", Double(process.openFiles))
        metrics.add("process_max_fds", .gauge, "The limit of open files.", Double(process.mostFiles))
        metrics.add("process_threads", .gauge, "Threads.", Double(process.threads))
        metrics.add(
            "process_start_time_seconds", .gauge, "When the server was started, in seconds since 1970.",
            Double(start) / 1_000)
    }
}
