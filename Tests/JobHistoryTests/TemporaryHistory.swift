// A data folder of its own for each test, and short ways to make what tests need.

import Foundation
import JSONCore
import JobHistory
import RecipeLanguage
import Testing

/// A folder that is gone with the last use of it.
final class TemporaryHistory: Sendable {
    let folder: String
    var database: String { folder + "/history.db" }

    init() throws {
        let path = FileManager.default.temporaryDirectory.path + "/galley-history-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        folder = path + "/.galley"
    }

    deinit {
        try? FileManager.default.removeItem(atPath: (folder as NSString).deletingLastPathComponent)
    }

    func owner(_ options: StoreOptions = StoreOptions(), writesOnCaller: Bool = false) throws -> JobStore {
        var options = options
        options.writesOnCaller = writesOnCaller
        return try JobStore.openOwner(folder: folder, options: options)
    }
}

/// A moment of the tests; later ones are written as `noon + 5`.
let noon: Milliseconds = 1_764_000_000_000

extension JobStore {
    /// A version of the recipe `name`.
    func version(_ name: String = "hello") async throws -> Int64 {
        try await register(recipe: name, source: Array("{\"name\":\"\(name)\"}".utf8), at: noon).id
    }

    /// Starts a job as `galley run` does.
    func start(
        _ event: JSON = ["n": 1], recipe: String = "hello", key: String? = nil, at: Milliseconds = noon
    ) async throws -> JobID {
        let id = nextJobID()
        let job = NewJob(
            recipe: recipe, version: try await version(recipe), createdAt: at, event: event, dedupeKey: key)
        try await commit([.startedJob(id, job, startedAt: at)])
        return id
    }

    /// Starts a job and ends it.
    @discardableResult
    func run(
        _ event: JSON = ["n": 1], recipe: String = "hello", to state: JobState = .succeeded, at: Milliseconds = noon,
        error: JSON? = nil
    ) async throws -> JobID {
        let id = try await start(event, recipe: recipe, at: at)
        try await commit([.end(JobEnd(job: id, state: state, at: at + 1, activeMilliseconds: 1, error: error))])
        return id
    }

    func queue(_ event: JSON = ["n": 1], recipe: String = "hello", at: Milliseconds = noon) async throws -> JobID {
        let version = try await version(recipe)
        return try await accept(NewJob(recipe: recipe, version: version, createdAt: at, event: event)).job
    }

    func state(_ job: JobID) async throws -> JobState? { try await self.job(job)?.summary.state }
}

extension StepRecord {
    /// A record of one step, with little in it.
    static func of(
        _ job: JobID, _ seq: Int, _ address: String = "step", state: StepState = .succeeded, effect: Effect = .pure,
        output: JSON? = nil
    ) -> StepRecord {
        StepRecord(
            job: job, seq: seq, address: address, number: seq + 1, state: state, effect: effect, startedAt: noon,
            duration: state == .started ? nil : 12, output: output)
    }
}
