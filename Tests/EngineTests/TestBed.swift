// An engine on a data folder of its own, with recipes as texts and the `world` connector.

import ConnectorKit
import Engine
import Foundation
import JSONCore
import JobHistory
import Logging
import RecipeLanguage
import Synchronization

/// A moment of the tests: 2025-11-24 16:00:00 UTC.
let noon: Int64 = 1_764_000_000_000

/// A workspace of a test. The clock stands still until the test moves it.
final class TestBed: Sendable {
    let world: World
    let engine: Engine
    let folder: String
    private let recipes: Recipes
    private let clock: Clock

    final class Recipes: Sendable {
        let sources: Mutex<[String: String]>
        /// The server's address, and the secrets of subscriptions.
        let publicURL = Mutex<String?>("https://galley.example")
        let kept = Mutex<[String: [String: String]]>([:])
        init(_ sources: [String: String]) { self.sources = Mutex(sources) }
    }

    final class Clock: Sendable { let now = Mutex(noon) }

    /// - Parameter steps: of the recipe `test`, as JSON.
    convenience init(
        _ steps: String = "", settings: String = "", recipes: [String: String] = [:], limits: EngineLimits? = nil,
        redact: @escaping @Sendable (JSON) -> JSON = { $0 }
    ) throws {
        var recipes = recipes
        if !steps.isEmpty { recipes["test"] = Self.recipe(steps, settings) }
        try self.init(
            folder: Self.newFolder(), world: World(), recipes: Recipes(recipes), clock: Clock(), limits: limits,
            redact: redact)
    }

    private init(
        folder: String, world: World, recipes: Recipes, clock: Clock, limits: EngineLimits?,
        redact: @escaping @Sendable (JSON) -> JSON = { $0 }
    ) throws {
        (self.folder, self.world, self.recipes, self.clock) = (folder, world, recipes, clock)
        let services = Self.services(world, recipes, clock, limits ?? .writingLate, redact)
        engine = Engine(store: try JobStore.openOwner(folder: folder + "/.galley"), services: services)
    }

