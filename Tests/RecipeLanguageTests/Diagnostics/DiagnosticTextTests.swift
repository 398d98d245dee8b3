// How diagnostics look.

import JSONCore
import Testing

@testable import RecipeLanguage

struct DiagnosticTextTests {
    private func diagnostic(at offset: Int, length: Int = 1, hint: String? = nil) -> Diagnostic {
        Diagnostic(
            code: "some_code", "a sentence", suggestion: hint, file: "a.json", range: offset..<offset + length,
            pointer: "/steps/0")
    }

    @Test func `all parts are shown`() {
        let source = SourceText(Array("{\n  \"a\": 1,\n  \"b\": 2\n}".utf8))
        #expect(
            diagnostic(at: 19, hint: "did you mean \"c\"?").text(in: source) == """
                a.json:3:8: error: a sentence [some_code]
                  "b": 2
                       ^
                  at /steps/0
                  hint: did you mean "c"?
                """)
    }

    @Test func `columns count characters, the caret counts columns of the terminal`() {
        let source = SourceText(Array("{\"日本é\":\t!}".utf8))
        #expect(
            diagnostic(at: 13).text(in: source) == """
                a.json:1:9: error: a sentence [some_code]
                {"日本é":  !}
                           ^
                  at /steps/0
                """)
    }

    @Test func `long lines are shown around the place`() {
        let text = String(repeating: "x", count: 500) + "!" + String(repeating: "y", count: 5_000_000)
        let lines = diagnostic(at: 500).text(in: SourceText(Array(text.utf8))).split(separator: "\n")
        #expect(lines[0] == "a.json:1:501: error: a sentence [some_code]")
        #expect(lines[1].count == 102)
        #expect(lines[1].hasPrefix("…xxx") && lines[1].hasSuffix("yyy…"))
        #expect(lines[2] == String(repeating: " ", count: 67) + "^")
        #expect(Array(lines[1])[67] == "!")
    }

    @Test func `nothing of a file drives the terminal`() {
        let source = SourceText(Array("\u{1B}[31m\u{202E}\u{7}".utf8) + [0xFF, 0x0A])
        let shown = diagnostic(at: 0).text(in: source)
        #expect(!shown.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" || $0.value == 0x202E })
    }

    @Test func `line ends of Windows are no part of a line`() {
        let source = SourceText(Array("{\r\n  x\r\n}".utf8))
        #expect(source.line(2) == "  x")
        #expect(source.line(9) == "")
        #expect(source.lineAndColumn(at: 5) == (2, 3))
        #expect(source.lineAndColumn(at: 5_000) == (3, 2))
    }

    @Test func `programs get the same as data`() {
        let source = SourceText(Array("{\n\"é\": 1}".utf8))
        #expect(
            diagnostic(at: 2, length: 4).json(in: source) == [
                "file": "a.json", "line": 2, "column": 1, "end_line": 2, "end_column": 4, "severity": "error",
                "code": "some_code", "message": "a sentence", "pointer": "/steps/0", "hint": nil,
            ])
    }
}
