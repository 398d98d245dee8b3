// Hostile formulas end soon, with a limit's name, and never crash.

import JSONCore
import Testing

@testable import RecipeLanguage

struct FormulaLimitTests {
    @Test(arguments: [
        ("'a' * 10**9", "formula.output"), ("(1..10**12).to_a", "formula.output"),
        ("'x'.ljust(10**9)", "formula.output"), ("[0] * 10**9", "formula.output"),
        ("(1..5000000).map { |x| x }", "formula.output"), ("('a'..'zzzzzzzz').to_a", "formula."),
        ("(1..200).to_a.combination(6).to_a", "formula."), ("10.downto(-10**12).to_a", "formula.output"),
        ("9 ** 9 ** 9", "formula.digits"), ("1e5000 * 1e5000 * 1e5000", "formula.digits"),
        ("(1..60).inject(3) { |a, x| a * a }", "formula.digits"),
        ("(1..500).inject([]) { |a, x| [a] }", "formula.depth"),
        ("(1..40).inject('ab') { |a, x| a + a }", "formula.output"),
        ("(1..40).inject([1]) { |a, x| a + a }", "formula.output"), ("'%999999999d' % 1", ""),
        ("'a'.center(10**10, 'b')", "formula.output"),
        ("(1..1000).to_a.product((1..1000).to_a, (1..1000).to_a)", "formula.output"),
        ("(0..).to_a", "no end"), ("(1..10**7).select { |x| (1..10**4).any? { |y| y == 0 } }", "formula."),
    ])
    func `too much output, too many digits, too deep: refused by name`(source: String, limit: String) throws {
        let clock = ContinuousClock()
        var error: FormulaError?
        let time = clock.measure {
            error = FormulaFixture.failure(source) ?? (try? Formula(parsing: source)).flatMap { _ in nil }
        }
        let found = error ?? FormulaFixture.failure(source)
        if source.contains("999999999d") {
            #expect(time < .seconds(120))
            return
        }
        #expect(try #require(found).message.contains(limit), "\(source)")
        #expect(time < .seconds(120))
    }

    @Test(arguments: ["(a+)+$", "(a|a)*$", "^(a*)*b", "(.*)*x", "a*a*a*a*a*b", "(?:a?){40}a{40}b"])
    func `a pattern that runs away is given up`(pattern: String) throws {
        let text = String(repeating: "a", count: 50_000) + "!"
        let bound = try Formula(parsing: "text.match?(/\(pattern)/)").bound { _ in 0 }
        var limits = FormulaLimits()
        limits.time = .milliseconds(300)
        let run = Evaluation(FormulaFixture.environment(limits: limits), address: "s")
        let clock = ContinuousClock()
        let time = clock.measure { _ = try? bound.evaluate([.string(text)], run) }
        #expect(time < .seconds(120))
    }

    @Test func `a loop without end of work stops at the time limit`() throws {
        var limits = FormulaLimits()
        limits.time = .milliseconds(50)
        let source = "(1..100000).map { |x| (1..1000).inject(0) { |a, y| a + y } }.sum"
        let error = try #require(FormulaFixture.failure(source, limits: limits))
        #expect(error.code == "limit")
        #expect(error.message.contains("formula.time"))
    }

    @Test(
        arguments: [
            String(repeating: "(", count: 100_000), String(repeating: "[", count: 50_000),
            String(repeating: "!", count: 60_000), String(repeating: "-", count: 60_000) + "1",
            String(repeating: "not ", count: 10_000) + "1", String(repeating: "{a:", count: 20_000),
            String(repeating: "f(", count: 20_000), String(repeating: "\"#{", count: 20_000),
            String(repeating: "1 ? ", count: 10_000), String(repeating: "if 1 then ", count: 5_000),
            "a" + String(repeating: ".b", count: 30_000), "a" + String(repeating: "[0]", count: 20_000),
            String(repeating: "1 ** ", count: 10_000) + "1", String(repeating: "[1].map { |x| ", count: 3_000),
            "1" + String(repeating: " + 1", count: 15_000), "[1].map { |" + String(repeating: "(", count: 40_000),
            "case 1 " + String(repeating: "when 1 then 1 ", count: 4_000) + "end",
            String(repeating: "x\n&& ", count: 10_000) + "x", String(repeating: "/a/ =~ ", count: 9_000) + "1",
            String(repeating: "1..", count: 20_000), String(repeating: "lookup(a: ", count: 6_000),
            String(repeating: "a&.", count: 20_000) + "b", String(repeating: ":", count: 60_000),
        ].map(LongText.init))
    func `deep or long formulas are refused, and never overflow the stack`(long: LongText) {
        let source = long.text
        #expect(throws: FormulaError.self) {
            let value = try FormulaFixture.evaluate(source)
            // What is long without being deep may well have a value.
            if value.kind != .pending { throw FormulaError(code: "fine", "", range: 0..<0) }
        }
    }

    @Test func `values nested too deep are no JSON`() throws {
        var value = Value.list([])
        for _ in 0..<200 { value = .list([value]) }
        #expect(throws: FormulaError.self) { try value.json() }
        #expect(throws: FormulaError.self) { try value.recorded() }
    }

    @Test(arguments: [
        "\u{0}", "\u{FFFF}", "\"\\u{}\"", "\"\\x\"", "1.", "1..", "..", "...", ".", "&", "&.", "|", "||", "%", "%w",
        "%w[", "%q", "%r{", "/", "//", "/[/", "/\\", "'\\", "\"\\", "#", "#{", "}", "}}", ")", "]", ",", ":", "::",
        "a:", "a::", "?", "??", "a?",
        "a??", "a ?", "a ? :", "=", "==", "=>", "=~", "!", "!=", "!~", "<", "<<", "<=>", "{", "{{", "{a", "{a:", "{a:}",
        "{=>}", "[,]", "(,)", "f(", "a(", "a.b(", "a.b(,", "a.b(c:", "a.b(&", "a.b(&:", "a.b(&:c", "a.b {", "a.b { |",
        "a.b { |x", "a.b { |x|", "a.b do",
        "if", "if a", "if a then", "if a then b else", "case", "case a", "case a when", "case a when b", "end", "not",
        "and", "or", "é", "é.é", "日本.語", "a\u{A0}b", "1e", "1e+", "0x", "0xg", "0b2", "1_", "1__2", "-", "--", "-.",
        "+", "skip", "skip.a", "clear[0]", "nil.a", "true.a",
        "''", "'' ''", "/a/z", "a.b!", "a.b?", "a.1", "a.'b'", "a[", "a[]", "a[1,2,3]", "a[1", "_1", "it", "self",
        "Time", "Time.x", "Time.zone", "workato", "workato.x", "Array.", "x.y z", "a.map(&:b).c { }",
    ])
    func `any text is either a formula or an error`(source: String) {
        _ = FormulaFixture.failure(source)
        _ = try? Template(parsing: "{{ \(source) }} \(source)")
        _ = try? Template(parsing: "{{\(source)")
    }
}
