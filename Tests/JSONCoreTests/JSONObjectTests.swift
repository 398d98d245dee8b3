// Objects as values: copies that don't share changes, growth, removal, many members, and names that come again and again.

import JSONCore
import Testing

struct JSONObjectTests {
    @Test func `a copy keeps what it had`() {
        let first: JSONObject = ["a": 1, "b": ["x"]]
        var second = first
        second["a"] = 2
        second["c"] = nil
        second["d"] = true
        var third = second
        third["b"] = nil
        #expect(first == ["a": 1, "b": ["x"]])
        #expect(second == ["a": 2, "b": ["x"], "d": true])
        #expect(third == ["a": 2, "d": true])
        #expect(third.keys == ["a", "d"])
    }

    @Test(arguments: [0, 1, 4, 31, 32, 33, 34, 1_000])
    func `members come and go in any number`(count: Int) {
        var object = JSONObject()
        for number in 0..<count { object["name \(number)"] = .integer(number) }
        #expect(object.count == count && object.entries.count == count && object.isEmpty == (count == 0))
        let all = object
        for number in 0..<count { #expect(object["name \(number)"] == .integer(number)) }
        for number in stride(from: 0, to: count, by: 2) { object["name \(number)"] = nil }
        #expect(object.keys == (0..<count).filter { $0 % 2 == 1 }.map { "name \($0)" })
        for number in 0..<count { #expect(object["name \(number)"] == (number % 2 == 1 ? .integer(number) : nil)) }
        for number in 0..<count { object["name \(number)"] = .string("a text that is not held in place: \(number)") }
        #expect(object.count == count)
        #expect(object["name \(count)"] == nil && object.position(of: "name \(count)") == nil)
        for (place, (key, value)) in all.entries.enumerated() {
            #expect(key == "name \(place)" && value == .integer(place))
        }
        #expect(all == JSONObject(uniqueEntries: all.entries.reversed()))
        #expect(all.hashValue == JSONObject(uniqueEntries: all.entries.reversed()).hashValue)
    }

    @Test func `entries are a collection`() {
        let object: JSONObject = ["a": 1, "b": 2, "c": 3]
        #expect(object.entries.first?.key == "a" && object.entries.last?.value == 3)
        #expect(object.entries.dropFirst().map(\.key) == ["b", "c"])
        #expect(object.entries.reversed().map(\.value) == [3, 2, 1])
        #expect(object.entries[1].key == "b")
        #expect(JSONObject().entries.isEmpty && (JSON.null.object?.entries ?? []).isEmpty)
    }

    @Test func `a value in an object in an object can be changed`() {
        var whole: JSON = ["a": ["b": ["c": 1]], "z": 0]
        guard case .object(var object) = whole else { return }
        guard case .object(var inner)? = object["a"] else { return }
        inner["b"] = ["c": 2, "d": []]
        object["a"] = .object(inner)
        let before = whole
        whole = .object(object)
        #expect(before.compact == #"{"a":{"b":{"c":1}},"z":0}"#)
        #expect(whole.compact == #"{"a":{"b":{"c":2,"d":[]}},"z":0}"#)
    }

    /// Large texts remember their names, and what came after which: they have to say the same as small ones, which don't.
    @Test(arguments: [UInt64(1), 2, 3, 4, 5, 6])
    func `names that repeat in large texts are read as in small ones`(seed: UInt64) throws {
        var random = Xorshift(state: seed)
        let names =
            (0..<40).map { "n\($0)" }
            + [
                "", "id", "a", "ab", "active", "lines", "balance", "email", "naïve", #"q\"uote"#, #"\u0061"#, "日本",
                "a name of more than fifteen bytes", "a name of more than fifteen bytez", "12345678", "1234567",
                "123456789",
            ]
        func value(_ depth: Int) -> String {
            switch random.below(depth > 3 ? 4 : 8) {
            case 0: return "\(random.below(1_000))"
            case 1: return #""text \#(random.below(10))""#
            case 2: return "null"
            case 3: return #""ü \n \#(random.below(10))""#
            case 4: return "[" + (0..<random.below(4)).map { _ in value(depth + 1) }.joined(separator: ",") + "]"
            default: return object(depth + 1)
            }
        }
        func object(_ depth: Int) -> String {
            let start = random.below(names.count)
            let members = (0..<random.below(8)).map { number in
                let name = names[random.below(4) == 0 ? random.below(names.count) : (start + number) % names.count]
                return
                    "\"\(name)\"\(random.below(9) == 0 ? " " : ""):\(random.below(9) == 0 ? "\n" : "")\(value(depth))"
            }
            return "{" + members.joined(separator: random.below(5) == 0 ? " , " : ",") + "}"
        }
        let records = (0..<400).map { _ in object(0) }
        let text = "[" + records.joined(separator: ",") + "]"
        #expect(text.utf8.count > 8_192)
        let whole = try JSON(parsing: text)
        for (place, record) in records.enumerated() {
            #expect(whole[place]?.compact == (try JSON(parsing: record)).compact)
        }
    }

    /// What had been read when a mistake comes is given back: this crashes when something is freed twice.
    @Test func `a text may break off anywhere`() throws {
        let record =
            #"{"id":1,"long":"a text that is not held in place","list":["another text that is not held in place",{}],"o":{"p":[[1.5]]}}"#
        let text = "[" + Array(repeating: record, count: 40).joined(separator: ",") + "]"
        let bytes = Array(text.utf8)
        #expect(bytes.count > 4_096)
        for end in stride(from: 0, to: bytes.count, by: 7) {
            #expect(throws: JSONError.self) { try JSON(parsing: Array(bytes[..<end])) }
        }
        #expect(try JSON(parsing: bytes)[39] == JSON(parsing: record))
    }
}

/// The same numbers each time.
private struct Xorshift {
    var state: UInt64
    mutating func below(_ bound: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state % UInt64(bound))
    }
}
