// RFC 6901: the examples of its §5 and what it forbids.
import JSONCore
import Testing

struct JSONPointerTests {
    static let document: JSON = [
        "foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3, "g|h": 4, "i\\j": 5, "k\"l": 6, " ": 7, "m~n": 8,
    ]

    @Test(
        arguments: [
            ("/foo", ["bar", "baz"]), ("/foo/0", "bar"), ("/", 0), ("/a~1b", 1), ("/c%d", 2), ("/e^f", 3), ("/g|h", 4),
            ("/i\\j", 5),
            ("/k\"l", 6), ("/ ", 7), ("/m~0n", 8), ("/foo/1", "baz"),
        ] as [(String, JSON)])
    func `the examples of the RFC point where it says`(text: String, value: JSON) throws {
        let pointer = try #require(JSONPointer(parsing: text))
        #expect(Self.document[pointer: pointer] == value)
        #expect(pointer.description == text)
    }

    @Test func `the empty pointer is the whole value`() throws {
        let pointer = try #require(JSONPointer(parsing: ""))
        #expect(pointer.tokens.isEmpty)
        #expect(Self.document[pointer: pointer] == Self.document)
    }

    @Test(arguments: ["foo", "~", "/~", "/a~", "/a~2", "/~~", "a/b", "#/foo", " /foo", "/~0~", "/~/a"])
    func `a text that is no pointer is refused`(text: String) {
        #expect(JSONPointer(parsing: text) == nil)
    }

    @Test(arguments: [
        "/bar", "/foo/2", "/foo/-", "/foo/00", "/foo/01", "/foo/+1", "/foo/-1", "/foo/", "/foo/ 1", "/foo/1.0",
        "/foo/0/x", "/foo/bar",
        "/foo/99999999999999999999999", "//", "/a/b", "/FOO", "/foo/٠",
    ])
    func `a pointer to nothing has no value`(text: String) throws {
        #expect(Self.document[pointer: try #require(JSONPointer(parsing: text))] == nil)
    }

    @Test(arguments: [
        (["~1"], "/~01"), (["~"], "/~0"), (["/"], "/~1"), (["~0", "a/b", ""], "/~00/a~1b/"), ([""], "/"),
        (["", ""], "//"),
        (["é", "0"], "/é/0"), ([], ""),
    ])
    func `tokens are escaped when written and back when read`(tokens: [String], text: String) throws {
        #expect(JSONPointer(tokens).description == text)
        #expect(try #require(JSONPointer(parsing: text)).tokens == tokens)
    }

    @Test func `a token can be appended`() {
        #expect(JSONPointer(["steps"]).appending(0).appending("a/b").description == "/steps/0/a~1b")
    }
}
