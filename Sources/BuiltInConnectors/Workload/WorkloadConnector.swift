// `workload`: work of a known size, for benchmarks and for trying out time-outs, concurrency, retries and failures.

import ConnectorKit
import JSONCore
import RecipeLanguage

extension NativeConnector {
    /// Computes, waits and fails on request; touches nothing outside.
    public static let workload = NativeConnector(
        name: "workload", title: "Workload",
        summary: "Work of a known size for benchmarks and trials: it computes, waits or fails, and changes nothing.",
        actions: [Fibonacci(), SleepAWhile(), FailOnRequest()])
}

/// `workload.fib`: the naive doubly recursive Fibonacci number, about 1.6 times the work for each further n.
struct Fibonacci: Action {
    let spec = OperationSpec(
        name: "fib", title: "Compute a Fibonacci number the slow way",
        summary: "Computes the n-th Fibonacci number by double recursion: pure computing time.", effect: .pure,
        input: .object([.integer("n", required: true, "from 0 to 40")]),
        output: .object([.integer("value", required: true)]), examples: [["n": 10]])

    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON {
        guard let n = try input.integer("n", in: 0...40) else { throw input.missing("n") }
        // Up to here it takes microseconds; beyond, it would hold one of the few threads of the pool.
        let value = n <= 20 ? Self.number(n) : try await BlockingWork.run { _ in Self.number(n) }
        return ["value": .integer(value)]
    }

    static func number(_ n: Int) -> Int { n < 2 ? n : number(n - 1) + number(n - 2) }
}

/// `workload.sleep`: holds the step, but no thread.
struct SleepAWhile: Action {
    let spec = OperationSpec(
        name: "sleep", title: "Wait inside the step",
        summary: "Takes the given time. For a durable wait use the recipe's own \"wait\".", effect: .pure,
        input: .object([.integer("ms", required: true, "milliseconds, from 0 to 60,000")]),
        output: .object([.integer("ms", required: true)]), examples: [["ms": 250]])

    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON {
        guard let ms = try input.integer("ms", in: 0...60_000) else { throw input.missing("ms") }
        try await Task.sleep(for: .milliseconds(ms))
        return ["ms": .integer(ms)]
    }
}
