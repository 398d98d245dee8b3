// Runs one recipe test and compares what happened with what was expected.

import Engine
import JSONCore
import JobHistory
import Synchronization

/// What a test's run did, step by step.
final class TestTrace: Sendable {
    struct Call: Sendable {
        let address: String
        let name: String
        let kind: String
        let outcome: StepOutcome
    }
    private let state = Mutex<[Call]>([])

    var calls: [Call] { state.withLock { $0 } }

    func add(_ event: StepEvent) {
        guard case .ended(let step, let address, _, let outcome) = event else { return }
        state.withLock { $0.append(Call(address: address, name: step.name, kind: step.kind, outcome: outcome)) }
    }

    /// The calls of a step by name or address, in order.
    func calls(of step: String) -> [Call] { calls.filter { $0.name == step || $0.address == step } }

    /// Names of steps that ran.
    var names: Set<String> { Set(calls.filter { $0.outcome.state != "skipped" }.map(\.name)) }
}

enum TestRun {
    /// - Returns: everything that is not as expected, in words, and what ran.
    static func run(_ test: RecipeTest, of recipe: String, services: EngineServices) async throws -> (
        differences: [String], trace: TestTrace
    ) {
        let trace = TestTrace()
        var options = RunOptions()
        options.observer = { trace.add($0) }
        (options.mocks, options.now) = (test.mocks, test.now)
        (options.needsMocks, options.skipsWaits) = (true, true)
        let result = try await UnrecordedEngine(services: services).run(recipe, event: test.event, options: options)
        return (differences(test, result, trace), trace)
    }

    private static func differences(_ test: RecipeTest, _ result: JobResult, _ trace: TestTrace) -> [String] {
        var found: [String] = []
        let expect = test.expect
        let wanted = expect["state"]?.string ?? (expect["error"] == nil ? "succeeded" : "failed")
        if result.state.description != wanted {
            let why = result.error.map { ": " + RunError.sentence($0) } ?? ""
            found.append("state: expected \(wanted), but it \(result.state.words)\(why)")
        }
        if let value = expect["result"] { found += Difference.lines(value, result.result ?? .null, at: "result") }
        if let text = expect["error"]?.string {
            let message = result.error.map(RunError.sentence) ?? result.reason ?? "no error"
            if !message.contains(text) {
                found.append("error: expected it to contain \"\(text)\", but it is \"\(message)\"")
            }
        }
        for (step, value) in expect["inputs"]?.object ?? [:] {
            found += compare(value, step, trace, "inputs") { $0.input }
        }
        for (step, value) in expect["outputs"]?.object ?? [:] {
            found += compare(value, step, trace, "outputs") { $0.output }
        }
        for step in expect["not_run"]?.array ?? [] {
            if let name = step.string, !trace.calls(of: name).isEmpty { found.append("not_run: \(name) ran") }
        }
        for (name, value) in expect["variables"]?.object ?? [:] {
            let last = trace.calls.last { $0.kind == "set" && $0.outcome.output?[name] != nil }
            found += Difference.lines(value, last?.outcome.output?[name] ?? .null, at: "variables/\(name)")
        }
        for step in test.mocks.keys.sorted() where trace.calls(of: step).isEmpty && wanted == "succeeded" {
            found.append("mocks: \(step) was never called; leave its mock out")
        }
        return found
    }

    /// A list stands for the calls of the step one after the other, anything else for its only call.
    private static func compare(
        _ expected: JSON, _ step: String, _ trace: TestTrace, _ what: String, _ part: (StepOutcome) -> JSON?
    ) -> [String] {
        let calls = trace.calls(of: step)
        guard let first = calls.first else { return ["\(what)/\(step): the step did not run"] }
        if let list = expected.array, calls.count > 1 || part(first.outcome)?.array == nil {
            guard list.count == calls.count else {
                return ["\(what)/\(step): expected \(list.count) calls, but there were \(calls.count)"]
            }
            return zip(list, calls).enumerated().flatMap { place, pair in
                Difference.lines(pair.0, part(pair.1.outcome) ?? .null, at: "\(what)/\(step)[\(place)]")
            }
        }
        guard calls.count == 1 else {
            return [
                "\(what)/\(step): it ran \(calls.count) times; expect a list, or name one by address (\(first.address))"
            ]
        }
        return Difference.lines(expected, part(first.outcome) ?? .null, at: "\(what)/\(step)")
    }
}

/// What two values differ in: members that are not expected don't count, numbers are compared by value.
enum Difference {
    static func lines(_ expected: JSON, _ found: JSON, at place: String) -> [String] {
        switch (expected, found) {
        case (.object(let wanted), .object(let there)):
            return wanted.flatMap { lines($0.value, there[$0.key] ?? .null, at: "\(place)/\($0.key)") }
        case (.array(let wanted), .array(let there)) where wanted.count == there.count:
            return zip(wanted, there).enumerated().flatMap { lines($1.0, $1.1, at: "\(place)[\($0)]") }
        case (.integer, .number), (.number, .integer), (.number, .number):
            if expected.double == found.double { return [] }
        default: if expected == found { return [] }
        }
        return ["\(place)\n      expected  \(printable(expected.compact))\n      found     \(printable(found.compact))"]
    }
}
