// Actions: what is known of a step already, its input, and what stands in for a call.

import ConnectorKit
import JSONCore
import JobHistory
import RecipeLanguage

extension JobRun {
    func run(_ action: ActionStep, _ visit: Visit, _ frame: inout Frame) async throws {
        do {
            try await perform(action, visit, &frame)
        } catch let failure as StepFailure {
            throw failure.masked(for: action)
        }
    }

    private func perform(_ action: ActionStep, _ visit: Visit, _ frame: inout Frame) async throws {
        if var failure = recordedFailure(visit) {
            // Caught before the job was resumed, or not: nobody knows yet.
            if failure.type == "outcome_unknown", var open = visit.previous {
                open.state = .started
                undecided.withLock { [open] in $0[visit.address] = open }
            }
            failure.isFreeOfValues = true  // it was masked before it was recorded
            throw failure
        }
        if let previous = visit.previous, previous.state == .succeeded {
            if let output = previous.output { keep(output, visit.step, &frame) }
            // A masked output is not there; that matters only when somebody may read it. Links that were taken out of a record
            // can be had again where nothing outside is changed.
            let isRepeatable = action.spec.changesHistory || !previous.effect.changesTheWorld
            let isWhole = previous.output.map { !(isRepeatable && hasLostLinks($0)) } ?? false
            if isWhole || visit.step.slot == nil { return replay(visit, previous) }
        }
        if let previous = visit.previous, previous.effect == .unsafe {
            if previous.state == .started {
                throw Departure.decision(
                    reason: Self.decisionReason(visit.address, "the process ended during the call"))
            }
            if previous.state == .succeeded {
                var open = previous
                open.state = .started  // else there would be nothing to decide
                journal.add(.step(open))
                let reason =
                    "\(visit.address) was done, but its masked output was not recorded: mark it done with its output"
                throw Departure.decision(reason: reason)
            }
        }
        if let previous = visit.previous, previous.state == .waiting, let until = previous.output?["until"]?.integer {
            try await wait(
                until: Int64(until), previous,
                reason: "\(visit.address) is tried again at \(Self.words(Int64(until)))")
        }
        let input = try input(of: action, visit, frame.slots)
        let effect = action.spec.effect(of: input)
        if let output = try substitute(for: action, effect, input, visit) {
            return keep(output, visit.step, &frame)
        }
        let output = try await call(action, effect, input, visit, frame)
        keep(output, visit.step, &frame)
    }

    private func keep(_ output: JSON, _ step: Step, _ frame: inout Frame) {
        if let slot = step.slot { frame.slots[slot] = Value(output) }
    }

    /// The input, typed by the action's schema. While the outcome of a call is unknown it is the stored one, to the letter.
    private func input(of action: ActionStep, _ visit: Visit, _ slots: [Value]) throws -> JSON {
        if let previous = visit.previous, previous.isOutcomeUnknown || previous.isPaused, let input = previous.input,
            services.redact(input) == input, !input.holdsRedaction
        {
            return input
        }
        let raw: JSON
        do throws(InputError) {
            raw =
                try action.input.json(
                    slots, Evaluation(environment, address: visit.address), droppingNil: true,
                    tables: action.spec.tables) ?? [:]
        } catch {
            throw StepFailure(error, step: visit.address)
        }
        do {
            return try typed(
                raw, by: action.spec.input, type: "bad_input", of: "\(action.connector).\(action.operation)",
                field: "input", visit)
        } catch var failure {
            failure.connector = action.connector
            throw failure
        }
    }

    /// The value with the types a schema asks for.
    /// - Parameters:
    ///   - type: of the failure, when something doesn't fit.
    ///   - owner: who asks for these types, for the message.
    ///   - field: of the step, which holds the value.
    func typed(
        _ value: JSON, by schema: Schema, type: String, of owner: String, field: String, _ visit: Visit
    ) throws(StepFailure) -> JSON {
        let (typed, mismatches) = schema.typed(value)
        guard let first = mismatches.first else { return typed }
        var failure = StepFailure(
            type: type, "\(owner): \(first.message)", step: visit.address,
            pointer: "\(visit.step.pointer)/\(field)\(first.pointer)")
        if mismatches.count > 1 { failure.message += " (and \(mismatches.count - 1) more)" }
        throw failure
    }

    /// What a mock or a dry run puts in the place of the call; nil to make it.
    private func substitute(
        for action: ActionStep, _ effect: Effect, _ input: JSON, _ visit: Visit
    ) throws -> JSON? {
        if let answer = mockAnswer(visit) {
            switch answer {
            case .output(let output):
                finish(visit, action, record(visit, .succeeded), input: input, output: output, note: "mocked")
                return output
            case .error(let error):
                var failure = StepFailure(recorded: error, step: visit.address)
                failure.connector = action.connector
                throw failed(visit, action, record(visit, .failed), input: input, failure)
            }
        }
        if options.needsMocks, effect != .pure {
            var failure = StepFailure(
                type: "not_mocked", "the test has no mock for \(visit.step.name), so it was not called",
                step: visit.address, pointer: visit.step.pointer)
            (failure.connector, failure.isFreeOfValues) = (action.connector, true)
            throw failed(visit, action, record(visit, .failed), input: input, failure)
        }
        let isLeftOut = options.isDryRun || (action.spec.changesHistory && !isRecorded)
        guard isLeftOut, effect.changesTheWorld else { return nil }
        let output = action.spec.output.placeholder(named: visit.step.name)
        finish(
            visit, action, record(visit, .succeeded), input: input, output: output,
            note: options.isDryRun ? "not called (dry run)" : "not called (nothing is recorded)")
        return output
    }

    /// What the mock of a step answers this time; nil when it has none.
    func mockAnswer(_ visit: Visit) -> StepMock.Answer? {
        guard let mock = options.mocks[visit.address] ?? options.mocks[visit.step.name], !mock.answers.isEmpty else {
            return nil
        }
        let turn = mockCalls.withLock { calls in
            defer { calls[visit.step.name, default: 0] += 1 }
            return calls[visit.step.name, default: 0]
        }
        return mock.answers[min(turn, mock.answers.count - 1)]
    }
}

extension JSON {
    /// Whether a secret was taken out of it before it was recorded.
    fileprivate var holdsRedaction: Bool {
        switch self {
        case .string(let text): text.contains("[secret ")
        case .array(let elements): elements.contains(where: \.holdsRedaction)
        case .object(let object): object.entries.contains { $0.value.holdsRedaction }
        default: false
        }
    }
}
