// Regular expressions on long texts: a match may begin anywhere and be of any length.

import Testing

@testable import RecipeLanguage

struct FormulaRegexTests {
    private func groups(_ pattern: String, in text: String) throws -> [String?]? {
        let regex = try FormulaRegex(pattern, flags: "")
        var text = text
        return try text.withUTF8 { bytes in
            try regex.search(bytes, from: 0, isOutOfTime: { false })?.groups.map { range in
                range.map { String(decoding: UnsafeBufferPointer(rebasing: bytes[$0]), as: UTF8.self) }
            }
        }
    }

    @Test(arguments: [0, 1, 58, 60, 62, 63, 64, 65, 190, 200, 4_090, 4_095, 4_096, 4_097, 5_000, 20_000])
    func `what stands at a place is found there, and a match is as long as it goes`(length: Int) throws {
        let filling = String(repeating: "x", count: length)
        #expect(try groups("hel+o$", in: filling + "hello") == ["hello"])
        #expect(try groups("<([^<>]*)>; rel", in: "<" + filling + ">; rel=next") == ["<\(filling)>; rel", filling])
        #expect(try groups("x*y", in: filling + "y" + filling) == [filling + "y"])
        #expect(try groups("ö(.)$", in: String(repeating: "ö", count: length) + "öa") == ["öa", "a"])
        #expect(try groups("$", in: filling) == [""])
        #expect(try groups("z", in: filling) == nil)
    }
}
