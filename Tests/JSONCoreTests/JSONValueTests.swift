// Values, objects and numbers apart from their texts.
import JSONCore
import Testing

struct JSONValueTests {
    @Test func `equality ignores the order of members and nothing else`() throws {
        let one: JSON = ["a": 1, "b": [1, 2]]
        #expect(one == ["b": [1, 2], "a": 1])
        #expect(one.hashValue == (["b": [1, 2], "a": 1] as JSON).hashValue)
        for other in [
            "{\"a\":1}", "{\"a\":1,\"b\":[2,1]}", "{\"a\":1.0,\"b\":[1,2]}", "{\"a\":1,\"c\":[1,2]}",
            "{\"a\":\"1\",\"b\":[1,2]}",
        ] {
            #expect(try JSON(parsing: other) != one)
        }
        #expect(JSON.string("\u{E9}") != JSON.string("e\u{301}"))
        #expect(Set([JSON.string("\u{E9}"), JSON.string("e\u{301}"), 1, "1", true, nil, [], [:]]).count == 8)
    }

    @Test(arguments: [3, 31, 32, 33, 34, 200])
    func `an object finds, replaces and removes its members at every size`(count: Int) {
        var object = JSONObject((0..<count).map { ("k\($0)", JSON.integer($0)) })
        #expect(object.count == count)
        for number in 0..<count { #expect(object["k\(number)"] == .integer(number)) }
        #expect(object["k"] == nil)
        object["k1"] = "changed"
        #expect(object.keys == (0..<count).map { "k\($0)" })
        object["k0"] = nil
        #expect(object.keys == (1..<count).map { "k\($0)" })
        #expect(object["k1"] == "changed" && object["k0"] == nil)
        object["k0"] = "back"
        #expect(object.keys.last == "k0" && object["k0"] == "back" && object.position(of: "k2") == 1)
        #expect(object == JSONObject(object.entries.reversed().map { ($0.key, $0.value) }))
    }

    @Test func `names that only look the same are two`() {
        var object: JSONObject = ["\u{E9}": 1]
        object["e\u{301}"] = 2
        #expect(object.count == 2 && object["\u{E9}"] == 1 && object["e\u{301}"] == 2)
    }

    @Test(arguments: ["0", "-0", "1.5", "1e5", "-12.50E-3", "123456789012345678901", "0.0"])
    func `a number's text is accepted`(text: String) {
        #expect(JSONNumber(text)?.text == text)
        #expect(JSON(number: text)?.compact == text)
    }

    @Test(arguments: [
        "", "+1", "01", "1.", ".5", "1e", "-", "1 ", " 1", "0x1", "NaN", "inf", "1,0", "１", "--1", "1e+", "1\u{0}",
    ])
    func `a text that is no number is refused`(text: String) {
        #expect(JSONNumber(text) == nil)
        #expect(JSON(number: text) == nil)
    }

    @Test func `plain integers of 64 bits are integers, others numbers`() {
        #expect(JSON(number: "-9223372036854775808") == .integer(.min))
        #expect(JSON(number: "12") == 12)
        #expect(JSON(number: "-0") == .number(JSONNumber(validated: "-0")))
        #expect(JSON(number: "9223372036854775808")?.integer == nil)
        #expect(JSON(number: "1.5")?.double == 1.5)
        #expect(JSON(number: "1e999")?.double == .infinity)
        #expect(JSONNumber.isNumber([UInt8(ascii: "1")].lazy.map { $0 }))
    }

    @Test func `parts of values are had by kind, name and place`() throws {
        let value = try JSON(parsing: "{\"a\":[1,\"x\",true,null,1.5]}")
        #expect(value["a"]?[0]?.integer == 1 && value["a"]?[1]?.string == "x" && value["a"]?[2]?.bool == true)
        #expect(value["a"]?[3]?.isNull == true && value["a"]?[5] == nil && value["a"]?[-1] == nil && value["b"] == nil)
        #expect(value["a"]?.array?.map(\.kind) == [.number, .string, .boolean, .null, .number])
    }

    @Test func `a value is the same as its copy, and no other`() throws {
        for text in ["{\"a\":1}", "[1,2]"] {
            let value = try JSON(parsing: text)
            let copy = value
            #expect(value.isSame(as: copy))
            #expect(try !value.isSame(as: JSON(parsing: text)), "equal, but not looked at")
        }
        var changed = try JSON(parsing: "{\"a\":1}").object
        let before = try #require(changed)
        changed?["a"] = 2
        #expect(try !JSON.object(before).isSame(as: .object(#require(changed))))
        let apart: [(JSON, JSON)] = [([], []), ([:], [:]), (1, 1), (.null, .null), ([1], ["a": 1])]
        for (one, other) in apart { #expect(!one.isSame(as: other)) }
    }
}
