// call: another recipe as a linked job of its own.

import ConnectorKit
import JSONCore
import JobHistory
import RecipeLanguage

extension JobRun {
    func run(_ call: CallStep, _ visit: Visit, _ frame: inout Frame) async throws {
        if let failure = recordedFailure(visit) { throw failure }
        if let previous = visit.previous, previous.state == .succeeded {
            if let slot = visit.step.slot { frame.slots[slot] = Value(previous.output ?? .null) }
            return replay(visit, previous)
        }
        let child: JobID
        if let previous = visit.previous, let id = previous.input?["job"]?.integer {
            child = JobID(id)  // made before a crash: waited for, not made again
        } else {
            let input = try input(of: call, visit, frame.slots)
            if try mocked(call, input, visit, &frame) { return }
            guard let engine else { return try await runInside(call, input, visit, &frame) }
            child = try await make(call, input, visit, engine)
        }
        guard call.wait, let engine else {
            return finish(visit, child, output: ["job": .integer(Int(child))], &frame)
        }
        let end = try await engine.resultOfCall(child, from: self)
        guard end.state == .succeeded else {
            try Task.checkCancellation()  // the child was canceled with this job
            throw failed(call, end, visit)
        }
        finish(visit, child, output: end.result ?? .null, &frame)
    }

    /// What nothing gives is left out, as of an action's input.
    private func input(of call: CallStep, _ visit: Visit, _ slots: [Value]) throws -> JSON {
        do throws(InputError) {
            return try call.input.json(slots, Evaluation(environment, address: visit.address), droppingNil: true) ?? [:]
        } catch {
            throw StepFailure(error, step: visit.address)
        }
    }

    /// The event of the called recipe: the input with the types its trigger asks for, and who calls.
    private func event(of call: CallStep, _ callee: Recipe, _ input: JSON, _ visit: Visit) throws -> JSON {
        let typed = try typed(
            input, by: callee.trigger.event, type: "bad_input", of: call.recipe, field: "input", visit)
        var event = typed.object ?? ["input": typed]
        var caller: JSONObject = ["recipe": .string(recipe.id), "step": .string(visit.address)]
        if isRecorded { caller["job"] = .integer(Int(job.id)) }
        event["caller"] = .object(caller)
        return .object(event)
    }

    /// The child and this step's record of it become durable together.
    private func make(
        _ call: CallStep, _ input: JSON, _ visit: Visit, _ engine: Engine
    ) async throws -> JobID {
        guard callDepth < services.limits.callDepth else {
            throw StepFailure(
                type: "limit", "recipes call each other more than \(services.limits.callDepth) deep (limit call_depth)",
                step: visit.address, pointer: visit.step.pointer)
        }
        let id = engine.nextJobID()
        let version = try await callable(call, visit) { try await engine.currentVersion(of: call.recipe) }
        let event = try event(of: call, version.recipe, input, visit)
        let new = NewJob(
            recipe: call.recipe, version: version.id, createdAt: services.clock(), event: services.redact(event),
            origin: "call", parent: (job.id, visit.address))
        journal.add(
            .step(record(visit, .waiting, input: ["job": .integer(Int(id)), "input": services.redact(input)])))
        journal.add(.queuedJob(id, new))
        try await journal.flush()
        engine.startCalled(id, recipe: call.recipe, callDepth: callDepth + 1)
        return id
    }

    /// A recipe that can't be run fails the step that calls it.
    private func callable<Result>(
        _ call: CallStep, _ visit: Visit, _ body: () async throws -> Result
    ) async throws -> Result {
        let reason: String
        do {
            return try await body()
        } catch let broken as RecipeBroken {
            reason = broken.diagnostics.first?.message ?? "it has mistakes"
        } catch  where error is StoreError || error is CancellationError || error is StepFailure {
            throw error
        } catch {
            reason = "\(error)"
        }
        throw StepFailure(
            type: "call_failed", "\(call.recipe) can't be run: \(reason)", step: visit.address,
            pointer: visit.step.pointer)
    }

