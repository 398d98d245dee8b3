// `template`: where templates come from, what is safe in HTML, and what hostile templates come to.

import ConnectorKit
import JSONCore
import Testing

struct TemplateConnectorTests {
    private func text(_ input: JSON, _ trial: Trial? = nil) async throws -> String? {
        try await (trial ?? Trial()).call("template.render", input)["text"]?.string
    }

    @Test(
        arguments: [
            ("{{a}}", "<b>\"'&</b>", "&lt;b&gt;&quot;&#39;&amp;&lt;/b&gt;"),
            // A mark with an accent behind it is still a mark to a browser.
            (
                "<i title=\"{{a}}\">", "\"\u{301}onclick='x'\u{301}>\u{301}",
                "<i title=\"&quot;\u{301}onclick=&#39;x&#39;\u{301}&gt;\u{301}\">"
            ),
            ("{{{a}}}{{&a}}", "<b>", "<b><b>"), ("{{a}}", "{{a}}{{>x}}", "{{a}}{{&gt;x}}"),
            ("{{a}}\u{301}", "e", "e\u{301}"),
        ])
    func `values are safe in HTML`(template: String, value: String, expected: String) async throws {
        let input: JSON = ["text": .string(template), "values": ["a": .string(value)]]
        let made = try #require(try await text(input))
        #expect(Array(made.utf8) == Array(expected.utf8))
    }

    @Test func `values keep their text, and text is left as it is`() async throws {
        let values = try JSON(parsing: #"{"n":10.00,"big":123456789012345678,"t":true,"l":[1,{"a":"<"}],"s":"<&>"}"#)
        let template: JSON = "{{n}} {{big}} {{t}} {{l}} {{s}}|{{#n}}is {{.}}{{/n}}"
        #expect(
            try await text(["text": template, "values": values, "as": "text"])
                == #"10.00 123456789012345678 true [1,{"a":"<"}] <&>|is 10.00"#)
    }

    @Test func `reads templates and partials from files`() async throws {
        let trial = try Trial()
        try trial.workspace.write(
            "templates/mail.html",
            "{{>head}}\n<ul>\n  {{#lines}}\n  <li>{{title}}{{^last}},{{/last}}\n  {{/lines}}\n</ul>\n")
        try trial.workspace.write("templates/head.html", "<h1>{{title}}</h1>")
        let lines: JSON = [["title": "A & B", "last": false], ["title": "C", "last": true]]
        let input: JSON = [
            "file": "templates/mail.html", "values": ["title": "Order", "lines": lines],
            "partials": ["head": ["file": "templates/head.html"]],
        ]
        #expect(try await text(input, trial) == "<h1>Order</h1><ul>\n  <li>A &amp; B,\n  <li>C\n</ul>\n")
    }

    @Test func `takes other marks`() async throws {
        let input: JSON = [
            "text": "<% #a %><% . %>{{x}}<%/a%><%>p%>", "tags": "<% %>", "values": ["a": [1, 2]],
            "partials": ["p": "<%b%>!"],
        ]
        #expect(try await text(input) == "1{{x}}2{{x}}!")
    }

    @Test(
        arguments: [
            (["text": "{{#a}}x"], "the template, line 1, column 1: the section \"a\" is never closed"),
            (["text": "ü\n é{{/a}}"], "line 2, column 3: the section \"a\" is closed but not open"),
            (["text": "{{#a}}{{#b}}{{/a}}{{/b}}"], "\"b\" is open here, but \"a\" is closed"),
            (["text": "{{a"], "never closed with }}"), (["text": "{{{a}}"], "never closed with }}}"),
            (["text": "{{}}"], "no name in it"), (["text": "{{a..b}}"], "is no name"),
            (["text": "{{=x=}}"], "new marks"),
            (
                ["text": "{{#a}}{{>p}}{{/a}}", "values": ["a": 1], "partials": ["p": "{{#x}}"]],
                "the partial \"p\", line 1"
            ),
            (["text": "{{a.b}}", "strict": true, "values": ["a": [:]]], "asks for \"a.b\""),
            (["text": "{{>p}}", "strict": true], "the partial \"p\", which is not given"),
            (["text": "x", "file": "y"], "give either"), (["values": [:]], "give either"),
            (["text": "x", "tags": "<%"], "must be two marks"),
            (["text": "x", "partials": ["p": 1]], "the partial \"p\" must be"),
        ] as [(JSON, String)])
    func `says what is wrong and where`(input: JSON, says: String) async throws {
        let error = try await Trial().failure("template.render", input)
        #expect(error.type == "bad_input")
        #expect(error.message.contains(says), "\(error.message)")
    }

    private static let deep = String(repeating: "{{#a}}", count: 5_000)
    private static let thousand: JSON = .array((0..<1_000).map { .integer($0) })

    @Test(
        arguments: [
            (["text": "{{>p}}", "partials": ["p": "{{>p}}"]], "deep in each other"),
            (["text": "{{>p}}", "partials": ["p": "  {{>p}}\n  {{>p}}\n"]], "deep in each other"),
            (["text": "{{>p}}", "partials": ["p": "{{>q}}{{>q}}", "q": "{{>p}}{{>p}}"]], "deep in each other"),
            (["text": .string(deep)], "nested deeper than 100"),
            (
                ["text": "{{#a}}{{#a}}{{#a}}{{#a}}{{/a}}{{/a}}{{/a}}{{/a}}", "values": ["a": thousand]],
                "more than 10000000 steps"
            ),
            (
                [
                    "text": "{{#a}}{{#a}}{{b}}{{/a}}{{/a}}",
                    "values": ["a": thousand, "b": .string(String(repeating: "x", count: 1_000))],
                ], "grows beyond 10485760 bytes"
            ),
        ] as [(JSON, String)])
    func `ends what grows without an end`(input: JSON, says: String) async throws {
        let error = try await Trial().failure("template.render", input)
        #expect(error.message.contains(says), "\(error.message)")
    }

    @Test func `refuses files outside and of other kinds`() async throws {
        let trial = try Trial()
        try trial.workspace.write("x.html", [0xFF])
        #expect(try await trial.failure("template.render", ["file": "../x"]).type == "file")
        #expect(try await trial.failure("template.render", ["file": "x.html"]).message.contains("is not UTF-8"))
        #expect(try await trial.failure("template.render", ["file": "none.html"]).type == "not_found")
    }
}
