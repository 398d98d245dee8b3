// Texts that RFC 8259 allows: each must be read, by both paths, as the value beside it.
import JSONCore
import Testing

/// A text and the compact form of what it means.
struct AcceptedText: Sendable, CustomTestStringConvertible {
    let text: String
    let compact: String
    init(_ text: String, _ compact: String? = nil) { (self.text, self.compact) = (text, compact ?? text) }
    var testDescription: String { String(text.prefix(40)) }
}

struct AcceptedTextTests {
    static let structures: [AcceptedText] = [
        .init("[]"), .init("{}"), .init("[[]]"), .init("[{}]"), .init("{\"a\":[]}"), .init("{\"a\":{}}"),
        .init("[ ]", "[]"), .init("{ }", "{}"), .init("[\n]", "[]"), .init("{\r\n}", "{}"),
        .init("[\t1\t,\t2\t]", "[1,2]"),
        .init("[1]"), .init("[1,2]"), .init("[1,[2,[3]]]"), .init("[null,1,\"a\",true,false]"),
        .init("[null,null,null]"), .init("[[[[[[]]]]]]"), .init("[[],[],{}]"), .init("[\"\"]"), .init("[\"a\"]"),
        .init(" [] ", "[]"), .init("\n\r\t []\n\r\t ", "[]"), .init("[] \n", "[]"), .init("[1 , 2]", "[1,2]"),
        .init("[1\n,2\n]", "[1,2]"), .init("{\"a\":1}"), .init("{\"a\" : 1}", "{\"a\":1}"),
        .init("{ \"a\":1 , \"b\":2 }", "{\"a\":1,\"b\":2}"), .init("{\n\"a\"\n:\n1\n}", "{\"a\":1}"),
        .init("{\"b\":1,\"a\":2,\"c\":3}"), .init("{\"\":0}"), .init("{\"\":{\"\":{\"\":[]}}}"),
        .init("{\"a\":{\"a\":{\"a\":1}}}"), .init("[{\"a\":1},{\"a\":2},{\"b\":3}]"), .init("{\"a\":[1,{\"b\":[2]}]}"),
        .init("{\"a\":null,\"b\":true,\"c\":false}"),
        .init("{\"x\":[{\"id\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}]}"),
        .init("{\"\\u0000\":1}"), .init("{\"a\\\"b\":1}"), .init("{\"\\u0061\":1}", "{\"a\":1}"),
        .init("{\"é\":1,\"日本\":2,\"😀\":3}"), .init("{\"a b\":1}"), .init("{\"__proto__\":1}"),
        .init("null"), .init("true"), .init("false"), .init("0"), .init("\"\""), .init("\"a\""), .init("-1"),
        .init(" null ", "null"), .init("\ttrue\n", "true"), .init(" 7 ", "7"), .init("\r\"x\"\r", "\"x\""),
        .init("1.5"),
    ]

    static let repeatedNames: [AcceptedText] = [
        .init("{\"a\":1,\"a\":2}", "{\"a\":2}"), .init("{\"a\":1,\"a\":1}", "{\"a\":1}"),
        .init("{\"a\":1,\"b\":2,\"a\":3}", "{\"a\":3,\"b\":2}"), .init("{\"a\":1,\"\\u0061\":2}", "{\"a\":2}"),
        .init("{\"a\":{\"x\":1},\"a\":{\"y\":2}}", "{\"a\":{\"y\":2}}"), .init("{\"\":1,\"\":2}", "{\"\":2}"),
        .init("{\"a\":1,\"A\":2}"), .init("{\"a\":null,\"a\":[]}", "{\"a\":[]}"),
        // One and two code points for the same letter are two names.
        .init("{\"\u{E9}\":1,\"e\u{301}\":2}"),
    ]

