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
        let lines = LineSource(reader)
        return try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<width { group.addTask { try await runLines(of: lines) } }
            return try await group.reduce(false) { $0 || $1 }
        }
    }

    /// One line after the other until there are no more.
    private func runLines(of lines: LineSource) async throws -> Bool {
        var failed = false
        while !engine.isStopping, let line = await lines.next() {
            failed = try await runLine(line.number, line.bytes) || failed
        }
        return failed
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

/// Lines handed out one by one.
private actor LineSource {
    private var reader: LineReader

    init(_ reader: LineReader) { self.reader = reader }

    func next() -> LineReader.Line? { reader.next() }
}
