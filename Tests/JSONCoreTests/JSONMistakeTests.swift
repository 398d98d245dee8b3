// What the reader says about mistakes, and where.
import JSONCore
import Testing

struct JSONMistakeTests {
    @Test(arguments: [
        ("", 0, "the text is empty"), ("  ", 0, "the text is empty"),
        ("{\"a\": 1 \"b\": 2}", 8, "a comma is missing between two members"),
        ("[1 2]", 3, "a comma is missing between two elements"),
        ("[1, 2,]", 5, "trailing comma"), ("[1, 2, ]", 5, "trailing comma"), ("{\"a\": 1, }", 7, "trailing comma"),
        ("{\"a\": 1,,}", 8, "a comma where the name of a member was expected"),
        ("[1,,2]", 3, "a value is missing before this comma"),
        ("{\"a\": \"b}", 6, "this text is not closed"), ("{\"a\": \"b\n}", 6, "this text is not closed on its line"),
        ("{\"a\": [1, 2}", 11, "this } closes a list; a list ends with ]"),
        ("{\"a\": 1]", 7, "this ] closes an object"),
        ("{\"a\": 1", 7, "the object that starts at line 1, column 1 is not closed with }"),
        ("{\n  \"é\": [1,\n 2\n", 16, "the list that starts at line 2, column 8 is not closed with ]"),
        ("{\"a\" 1}", 5, "a colon is missing between the name and its value"),
        ("{\"a\"}", 4, "this member has a name but no value"),
        ("{\"a\": }", 6, "a value is missing here"), ("{a: 1}", 1, "the name of a member must be in double quotes"),
        ("{1: 1}", 1, "not a number"), ("{'a': 1}", 1, "double quotes"), ("[“a”]", 1, "typographic quotes"),
        ("[1]]", 3, "there is a ] too many"), ("{}}", 2, "there is a } too many"),
        ("[] []", 3, "more text after the end"),
        ("[],", 2, "a comma after the end"), ("[1 // one\n]", 3, "JSON has no comments"),
        ("# x\n{}", 0, "JSON has no comments"),
        ("True", 0, "did you mean true?"), ("[None]", 1, "did you mean null?"), ("[NaN]", 1, "no NaN"),
        ("[-Infinity]", 1, "no NaN"),
        ("[abc]", 1, "a text needs double quotes"), ("01", 0, "can't start with a zero"),
        ("+1", 0, "can't start with +"),
        (".5", 0, "needs a digit before its point"), ("1.", 0, "a digit is missing after the point"),
        ("[2e]", 1, "a digit is missing in the exponent"), ("[-]", 1, "a digit is missing after the minus"),
        ("[12abc]", 1, "this is not a number"), ("[\"a\\x\"]", 3, "there is no such escape"),
        ("[\"\\u12\"]", 2, "\\u needs four digits"), ("[\"a\\uD800\"]", 3, "half a character"),
        ("[\"a\tb\"]", 3, "a tab inside a text"),
        ("[\"a\u{1}b\"]", 3, "must be written \\u0001"), ("\u{FEFF}{}", 0, "byte order mark"),
        ("[1,\u{A0}2]", 3, "no plain space"),
        ("[\"a\": 1]", 4, "a name and a colon need an object"), ("{\"a\": 1; \"b\": 2}", 7, "not a semicolon"),
        ("{\"a\" = 1}", 5, "not ="), ("]", 0, "nothing to close"), ("{\"a\": 1: 2}", 7, "a second colon"),
        ("[\\n]", 1, "a backslash outside a text"),
    ])
    func `a mistake is named where it is`(text: String, offset: Int, part: String) {
        let error = #expect(throws: JSONError.self) { try JSON(parsing: text) }
        #expect(error?.offset == offset)
        #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
    }

    @Test func `bytes that are not UTF-8 are pointed at`() {
        let error = #expect(throws: JSONError.self) {
            try JSON(parsing: Array("{\"name\": \"M".utf8) + [0xFC] + Array("ller\"}".utf8))
        }
        #expect(error == JSONError(message: "the text is not valid UTF-8 here; save it as UTF-8", offset: 11))
    }

    @Test func `UTF-16 is recognised`() {
        let error = #expect(throws: JSONError.self) { try JSON(parsing: [0xFF, 0xFE, 0x7B, 0x00] as [UInt8]) }
        #expect(error?.message.contains("UTF-16") == true)
    }

    @Test func `no message repeats the text, which may hold secrets`() {
        for text in [
            "hunter2", "[hunter2]", "{hunter2:1}", "{\"a\":1hunter2}", "[\"hunter2\\q\"]", "{\"hunter2\" \"x\"}",
            "[1] hunter2",
        ] {
            let error = #expect(throws: JSONError.self) { try JSON(parsing: text) }
            #expect(error?.description.contains("hunter") == false)
        }
    }
}
