// `workload.fail`: failures of every kind, to see what a recipe makes of them.

import ConnectorKit
import JSONCore
import RecipeLanguage
import Synchronization

/// Fails as told; with `times`, only so many times and then succeeds.
struct FailOnRequest: Action {
    let spec = OperationSpec(
        name: "fail", title: "Fail on purpose",
        summary: """
            Fails with the given error. With "times" the first calls with the same "key" fail and later ones succeed; the \
            count lives in the running process only.
            """, effect: .pure,
        input: .object([
            .string("message", "the error's sentence"),
            .string("type", "the error's type, like server, timeout or conflict; internal when left out"),
            .integer("status", "an HTTP status, from 100 to 599"),
            .number("retry_after", "seconds that the error asks to wait, from 0 to 3,600"),
            .boolean("transient", "whether trying again may help; false when left out"),
            .boolean("unknown", "whether the outcome is unknown, as after a lost answer; false when left out"),
            .integer("times", "how many calls fail before one succeeds"),
            .string("key", "what is counted together; needed with times"),
            .any("details", "more for the recipe: error.details"),
        ]),
        output: .object([.integer("failures", required: true, "how many calls with this key failed before")]),
        examples: [["message": "The CRM is down", "type": "server", "status": 503, "transient": true]])

    private static let counts = CallCounts()

    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON {
        if let times = try input.integer("times", in: 0...1_000) {
            let key = try input.filledText("key")
            let before = Self.counts.countCall(key)
            if before >= times { return ["failures": .integer(times)] }
        }
        let wait = input.value("retry_after")?.double
        if let wait, !(0...3_600).contains(wait) {
            throw ConnectorError(type: "bad_input", "\"retry_after\" must be from 0 to 3,600 seconds")
        }
        throw ConnectorError(
            type: try input.text("type") ?? "internal", try input.text("message") ?? "the step was told to fail",
            status: try input.integer("status", in: 100...599), retryAfter: wait,
            isTransient: try input.flag("transient"), outcome: try input.flag("unknown") ? .unknown : .refused,
            details: input.value("details"))
    }
}

/// Calls by key; the oldest keys are forgotten, so that a long life of the process can't fill its memory.
private final class CallCounts: Sendable {
    private struct State {
        var counts: [String: Int] = [:]
        var order: [String] = []
    }
    private static let mostKeys = 10_000
    private let state = Mutex(State())

    /// Counts one call.
    /// - Returns: how many there were before.
    func countCall(_ key: String) -> Int {
        state.withLock { state in
            let before = state.counts[key] ?? 0
            if before == 0 { state.order.append(key) }
            state.counts[key] = before + 1
            if state.order.count > Self.mostKeys {
                for old in state.order.prefix(Self.mostKeys / 10) { state.counts[old] = nil }
                state.order.removeFirst(Self.mostKeys / 10)
            }
            return before
        }
    }
}
