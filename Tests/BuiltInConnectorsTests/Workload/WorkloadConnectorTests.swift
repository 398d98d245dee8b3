// `workload`: it does what it says, no more.

import ConnectorKit
import JSONCore
import Testing

struct WorkloadConnectorTests {
    @Test(arguments: [(0, 0), (1, 1), (10, 55), (22, 17_711)])
    func `computes Fibonacci numbers`(n: Int, value: Int) async throws {
        #expect(try await Trial().call("workload.fib", ["n": .integer(n)]) == ["value": .integer(value)])
    }

    @Test(
        arguments: [
            ("workload.fib", ["n": 41], "\"n\" must be a whole number from 0 to 40"),
            ("workload.fib", [:], "\"n\" is missing"),
            ("workload.sleep", ["ms": 60_001], "\"ms\" must be a whole number from 0 to 60000"),
            ("workload.fail", ["status": 42], "\"status\" must be a whole number from 100 to 599"),
            ("workload.fail", ["times": 1], "\"key\" must not be empty"),
        ] as [(String, JSON, String)])
    func `keeps to its bounds`(use: String, input: JSON, says: String) async throws {
        let error = try await Trial().failure(use, input)
        #expect(error.message.contains(says) || error.message == "\"key\" is missing", "\(error.message)")
    }

    @Test func `ends a sleep when the step is cancelled`() async throws {
        let trial = try Trial()
        let step = Task { try await trial.call("workload.sleep", ["ms": 60_000]) }
        step.cancel()
        await #expect(throws: CancellationError.self) { try await step.value }
    }

    @Test func `fails as told`() async throws {
        let input: JSON = [
            "message": "down", "type": "server", "status": 503, "retry_after": 2, "transient": true, "unknown": true,
            "details": ["a": 1],
        ]
        let error = try await Trial().failure("workload.fail", input)
        #expect(
            error
                == ConnectorError(
                    type: "server", "down", status: 503, retryAfter: 2, isTransient: true, outcome: .unknown,
                    details: ["a": 1]))
    }

    @Test func `fails so many times and then succeeds`() async throws {
        let trial = try Trial()
        let input: JSON = ["times": 2, "key": .string("\(#function) \(trial.workspace.root)")]
        _ = try await trial.failure("workload.fail", input)
        _ = try await trial.failure("workload.fail", input)
        #expect(try await trial.call("workload.fail", input) == ["failures": 2])
    }
}
