// YAML, CSV, JSON and XML in formulas: what Ruby's own libraries give, and hostile texts.

import JSONCore
import Testing

@testable import RecipeLanguage

struct StructuredTextTests {
    private static func evaluate(_ source: String, _ text: String) throws -> Value {
        try FormulaCases.evaluate(source, vars: ["t": .string(text)])
    }

    @Test(arguments: [
        ("a: yes", "{\"a\"=>true}"), ("a: off", "{\"a\"=>false}"), ("a: y", "{\"a\"=>\"y\"}"), ("a: ~", "{\"a\"=>nil}"),
        ("a: 012", "{\"a\"=>10}"), ("a: 08", "{\"a\"=>\"08\"}"), ("a: 0x1F", "{\"a\"=>31}"),
        ("a: 1_000", "{\"a\"=>1000}"),
        ("a: 1,000", "{\"a\"=>1000}"), ("a: 1.5e+3", "{\"a\"=>1500.0}"), ("a: 1e3", "{\"a\"=>\"1e3\"}"),
        ("a: 12:30", "{\"a\"=>45000}"), ("a: '12'", "{\"a\"=>\"12\"}"), ("a: !!str 5", "{\"a\"=>\"5\"}"),
        ("a: :sym", "{\"a\"=>\"sym\"}"), ("a: 2024-02-29", "{\"a\"=>Thu, 29 Feb 2024}"),
        ("a: 2024-02-30", "{\"a\"=>\"2024-02-30\"}"),
        ("a: 2024-03-10 05:30:00 -5", "{\"a\"=>2024-03-10 05:30:00 -0500}"),
        ("- |\n  text\n  more\n- >\n  folded\n  line\n", "[\"text\\nmore\\n\", \"folded line\\n\"]"),
        (
            "base: &b\n  x: 1\n  y: 2\nd:\n  <<: *b\n  y: 3\n",
            "{\"base\"=>{\"x\"=>1, \"y\"=>2}, \"d\"=>{\"x\"=>1, \"y\"=>3}}"
        ),
        ("a: 1\n---\nb: 2\n", "{\"a\"=>1}"), ("", "nil"), ("1: x\n~: y\n", "{1=>\"x\", nil=>\"y\"}"),
    ])
    func `YAML is read as Ruby reads it`(text: String, answer: String) throws {
        #expect(try Self.evaluate("workato.parse_yaml(t)", text).inspection == answer)
    }

    @Test(arguments: [
        "yes", "y", "null", "~", "", "12", "1.5", "0x1f", "08", "a: b", "- x", "#c", "@x", "%x", "a\nb", "a\n", "a\n\n",
        " lead", "trail ", "it's", "say \"hi\"", "日本", "<<", "=", "*a", "?", "{a}", ":sym", "a:", "2024-02-29", "1:30",
        "\u{1}", "back\\slash", "- ", "---", "a #b", "1e3", ".", "tab\tx", String(repeating: "word ", count: 40),
    ])
    func `a text comes back from YAML as it was`(text: String) throws {
        #expect(
            try Self.evaluate("workato.parse_yaml(workato.render_yaml({a: [t, {t => t}]}))['a'][0]", text).text == text)
        #expect(try Self.evaluate("workato.parse_yaml(t.to_yaml)", text).text == text)
    }

    @Test(arguments: [
        (
            "workato.parse_yaml(t)", "[1, 2",
            "workato.parse_yaml could not read the text: did not find expected ',' or ']' in line 2 (given \"[1, 2\")"
        ),
        (
            "workato.parse_yaml(t)", "a: *x",
            "workato.parse_yaml could not read the text: found undefined alias in line 1 (given \"a: *x\")"
        ),
        (
            "workato.parse_yaml(t)", "a: 1\na: 2",
            "workato.parse_yaml could not read the text: the name \"a\" stands twice in the object of line 1"
                + " (given \"a: 1\\na: 2\")"
        ),
        (
            "workato.parse_yaml(t)", "a: &a [x]\n? [*a]\n: 1",
            "workato.parse_yaml does not read aliases (*name) beside names that are lists, objects or aliases"
                + " (given \"a: &a [x]\\n? [*a]\\n: 1\")"
        ),
        ("t.parse_csv", "a,\"b", "parse_csv: the quote of line 1 is not closed (given \"a,\"b\")"),
        ("t.parse_csv", "a\n\"b\"c", "parse_csv: in line 2 something follows a closed quote (given \"a\\n\"b\"c\")"),
        (
            "t.parse_csv", "a\"b",
            "parse_csv: in line 1 a quote stands in a field without quotes around it (given \"a\"b\")"
        ),
        ("{t => 1}.to_xml", "no name", "to_xml: \"!\" can't be the name of an XML element (given an object)"),
    ])
    func `what can't be read or written is said`(source: String, text: String, message: String) throws {
        let given = source.contains("to_xml") ? "!" : text
        let error = try #require(throws: FormulaError.self) { try Self.evaluate(source, given) }
        #expect(error.message == message)
    }

    @Test func `a small YAML text does not become a huge value`() throws {
        var text = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n"
        for level in 1...9 {
            text += "a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ","))]\n"
        }
        #expect(throws: FormulaError.self) { try Self.evaluate("workato.parse_yaml(t)", text) }
        for hostile in ["[", "{a: ", "- ", "? ", "&a [*a, "] {
            let deep = String(repeating: hostile, count: 20_000)
            #expect(throws: FormulaError.self) { try Self.evaluate("workato.parse_yaml(t)", deep) }
        }
    }

    @Test(arguments: [
        ("a,b\n1,2\n", "[[\"a\", \"b\"], [\"1\", \"2\"]]"), ("a,,\"\"\r\nx", "[[\"a\", nil, \"\"], [\"x\"]]"),
        ("\"a\"\"b\",\"c\nd\"", "[[\"a\\\"b\", \"c\\nd\"]]"), ("", "[]"), ("a\n\nb", "[[\"a\"], [], [\"b\"]]"),
    ])
    func `CSV is read as Ruby reads it`(text: String, answer: String) throws {
        #expect(try Self.evaluate("t.parse_csv", text).inspection == answer)
    }

    @Test func `an object becomes XML as ActiveSupport writes it`() throws {
        let value = try FormulaCases.evaluate(
            "v.to_xml(root: 'user_x')",
            vars: [
                "v": try JSON(
                    parsing:
                        #"{"a":1,"b_c":[1,{"x":null}],"e":true,"f":1.5,"g":"x<&\">","h":[],"i":{},"people":[{"a":1}]}"#)
            ])
        #expect(
            value.text == """
                <?xml version="1.0" encoding="UTF-8"?>
                <user-x>
                  <a type="integer">1</a>
                  <b-c type="array">
                    <b-c type="integer">1</b-c>
                    <b-c>
                      <x nil="true"/>
                    </b-c>
                  </b-c>
                  <e type="boolean">true</e>
                  <f type="float">1.5</f>
                  <g>x&lt;&amp;"&gt;</g>
                  <h type="array"/>
                  <i>
                  </i>
                  <people type="array">
                    <person>
                      <a type="integer">1</a>
                    </person>
                  </people>
                </user-x>

                """)
    }
}
