// Recipes with random damage: checked to the end, every mistake at a place that exists.

import JSONCore
import Testing

@testable import RecipeLanguage

struct RecipeMutationTests {
    @Test(arguments: 1...20)
    func `damaged recipes never break the checker`(seed: UInt64) {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        func next(_ bound: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state % UInt64(bound))
        }
        let scraps = [
            "{", "}", "[", "]", "\"", ",", ":", "{{", "}}", "\\u00e9", "\\", "null", "true", "1e9", "-", "lead", ".",
            "'", "|", "日",
        ]
        let sources = [CheckedWorkspace.example] + BrokenRecipe.all.map(\.source)
        for _ in 0..<40 {
            var bytes = Array(sources[next(sources.count)].utf8)
            for _ in 0...next(4) where !bytes.isEmpty {
                let place = next(bytes.count)
                switch next(4) {
                case 0: bytes[place] = UInt8(next(256))
                case 1: bytes.remove(at: place)
                case 2: bytes.insert(contentsOf: Array(scraps[next(scraps.count)].utf8), at: place)
                default: bytes.removeSubrange(place..<min(bytes.count, place + next(40)))
                }
            }
            let checked = Recipe.check(bytes, id: "test", file: "recipe.json", catalog: CheckedWorkspace.catalog)
            let source = SourceText(bytes)
            let meant = JSONDocument.reading(bytes).document?.root.json
            for diagnostic in checked.diagnostics {
                #expect(0 <= diagnostic.range.lowerBound && diagnostic.range.upperBound <= bytes.count)
                #expect(diagnostic.text(in: source).contains("[\(diagnostic.code)]"))
                if let pointer = JSONPointer(parsing: diagnostic.pointer), diagnostic.code != "bad_json" {
                    #expect(meant?[pointer: pointer] != nil)
                }
            }
            #expect((checked.recipe != nil) == checked.diagnostics.allSatisfy { $0.severity == .warning })
            _ = Recipe.signature(of: bytes)
        }
    }
}