    deinit {
        world.openAllGates()
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// What the next owner finds if the process dies now: the files as they are, opened by an engine of its own. The world,
    /// the recipes and the clock are the same.
    /// - Parameter keepingKey: with the key of links, which is a file beside the history.
    func crash(limits: EngineLimits? = nil, keepingKey: Bool = false) throws -> TestBed {
        let copy = try Self.newFolder()
        try FileManager.default.createDirectory(atPath: copy + "/.galley", withIntermediateDirectories: true)
        for file in ["history.db", "history.db-wal"] + (keepingKey ? ["link.key"] : []) {
            try FileManager.default.copyItem(atPath: "\(folder)/.galley/\(file)", toPath: "\(copy)/.galley/\(file)")
        }
        return try TestBed(folder: copy, world: world, recipes: recipes, clock: clock, limits: limits)
    }

    // MARK: Recipes and time

    static func recipe(_ steps: String, _ settings: String = "", trigger: String? = nil) -> String {
        let trigger = trigger ?? #"{ "id": "got", "use": "manual" }"#
        return
            #"{ "galley": 1, "trigger": \#(trigger), \#(settings.isEmpty ? "" : settings + ",") "steps": [\#(steps)] }"#
    }

    static func called(_ steps: String, _ settings: String = "") -> String {
        recipe(steps, settings, trigger: #"{ "id": "got", "use": "recipe.called" }"#)
    }

    func write(_ recipe: String, _ source: String) { recipes.sources.withLock { $0[recipe] = source } }
    func remove(_ recipe: String) { recipes.sources.withLock { $0[recipe] = nil } }
    func advance(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        clock.now.withLock { $0 += seconds * 1000 + attoseconds / 1_000_000_000_000_000 }
    }

    func serve(at address: String?) { recipes.publicURL.withLock { $0 = address } }
    func forgetSecrets() { recipes.kept.withLock { $0 = [:] } }
    /// The secrets of subscriptions that are kept now.
    var keptSecrets: [[String: String]] { recipes.kept.withLock { Array($0.values) } }

    var services: EngineServices { engine.services }

    private static func services(
        _ world: World, _ recipes: Recipes, _ clock: Clock, _ limits: EngineLimits,
        _ redact: @escaping @Sendable (JSON) -> JSON
    ) -> EngineServices {
        var services = EngineServices(
            recipeIDs: { recipes.sources.withLock { $0.keys.sorted() } },
            recipeSource: { id in
                guard let source = recipes.sources.withLock({ $0[id] }) else {
                    throw ControlError("there is no recipe \(id)")
                }
                return Array(source.utf8)
            },
            compile: { id, source in
                var catalog = Catalog()
                catalog.connectors["world"] = world.spec
                for (name, text) in recipes.sources.withLock({ $0 }) {
                    catalog.recipes[name] = Recipe.signature(of: Array(text.utf8))
                }
                let checked = Recipe.check(source, id: id, file: "\(id).json", catalog: catalog)
                guard let recipe = checked.recipe else { throw RecipeBroken(diagnostics: checked.diagnostics) }
                return recipe
            },
            connector: { $0 == "world" ? world : nil },
            connection: { throw ConnectorError(type: "auth", "there is no connection \($0)") }, http: NoNetwork(),
            files: NoFiles(), tables: NoTables(), limits: limits, redact: redact,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, clock: { clock.now.withLock { $0 } })
        services.publicURL = { recipes.publicURL.withLock { $0 } }
        services.keepSecrets = { name, values in recipes.kept.withLock { $0[name] = values } }
        services.keptSecrets = { name in recipes.kept.withLock { $0[name] } }
        services.tableFiles.read = { name in
            guard name == "t" else { throw OwnerFailure(kind: "no_such_job", "there is no table \(name)") }
            return TableFile(
                shape: TableShape(name: name, columns: ["name"], isText: true), path: "Tables/t.csv", hash: "h",
                rowCount: 1, cells: { _ in ["first"] })
        }
        return services
    }

    private static func newFolder() throws -> String {
        let path = FileManager.default.temporaryDirectory.path + "/galley-engine-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    // MARK: Running

    /// Runs `test`; waits between tries take no time.
    @discardableResult
    func run(_ event: JSON = [:], recipe: String = "test", options: RunOptions = .quick) async throws -> JobResult {
        try await engine.run(recipe, event: event, options: options)
    }

    /// Runs `test` in a task and returns when `calls` calls have arrived in the world.
    func start(
        _ event: JSON = [:], recipe: String = "test", options: RunOptions = .quick, until calls: Int
    ) async -> Task<JobResult, any Error> {
        let task = Task { try await engine.run(recipe, event: event, options: options) }
        await world.arrivals.reaches(calls, during: task)
        return task
    }

    @discardableResult
    func resume(_ job: JobID, options: RunOptions = .quick) async throws -> JobResult? {
        try await engine.resume(job, options: options)
    }

    /// The job that has run or runs: the newest.
    func newestJob() async throws -> JobID { try await engine.store.jobs(JobFilter()).first?.id ?? 0 }

    func state(_ job: JobID) async throws -> JobState? { try await engine.store.job(job)?.summary.state }

    func steps(_ job: JobID, all: Bool = false) async throws -> [StepRecord] {
        try await engine.store.steps(of: job, limit: 1_000, includingSuperseded: all)
    }

    func step(_ address: String, of job: JobID) async throws -> StepRecord? {
        try await steps(job).last { $0.address == address }
    }

    /// `address state` of each record, in order.
    func trace(_ job: JobID, all: Bool = false) async throws -> [String] {
        try await steps(job, all: all).map { "\($0.address) \($0.state)\($0.isSuperseded ? " (taken back)" : "")" }
    }
}

extension RunOptions {
    /// Back-off and waits take no time.
    static var quick: RunOptions {
        var options = RunOptions()
        options.skipsWaits = true
        return options
    }
}

extension EngineLimits {
    /// Nothing is written because of its age: what tests see doesn't depend on how fast the machine is.
    fileprivate static var writingLate: EngineLimits {
        var limits = EngineLimits()
        limits.unwritten = .seconds(3_600)
        return limits
    }
}

/// JSON as text, for expectations that read well.
func json(_ text: String) throws -> JSON { try JSON(parsing: Array(text.utf8)) }

private struct NoNetwork: HTTPClient {
    func send(_ request: HTTPRequest) async throws -> HTTPAnswer { throw ConnectorError(type: "dns", "no network") }
}

private struct NoFiles: WorkspaceFiles {
    func path(of relative: String) throws -> String { throw ConnectorError(type: "file", "no files") }
}

private struct NoTables: TableSource {
    func firstRow(of table: String, where conditions: [(column: String, value: JSON)]) throws -> JSONObject? { nil }
}
