// Templates and inputs: text with pills, types kept, skip and clear.

import JSONCore
import Testing

@testable import RecipeLanguage

struct TemplateTests {
    private func evaluate(_ source: String) throws -> Field {
        try Template(parsing: source).bound(to: FormulaFixture.slot).evaluate(
            FormulaFixture.slots, Evaluation(FormulaFixture.environment(), address: "step"))
    }

    @Test(arguments: [
        ("Hello {{ name }}!", "\"Hello Zoë!\""), ("{{ n }}", "7"), ("{{ n }} ", "\"7 \""), ("no pill", "\"no pill\""),
        ("", "\"\""), ("{{ nothing }}x", "\"x\""),
        (#"\{{ name }}"#, "\"{{ name }}\""), (#"\{{{{ n }}"#, "\"{{7\""), ("{{ {a: {b: 1}}['a']['b'] }}", "1"),
        ("{{ {a: 1} }}", "{\"a\"=>1}"),
        ("{{ '}}' + \"}}\" }}{{ n }}", "\"}}}}7\""), ("{{ [1, 2].map { |x| x * 2 } }}", "[2, 4]"),
        ("{{\n  name\n    .upcase\n}}", "\"ZOË\""), ("{ {{ n }} }", "\"{ 7 }\""),
        ("{{ lead.body.amount }}", "10.0"), ("{{ 10.00 }} and {{ 1e20 }}", "\"10.0 and 1.0e+20\""),
        ("{{ today }}", "Fri, 08 Mar 2024"), ("on {{ today }}", "\"on 2024-03-08\""),
        ("{{ lines.first }}!", "\"{\\\"qty\\\"=>2, \\\"price\\\"=>1.1, \\\"sku\\\"=>\\\"A-1\\\"}!\""),
    ])
    func `one pill keeps its type, text joins, nil is empty`(source: String, answer: String) throws {
        guard case .value(let value) = try evaluate(source) else {
            Issue.record("\(source) gives no value")
            return
        }
        #expect(value.inspection == answer)
    }

    @Test func `skip and clear say what becomes of the field`() throws {
        guard case .skip = try evaluate("{{ nothing.present? ? nothing : skip }}") else {
            throw FormulaError(code: "test", "no skip", range: 0..<0)
        }
        guard case .clear = try evaluate("{{ clear }}") else {
            throw FormulaError(code: "test", "no clear", range: 0..<0)
        }
        let error = try #require(throws: FormulaError.self) { try evaluate("a {{ skip }}") }
        #expect(error.range == 5..<9)
    }

    @Test(arguments: [
        ("{{ }}", "the pill {{ }} is empty", 3..<4), ("a {{ b", "the pill is not closed", 5..<6),
        ("a {{ b c }}", "\"c\" can't follow a value here", 7..<8),
        ("x {{ 1 + }}", "a value is missing", 9..<10), ("{{ a }} {{ f(1) }}", "there is no function \"f\"", 11..<12),
    ])
    func `mistakes have their place in the whole text`(source: String, message: String, range: Range<Int>) throws {
        let error = try #require(throws: FormulaError.self) { try Template(parsing: source) }
        #expect(error.message.hasPrefix(message))
        #expect(error.range.lowerBound == range.lowerBound)
    }

    @Test func `failures have their place in the whole text`() throws {
        let error = try #require(throws: FormulaError.self) { try evaluate("Hi {{ name }} {{ nothing.upcase }}") }
        #expect(error.range == 25..<31)
    }

    @Test func `formulas are listed with their offsets`() throws {
        let template = try Template(parsing: "é {{ name.upcase }}/{{n}}")
        #expect(template.formulas.map(\.offset) == [6, 23])
        #expect(template.formulas.map(\.formula.source) == ["name.upcase", "n"])
        #expect(try Template(parsing: #"a \{{ b"#).bound { _ in nil }.constant == "a {{ b")
        #expect(template.bound { _ in nil }.constant == nil)
    }

    @Test func `an input passes numbers on as they were written, drops skipped members and sends cleared ones`() throws
    {
        func pill(_ text: String) throws -> InputTemplate {
            .template(try Template(parsing: text).bound(to: FormulaFixture.slot), pointer: "/input/x")
        }
        let input = InputTemplate.object([
            ("amount", try pill("{{ lead.body.amount }}")), ("gone", try pill("{{ skip }}")),
            ("empty", try pill("{{ clear }}")),
            ("list", .array([try pill("{{ n }}"), try pill("{{ skip }}"), .constant("c")])),
            ("day", try pill("{{ today }}")),
            ("total", try pill("{{ lines.map { |l| l.qty * l.price }.sum }}")),
        ])
        let run = Evaluation(FormulaFixture.environment(), address: "step")
        let json = try #require(try input.json(FormulaFixture.slots, run))
        #expect(json.compact == #"{"amount":10.00,"empty":null,"list":[7,"c"],"day":"2024-03-08","total":8.95}"#)
        let value = try #require(try input.value(FormulaFixture.slots, run))
        #expect(value.members?["day"]?.kind == .date)
    }

    @Test func `an input's failure names the template's pointer`() throws {
        let template = try Template(parsing: "{{ (1..3) }}").bound(to: FormulaFixture.slot)
        let error = try #require(throws: InputError.self) {
            try InputTemplate.template(template, pointer: "/input/a").json(
                [], Evaluation(FormulaFixture.environment(), address: "s"))
        }
        #expect(error.pointer == "/input/a")
        #expect(error.error.message == "a range can't be sent as data")
        #expect(error.error.range == 0..<12)
    }
}
