// Formulas against Ruby's own answers.

import Foundation
import JSONCore
import Testing

@testable import RecipeLanguage

struct ReferenceCaseTests {
    static let cases = ReferenceCases.lines.split(separator: "\n").map(String.init)

    @Test(arguments: cases)
    func `gives what Ruby gives`(line: String) throws {
        let expected = try JSON(parsing: line)
        let answer = FormulaCases.answer(expected)
        #expect(answer["id"] == expected["id"])
        guard expected["ok"] == true else {
            #expect(answer["ok"] == false, "\(line)")
            return
        }
        #expect(answer["type"] == expected["type"], "\(answer.compact) for \(line)")
        #expect(answer["zone"] == expected["zone"], "\(answer.compact) for \(line)")
        #expect(Self.isSame(answer["value"] ?? .null, expected["value"] ?? .null), "\(answer.compact) for \(line)")
    }

    /// Whether an answer is the expected one, or both are errors.
    static func isRight(_ answer: JSON, _ expected: JSON) -> Bool {
        guard expected["ok"] == true else { return answer["ok"] == false }
        return answer["ok"] == true && answer["type"] == expected["type"] && answer["zone"] == expected["zone"]
            && isSame(answer["value"] ?? .null, expected["value"] ?? .null)
    }

    /// Numbers are the same when they are equal after rounding to 12 significant digits.
    static func isSame(_ one: JSON, _ two: JSON) -> Bool {
        if let a = one.double, let b = two.double {
            return one == two || String(format: "%.11e", a) == String(format: "%.11e", b)
        }
        if let a = one.array, let b = two.array { return a.count == b.count && zip(a, b).allSatisfy(isSame) }
        if let a = one.object, let b = two.object {
            return a.keys == b.keys && zip(a.values, b.values).allSatisfy(isSame)
        }
        return one == two
    }
}
