// Compact, indented and canonical text.
import JSONCore
import Testing

struct JSONWritingTests {
    @Test(arguments: [
        0, 1, -1, 9, 10, 99, 100, -10, 12345, 1_000_000_007, Int.max, Int.min, Int.max - 1, 999_999_999_999_999_999,
        1_000_000_000_000_000_000,
    ])
    func `integers are written digit by digit`(integer: Int) {
        #expect(JSON.integer(integer).compact == String(integer))
    }

    @Test func `control characters, quotes and backslashes are escaped and nothing else`() {
        let text =
            String(String.UnicodeScalarView((0...0x7F).compactMap { Unicode.Scalar(UInt32($0)) })) + "é€😀\u{2028}"
        let start =
            "\"\\u0000\\u0001\\u0002\\u0003\\u0004\\u0005\\u0006\\u0007\\b\\t\\n\\u000b\\f\\r\\u000e\\u000f\\u0010\\u0011\\u0012\\u0013"
            + "\\u0014\\u0015\\u0016\\u0017\\u0018\\u0019\\u001a\\u001b\\u001c\\u001d\\u001e\\u001f !\\\"#$%&'()*+,-./0123456789"
        let end = ":;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\\\]^_`abcdefghijklmnopqrstuvwxyz{|}~\u{7F}é€😀\u{2028}\""
        #expect(JSON.string(text).compact == start + end)
    }

    @Test func `an escape at every place of a text of every length is written`() throws {
        for length in 0..<40 {
            for place in 0..<length {
                var text = Array(repeating: Character("x"), count: length)
                text[place] = "\n"
                let string = String(text)
                #expect(
                    JSON.string(string).compact == "\""
                        + string.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\\n")
                        + "\"")
                #expect(try JSON(parsing: JSON.string(string).compactBytes) == .string(string))
            }
        }
    }

    @Test func `the three compact forms are the same and appending appends`() {
        let value: JSON = ["a": [1, nil, true, "x"], "b": [:], "c": []]
        #expect(value.compact == "{\"a\":[1,null,true,\"x\"],\"b\":{},\"c\":[]}")
        #expect(value.compactBytes == Array(value.compact.utf8))
        var bytes: [UInt8] = [7]
        value.write(to: &bytes)
        #expect(bytes == [7] + value.compactBytes)
    }

    @Test func `large texts written in turn and at once are each their own`() async {
        // Large blocks of memory are kept for the next text: what an earlier one left in them must not show.
        func text(_ letter: Character, _ bytes: Int) -> JSON {
            .array([.string(String(repeating: letter, count: bytes))])
        }
        let sizes = [70_000, 9 << 20, 1 << 20, 64 << 10, 200_000, 8 << 20, 100]
        for (size, letter) in zip(sizes, "abcdefg") {
            #expect(text(letter, size).compactBytes == Array(#"["\#(String(repeating: letter, count: size))"]"#.utf8))
        }
        let all = await withTaskGroup(of: Bool.self) { group in
            for letter in "abcdefghijkl" {
                let value = text(letter, 90_000 + Int(letter.asciiValue ?? 0) * 10_000)
                group.addTask {
                    let first = value.compact
                    return (0..<20).allSatisfy { _ in value.compact == first }
                        && first.utf8.dropFirst(2).dropLast(2).allSatisfy { $0 == letter.asciiValue }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(all == Array(repeating: true, count: 12))
    }

    @Test func `indented text has two spaces a level and keeps empty brackets together`() throws {
        let value = try JSON(parsing: "{\"b\":[1,{\"c\":[]},[2.50]],\"a\":{},\"d\":\"x\"}")
        #expect(
            value.indented == """
                {
                  "b": [
                    1,
                    {
                      "c": []
                    },
                    [
                      2.50
                    ]
                  ],
                  "a": {},
                  "d": "x"
                }
                """)
        #expect(try JSON(parsing: value.indented) == value)
        #expect(JSON.array([]).indented == "[]")
    }

    @Test(arguments: [
        // RFC 8785 Appendix B, those that a double prints as the same number
        ("0", "0"), ("-0", "0"), ("-0.0", "0"), ("0e99", "0"), ("5e-324", "5e-324"), ("-5E-324", "-5e-324"),
        ("1.7976931348623157e308", "1.7976931348623157e+308"), ("9007199254740992", "9007199254740992"),
        ("-9007199254740992", "-9007199254740992"), ("295147905179352830000", "295147905179352830000"),
        ("9.999999999999997e22", "9.999999999999997e+22"), ("1e23", "1e+23"),
        ("1.0000000000000001e23", "1.0000000000000001e+23"),
        ("999999999999999700000", "999999999999999700000"), ("1e21", "1e+21"), ("1E20", "100000000000000000000"),
        ("9.999999999999997e-7", "9.999999999999997e-7"), ("0.000001", "0.000001"), ("1e-6", "0.000001"),
        ("1e-7", "1e-7"),
        ("0.0000001", "1e-7"), ("333333333.3333332", "333333333.3333332"), ("4.50", "4.5"), ("2e-3", "0.002"),
        ("10.00", "10"),
        ("0.000000000000000000000000001", "1e-27"), ("1E30", "1e+30"), ("-1.50", "-1.5"), ("123456.7890", "123456.789"),
        ("1e2", "100"), ("12e-1", "1.2"), ("0.1", "0.1"), ("100", "100"), ("9007199254740994", "9007199254740994"),
        // Not held exactly: as written
        ("333333333.33333329", "333333333.33333329"), ("9007199254740993", "9007199254740993"), ("1e400", "1e400"),
        ("1e-400", "1e-400"), ("3.141592653589793238462643", "3.141592653589793238462643"),
        ("9223372036854775807", "9223372036854775807"), ("1152921504606846976", "1152921504606846976"),
        ("123456789012345678901234567890", "123456789012345678901234567890"), ("1e999999999999", "1e999999999999"),
    ])
    func `canonical numbers are ECMAScript's where that is the same number`(text: String, canonical: String) throws {
        #expect(try JSON(parsing: text).canonical == canonical)
    }

    @Test func `canonical members are sorted by UTF-16`() throws {
        // RFC 8785 §3.2.3
        let text = """
            {"\\u20ac":"Euro Sign","\\r":"Carriage Return","\\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One",
             "\\ud83d\\ude00":"Emoji: Grinning Face","\\u0080":"Control","\\u00f6":"Latin Small Letter O With Diaeresis"}
            """
        let sorted = try JSON(parsing: JSON(parsing: text).canonical)
        #expect(
            sorted.object?.values.compactMap(\.string) == [
                "Carriage Return", "One", "Control", "Latin Small Letter O With Diaeresis", "Euro Sign",
                "Emoji: Grinning Face",
                "Hebrew Letter Dalet With Dagesh",
            ])
    }

    @Test func `the canonical sample of the RFC is written as it says`() throws {
        let text = """
            { "numbers": [333333333.3333333, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
              "string": "\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\"\\/", "literals": [null, true, false] }
            """
        let canonical =
            "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],"
            + "\"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}"
        #expect(try JSON(parsing: text).canonical == canonical)
    }
}
