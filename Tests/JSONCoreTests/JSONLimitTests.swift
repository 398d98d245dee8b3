// Depth and size: refused beyond the limit, no crash however deep.
import JSONCore
import Testing

struct JSONLimitTests {
    @Test(arguments: [("[", "]"), ("{\"a\":", "}"), ("[{\"a\":", "}]")])
    func `128 levels are read and 129 are not`(open: String, close: String) throws {
        let levels = open.utf8.first == UInt8(ascii: "[") && open.utf8.count > 1 ? 2 : 1
        let most = 128 / levels
        let text = String(repeating: open, count: most) + "1" + String(repeating: close, count: most)
        #expect(try JSON(parsing: text).compact == text)
        #expect(try JSONDocument(parsing: Array(text.utf8)).root.json.compact == text)
        let deeper = "[" + text + "]"
        let error = #expect(throws: JSONError.self) { try JSON(parsing: deeper) }
        #expect(error?.message.contains("more than 128 levels") == true)
        #expect(throws: JSONError.self) { try JSONDocument(parsing: Array(deeper.utf8)) }
    }

    @Test func `the depth can be lowered and raised`() throws {
        #expect(throws: JSONError.self) { try JSON(parsing: "[[[]]]", limits: JSONLimits(depth: 2)) }
        #expect(try JSON(parsing: "[[]]", limits: JSONLimits(depth: 2)).compact == "[[]]")
        #expect(try JSON(parsing: "1", limits: JSONLimits(depth: 0)) == 1)
        #expect(throws: JSONError.self) { try JSON(parsing: "[]", limits: JSONLimits(depth: 0)) }
        let deep = String(repeating: "[", count: 1000) + String(repeating: "]", count: 1000)
        let value = try JSON(parsing: deep, limits: JSONLimits(depth: 1000))
        #expect(value.compact == deep && value.canonical == deep)
        #expect(try JSONDocument(parsing: Array(deep.utf8), limits: JSONLimits(depth: 1000)).root.json == value)
    }

    @Test func `a depth past 1,000 counts as 1,000`() {
        let deep = String(repeating: "[", count: 1001) + String(repeating: "]", count: 1001)
        #expect(throws: JSONError.self) { try JSON(parsing: deep, limits: JSONLimits(depth: .max)) }
    }

    @Test(arguments: ["[", "{\"a\":", "[[],", "{\"a\":{},\"b\":"])
    func `a hundred thousand levels are refused quickly`(open: String) {
        let text = String(repeating: open, count: 100_000)
        #expect(throws: JSONError.self) { try JSON(parsing: text) }
        #expect(throws: JSONError.self) { try JSONDocument(parsing: Array(text.utf8)) }
    }

    @Test func `a text may be as long as the limit and no longer`() throws {
        #expect(try JSON(parsing: "[1,2]", limits: JSONLimits(bytes: 5)).compact == "[1,2]")
        let error = #expect(throws: JSONError.self) { try JSON(parsing: "[1,2] ", limits: JSONLimits(bytes: 5)) }
        #expect(error?.message.contains("6 bytes, more than the limit of 5") == true)
        #expect(error?.offset == 5)
    }

    @Test func `an endless sequence of bytes is cut off at the limit`() {
        let endless = sequence(first: UInt8(ascii: "[")) { $0 }
        #expect(throws: JSONError.self) { try JSON(parsing: endless, limits: JSONLimits(bytes: 1000)) }
    }

    @Test func `an object of 100,000 members and one of as many equal names are read`() throws {
        let many = "{" + (0..<100_000).map { "\"k\($0)\":\($0)" }.joined(separator: ",") + "}"
        let value = try JSON(parsing: many)
        #expect(value["k99999"] == 99_999)
        #expect(value.object?.count == 100_000)
        let same = "{" + (0..<100_000).map { "\"k\":\($0)" }.joined(separator: ",") + "}"
        #expect(try JSON(parsing: same).compact == "{\"k\":99999}")
        #expect(try JSONDocument(parsing: Array(same.utf8)).duplicates.count == 99_999)
    }

    @Test func `a million digits are one number`() throws {
        let digits = String(repeating: "7", count: 1_000_000)
        #expect(try JSON(parsing: digits).compact == digits)
        #expect(try JSON(parsing: "[1e\(digits)]").canonical == "[1e\(digits)]")
    }
}
