// galley formula repl: formulas one after another, with names, history and completion.

import ArgumentParser
import Foundation
import JSONCore
import RecipeLanguage
import Workspace

struct FormulaRepl: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "repl", abstract: "Evaluate formulas one after another, with completion and history.",
        discussion: """
            Each line is a formula; its value is shown as it would be written, with its kind. NAME = FORMULA keeps a value \
            under a name. Tab completes names, members and methods; the arrows and Ctrl-R go through earlier lines; \
            Ctrl-C drops a line and Ctrl-D leaves. :help tells more. Lines from a pipe are evaluated one by one, and only \
            their values are printed.
            """)

    @OptionGroup var place: WorkspaceOptions
    @Option(help: "The names it starts with: a JSON file or JSON text.")
    var vars: String?

    func run() async throws {
        try await reportingErrors {
            let workspace = try? Workspace.open(from: place.folder, environment: place.environment)
            guard vars != "-" else {
                throw ValidationError(
                    "--vars - would read the formulas' own input; name a file or give the JSON itself")
            }
            let session = try FormulaSession(vars: vars, workspace)
            if RawTerminal.isPossible {
                try FormulaDialogue(session).run()
            } else {
                FormulaDialogue(session).runPlainly()
            }
        }
    }
}

/// A session with a person, or with a pipe.
struct FormulaDialogue {
    private var session: FormulaSession
    private var commands = FormulaCommands()
    private static let prompt = "galley> "

    init(_ session: FormulaSession) { self.session = session }

    consuming func run() throws {
        Terminal.print("Formulas. Tab completes, :help explains, Ctrl-D leaves.")
        var dialogue = self
        // One editor for all lines: keys typed ahead wait in it.
        var editor = LineEditor(history: LineHistory(file: LineHistory.file(named: "formula_history")))
        var (pending, prompt) = ("", Self.prompt)
        while true {
            let session = dialogue.session
            editor.complete = { FormulaCompletion(session: session).complete($0) }
            switch try editor.read(prompt) {
            case .end: return
            case .canceled: (pending, prompt) = ("", Self.prompt)
            case .line(let line):
                let isBlank = line.allSatisfy(\.isWhitespace)
                let text = pending.isEmpty ? line : pending + "\n" + line
                // A blank line ends what seems open.
                if !isBlank, !text.hasPrefix(":"), FormulaOpenness.isOpen(text) {
                    (pending, prompt) = (text, String(repeating: " ", count: Self.prompt.count - 3) + "…  ")
                    continue
                }
                (pending, prompt) = ("", Self.prompt)
                editor.history.add(text)
                guard dialogue.answer(text, isTalking: true) else { return }
            }
        }
    }

    consuming func runPlainly() {
        var dialogue = self
        var pending = ""
        while let line = readLine() {
            let text = pending.isEmpty ? line : pending + "\n" + line
            if !line.allSatisfy(\.isWhitespace), !text.hasPrefix(":"), FormulaOpenness.isOpen(text) {
                pending = text
                continue
            }
            pending = ""
            guard dialogue.answer(text, isTalking: false) else { return }
        }
        if !pending.isEmpty { _ = dialogue.answer(pending, isTalking: false) }
    }

    /// - Returns: whether to go on.
    private mutating func answer(_ text: String, isTalking: Bool) -> Bool {
        if text.allSatisfy(\.isWhitespace) { return true }
        if text.hasPrefix(":") { return commands.run(text, session) }
        do throws(FormulaError) {
            if let (name, offset) = FormulaSession.assignment(in: text) {
                try assign(name, text, offset, isTalking)
            } else {
                show(try session.evaluate(text), isTalking)
            }
        } catch {
            Terminal.note(FormulaCaret.text(error, in: text))
        }
        return true
    }

