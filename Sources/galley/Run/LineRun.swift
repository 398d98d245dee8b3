// galley run --lines: many events through one recipe, in a closed loop as wide as its concurrency.

import Engine
import JSONCore
import JobHistory
import RecipeLanguage

/// Runs one job per line and prints one JSON line about each, in order of ending.
struct LineRun {
    let engine: Engine
    let recipe: String

    /// - Returns: whether any line failed.
    func run(_ reader: LineReader) async throws -> Bool {
        let width = try await engine.currentVersion(of: recipe).recipe.concurrency
        return try await withThrowingTaskGroup(of: Bool.self) { group in
            var failed = false
            var open = 0
            try await reader.forEach { number, bytes in
                if engine.isStopping { return }
                if open >= width, let ended = try await group.next() {
                    open -= 1
                    failed = failed || ended
                }
                open += 1
                group.addTask { try await runLine(number, bytes) }
            }
            for try await ended in group { failed = failed || ended }
            return failed
        }
    }

    private func runLine(_ number: Int, _ bytes: [UInt8]) async throws -> Bool {
        let started = ContinuousClock.now
        var line: JSONObject
        var failed = false
        do {
            let event = try JSON(parsing: bytes)
            switch try await engine.process(recipe, event: event, origin: "lines") {
            case .ran(let result):
                line = result.json.object ?? [:]
                failed = result.state == .failed || result.state.isParked
            case .duplicate(let other): line = ["duplicate_of": .integer(Int(other))]
            case nil: line = ["skipped": "the trigger's `when` does not hold"]
            }
        } catch let error as JSONError {
            (line, failed) = (["error": ["message": .string("line \(number) is not JSON: \(error.message)")]], true)
        } catch let failure as StepFailure {
            (line, failed) = (["error": failure.json], true)
        }
        line["line"] = .integer(number)
        let (seconds, attoseconds) = started.duration(to: .now).components
        line["ms"] = JSON(number: "\(Double(seconds) * 1e3 + Double(attoseconds / 1_000_000_000_000) / 1e3)") ?? .null
        Terminal.print(JSON.object(line).compact)
        return failed
    }
}