    /// In a dry run or a test the called recipe runs inside, unrecorded too.
    private func runInside(_ call: CallStep, _ input: JSON, _ visit: Visit, _ frame: inout Frame) async throws {
        var inside = options
        (inside.observer, inside.until) = (nil, nil)
        guard callDepth < services.limits.callDepth else {
            throw StepFailure(
                type: "limit", "recipes call each other more than \(services.limits.callDepth) deep (limit call_depth)",
                step: visit.address, pointer: visit.step.pointer)
        }
        let end = try await callable(call, visit) { [inside] in
            let callee = try services.compile(call.recipe, try services.recipeSource(call.recipe))
            return try await UnrecordedEngine(services: services).run(
                callee, event: try event(of: call, callee, input, visit), options: inside, callDepth: callDepth + 1)
        }
        guard end.state == .succeeded else {
            try Task.checkCancellation()
            throw failed(call, end, visit)
        }
        let output = call.wait ? end.result ?? .null : ["job": .null]
        succeed(visit, output: output)
        if let slot = visit.step.slot { frame.slots[slot] = Value(output) }
    }

    private func mocked(_ call: CallStep, _ input: JSON, _ visit: Visit, _ frame: inout Frame) throws -> Bool {
        guard let answer = mockAnswer(visit) else { return false }
        switch answer {
        case .output(let output):
            notify(
                .ended(
                    step: visit.step.label, address: visit.address, depth: visit.depth,
                    outcome: StepOutcome(
                        state: "succeeded", microseconds: 0, input: input, output: output, note: "mocked")))
            if let slot = visit.step.slot { frame.slots[slot] = Value(output) }
        case .error(let error): throw StepFailure(recorded: error, step: visit.address)
        }
        return true
    }

    // MARK: Records

    private func record(_ visit: Visit, _ state: StepState, input: JSON?) -> StepRecord {
        var record = record(visit, state)
        (record.effect, record.input) = (.keyed, input)
        return record
    }

    private func finish(_ visit: Visit, _ child: JobID, output: JSON, _ frame: inout Frame) {
        let microseconds = microseconds(since: visit.start)
        var record = record(visit, .succeeded, input: visit.previous?.input ?? ["job": .integer(Int(child))])
        (record.output, record.duration) = (services.redact(output), microseconds)
        journal.add(.step(record))
        notify(
            .ended(
                step: visit.step.label, address: visit.address, depth: visit.depth,
                outcome: StepOutcome(
                    state: "succeeded", microseconds: microseconds, output: services.redact(output),
                    note: "job \(child)")))
        if let slot = visit.step.slot { frame.slots[slot] = Value(output) }
    }

    /// The recipes that called each other below the one that ended, and what went wrong in the last of them: said once, and
    /// not once for each.
    private static func cause(of end: JobResult) -> (callees: [String], error: JSON?) {
        var (callees, error): ([String], JSON?) = ([], end.error)
        while let type = error?["type"]?.string, ["call_failed", "call_canceled"].contains(type), callees.count < 100,
            let inner = error?["details"], let recipe = inner["recipe"]?.string, let job = inner["job"]?.integer
        {
            callees.append("\(recipe) (job \(job))")
            if inner["message"] == nil { break }
            error = inner
        }
        return (callees, error)
    }

    private func failed(_ call: CallStep, _ end: JobResult, _ visit: Visit) -> StepFailure {
        let (callees, cause) = Self.cause(of: end)
        let message = cause?["message"]?.string ?? end.reason ?? "it did not succeed"
        let state =
            switch end.state {
            case .failed: "failed"
            case .canceled: "was canceled"
            default: "is \(end.state)"
            }
        var failure = StepFailure(
            type: end.state == .canceled ? "call_canceled" : "call_failed",
            "\(call.recipe) (job \(end.job)) \(state)\(callees.map { ", in \($0)" }.joined()): \(message)",
            step: visit.address, pointer: visit.step.pointer)
        var details = end.error?.object ?? [:]
        (details["recipe"], details["job"]) = (.string(call.recipe), .integer(Int(end.job)))
        failure.details = .object(details)
        if isRecorded {
            var record = record(visit, .failed, input: visit.previous?.input ?? ["job": .integer(Int(end.job))])
            (record.error, record.duration) = (services.redact(failure.json), microseconds(since: visit.start))
            journal.add(.step(record))
            visit.ownFailure.withLock { $0 = Visit.OwnFailure(input: nil) }
        }
        return failure
    }
}
