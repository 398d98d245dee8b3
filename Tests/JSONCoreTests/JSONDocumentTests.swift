// Places: nodes, lines and columns, bytes behind escapes, repeated names.
import JSONCore
import Testing

struct JSONDocumentTests {
    @Test func `each node and name has the bytes it takes`() throws {
        let text = " {\"a\": [1, -2.5e3, \"é\"],\n\t\"b c\" : {\"d\": null, \"e\": true} } "
        let document = try JSONDocument(parsing: Array(text.utf8))
        func written(_ range: Range<Int>) -> String { String(decoding: document.bytes[range], as: UTF8.self) }
        #expect(written(document.root.range) == text.trimmingSpaces)
        guard case .object(let members) = document.root.content else { throw Unexpected() }
        #expect(members.map { written($0.keyRange) } == ["\"a\"", "\"b c\""])
        #expect(members.map { written($0.value.range) } == ["[1, -2.5e3, \"é\"]", "{\"d\": null, \"e\": true}"])
        guard case .array(let nodes) = members[0].value.content else { throw Unexpected() }
        #expect(nodes.map { written($0.range) } == ["1", "-2.5e3", "\"é\""])
        guard case .object(let inner) = members[1].value.content else { throw Unexpected() }
        #expect(inner.map { written($0.value.range) } == ["null", "true"])
    }

    @Test(arguments: [
        (0, 1, 1), (1, 1, 2), (2, 1, 3), (3, 2, 1), (4, 2, 2), (5, 2, 3), (7, 2, 4), (11, 2, 5), (12, 3, 1), (14, 4, 1),
        (15, 5, 1),
        (16, 5, 2), (99, 5, 2), (-1, 1, 1),
    ])
    func `lines and columns count characters`(offset: Int, line: Int, column: Int) {
        // Bytes:  0 [ 1 space 2 LF | 3 [ 4 " 5-6 é 7-10 😀 11 LF | 12 CR 13 LF | 14 CR | 15 ]
        let lines = TextLines("[ \n[\"é😀\n\r\n\r]".utf8)
        let place = lines.lineAndColumn(at: offset)
        #expect(place == (line, column))
        #expect(lines.count == 5)
    }

    @Test func `a line is given without its end`() throws {
        let document = try JSONDocument(parsing: Array("[\r\n  \"é\",\n2\r]".utf8))
        #expect((0...5).map(document.line) == ["", "[", "  \"é\",", "2", "]", ""])
        #expect(document.lineAndColumn(at: 9) == (2, 6))
    }

    @Test(arguments: [
        ("\"abc\"", 0, 1), ("\"abc\"", 2, 3), ("\"abc\"", 3, 4), ("\"abc\"", 99, 4), ("\"a\\nb\"", 1, 2),
        ("\"a\\nb\"", 2, 4),
        ("\"\\u0041b\"", 1, 7), ("\"\\u00e9b\"", 0, 1), ("\"\\u00e9b\"", 1, 1), ("\"\\u00e9b\"", 2, 7),
        ("\"\\u20acb\"", 3, 7),
        ("\"\\ud83d\\ude00b\"", 3, 1), ("\"\\ud83d\\ude00b\"", 4, 13), ("\"é😀b\"", 2, 3), ("\"é😀b\"", 6, 7),
        ("\"\"", 0, 1),
        ("\"\\\\\\\"x\"", 2, 5), ("\"{{ a\\t}}\"", 5, 7), ("\"\\/\\b\\f\\r\"", 3, 7), ("12", 1, 0), ("[\"a\"]", 0, 0),
    ])
    func `a byte of a decoded text is found in the file`(text: String, decoded: Int, offset: Int) throws {
        let document = try JSONDocument(parsing: Array(text.utf8))
        #expect(document.fileOffset(ofDecoded: decoded, in: document.root) == offset)
    }

    @Test func `places within a name are found too`() throws {
        let document = try JSONDocument(parsing: Array("{\"a\\tb\": 1}".utf8))
        guard case .object(let members) = document.root.content else { throw Unexpected() }
        #expect(document.fileOffset(ofDecoded: 2, inStringAt: members[0].keyRange) == 5)
    }

    @Test func `repeated names are listed with their places`() throws {
        let text =
            "{\"a\": 1, \"b\": [{\"x/y\": 1, \"x/y\": 2, \"x\\/y\": 3}], \"a\": {\"c\": 1, \"c\": 2}, \"\\u0061\": 4}"
        let document = try JSONDocument(parsing: Array(text.utf8))
        let found = document.duplicates.map {
            "\($0.pointer) \(String(decoding: document.bytes[$0.range], as: UTF8.self))"
        }
        #expect(found == ["/b/0/x~1y \"x/y\"", "/b/0/x~1y \"x\\/y\"", "/a \"a\"", "/a/c \"c\"", "/a \"\\u0061\""])
        #expect(document.root.json.compact == "{\"a\":4,\"b\":[{\"x/y\":3}]}")
    }

    @Test func `a document without repeated names lists none`() throws {
        let text = "{\"a\": {\"a\": [{\"a\": 1}, {\"a\": 1}]}, \"A\": 1, \"\u{E9}\": 1, \"e\u{301}\": 2}"
        #expect(try JSONDocument(parsing: Array(text.utf8)).duplicates.isEmpty)
    }

    private struct Unexpected: Error {}
}

extension String {
    fileprivate var trimmingSpaces: String {
        var rest = self[...]
        while rest.first == " " { rest = rest.dropFirst() }
        while rest.last == " " { rest = rest.dropLast() }
        return String(rest)
    }
}