    static let numbers: [AcceptedText] = [
        .init("[0]"), .init("[-0]"), .init("[1]"), .init("[-1]"), .init("[10]"), .init("[123]"), .init("[-123]"),
        .init("[0.0]"), .init("[-0.0]"), .init("[0.5]"), .init("[10.00]"), .init("[1.50]"), .init("[123.456]"),
        .init("[1e1]"), .init("[1E1]"), .init("[1e+1]"), .init("[1e-1]"), .init("[1E+2]"), .init("[1E-2]"),
        .init("[0e1]"), .init("[0e+1]"), .init("[0E-0]"), .init("[1.5e10]"), .init("[-1.5E-10]"), .init("[1e00]"),
        .init("[1e0000000001]"), .init("[20e1]"), .init("[123e45]"), .init("[123.456e78]"), .init("[123.456789]"),
        .init("[1e400]"), .init("[-1e400]"), .init("[1e-400]"),
        .init("[0.4e00669999999999999999999999999999999999969]"),
        .init("[123123e100000]"), .init("[123e-10000000]"), .init("[1e99999999999999999999]"),
        .init("[9223372036854775807]"), .init("[-9223372036854775808]"), .init("[9223372036854775808]"),
        .init("[-9223372036854775809]"), .init("[18446744073709551615]"), .init("[18446744073709551616]"),
        .init("[99999999999999999999999999999999999999]"), .init("[-99999999999999999999999999999999999999]"),
        .init("[100000000000000000000]"), .init("[1000000000000000000]"), .init("[-1000000000000000000]"),
        .init("[-0.000000000000000000000000000000000000000000000000000000000000000000000000000001]"),
        .init("[3.141592653589793238462643383279]"), .init("[0.1]"), .init("[1.7976931348623157e308]"),
        .init("[5e-324]"), .init("[4294967296]"), .init("[-2147483648]"), .init("[9007199254740993]"),
        .init("[1,2.0,3e0,-4]"), .init("{\"a\":-0.0e-0}"), .init("-0"), .init("12345678901234567890"),
    ]

    static let strings: [AcceptedText] = [
        .init("[\"\\\"\"]"), .init("[\"\\\\\"]"), .init("[\"\\/\"]", "[\"/\"]"), .init("[\"\\b\\f\\n\\r\\t\"]"),
        .init("[\"/\"]"), .init("[\"\\u0022\"]", "[\"\\\"\"]"), .init("[\"\\u005C\"]", "[\"\\\\\"]"),
        .init("[\"\\u005c\\u002f\"]", "[\"\\\\/\"]"), .init("[\"\\u0000\"]"), .init("[\"\\u001f\"]"),
        .init("[\"\\u001F\"]", "[\"\\u001f\"]"), .init("[\"\\u0008\\u000c\"]", "[\"\\b\\f\"]"),
        .init("[\"\\u000a\\u000d\\u0009\"]", "[\"\\n\\r\\t\"]"), .init("[\"\\u0041\"]", "[\"A\"]"),
        .init("[\"\\u007F\"]", "[\"\u{7F}\"]"), .init("[\"\u{7F}\"]"), .init("[\"\\u0080\"]", "[\"\u{80}\"]"),
        .init("[\"\\u00e9\"]", "[\"é\"]"), .init("[\"\\u00E9\"]", "[\"é\"]"), .init("[\"\\u07FF\"]", "[\"\u{7FF}\"]"),
        .init("[\"\\u0800\"]", "[\"\u{800}\"]"), .init("[\"\\uD7FF\"]", "[\"\u{D7FF}\"]"),
        .init("[\"\\uE000\"]", "[\"\u{E000}\"]"), .init("[\"\\uFFFF\"]", "[\"\u{FFFF}\"]"),
        .init("[\"\\uFFFE\"]", "[\"\u{FFFE}\"]"),
        .init("[\"\\uFEFF\"]", "[\"\u{FEFF}\"]"), .init("[\"\u{FEFF}\"]"),
        .init("[\"\\u2028\\u2029\"]", "[\"\u{2028}\u{2029}\"]"),
        .init("[\"\u{2028}\u{2029}\"]"), .init("[\"\\uD83D\\uDE00\"]", "[\"😀\"]"),
        .init("[\"\\ud83d\\ude00\"]", "[\"😀\"]"), .init("[\"\\uD800\\uDC00\"]", "[\"\u{10000}\"]"),
        .init("[\"\\uDBFF\\uDFFF\"]", "[\"\u{10FFFF}\"]"), .init("[\"a\\uD83D\\uDE00b\\uD83D\\uDE00\"]", "[\"a😀b😀\"]"),
        .init("[\"\\\\u0041\"]"), .init("[\"\\\\uD800\"]"), .init("[\"\\\\\\\\\"]"), .init("[\"\\\\n\"]"),
        .init("[\"é\"]"), .init("[\"€\"]"), .init("[\"😀\"]"), .init("[\"\u{10FFFF}\"]"), .init("[\"\u{80}\"]"),
        .init("[\"日本語のテキスト\"]"), .init("[\"e\u{301}\"]"), .init("[\"👩‍👩‍👧‍👦\"]"), .init("[\"naïve café, 12345678 €\"]"),
        .init("[\"a\",\"bb\",\"ccc\",\"dddd\",\"eeeee\",\"ffffff\",\"ggggggg\",\"hhhhhhhh\",\"iiiiiiiii\"]"),
        .init("[\"exactly fifteen\",\"exactly sixteen!\",\"more than sixteen\"]"), .init("[\"1234567\\n\"]"),
        .init("[\"12345678\\n\"]"), .init("[\"123456789\\n\"]"), .init("[\"1234567é\"]"), .init("[\"12345678é\"]"),
        .init("[\"// no comment /* here */ # too\"]"), .init("[\"{}[],:\"]"), .init("[\"null\"]"), .init("[\" \"]"),
        .init("\"a long text whose end is the end of everything\""), .init("[\"it's\"]"), .init("[\"&<>\"]"),
        .init("[\"new\\u00A0line\"]", "[\"new\u{A0}line\"]"),
        .init("[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]", "[\"\\\"\\\\/\\b\\f\\n\\r\\t\"]"),
    ]

