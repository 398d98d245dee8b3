// Random formulas: Galley's answers against those of real Ruby with ActiveSupport.

import Foundation
import JSONCore
import Testing

@testable import RecipeLanguage

struct RubyReferenceTests {
    /// Which random formulas, and how many: `GALLEY_RUBY_SEED` and `GALLEY_RUBY_COUNT` try others.
    static let seed = ProcessInfo.processInfo.environment["GALLEY_RUBY_SEED"] ?? "20240229"
    static let count = ProcessInfo.processInfo.environment["GALLEY_RUBY_COUNT"] ?? "4000"

    @Test func `random formulas give what Ruby gives`() throws {
        let lines = try RubyScript.run("ruby_reference.rb", [Self.seed, Self.count]).split(separator: "\n").map(
            String.init)
        print("random formulas: \(lines.count) of seed \(Self.seed)")
        #expect(lines.count == Int(Self.count))
        var wrong: [String] = []
        for line in lines {
            let expected = try JSON(parsing: Array(line.utf8))
            let answer = FormulaCases.answer(expected)
            if !ReferenceCaseTests.isRight(answer, expected) { wrong.append("\(answer.compact) for \(line)") }
        }
        #expect(wrong.count * 200 <= lines.count, "\(wrong.prefix(40).joined(separator: "\n"))")
    }
}
