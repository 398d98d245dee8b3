// The grammar of formulas: what is read, and as what.

import Testing

@testable import RecipeLanguage

struct FormulaGrammarTests {
    @Test(arguments: [
        ("1_000", "1000"), ("0x1f", "31"), ("0b101", "5"), ("1.50", "1.5"), ("1e3", "1000.0"), ("-7", "-7"),
        ("9223372036854775808", "9223372036854775808"), ("'it''s'", "\"its\""), (#"'a\'b\n'"#, #""a'b\\n""#),
        (#""tab\tnew\n""#, #""tab\tnew\n""#), (#""\u{1F600}\u00e9\x41""#, "\"😀éA\""),
        (#""a#{1 + 1}b#{name.upcase}""#, "\"a2bZOË\""),
        (##""#{"x#{1}"}""##, "\"x1\""), ("'a#{1}'", "\"a\\#{1}\""), (":sym", "\"sym\""), ("%w[a b]", "[\"a\", \"b\"]"),
        ("true", "true"), ("nil", "nil"),
        ("null", "nil"), ("[1, 'a', nil,]", "[1, \"a\", nil]"),
        ("{a: 1, 'b c': 2, \"d\" => 3, 4 => 5}", "{\"a\"=>1, \"b c\"=>2, \"d\"=>3, 4=>5}"),
        ("{}", "{}"), ("1..3", "1..3"), ("(1...3).to_a", "[1, 2]"), ("/a\\/b/i", "/a/b/i"), ("%r{a/b}", "/a/b/"),
    ])
    func `literals`(source: String, answer: String) throws {
        #expect(try FormulaFixture.inspect(source) == answer)
    }

    @Test(arguments: [
        ("1 + 2 * 3", "7"), ("(1 + 2) * 3", "9"), ("2 ** 3 ** 2", "512"), ("-2 ** 2", "-4"), ("(-2) ** 2", "4"),
        ("-7 % 3", "2"), ("7 / 2", "3"),
        ("-7 / 2", "-4"), ("7 / 2.0", "3.5"), ("10 - 2 - 3", "5"), ("-2.abs", "2"), ("1 < 2 && 2 < 3", "true"),
        ("1 == 1.0", "true"),
        ("2 <=> 1", "1"), ("!true == false", "true"), ("not true", "false"), ("true and not false", "true"),
        ("false or true", "true"),
        ("nil || 'x'", "\"x\""), ("nil && 1", "nil"), ("'a' =~ /a/", "0"), ("'b' !~ /a/", "true"),
        ("/a/ === 'cat'", "true"),
        ("(1..5) === 3", "true"), ("[1, 2] + [3] - [1]", "[2, 3]"), ("[1, 2] & [2]", "[2]"), ("[1] | [2]", "[1, 2]"),
        ("[1] << 2", "[1, 2]"),
        ("'ab' * 2", "\"abab\""), ("'%03d' % 7", "\"007\""), ("1 ? 2 ? 3 : 4 : 5", "3"), ("5 & 3", "1"),
        ("1 << 4", "16"),
    ])
    func `operators bind as in Ruby`(source: String, answer: String) throws {
        #expect(try FormulaFixture.inspect(source) == answer)
    }

    @Test(arguments: [
        ("name.present? ? 'y' : 'n'", "\"y\""), ("name.present? ?'y':'n'", "\"y\""), ("flag ?n:0", "7"),
        ("line_first? ? 1 : 2", "1"),
        ("line_first? && flag", "true"), ("n > 5 ? n > 6 ? 'a' : 'b' : 'c'", "\"a\""),
        ("if n > 5 then 'big' else 'small' end", "\"big\""),
        ("if n < 5\n  'small'\nelsif n < 10\n  'middle'\nelse\n  'big'\nend", "\"middle\""),
        ("if n < 5\n 1\nend", "nil"),
        ("unless n < 5\n  'big'\nend", "\"big\""),
        ("case n when 0..5 then 'S' when 6, 7 then 'M' else 'L' end", "\"M\""),
        ("case\nwhen n > 100\n 1\nwhen n > 5\n 2\nend", "2"), ("(if flag then 1 else 2 end) + 1", "2"),
        ("\n  # a comment\n  name\n    .upcase   # another\n    .length\n", "3"), ("n +\n 1", "8"),
        ("flag &&\n  n", "7"), ("flag\n  && n", "7"),
        ("flag\n  ? 1\n  : 2", "1"), ("1 if flag", "1"), ("1 unless flag", "nil"),
        ("[1, 2].map { |x| x if x > 1 }", "[nil, 2]"),
    ])
    func `conditions, also over several lines`(source: String, answer: String) throws {
        #expect(try FormulaFixture.inspect(source) == answer)
    }

    @Test(arguments: [
        ("name.gsub 'o', '0'", "\"Z0ë\""), ("name.gsub('o', '0')", "\"Z0ë\""), ("2.5.round(half: :even)", "2"),
        ("nothing&.upcase", "nil"),
        ("nothing&.upcase&.length", "nil"), ("name[0]", "\"Z\""), ("name[-1]", "\"ë\""), ("name[0, 2]", "\"Zo\""),
        ("name[1..]", "\"oë\""),
        ("name[/o./]", "\"oë\""), ("name['o']", "\"o\""), ("lines[0]['sku']", "\"A-1\""), ("lines[-1][:qty]", "3"),
        ("lines[0].sku", "\"A-1\""),
        ("lines.first.price", "1.1"), ("{a: 1}[:a]", "1"), ("{a: {b: 2}}.a.b", "2"), ("[1, 2, 3][1..-1]", "[2, 3]"),
        ("lines.map { |l| l.qty * l.price }.sum", "8.95"), ("lines.map do |l| l.qty end", "[2, 3]"),
        ("lines.map(&:sku)", "[\"A-1\", \"B-2\"]"),
        ("[[1, [2, 3]]].map { |a, (b, c)| a + b * c }", "[7]"), ("{a: 1}.map { |k, v| k + v.to_s }", "[\"a1\"]"),
        ("[1, 2].map { _1 * 2 }", "[2, 4]"),
        ("[1, 2].map { it * 2 }", "[2, 4]"), ("[[1, 2, 3]].map { |a, *rest| rest }", "[[2, 3]]"),
        ("[3, 1].sort { |a, b| b <=> a }", "[3, 1]"),
        ("[1, 2].inject(:+)", "3"), ("[1, 2].each_with_index.map { |x, i| x * i }", "[0, 2]"),
        ("[1, 2].map { |x| [1, 2].map { |y| x * y } }", "[[1, 2], [2, 4]]"),
        ("lookup('territories', country: 'NO')['owner']", "\"ann\""), ("properties.region", "\"north\""),
        ("Time.zone.parse('2024-07-01 12:00').hour", "12"),
        ("[{'id' => 1}].where('id >': 0, 'id' => 1).length", "1"),
    ])
    func `calls, indexes, blocks`(source: String, answer: String) throws {
        #expect(try FormulaFixture.inspect(source) == answer)
    }

    @Test(arguments: [
        ("lead.body.count", "3"), ("lead.body.keys.length", "6"), ("lead.body.missing", "nil"),
        ("lead.body.tags.first", "\"a\""),
        ("lead.body.email.strip.downcase", "\"ada@example.org\""), ("lead.body.present?", "true"),
        ("lead&.body&.company", "\"Acme\""),
        ("lead['body'].company", "\"Acme\""), ("lead.body['count']", "3"), ("{length: 5}.length", "5"),
        ("{a: 1}.length", "1"),
    ])
    func `a dot reads the key when there is one, else calls the method, else gives nil on an object`(
        source: String, answer: String
    ) throws {
        #expect(try FormulaFixture.inspect(source) == answer)
    }

    @Test func `names hold what is read from them, block parameters left out`() throws {
        let formula = try Formula(
            parsing: "lead.body.email.split('@') + lines.map { |l| l.qty + n } + [a['b c'].d, x&.y, now]")
        #expect(formula.names.map(\.name) == ["lead", "lines", "n", "a", "x"])
        #expect(formula.names.map(\.path) == [["body", "email"], [], [], ["b c", "d"], ["y"]])
        #expect(formula.names[0].range == 0..<4)
        #expect(formula.names[0].pathRanges == [5..<9, 10..<15])
    }

    @Test func `a name without a slot is nil`() throws {
        let bound = try Formula(parsing: "unknown.present?").bound { _ in nil }
        let value = try bound.evaluate([], Evaluation(FormulaFixture.environment(), address: "a"))
        #expect(value.inspection == "false")
    }

    @Test func `a long sum is no deep nesting`() throws {
        let sum = Array(repeating: "1", count: 900).joined(separator: " + ")
        #expect(try FormulaFixture.inspect(sum) == "900")
        let alternatives = Array(repeating: "nil", count: 900).joined(separator: " || ") + " || 5"
        #expect(try FormulaFixture.inspect(alternatives) == "5")
    }
}
