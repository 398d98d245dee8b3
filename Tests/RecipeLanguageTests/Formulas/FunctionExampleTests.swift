// Every entry of the function tables: its example gives what it says.

import Testing

@testable import RecipeLanguage

struct FunctionExampleTests {
    @Test(arguments: FunctionLibrary.shared.catalog)
    func `every example gives the answer beside it`(spec: FunctionSpec) throws {
        #expect(try FormulaFixture.inspect(spec.example) == spec.answer, "\(spec.family): \(spec.example)")
    }

    @Test(arguments: FunctionLibrary.shared.catalog)
    func `every example uses the function it is for, and every entry has one line of help`(spec: FunctionSpec) {
        #expect(
            spec.name == "rand" || spec.name == "each_entry" || spec.example.contains(spec.name),
            "\(spec.name): \(spec.example)")
        #expect(
            !spec.help.isEmpty && !spec.help.contains("\n") && (spec.help.hasSuffix(".") || spec.help.hasSuffix("…")))
        #expect(spec.signature.hasPrefix(spec.name))
    }

    @Test func `no method is defined twice for the same kind of value`() {
        var seen: Set<String> = []
        var repeated: [String] = []
        for spec in FunctionLibrary.shared.catalog {
            let kinds = spec.receivers.isEmpty ? ["function"] : spec.receivers.kinds.map(\.word)
            for kind in kinds where !seen.insert("\(spec.name) on \(kind)").inserted {
                repeated.append("\(spec.name) on \(kind)")
            }
        }
        #expect(repeated == [])
    }

    @Test(arguments: [
        ("split", "split(separator?, limit?)"), ("round", "round(places?, half:)"), ("map", "map { |item| … }"),
        ("where", "where(**conditions)"),
    ])
    func `signatures read like a call`(name: String, signature: String) {
        #expect(FunctionLibrary.shared.catalog.contains { $0.name == name && $0.signature == signature })
    }
}
