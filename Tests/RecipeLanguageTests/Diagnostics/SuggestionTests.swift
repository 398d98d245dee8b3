// "Did you mean".

import Testing

@testable import RecipeLanguage

struct SuggestionTests {
    @Test(arguments: [
        ("emial", "email"), ("for_eahc", "for_each"), ("Email", "email"), ("elase", "else"), ("fi", "if"),
        ("conections", "connections"),
    ])
    func `slips of the keyboard are found`(typed: String, meant: String) {
        #expect(
            Suggestion.closest(to: typed, among: ["email", "for_each", "else", "if", "connections", "name"]) == meant)
    }

    @Test(arguments: ["xyz", "", "e", "totally_different"])
    func `what is far away is not proposed`(typed: String) {
        #expect(Suggestion.closest(to: typed, among: ["email", "for_each", "if"]) == nil)
    }

    @Test func `the nearest wins, then the first`() {
        #expect(Suggestion.closest(to: "name", among: ["named", "nam", "game"]) == "named")
        #expect(Suggestion.closest(to: "company_nmae", among: ["company", "company_name"]) == "company_name")
    }

    @Test func `hostile names cost nothing`() {
        let long = String(repeating: "a", count: 1 << 20)
        #expect(Suggestion.closest(to: long, among: [long + "b"]) == nil)
        #expect(Suggestion.closest(to: "ab", among: repeatElement("zzzzzzzz", count: 10_000_000)) == nil)
    }
}
