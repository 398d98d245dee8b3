// Texts that RFC 8259 doesn't allow: each must be refused by both paths, at a byte within the text.
import JSONCore
import Testing

struct RefusedTextTests {
    static let structures: [String] = [
        "", " ", "\n", "\t\r\n ", "[", "{", "]", "}", "[[", "[{", "{\"a\":[", "{\"a\":{", "[1", "[1,", "[1,2", "[1 2]",
        "[1 ,2",
        "[1,]", "[1,,2]", "[,1]", "[,]", "[\"a\",]", "[\"a\",,]", "[\"a\" \"b\"]", "[1}", "[1]]", "[]]", "[][]",
        "[] []",
        "[1],", "[1] x", "[1]1", "{}}", "{}{}", "{} 1", "{\"a\"}", "{\"a\":}", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}",
        "{\"a\":1,,\"b\":2}", "{,\"a\":1}", "{,}", "{\"a\" 1}", "{\"a\",1}", "{\"a\"::1}", "{:1}", "{\"a\":1 \"b\":2}",
        "{\"a\":1;\"b\":2}", "{\"a\"=1}", "{a:1}", "{'a':1}", "{1:1}", "{null:1}", "{true:1}", "{[]:1}", "{{}:1}",
        "{\"a\":1]", "[\"a\":1]", "{\"a\":1:2}", "{\"a\"", "{\"a\":", "{\"a", "{\"a\":\"b", "{\"a\":\"b\"",
        "{\"a\":\"b\",",
        "{\"a\":\"b\"]", "{\"a\":\"b\"}#", "{\"a\":\"b\"}/**/", "{\"a\":\"b\"}//", "/**/[]", "[/**/]", "[1,/*x*/2]",
        "//x\n1",
        "#x\n1", "[1]//x", "{\"a\":/*x*/1}", "*", "@", "$", "%", "&", "(", ")", ";", "=", "<", ">", "?", "^", "|", "~",
        "!",
        "<.>", "<null>", "[<null>]", "\\", "[\\]", "[\\u0020\"a\"]", "\u{A0}1", "[1\u{A0}]", "1\u{2003}", "\u{B}1",
        "\u{C}[]",
        "[\u{B}1]", "[\u{C}]", "[\u{2060}]", "\u{200B}[]", "[]\u{0}", "\u{0}", "[1,\u{0}2]", "[\n1\n", "[\"a\n",
        "[\r\n,\r\n]",
        "å", "é", "[é]", "\u{FEFF}", "\u{FEFF}{}", "\u{FEFF}[1]", "[\u{FEFF}1]", "“a”", "[“a”]", "‘a’", "{“a”:1}",
        "[1\u{1F}]", "[\u{7F}]", "[1\u{FF}]", "{\"a\":1}\u{1E}", "\u{1E}{\"a\":1}", "{ \"foo\" : \"bar\", \"a\" }",
    ]

    static let words: [String] = [
        "nul", "nulll", "null0", "nullnull", "Null", "NULL", "nil", "None", "undefined", "tru", "truee", "True", "TRUE",
        "fals", "falsey", "False", "FALSE", "t", "f", "n", "[nul]", "[tru]", "[fals]", "[null", "[true", "{\"a\":nul}",
        "{\"a\":truth}", "[true1]", "[truefalse]", "[true,fals]", "NaN", "-NaN", "+NaN", "nan", "[NaN]", "Infinity",
        "-Infinity",
        "+Infinity", "[Infinity]", "[-Infinity]", "inf", "Inf", "-inf", "yes", "no", "on", "off", "a", "abc", "[a]",
        "[abc,1]",
        "{\"a\":b}", "true_", "null-", "false.", "nullé", "[n\u{0}ull]", "nu ll", "tr\nue",
    ]

    static let numbers: [String] = [
        "+1", "++1", "-", "--1", "- 1", "+", ".", ".5", "-.5", "+.5", "1.", "-1.", "0.", "0.e1", "1.e1", "1.e", ".e1",
        "1e", "1E",
        "1e+", "1e-", "1E+", "1e1.5", "1e1e1", "1e++1", "1e+-1", "1ee1", "0e", "0e+", "0E", "0.3e", "0.3e+", "00", "01",
        "-01",
        "-00", "012", "-012", "00.5", "-00.5", "001", "1.2.3", "1..2", "1.2e", "1-2", "1+2", "1_000", "1,000", "1 000",
        "0x1",
        "0x", "0xFF", "0b1", "0o7", "1f", "1d", "1L", "1n", "1a", "1.5a", "1e5a", "-a", "-foo", "1%", "$1", "1€",
        "\u{FF11}", "١",
        "1é", "[1.]", "[.5]", "[+1]", "[01]", "[-01]", "[0x1]", "[1e]", "[1e+]", "[-]", "[1eE2]", "[1.0e]", "[1.0e-]",
        "[2.e3]", "[0.1.2]", "[1 000.0]", "[-1x]", "[1/2]", "[0e]", "[9.e+]", "[-2.]", "[1+1]", "{\"a\":01}",
        "{\"a\":1.}",
        "1 2", "-\u{0}", "1\u{0}", "0123456789012345678901", "-09223372036854775808", "1e 5", "1 e5", "1. 5",
    ]

    static let strings: [String] = [
        "\"", "\"a", "[\"", "[\"a", "[\"a]", "\"\\", "\"\\\"", "[\"\\\"]", "\"a\\", "\"\\u", "\"\\u0", "\"\\u00",
        "\"\\u000",
        "\"\\u0000", "\"\\u\"", "\"\\u0\"", "\"\\u00\"", "\"\\u000\"", "\"\\u000g\"", "\"\\uG000\"", "\"\\u 000\"",
        "\"\\u+000\"",
        "\"\\u-001\"", "\"\\U0041\"", "\"\\u{41}\"", "\"\\x41\"", "\"\\a\"", "\"\\v\"", "\"\\0\"", "\"\\1\"", "\"\\'\"",
        "\"\\ \"",
        "\"\\N\"", "\"\\B\"", "\"\\é\"", "\"\\😀\"", "\"\\\n\"", "\"\\\u{0}\"", "\"\\\t\"", "\"\t\"", "\"\n\"", "\"\r\"",
        "\"\r\n\"",
        "\"\u{0}\"", "\"\u{1}\"", "\"\u{8}\"", "\"\u{B}\"", "\"\u{C}\"", "\"\u{1B}\"", "\"\u{1F}\"",
        "\"1234567\u{1F}\"",
        "\"12345678\u{1F}\"", "\"123456789\n\"", "\"1234567890123456\t\"", "{\"a\nb\":1}", "{\"a\tb\":1}",
        "{\"\\x\":1}",
        "'a'", "['a']", "`a`", "\"a\"\"b\"", "\"a\"b", "\"a\" \"b\"", "[\"a\"b]", "[\"a\"1]", "[\"a\"true]",
        "\"\\uD800\"",
        "\"\\uDBFF\"", "\"\\uDC00\"", "\"\\uDFFF\"", "\"\\uD800a\"", "\"\\uD800 \\uDC00\"", "\"\\uD800\\n\"",
        "\"\\uD800\\u\"",
        "\"\\uD800\\uD800\"", "\"\\uD800\\u0041\"", "\"\\uDC00\\uD800\"", "\"\\uDC00\\uDC00\"", "\"\\uD800\\uDBFF\"",
        "\"\\uD800\\uE000\"", "\"\\ud800\"", "\"\\uD83D\\uDE0\"", "\"\\uD83D\\uDE0G\"", "\"\\uD83D\\", "\"\\uD83D\\u",
        "\"\\uD83D",
        "\"\\uD83D\\\"", "\"a\\uDEADb\"", "{\"\\uD800\":1}", "\"\\uD800\\\\uDC00\"", "\"\\u\\uDC00\"",
    ]

    @Test(arguments: structures + words + numbers + strings)
    func `an invalid text is refused`(text: String) {
        expectRefused(Array(text.utf8))
    }

    /// What follows a quote; closed by another.
    static let badUTF8: [[UInt8]] = [
        [0x80], [0xBF], [0xC0], [0xC1], [0xC0, 0x80], [0xC0, 0xAF], [0xC1, 0xBF], [0xC2], [0xC2, 0x41], [0xC2, 0xC2],
        [0xC3, 0x28],
        [0xE0], [0xE0, 0x80], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF], [0xE0, 0xA0], [0xE2, 0x82], [0xE2, 0x28, 0xA1],
        [0xE2, 0x82, 0x28], [0xED, 0xA0, 0x80], [0xED, 0xAF, 0xBF], [0xED, 0xB0, 0x80], [0xED, 0xBF, 0xBF],
        [0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80], [0xEF, 0xBF], [0xF0], [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x8F, 0xBF, 0xBF],
        [0xF0, 0x9F], [0xF0, 0x9F, 0x98], [0xF0, 0x9F, 0x98, 0x28], [0xF0, 0x28, 0x8C, 0xBC], [0xF4, 0x90, 0x80, 0x80],
        [0xF4, 0xBF, 0xBF, 0xBF], [0xF5], [0xF5, 0x80, 0x80, 0x80], [0xF7, 0xBF, 0xBF, 0xBF],
        [0xF8, 0x88, 0x80, 0x80, 0x80],
        [0xFC, 0x80, 0x80, 0x80, 0x80, 0x80], [0xFE], [0xFF], [0xFF, 0xFF], [0x61, 0xE9, 0x62], [0xC3, 0xA9, 0xA9],
        [0xE4, 0xF6, 0xFC], [0xFC, 0x83, 0xBF, 0xBF, 0xBF, 0xBF],
        [0xCE, 0xBA, 0xE1, 0xBD, 0xB9, 0xCF, 0x83, 0xCE, 0xBC, 0xCE],
    ]

    @Test(arguments: badUTF8)
    func `bytes that are not UTF-8 are refused in texts, names and between values`(bytes: [UInt8]) {
        let quote = UInt8(ascii: "\"")
        for padding in ["", "1234567", "12345678", "é", "\\n"] {
            expectRefused([quote] + Array(padding.utf8) + bytes + [quote])
            expectRefused([quote] + Array(padding.utf8) + bytes)
        }
        expectRefused(Array("{\"".utf8) + bytes + Array("\":1}".utf8))
        expectRefused(Array("[1,".utf8) + bytes + Array("]".utf8))
        expectRefused(Array("1".utf8) + bytes)
        expectRefused(bytes)
    }

    @Test(
        arguments: [
            [0xFE, 0xFF, 0x00, 0x5B, 0x00, 0x5D], [0xFF, 0xFE, 0x5B, 0x00, 0x5D, 0x00], [0x5B, 0x00, 0x5D, 0x00],
            [0x00, 0x5B, 0x00, 0x5D],
            [0x00, 0x00, 0x00, 0x31], [0x31, 0x00, 0x00, 0x00], [0x00, 0x00, 0xFE, 0xFF, 0x00, 0x00, 0x00, 0x31],
        ] as [[UInt8]])
    func `other encodings are refused`(bytes: [UInt8]) {
        expectRefused(bytes)
    }

    @Test func `every proper beginning of a text is refused`() {
        let text = Array("{\"a\":[1.5e3,\"x\\n\\u00e9é\",{\"b\":null,\"c\":[true,false]}],\"long name here\":{}}".utf8)
        #expect(throws: Never.self) { try JSON(parsing: text) }
        for end in 0..<text.count { expectRefused(Array(text[..<end])) }
    }

    private func expectRefused(_ bytes: [UInt8], sourceLocation: SourceLocation = #_sourceLocation) {
        var first: JSONError?
        do {
            let value = try JSON(parsing: bytes)
            Issue.record("read as \(value.compact)", sourceLocation: sourceLocation)
        } catch { first = error }
        do {
            _ = try JSONDocument(parsing: bytes)
            Issue.record("read as a document", sourceLocation: sourceLocation)
        } catch {
            #expect(error == first, sourceLocation: sourceLocation)
            #expect((0...bytes.count).contains(error.offset), sourceLocation: sourceLocation)
            #expect(!error.message.isEmpty, sourceLocation: sourceLocation)
        }
    }
}
