// This workspace: its files, its history through a reader, and for changes whoever owns the database.

import Engine
import Foundation
import JSONCore
import JobHistory
import RecipeLanguage
import Workspace

struct LocalVenue: Venue {
    let options: WorkspaceOptions

    init(_ options: WorkspaceOptions) { self.options = options }

    func close() async {}

    var isServed: Bool {
        get async {
            guard let workspace = try? Workspace.open(from: options.folder, environment: options.environment) else {
                return false
            }
            return JobStore.ownerPID(folder: workspace.dataFolder) != nil
        }
    }

    /// Runs `body` with a reader of the history.
    /// - Throws: a sentence when nothing has run here yet.
    func reading<Result>(_ body: (JobStore) async throws -> Result) async throws -> Result {
        let workspace = try Workspace.open(from: options.folder, environment: options.environment)
        let store = try JobStore.openReader(folder: workspace.dataFolder)
        do {
            let result = try await body(store)
            await store.close()
            return result
        } catch {
            await store.close()
            throw error
        }
    }

    func session() throws -> Session { try Session(options) }

    // MARK: Jobs

    func jobs(_ query: JobQuery) async throws -> [JSON] {
        let filter = try query.filter(now: systemMilliseconds())
        return try await reading { try await $0.jobs(filter).map(\.json) }
    }

    func job(_ id: JobID) async throws -> JSON { try await reading { .object(try await Self.detail(id, $0).json) } }

    private static func detail(_ id: JobID, _ store: JobStore) async throws -> JobDetail {
        guard let detail = try await store.job(id) else { throw StoreError.noSuchJob(id) }
        return detail
    }

    func steps(of job: JobID, after: Int?, limit: Int) async throws -> [JSON] {
        try await reading { store in
            _ = try await Self.detail(job, store)
            let steps = try await store.steps(of: job, after: after, limit: limit, includingSuperseded: true)
            return try await store.json(of: steps)
        }
    }

    func export(_ query: JobQuery, withSteps: Bool, _ emit: @escaping @Sendable (JSON) -> Void) async throws {
        let filter = try query.filter(now: systemMilliseconds())
        try await reading { store in try await store.export(filter, withSteps: withSteps) { emit($0) } }
    }

    func watch(_ job: JobID, _ show: @escaping @Sendable (JSON) -> Void) async throws -> JSON {
        try await reading { store in
            var follower = StepFollower(job: job)
            while true {
                let detail = try await Self.detail(job, store)
                for step in try await follower.news(in: store) { show(step.json) }
                guard detail.summary.state == .running || detail.summary.state == .queued else {
                    return .object(detail.json)
                }
                try await Task.sleep(for: .milliseconds(200))
            }
        }
    }

    // MARK: The surroundings

    func connections() async throws -> [JSON] {
        let session = try session()
        // The process that makes the calls knows which it holds back.
        if let owner = OwnerClient(dataFolder: session.workspace.dataFolder),
            let found = try? await owner.perform(.connections, observer: { _ in })["connections"]?.array
        {
            return found
        }
        return session.connectionStates().map(\.json)
    }

    func testConnection(_ name: String) async throws -> String {
        try await session().withServices { try await $0.testConnection(name) }
    }

    func deliveries(path: String?, verdict: Delivery.Verdict?, before: Int64?, limit: Int) async throws -> [JSON] {
        try await reading {
            try await $0.deliveries(path: path, verdict: verdict, before: before, limit: limit)
                .map { .object($0.json) }
        }
    }

    func delivery(_ id: Int64) async throws -> JSON {
        try await reading { store in
            guard let delivery = try await store.delivery(id) else {
                throw OwnerFailure(kind: "no_such_job", "delivery \(id) is not kept any more, or never came")
            }
            return .object(delivery.json)
        }
    }

    func tables() async throws -> [JSON] { try await withTables { try await $0.list().map(\.json) } }

    func table(_ name: String, after: Int, limit: Int) async throws -> JSON {
        try await withTables { try await $0.page(name, after: after, limit: limit).json }
    }

    func export(table name: String, as format: TableFormat?, _ emit: (String) throws -> Void) async throws {
        try await withTables { try await $0.export(name, as: format, emit) }
    }

    /// Runs `body` with the tables as they are now: files, and rows of the history when there is one.
    private func withTables<Result>(_ body: (WorkspaceTables) async throws -> Result) async throws -> Result {
        let workspace = try Workspace.open(from: options.folder, environment: options.environment)
        func tables(_ store: JobStore?) -> WorkspaceTables {
            WorkspaceTables(files: workspace.tableFiles, rowsInFiles: workspace.tables, store: store)
        }
        do {
            return try await reading { try await body(tables($0)) }
        } catch StoreError.noHistory, StoreError.olderSchema {  // from before recipes could change tables
            return try await body(tables(nil))
        }
    }

    // MARK: Topics

    func topics() async throws -> [JSON] {
        do {
            return try await reading { try await $0.topicList() }
        } catch StoreError.noHistory, StoreError.olderSchema {
            return []
        }
    }

    func messages(of topic: String, after: Int?, limit: Int) async throws -> [JSON] {
        try await reading { try await $0.messageList(of: topic, after: after, limit: limit) }
    }

    func statistics() async throws -> JSON {
        let (session, isServed) = (try session(), await isServed)
        let counts = try await reading { try await $0.counts() }
        return Statistics.json(counts, recipes: session.workspace.recipeIDs().count, isReady: isServed)
    }

    func alerts(limit: Int) async throws -> (rules: [JSON], open: [JSON], messages: [JSON]) {
        let rules = try session().workspace.settings.alerts.map(\.json)
        do {
            return try await reading { store in
                let open = try await store.alertStandings().values.filter { $0.openedAt != nil }
                    .sorted { ($0.openedAt ?? 0) > ($1.openedAt ?? 0) }
                return (rules, open.map(\.json), try await store.alertDeliveries(limit: limit).map(\.json))
            }
        } catch StoreError.noHistory {  // rules there may be, before anything ran
            return (rules, [], [])
        }
    }

    // MARK: Access

    func users() async throws -> [JSON] { try await reading { try await $0.users().map(\.json) } }

    func tokens() async throws -> [JSON] { try await reading { try await $0.tokens().map(\.json) } }

    func audit(who: String?, before: Int64?, limit: Int) async throws -> [JSON] {
        try await reading { try await $0.audit(who: who, before: before, limit: limit).map(\.json) }
    }

    // MARK: Changes

    func perform(
        _ request: OwnerRequest, observer: @escaping @Sendable (StepEvent) -> Void
    ) async throws -> JSON {
        let session = try session()
        // A name that is not there is told before anybody becomes the owner, with the nearest one.
        if let recipe = request.recipe { _ = try session.workspace.recipeSource(recipe) }
        return try await Owner.with(session) { owner in try await owner.perform(request, observer: observer) }
    }
}

extension OwnerRequest {
    /// The recipe whose file must be there.
    fileprivate var recipe: String? {
        switch self {
        case .turn(let recipe, _, _), .pause(let recipe, _), .unpause(let recipe), .backfill(let recipe, _, _, _),
            .replay(_, let recipe, _, _):
            recipe
        default: nil
        }
    }
}
