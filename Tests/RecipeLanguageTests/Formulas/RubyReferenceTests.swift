// Random formulas: Galley's answers against those of real Ruby with ActiveSupport.

import Foundation
import JSONCore
import Testing

@testable import RecipeLanguage

struct RubyReferenceTests {
    /// Which random formulas, and how many: `GALLEY_RUBY_SEED` and `GALLEY_RUBY_COUNT` try others.
    static let seed = ProcessInfo.processInfo.environment["GALLEY_RUBY_SEED"] ?? "20240229"
    static let count = ProcessInfo.processInfo.environment["GALLEY_RUBY_COUNT"] ?? "2000"

    /// One in a hundred may differ: decimals are exact here where Ruby has binary floats, years end at 99,999, and a few
    /// oddities of Ruby are left out on purpose.
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
        #expect(wrong.count * 100 <= lines.count, "\(wrong.prefix(40).joined(separator: "\n"))")
    }
}
