// Numbers beyond what formulas calculate with: an error that says so, never another number.

import JSONCore
import Testing

@testable import RecipeLanguage

struct LargeNumberTests {
    @Test(arguments: [
        "'1e6145'.to_d", "'1e7000'.to_d", "'-1e7000'.to_f", "'123e99999'.to_f", "'1e-7000'.to_d",
        "'1e99999999999999999999'.to_f", "('1' * 6000).to_i", "('1' * 6000).to_f", "'1e6000/3'.to_r",
        "('f' * 6000).hex",
    ])
    func `a text with a number that is too large is refused`(formula: String) throws {
        let error = try #require(throws: FormulaError.self) { try FormulaFixture.evaluate(formula) }
        #expect(error.message.contains("too large or has too many digits (formula.digits)"), "\(error)")
    }

    @Test(arguments: [
        ("'0e99999'.to_f", "0.0"), ("'1e400'.to_d == 10 ** 400", "true"), ("('1' * 3000).to_i.to_s.length", "3000"),
        ("'12e'.to_f", "12.0"), ("'junk'.to_f", "0.0"),
    ])
    func `others are read as they are`(formula: String, answer: String) throws {
        #expect(try FormulaFixture.inspect(formula) == answer)
    }

    @Test(arguments: ["b > 1", "1 < b", "[b, 2].max", "b + 1", "b.round"])
    func `a payload's number that is too large is named`(formula: String) throws {
        let huge = try JSON(parsing: Array("1e7000".utf8))
        let bound = try Formula(parsing: formula).bound(to: { $0 == "b" ? 0 : nil })
        let error = try #require(throws: FormulaError.self) {
            try bound.evaluate([Value(huge)], Evaluation(FormulaFixture.environment(), address: "step"))
        }
        #expect(error.code == "limit" && error.message.contains("more than 5000 digits (formula.digits)"), "\(error)")
    }
}
