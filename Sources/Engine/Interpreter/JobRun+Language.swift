// The steps that stay inside the job: set, append, if, respond, return, stop.

import JSONCore
import JobHistory
import RecipeLanguage

extension JobRun {
    func assign(_ assignments: [Assignment], _ visit: Visit, _ frame: inout Frame) throws {
        if let failure = recordedFailure(visit) { throw failure }
        if let previous = visit.previous, previous.state == .succeeded, !hasLostLinks(previous.output) {
            for assignment in assignments {
                if let value = previous.output?[assignment.name] {
                    frame.slots[assignment.slot] = Value(recorded: value)
                }
            }
            if let output = previous.output { setPill(visit.step, output, &frame) }
            return replay(visit, previous)
        }
        let evaluation = Evaluation(environment, address: visit.address)
        var written: [(key: String, value: JSON)] = []
        written.reserveCapacity(assignments.count)
        // All are evaluated before any is set, so that the order of members does not matter.
        let values = try assignments.map { try value(of: $0, visit, frame.slots, evaluation) }
        for (assignment, value) in zip(assignments, values) {
            guard let value else { continue }
            frame.slots[assignment.slot] = value
            written.append((assignment.name, try recordable(value, visit)))
        }
        let output = JSON.object(JSONObject(uniqueEntries: written))
        succeed(visit, output: output)
        setPill(visit.step, output, &frame)
    }

    /// Adds to lists in place: n items cost O(n) in all.
    func append(_ assignments: [Assignment], _ visit: Visit, _ frame: inout Frame) throws {
        if let failure = recordedFailure(visit) { throw failure }
        var written: [(key: String, value: JSON)] = []
        if let previous = visit.previous, previous.state == .succeeded, !hasLostLinks(previous.output) {
            for assignment in assignments {
                guard let value = previous.output?[assignment.name] else { continue }
                try add(Value(recorded: value), to: assignment, visit, &frame)
            }
            return replay(visit, previous)
        }
        let evaluation = Evaluation(environment, address: visit.address)
        let values = try assignments.map { try value(of: $0, visit, frame.slots, evaluation) }
        for (assignment, value) in zip(assignments, values) {
            guard let value else { continue }
            written.append((assignment.name, try recordable(value, visit)))
            try add(value, to: assignment, visit, &frame)
        }
        succeed(visit, output: .object(JSONObject(uniqueEntries: written)))
    }

    private func add(_ value: Value, to assignment: Assignment, _ visit: Visit, _ frame: inout Frame) throws {
        guard frame.slots[assignment.slot].append(value) else {
            throw StepFailure(
                type: "formula", "\(assignment.name) is not a list, so nothing can be appended to it",
                step: visit.address, pointer: "\(visit.step.pointer)/append/\(assignment.name)")
        }
    }

    private func value(
        of assignment: Assignment, _ visit: Visit, _ slots: [Value], _ evaluation: Evaluation
    ) throws -> Value? {
        do {
            return try assignment.value.value(slots, evaluation)
        } catch {
            throw StepFailure(error, step: visit.address)
        }
    }

    private func recordable(_ value: Value, _ visit: Visit) throws -> JSON {
        do {
            return try value.recorded()
        } catch {
            throw StepFailure(type: "formula", error.message, step: visit.address, pointer: visit.step.pointer)
        }
    }

    private func setPill(_ step: Step, _ recorded: JSON, _ frame: inout Frame) {
        if let slot = step.slot { frame.slots[slot] = Value(recorded: recorded) }
    }

    func run(_ branches: [Branch], _ otherwise: [Step], _ visit: Visit, _ frame: inout Frame) async throws -> Flow {
        if let failure = recordedFailure(visit), failure.step == visit.address { throw failure }
        var taken: Int?
        if let previous = visit.previous, previous.state == .succeeded {
            taken = previous.output?["branch"]?.integer
            replay(visit, previous)
        } else {
            for (place, branch) in branches.enumerated() {
                let field = place == 0 ? "if" : "else_if/\(place - 1)/if"
                if try evaluate(branch.condition, visit, frame.slots, field: field).isTrue {
                    taken = place
                    break
                }
            }
            let words = taken.map { $0 == 0 ? "then" : "else_if \($0)" } ?? "else"
            succeed(
                visit, output: ["taken": .string(words), "branch": taken.map { .integer($0) } ?? .null], note: words)
        }
        frame.depth += 1
        defer { frame.depth -= 1 }
        return try await run(taken.map { branches[$0].steps } ?? otherwise, &frame)
    }

    func respond(_ template: InputTemplate, _ visit: Visit, _ frame: Frame) async throws {
        if let failure = recordedFailure(visit) { throw failure }
        if let previous = visit.previous, previous.state == .succeeded { return replay(visit, previous) }
        let answer = try json(template, visit, frame.slots)
        if isRecorded { journal.add(.response(job.id, services.redact(answer))) }
        succeed(visit, output: answer)
        try await journal.flush()
        engine?.responded(job.id)
    }

    func end(_ template: InputTemplate, _ visit: Visit, _ frame: Frame) throws -> Flow {
        if let failure = recordedFailure(visit) { throw failure }
        let result = try typed(
            try json(template, visit, frame.slots), by: recipe.trigger.result, type: "bad_result",
            of: "the result is not what the recipe's trigger declares", field: "return", visit)
        succeed(visit, output: result)
        return .ended(.returned(result))
    }

    func end(_ stop: StopStep, _ visit: Visit, _ frame: Frame) throws -> Flow {
        var reason: String?
        if let template = stop.reason {
            do {
                reason = try template.text(frame.slots, Evaluation(environment, address: visit.address))
            } catch {
                throw StepFailure(
                    error, in: template.source, step: visit.address, pointer: "\(visit.step.pointer)/reason")
            }
        }
        succeed(
            visit,
            output: [
                "stop": .string(stop.succeeded ? "succeeded" : "failed"), "reason": reason.map { .string($0) } ?? .null,
            ], note: reason.map(redacted))
        return .ended(.stopped(succeeded: stop.succeeded, reason: reason, after: frame.handling ?? visit.address))
    }

    /// The template's value as JSON; nothing counts as null.
    func json(_ template: InputTemplate, _ visit: Visit, _ slots: [Value]) throws -> JSON {
        do {
            return try template.json(slots, Evaluation(environment, address: visit.address)) ?? .null
        } catch {
            throw StepFailure(error, step: visit.address)
        }
    }
}
