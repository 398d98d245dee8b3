// The Ruby beside a benchmark: a child process that times expressions as it is given them.
import Foundation
import JSONCore

/// Runs `Scripts/bench.d/formulas.rb` and talks to it in JSON lines.
final class RubyTimer {
    private let process = Process()
    private let (questions, answers) = (Pipe(), Pipe())

    /// - Throws: `BenchError.noRuby` when there is no Ruby with ActiveSupport.
    init(pills: JSONObject) throws {
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["ruby", "Scripts/bench.d/formulas.rb"]
        (process.standardInput, process.standardOutput) = (questions, answers)
        try process.run()
        guard try ask(.object(pills))["ready"] == true else { throw BenchError.noRuby }
    }

    deinit {
        try? questions.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    /// The median time of one evaluation, and what it gives.
    func time(_ expression: FormulaExpression, rounds: Int) throws -> (nanoseconds: Double, result: JSON) {
        let answer = try ask([
            "kind": .string(expression.kind.rawValue), "source": .string(expression.ruby), "rounds": .integer(rounds),
        ])
        guard case .number(let number)? = answer["ns"], let nanoseconds = Double(number.text) else {
            throw BenchError.wrongResult("\(expression.name) in Ruby: \(answer["error"]?.string ?? answer.compact)")
        }
        return (nanoseconds, answer["result"] ?? .null)
    }

    private func ask(_ question: JSON) throws -> JSON {
        try questions.fileHandleForWriting.write(contentsOf: Data((question.compact + "\n").utf8))
        var line: [UInt8] = []
        while line.last != 0x0A {
            let more = answers.fileHandleForReading.availableData
            guard !more.isEmpty else { throw BenchError.noRuby }
            line += more
        }
        return try JSON(parsing: line)
    }
}