    private mutating func assign(_ name: String, _ text: String, _ offset: Int, _ isTalking: Bool) throws(FormulaError)
    {
        if FunctionLibrary.shared.reservedNames.contains(name) {
            throw FormulaError(
                code: "reserved", "\(name) means something else in formulas", suggestion: "choose another name",
                range: 0..<max(1, offset - 1))
        }
        do {
            let value = try session.evaluate(String(decoding: Array(text.utf8).dropFirst(offset), as: UTF8.self))
            session.set(name, value)
            if isTalking { show(value, true) }
        } catch {
            throw FormulaError(
                code: error.code, error.message, suggestion: error.suggestion,
                range: (error.range.lowerBound + offset)..<(error.range.upperBound + offset))
        }
    }

    private func show(_ value: Value, _ isTalking: Bool) {
        let text = printable(shortened(value.inspection, to: isTalking ? 4_000 : .max))
        guard isTalking else { return Terminal.print(text) }
        Terminal.print("=> \(text)  " + Terminal.outputStyle(value.kind.word, .dim))
    }
}

/// Lines that begin with a colon.
struct FormulaCommands {
    static let names = ["help", "quit", "type", "vars"]

    /// - Returns: whether to go on.
    func run(_ text: String, _ session: FormulaSession) -> Bool {
        let parts = text.dropFirst().split(separator: " ", maxSplits: 1).map(String.init)
        let argument = parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
        switch parts.first {
        case "quit", "q", "exit": return false
        case "vars": vars(session)
        case "type": type(argument, text, session)
        case "help", "h": argument.isEmpty ? help() : explain(argument)
        default:
            let near = Suggestion.didYouMean(parts.first ?? "", among: Self.names)
            Terminal.error(
                "there is no command :\(printable(parts.first ?? ""))"
                    + (near.map { "; \($0)" } ?? "; :help lists them"))
        }
        return true
    }

    private func vars(_ session: FormulaSession) {
        guard !session.names.isEmpty else {
            return Terminal.print("no names yet: write name = formula, or start with --vars FILE")
        }
        var table = Table("NAME", "KIND", "VALUE")
        for (name, value) in zip(session.names, session.values) {
            table.add(name, value.kind.word, shortened(value.inspection, to: 120))
        }
        table.print()
    }

    private func type(_ formula: String, _ text: String, _ session: FormulaSession) {
        guard !formula.isEmpty else { return Terminal.error(":type needs a formula, like :type 1 + 1") }
        do throws(FormulaError) {
            Terminal.print(try session.evaluate(formula).kind.word)
        } catch {
            Terminal.note(FormulaCaret.text(error, in: formula))
        }
    }

    private func help() {
        Terminal.print(
            """
            FORMULA          its value, as it would be written, and its kind
            NAME = FORMULA   keeps a value under a name for this session
            :vars            the names there are
            :type FORMULA    only the kind of its value
            :help FUNCTION   what a function does, with an example
            :quit            leaves, as Ctrl-D does

            Tab completes. Up, down and Ctrl-R go through earlier lines. Ctrl-C drops the line. Open brackets and
            if … end go on over several lines; a blank line ends them. galley formula list shows all functions.
            """)
    }

    private func explain(_ name: String) {
        let specs = FunctionLibrary.shared.catalog.filter { $0.name == name }
        guard specs.isEmpty else {
            return Terminal.print(specs.map { FunctionDescription.text(of: $0) }.joined(separator: "\n\n"))
        }
        let found = FunctionLibrary.shared.catalog.filter { $0.matches(name) }
        guard !found.isEmpty else {
            let near = Suggestion.didYouMean(name, among: FunctionLibrary.shared.catalog.map(\.name))
            return Terminal.error("there is no function \(printable(name))" + (near.map { "; \($0)" } ?? ""))
        }
        var table = Table("FUNCTION", "FAMILY", "WHAT IT DOES")
        for spec in found.prefix(30) { table.add(spec.signature, spec.family, spec.help) }
        table.print()
    }
}
