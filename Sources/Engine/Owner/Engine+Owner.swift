// Serves the owner's socket: what the command line asks for while this process owns the database.

import Foundation
import JSONCore
import JobHistory
import RecipeLanguage

/// The owner's ear for other processes. Keeps listening until closed.
public final class OwnerService: Sendable {
    private let listener: LineListener

    /// - Throws: `OwnerError` when the socket can't be made.
    public init(engine: Engine, dataFolder: String) throws {
        listener = try LineListener(path: OwnerSocketPath.of(dataFolder: dataFolder)) { socket in
            let thread = Thread {
                socket.readLines { line in
                    Task { await engine.answer(line, to: socket) }
                    return true
                }
            }
            thread.stackSize = 512 << 10
            thread.start()
        }
    }

    public func close() { listener.close() }
}

extension Engine {
    /// Does what was asked, and says how it went.
    fileprivate func answer(_ line: JSON, to socket: LineSocket) async {
        guard let request = OwnerRequest(line) else {
            socket.write(["error": ["message": "the running galley does not know this request; is it another version?"]]
            )
            return
        }
        do {
            let answer = try await perform(request) { event in socket.write(["step": event.json]) }
            socket.write(["ok": answer])
        } catch {
            socket.write(["error": OwnerFailure(error).json])
        }
    }

    /// Carries a request out; the same for the socket and for a command that is the owner itself.
    public func perform(
        _ request: OwnerRequest, observer: @escaping @Sendable (StepEvent) -> Void = { _ in }
    ) async throws -> JSON {
        var options = RunOptions()
        options.observer = observer
        let command = Principal(name: NSUserName(), role: .admin, kind: .command)
        if let (action, subject) = request.words { await access.note(action, subject, by: command, from: "") }
        switch request {
        case .run(let recipe, let event, let until):
            options.until = until
            guard try await wants(recipe, event: event) else { return ["unwanted": true] }
            return try await run(recipe, event: event, options: options).json
        case .retry(let job, let from, let latest):
            try await retry(job, from: from, latest: latest)
            return try await seeThrough(job, options: options)
        case .rerun(let job):
            let new = try await rerun(job)
            return try await seeThrough(new, options: options)
        case .resume(let job):
            guard let result = try await resume(job, options: options) else {
                guard let detail = try await store.job(job) else { throw StoreError.noSuchJob(job) }
                throw ControlError("job \(job) is \(detail.summary.state), so there is nothing to go on with")
            }
            return result.json
        case .cancel(let job, let reason):
            return ["job": .integer(Int(job)), "state": .string(try await cancel(job, reason: reason).description)]
        case .decide(let job, let step, let decision):
            let state = try await decide(job, step: step, outcome: decision)
            guard state == .queued else { return ["job": .integer(Int(job)), "state": .string(state.description)] }
            return try await seeThrough(job, options: options)
        case .prune(let before):
            return ["pruned": .integer(try await prune(finishedBefore: before))]
        case .backup(let path):
            try await store.backup(to: path)
            return ["path": .string(path)]
        case .turn(let recipe, let on, let reason):
            try await recipes.turn(recipe, on: on, reason: reason)
            return ["recipe": .string(recipe), "on": .bool(on)]
        case .access(let request): return try await access.perform(request, by: command)
        case .pause(let recipe, let reason):
            try await pause(recipe, reason: reason)
            return ["recipe": .string(recipe), "paused": true, "reason": .string(reason)]
        case .unpause(let recipe):
            return ["recipe": .string(recipe), "paused": false, "next": .time(try await unpause(recipe))]
        case .backfill(let recipe, let from, let to, let isPreview):
            return try await backfill(recipe, from: from, to: to, isPreview: isPreview)
        case .rollBack(let recipe, let version, let force):
            let isChanged = try await rollBack(recipe, to: version, force: force)
            return ["recipe": .string(recipe), "version": .integer(version), "changed": .bool(isChanged)]
        case .bulk(let action, let query, let reason, let apply):
            let filter = try query.filter(now: services.clock())
            return try await bulk(action, filter, reason: reason, apply: apply).json
        case .testAlert(let rule): return try await testAlert(rule)
        case .connections: return ["connections": .array(services.connectionStates().map(\.json))]
        case .resetTable(let table):
            try await tables.reset(table)
            return ["table": .string(table)]
        case .saveTable(let table, let force):
            return ["table": .string(table), "file": .string(try await tables.save(table, force: force))]
        case .replay(let topic, let recipe, let from, let last):
            return try await replay(topic, to: recipe, from: from, through: last)
        case .answer(let reply):
            let approval = try await answer(reply, by: command, way: "command", from: "")
            var object: JSONObject = ["approval": approval.json]
            object["job"] = try await goOn(after: approval, options: options)?.json
            return .object(object)
        }
    }
}

extension Engine {
    /// Runs a queued job to its end, or watches it when the dispatcher was faster.
    private func seeThrough(_ job: JobID, options: RunOptions) async throws -> JSON {
        if let result = try await resume(job, options: options) { return result.json }
        return try await end(of: job).json
    }
}

extension JobResult {
    /// For the socket and for `--json`.
    public var json: JSON {
        var object: JSONObject = [
            "job": .integer(Int(job)), "recipe": .string(recipe), "state": .string(state.description),
        ]
        (object["result"], object["error"]) = (result, error)
        if let reason { object["reason"] = .string(reason) }
        if let runAfter { object["run_after"] = .integer(Int(runAfter)) }
        if let approval { object["approval"] = .integer(Int(approval)) }
        return .object(object)
    }

    /// nil for what `json` doesn't make.
    public init?(_ json: JSON) {
        guard let job = json["job"]?.integer, let state = json["state"]?.string.flatMap(JobState.init) else {
            return nil
        }
        (self.job, recipe, self.state) = (JobID(job), json["recipe"]?.string ?? "", state)
        (result, error, reason) = (json["result"], json["error"], json["reason"]?.string)
        runAfter = json["run_after"]?.integer.map { Milliseconds($0) }
        approval = json["approval"]?.integer.map { Int64($0) }
    }
}
