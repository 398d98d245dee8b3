// galley run --lines: many events through one recipe, in a closed loop as wide as its concurrency.

import Engine
import JSONCore
import JobHistory
import RecipeLanguage

/// Runs one job per line and prints one JSON line about each, in order of ending.
struct LineRun {
    let engine: Engine
    let recipe: String

    /// An error that ends the run, as a full disk does, leaves alone what is under way: those events were accepted.
    /// - Returns: whether any line failed.
    func run(_ reader: LineReader) async throws -> Bool {
        let width = try await engine.currentVersion(of: recipe).recipe.concurrency
        let lines = LineSource(reader)
        return try await withTaskGroup(of: Result<Bool, any Error>.self) { group in
            for _ in 0..<width { group.addTask { await runLines(of: lines) } }
            var all: Result<Bool, any Error> = .success(false)
            for await ended in group { all = all.flatMap { failed in ended.map { failed || $0 } } }
            return all
        }.get()
    }

    /// One line after the other until there are no more.
    private func runLines(of lines: LineSource) async -> Result<Bool, any Error> {
        var failed = false
        do {
            while !engine.isStopping, let line = await lines.next() {
                failed = try await runLine(line.number, line.bytes) || failed
            }
            return .success(failed)
        } catch {
            // No more are begun; those that the others are at come to their end.
            await lines.stop()
            return .failure(error)
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
        Terminal.print(json: JSON.object(line))
        return failed
    }
}

/// Lines handed out one by one.
private actor LineSource {
    private var reader: LineReader
    private var isStopped = false

    init(_ reader: LineReader) { self.reader = reader }

    func next() -> LineReader.Line? { isStopped ? nil : reader.next() }
    func stop() { isStopped = true }
}
