// docs/formulas.md: made from the tables, its guide's examples true, every family with a title.

import Foundation
import JSONCore
import Testing

@testable import RecipeLanguage

struct FunctionReferenceTests {
    @Test func `docs/formulas.md is what the tables of functions say`() throws {
        let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let page = try String(contentsOf: repository.appendingPathComponent("docs/formulas.md"), encoding: .utf8)
        let isSame = page == FunctionReference.markdown
        #expect(isSame, "write it anew: galley formula list --markdown > docs/formulas.md")
    }

    @Test(arguments: FormulaGuide.sections.flatMap(\.examples).map { ($0.formula, $0.answer) })
    func `every example of the guide gives what stands beside it`(formula: String, answer: String?) throws {
        guard let answer else {
            #expect(throws: FormulaError.self) { try FormulaCases.evaluate(formula, vars: FormulaGuide.pills) }
            return
        }
        #expect(try FormulaCases.evaluate(formula, vars: FormulaGuide.pills).inspection == answer)
    }

    @Test func `every function is in one family, and every family has a title and a sentence`() {
        let families = FunctionFamily.all
        #expect(families.flatMap(\.functions).count == FunctionLibrary.shared.catalog.count)
        for family in families { #expect(!family.title.isEmpty && !family.about.isEmpty, "\(family.name)") }
    }

    @Test(arguments: [
        ("text", "text"), ("Texts", "text"), ("DATE AND", "date and time"), ("list of", "list of objects"),
    ])
    func `families are found by name, title or the beginning of one`(query: String, name: String) {
        #expect(FunctionFamily.named(query)?.name == name)
    }

    @Test(arguments: ["", "li", "nonsense"])
    func `what fits no family, or several, is none`(query: String) {
        #expect(FunctionFamily.named(query) == nil)
    }

    @Test func `parameters are read with their types and uses`() throws {
        let spec = try #require(FunctionLibrary.shared.catalog.first { $0.name == "split" && $0.receivers == .text })
        #expect(spec.arguments.map(\.name) == ["separator", "limit"])
        #expect(spec.arguments.map(\.use) == [.optional, .optional])
        #expect(
            FunctionParameter.all(in: "keys: any…, half=text, **rest: any, &!item").map(\.use) == [
                .several, .named, .names, .requiredBlock,
            ])
    }

    @Test func `a search wants all its words, and related functions work on the same values`() {
        let found = FunctionLibrary.shared.catalog.filter { $0.matches("Base64 ENCODE") }.map(\.name)
        #expect(found.contains("encode_base64") && !found.contains("upcase"))
        let related = FunctionLibrary.shared.catalog.first { $0.name == "lstrip" }?.related() ?? []
        #expect(related.contains("rstrip"))
    }
}
