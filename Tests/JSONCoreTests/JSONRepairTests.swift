// Texts with slips: every one is told, and what was meant is read.

import JSONCore
import Testing

struct JSONRepairTests {
    struct Slip: Sendable {
        let text: String
        let offsets: [Int]
        /// Compact; empty where only the mistakes count.
        let meant: String

        init(_ text: String, _ offsets: [Int], _ meant: String) {
            (self.text, self.offsets, self.meant) = (text, offsets, meant)
        }
    }

    static let slips: [Slip] = [
        Slip(#"[1,2,]"#, [4], "[1,2]"), Slip(#"{"a":1,}"#, [6], #"{"a":1}"#), Slip(#"[,1,,2,]"#, [1, 4, 6], "[1,2]"),
        Slip("// a\n[1, # b\n/* c\nd */ 2]", [0, 9, 13], "[1,2]"), Slip("\u{FEFF}[1]", [0], "[1]"),
        Slip(#"{'a': 'it's "x"', `b`: 1}"#, [1, 6, 18], #"{"a":"it's 'x'","b":1}"#),
        Slip("{“a”: „b”}", [1, 10], #"{"a":"b"}"#),
        Slip(#"{"a" 1 "b"= 2; "c":3}"#, [5, 7, 10, 13], #"{"a":1,"b":2,"c":3}"#),
        Slip("[1 2\n3]", [3, 5], "[1,2,3]"), Slip("[\"a\tb\u{1}\"]", [3, 5], #"["a b "]"#),
        Slip(#"["\x \u12"]"#, [2, 5], #"[" x  u12"]"#),
        Slip("[\"a\nb\"]", [1], #"["a b"]"#),
        Slip("[True, None, NaN, +1, .5, 01, -01, 1., 1e, 1.e5]", [1, 7, 13, 18, 22, 26, 30, 35, 39, 43], ""),
        Slip("{ a: 1, b : c }", [2, 8, 12], #"{"a":1,"b":"c"}"#), Slip("[1,\u{A0}2]", [3], "[1,2]"),
    ]

    @Test(arguments: slips)
    func `slips are told one by one, and mended`(slip: Slip) throws {
        let (document, mistakes) = JSONDocument.reading(Array(slip.text.utf8))
        #expect(mistakes.map(\.offset) == slip.offsets)
        let read = try #require(document)
        if !slip.meant.isEmpty { #expect(read.root.json.compact == slip.meant) }
    }

    @Test(arguments: [
        "", "{", "[1", "[1}", "{\"a\": 1]", "[1]]x", "hello", "a: 1", "{\"a\"}", "{\"a\": }", "{\"a\", \"b\": 1}",
        "[1}{2]",
        "{\"a\": \"b,\n \"c\": 1}", "\0{\0}", "{\0}\0", "{a:1}", "['it", "[\"a", "/* a", "[1 /",
    ])
    func `what leaves open what was meant is not guessed`(text: String) {
        let (document, mistakes) = JSONDocument.reading(Array(text.utf8))
        #expect(document == nil)
        #expect(mistakes.count == 1)
    }

    @Test func `places and lines are those of the text as it stands`() throws {
        let text = "{\"a\": 1\n\"b\": 'x',\n\"c\": [1,]}"
        let (document, mistakes) = JSONDocument.reading(Array(text.utf8))
        let read = try #require(document)
        #expect(mistakes.map { read.lineAndColumn(at: $0.offset).line } == [2, 2, 3])
        guard case .object(let members) = read.root.content else { throw JSONError(message: "no object", offset: 0) }
        #expect(members.map { read.lineAndColumn(at: $0.keyRange.lowerBound).line } == [1, 2, 3])
    }

    @Test func `a text full of slips ends at the limit`() {
        let (document, mistakes) = JSONDocument.reading(
            Array(("[" + String(repeating: "1 ", count: 10_000) + "]").utf8))
        #expect(document == nil)
        #expect(mistakes.count == 51)
    }

    @Test func `random changes of a text never trap`() {
        var random = SystemRandomNumberGenerator()
        let text = Array("{ \"a\": [1, 2.5e3, \"b\\u00e9 // x\"], 'c': “d”, # e\n \"f\": True }".utf8)
        for _ in 0..<2_000 {
            var changed = text
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                changed[Int.random(in: 0..<changed.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            let cut = Array(changed.prefix(Int.random(in: 0...changed.count, using: &random)))
            let (document, mistakes) = JSONDocument.reading(cut)
            #expect(document != nil || !mistakes.isEmpty)
        }
    }
}