    @Test(arguments: structures + repeatedNames + numbers + strings)
    func `a valid text is read as what it means`(accepted: AcceptedText) throws {
        let bytes = Array(accepted.text.utf8)
        let value = try JSON(parsing: bytes)
        #expect(value.compact == accepted.compact)
        #expect(try JSON(parsing: accepted.text) == value)
        #expect(try JSONDocument(parsing: bytes).root.json == value)
    }

    @Test(arguments: structures + numbers + strings)
    func `a valid text is valid at every alignment and between others`(accepted: AcceptedText) throws {
        for padding in 0..<9 {
            let text =
                "[" + String(repeating: " ", count: padding) + accepted.text + ",\"" + accepted.text.prefix(0) + "\"]"
            #expect(try JSON(parsing: text)[0]?.compact == accepted.compact)
        }
    }

    @Test func `every character up to 0x2FFF and some of each plane survive`() throws {
        var scalars = (0x20..<0x3000).compactMap(Unicode.Scalar.init)
        for plane in 1...16 { scalars += [0, 1, 0xFF, 0xFFFD].compactMap { Unicode.Scalar(UInt32(plane << 16 + $0)) } }
        for scalar in scalars where scalar != "\"" && scalar != "\\" {
            let text = "\"\(scalar)\""
            #expect(try JSON(parsing: text).string.map { Array($0.unicodeScalars) } == [scalar])
        }
    }

    @Test func `integers of 64 bits are integers and all other numbers keep their text`() throws {
        #expect(try JSON(parsing: "9223372036854775807") == .integer(.max))
        #expect(try JSON(parsing: "-9223372036854775808") == .integer(.min))
        #expect(try JSON(parsing: "0") == 0)
        for text in ["-0", "9223372036854775808", "-9223372036854775809", "1.0", "1e2", "10.00", "1E400"] {
            guard case .number(let number) = try JSON(parsing: text) else {
                Issue.record("\(text) was made an integer")
                continue
            }
            #expect(number.text == text)
        }
    }

    @Test func `bytes that do not lie together are read too`() throws {
        let bytes = Array("{\"a\": [1, 2.50]}".utf8)
        #expect(try JSON(parsing: bytes.lazy.map { $0 }).compact == "{\"a\":[1,2.50]}")
        #expect(try JSON(parsing: bytes[...]).compact == "{\"a\":[1,2.50]}")
        #expect(try JSON(parsing: bytes.dropFirst(6).dropLast()).compact == "[1,2.50]")
        let raw = try bytes.withUnsafeBytes { raw in try JSON(parsing: raw) }
        #expect(raw.compact == "{\"a\":[1,2.50]}")
        let anySequence = AnySequence(bytes)
        #expect(try JSON(parsing: anySequence).compact == "{\"a\":[1,2.50]}")
    }
}
