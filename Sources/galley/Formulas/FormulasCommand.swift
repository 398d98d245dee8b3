// galley formula: try formulas, and look them up.

import ArgumentParser
import Engine
import JSONCore
import RecipeLanguage
import Workspace

struct Formulas: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "formula", abstract: "Try formulas, and see which functions there are.",
        subcommands: [FormulaEval.self, FormulaRepl.self, FormulaList.self, FormulaShow.self])
}

struct FormulaEval: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eval", abstract: "Evaluate a formula and print its value as JSON.",
        discussion: """
            With --cases, reads lines {"id","expr","vars","tz","now"} and prints {"id","ok":true,"type","value"} or \
            {"id","ok":false,"error"} for each.
            """)

    @OptionGroup var place: WorkspaceOptions
    @Argument(help: "The formula.")
    var formula: String?
    @Option(help: "The names it uses: a JSON file, -, or JSON text.")
    var vars: String?
    @Option(help: "Evaluate a file (or -) of cases, one a line.")
    var cases: String?

    func run() async throws {
        try await reportingErrors {
            // A workspace is welcome, for its tables and properties, but not needed.
            let workspace = try? Workspace.open(from: place.folder, environment: place.environment)
            if let cases {
                var reader = try LineReader(cases, option: "--cases")
                while let line = reader.next() { Terminal.print(json: Self.answer(to: line.bytes)) }
                return
            }
            guard let formula else { throw ValidationError("give a formula, or --cases FILE") }
            try evaluate(formula, workspace)
        }
    }

    private static func answer(to line: [UInt8]) -> JSON {
        do {
            return FormulaCases.answer(try JSON(parsing: line))
        } catch {
            return ["ok": false, "error": "bad_case", "message": .string("the line is not JSON: \(error.message)")]
        }
    }

    private func evaluate(_ text: String, _ workspace: Workspace?) throws {
        let session = try FormulaSession(vars: vars, workspace)
        do throws(FormulaError) {
            Terminal.print(try session.evaluate(text).json().indented)
        } catch {
            Terminal.note(FormulaCaret.text(error, in: text))
            throw Exit.invalid
        }
    }
}

/// A formula's error under the formula, with a caret.
enum FormulaCaret {
    static func text(_ error: FormulaError, in source: String) -> String {
        let bytes = Array(source.utf8)
        let start = min(error.range.lowerBound, bytes.count)
        let lineStart = bytes[..<start].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        let lineEnd = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
        let line = String(decoding: bytes[lineStart..<lineEnd], as: UTF8.self).replacing("\t", with: " ")
        let before = Diagnostic.columns(of: String(decoding: bytes[lineStart..<start], as: UTF8.self))
        let end = min(max(error.range.upperBound, start), lineEnd)
        let width = max(1, Diagnostic.columns(of: String(decoding: bytes[start..<max(start, end)], as: UTF8.self)))
        var text = Terminal.style("error: ", .red) + error.message + " [\(error.code)]\n  \(printable(line))\n  "
        text += String(repeating: " ", count: before) + Terminal.style(String(repeating: "^", count: width), .red)
        if let suggestion = error.suggestion { text += "\n  hint: \(suggestion)" }
        return text
    }
}
