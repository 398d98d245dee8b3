// Runs that leave no trace: dry runs and recipe tests. No database is opened.

import JSONCore
import JobHistory
import RecipeLanguage

/// Runs recipes in memory only.
public struct UnrecordedEngine: Sendable {
    private let services: EngineServices
    private let tables: WorkspaceTables

    public init(services: EngineServices) {
        tables = WorkspaceTables(services, store: services.history)
        var services = services
        services.tables = tables
        self.services = services
    }

    /// The workspace's tables, to be read.
    var stores: StepStores {
        StepStores(
            tables: tables, topicBook: nil, job: 0, redact: services.redact, clock: services.clock,
            limits: services.limits)
    }

    /// Runs one event; the job's number is 0.
    /// - Throws: `RecipeBroken`, or a sentence when there is no such recipe.
    public func run(_ recipe: String, event: JSON, options: RunOptions) async throws -> JobResult {
        let compiled = try services.compile(recipe, try services.recipeSource(recipe))
        return try await run(compiled, event: event, options: options, callDepth: 0)
    }

    func run(_ recipe: Recipe, event: JSON, options: RunOptions, callDepth: Int) async throws -> JobResult {
        let job = ClaimedJob(
            id: 0, recipe: recipe.id, version: 0, createdAt: services.clock(), event: event, deaths: 1,
            isResumed: false,
            activeMilliseconds: 0, parent: nil, startedAt: nil)
        return try await JobRun(
            job: job, recipe: recipe, services: services, engine: nil, options: options, first: [],
            callDepth: callDepth, stores: stores
        ).execute()
    }
}
