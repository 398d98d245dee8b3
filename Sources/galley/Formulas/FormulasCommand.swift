// galley formula: try formulas, and look them up.

import ArgumentParser
import Engine
import Foundation
import JSONCore
import RecipeLanguage
import Workspace

struct Formulas: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "formula", abstract: "Try formulas, and see which functions there are.",
        subcommands: [FormulaEval.self, FormulaList.self, FormulaShow.self])
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
                try await LineReader(cases, option: "--cases").forEach { _, line in
                    Terminal.print(Self.answer(to: line).compact)
                }
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
        let names = try JSONInput.read(vars, what: "--vars")
        guard let names = names.object else {
            throw OwnerFailure(kind: "refused", "--vars must be an object from names to values")
        }
        let environment = FormulaEnvironment(
            nowNanoseconds: systemMilliseconds() * 1_000_000, timeZone: workspace?.settings.timeZone ?? "UTC",
            properties: workspace?.settings.properties ?? [:], tables: workspace?.tables, seed: UUID().uuidString)
        do {
            let parsed = try Formula(parsing: text)
            let unknown = parsed.names.first { names[$0.name] == nil && $0.name != "properties" }
            if let unknown {
                throw FormulaError(
                    code: "unknown_name", "nothing is called \(unknown.name) here",
                    suggestion: FamiliarNames.hint(forValue: unknown.name)
                        ?? "give it with --vars '{\"\(unknown.name)\": …}'", range: unknown.range)
            }
            let value = try parsed.bound(to: { names.position(of: $0) }).evaluate(
                names.values.map { Value($0) }, Evaluation(environment, address: "eval"))
            Terminal.print(try value.json().indented)
        } catch let error as FormulaError {
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

struct FormulaList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "The functions, by family.")

    @Argument(help: "Only this family.")
    var family: String?

    func run() async throws {
        var table = Table("FUNCTION", "FAMILY", "WHAT IT DOES")
        for entry in FunctionLibrary.shared.catalog where family == nil || entry.family == family {
            table.add(entry.signature, entry.family, entry.help)
        }
        table.print()
    }
}

struct FormulaShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "One function, with an example.")

    @Argument(help: "Its name.")
    var name: String

    func run() async throws {
        let entries = FunctionLibrary.shared.catalog.filter { $0.name == name }
        guard !entries.isEmpty else {
            let near = Suggestion.didYouMean(name, among: FunctionLibrary.shared.catalog.map(\.name))
            Terminal.error("there is no function \(name)" + (near.map { "; \($0)" } ?? ""))
            throw Exit.notFound
        }
        for entry in entries {
            Terminal.print(Terminal.outputStyle(entry.signature, .bold) + "  (\(entry.family))")
            Terminal.print("  \(entry.help)\n  \(entry.example)  →  \(entry.answer)")
        }
    }
}
