// The canonical layout.

import JSONCore
import Testing

@testable import RecipeLanguage

struct RecipeFormatterTests {
    private func format(_ text: String) throws -> String {
        String(decoding: try RecipeFormatter.format(Array(text.utf8)), as: UTF8.self)
    }

    @Test func `a recipe gets its layout`() throws {
        let source = #"""
            {"steps":[{"input":{"zip":1,"age":10.00},"use":"crm.find","id":"a","tags":["x", [1,2]]},
              {"else":[],"then":[{"set":{"b":1,"a":"\u00e9\u200b\/"}}],"if":"a.x > 1","mine":true,"note":"n"},
              {"try":[{"wait":"1s"}],"catch":[{"stop":"failed","reason":"because the other side did not answer in time, again"}],"retry":{"wait":"2s","times":3}}],
             "connections":{"z":"1","b":"2"},"galley":1,"trigger":{"input":{},"use":"manual","id":"t"},"extra":null}
            """#
        #expect(
            try format(source) == #"""
                {
                  "galley": 1,
                  "trigger": { "id": "t", "use": "manual", "input": {} },
                  "connections": { "z": "1", "b": "2" },
                  "steps": [
                    { "id": "a", "use": "crm.find", "input": { "zip": 1, "age": 10.00 }, "tags": [ "x", [1, 2] ] },
                    {
                      "note": "n",
                      "if": "a.x > 1",
                      "then": [ { "set": { "b": 1, "a": "é\u200b/" } } ],
                      "else": [],
                      "mine": true
                    },
                    {
                      "try": [ { "wait": "1s" } ],
                      "retry": { "times": 3, "wait": "2s" },
                      "catch": [
                        { "stop": "failed", "reason": "because the other side did not answer in time, again" }
                      ]
                    }
                  ],
                  "extra": null
                }

                """#)
    }

    @Test(arguments: ["{", "{\"a\":1,\"a\":2}", "", "{\"a\":01}", "[1,]"])
    func `what is not clear is refused`(text: String) {
        #expect(throws: FormatRefusal.self) { try format(text) }
    }

    @Test(arguments: ["5", "\"x\"", "[]", "{}", "[1,2]", "null"])
    func `any JSON can be formatted`(text: String) throws {
        let once = try format(text)
        #expect(try format(once) == once)
        #expect(once.last == "\n")
    }

    @Test(arguments: 1...60)
    func `random documents keep their meaning, and formatting twice changes nothing`(seed: UInt64) throws {
        var random = RandomDocuments(seed: seed)
        for _ in 0..<20 {
            let text = random.document()
            let once = try RecipeFormatter.format(Array(text.utf8))
            #expect(try RecipeFormatter.format(once) == once, "seed \(seed): \(text)")
            let (before, after) = (try JSONDocument(parsing: Array(text.utf8)), try JSONDocument(parsing: once))
            #expect(before.root.json == after.root.json, "seed \(seed): \(text)")
            #expect(once.split(separator: UInt8(ascii: "\n")).allSatisfy { $0.last != UInt8(ascii: " ") })
        }
    }

    @Test func `data keeps its order`() throws {
        let once = try format(#"{"steps":[{"use":"a.b","input":{"z":{"steps":1,"galley":2},"a":[{"use":1,"id":2}]}}]}"#)
        #expect(once.contains(#"{ "z": { "steps": 1, "galley": 2 }, "a": [ { "use": 1, "id": 2 } ] }"#))
    }

    @Test func `a large file is formatted in reasonable time`() throws {
        let step =
            #"{"id":"aaaaaaaaaa","use":"crm.find","input":{"b":[1,2,{"c":"dddddddddddddddddddddddddddddddddddd"}]}},"#
        let text = "{\"steps\":[" + String(repeating: step, count: 2_000) + "{}]}"
        let clock = ContinuousClock()
        #expect(try clock.measure { _ = try format(text) } < .seconds(120))
    }
}

/// Documents that look a little like recipes: their keys, odd texts, numbers as people write them, free white space.
struct RandomDocuments {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    private mutating func next(_ bound: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state % UInt64(bound))
    }

    private mutating func pick(_ words: [String]) -> String { words[next(words.count)] }

    private mutating func space() -> String { pick(["", "", " ", "\n", "\t ", "\r\n  "]) }

    private mutating func text() -> String {
        let parts = [
            "a", "é", "日本", "\\n", "\\u0000", "\\ud83d\\ude00", "😀", "\\\"", "\\\\", "\\/", "{{ x }}", "\\u200b",
            "\u{200B}", " ",
        ]
        return "\"" + (0..<next(6)).map { _ in pick(parts) }.joined()
            + (next(8) == 0 ? String(repeating: "long ", count: 30) : "") + "\""
    }

    private mutating func value(_ depth: Int) -> String {
        switch depth == 0 ? next(5) : next(9) {
        case 0: return text()
        case 1:
            return pick([
                "0", "-0", "1", "10.00", "1e5", "-1E-7", "123456789012345678901234567890", "9223372036854775807",
            ])
        case 2: return pick(["true", "false", "null"])
        case 3: return text()
        case 4: return pick(["[]", "{}", "{ }", "[\n]"])
        case 5, 6:
            return "[" + space()
                + (0..<next(5)).map { _ in value(depth - 1) }.joined(separator: space() + "," + space()) + "]"
        default: return object(depth)
        }
    }

    private mutating func object(_ depth: Int) -> String {
        let known = [
            "galley", "steps", "trigger", "use", "id", "if", "then", "else", "else_if", "try", "retry", "catch", "wait",
            "call",
            "parallel", "set", "input", "times", "when", "for_each", "x", "é", "a b",
        ]
        var keys: [String] = []
        for _ in 0..<next(6) {
            let key = pick(known)
            if !keys.contains(key) { keys.append(key) }
        }
        let members = keys.map { key in "\"\(key)\"" + space() + ":" + space() + value(depth - 1) }
        return "{" + space() + members.joined(separator: space() + "," + space()) + space() + "}"
    }

    mutating func document() -> String { space() + object(6) + space() }
}
