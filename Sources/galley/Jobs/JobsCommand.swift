// galley jobs: what ran, why it is where it is, and what to do about it.

import ArgumentParser
import Engine
import JSONCore
import JobHistory
import Workspace

struct Jobs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What ran: list, show, watch, explain; retry, rerun, cancel, decide.",
        subcommands: [
            JobsList.self, JobsShow.self, JobsSteps.self, JobsWatch.self, JobsWhy.self, JobsRetry.self, JobsRerun.self,
            JobsResume.self, JobsCancel.self, JobsDecide.self, JobsExport.self, JobsPrune.self,
        ], defaultSubcommand: JobsList.self)
}

/// A job's number on the command line.
struct JobArgument: ParsableArguments {
    @Argument(help: "The job's number.")
    var job: Int64
}

/// Reading the history beside its owner.
enum HistoryReading {
    /// Runs `body` with a reader of the workspace's history.
    /// - Throws: a sentence when nothing has run here yet.
    static func with<Result>(_ place: WorkspaceOptions, _ body: (JobStore) async throws -> Result) async throws
        -> Result
    {
        let workspace = try Workspace.open(from: place.folder, environment: place.environment)
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

    static func detail(_ id: JobID, in store: JobStore) async throws -> JobDetail {
        guard let detail = try await store.job(id) else { throw StoreError.noSuchJob(id) }
        return detail
    }
}
