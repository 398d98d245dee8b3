// galley formula list and show: which functions there are, and what one does.

import ArgumentParser
import JSONCore
import RecipeLanguage

struct FormulaList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "The functions, by family.",
        discussion:
            "With --markdown, prints the page docs/formulas.md: the guide to formulas and a table of every family.")

    @Argument(help: "Only this family; the beginning of its name is enough.")
    var family: String?
    @Option(help: "Only functions with these words in their name, family or help.")
    var search: String?
    @Flag(help: "As JSON.")
    var json = false
    @Flag(help: "As the reference page, in Markdown.")
    var markdown = false

    func validate() throws {
        guard !markdown || (family == nil && search == nil && !json) else {
            throw ValidationError("--markdown prints the whole page: it takes no family, --search or --json")
        }
    }

    func run() async throws {
        if markdown { return Terminal.print(String(FunctionReference.markdown.dropLast())) }
        var families = FunctionFamily.all
        if let family {
            guard let found = FunctionFamily.named(family) else {
                let names = families.map(\.name)
                let near = Suggestion.didYouMean(family, among: names).map { "; \($0)" } ?? ""
                Terminal.error(
                    "there is no family \"\(printable(family))\"\(near)\nThe families are: \(names.joined(separator: ", "))"
                )
                throw Exit.notFound
            }
            families = [found]
        }
        let specs = families.flatMap(\.functions).filter { search.map($0.matches) ?? true }
        if json { return Terminal.print(JSON.array(specs.map(\.json)).indented) }
        guard !specs.isEmpty else {
            Terminal.error(
                "no function has \"\(printable(search ?? ""))\" in its name, family or help; try another word")
            throw Exit.notFound
        }
        var table = Table("FUNCTION", "FAMILY", "WHAT IT DOES")
        for spec in specs { table.add(spec.signature, spec.family, spec.help) }
        table.print()
        if Terminal.outputIsTerminal { Terminal.note("galley formula show NAME explains one, with an example") }
    }
}

struct FormulaShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "One function: what it works on, what it takes and gives, an example.")

    @Argument(help: "Its name.")
    var name: String
    @Flag(help: "As JSON.")
    var json = false

    func run() async throws {
        let catalog = FunctionLibrary.shared.catalog
        let specs = catalog.filter { $0.name == name }
        guard !specs.isEmpty else {
            let near = Suggestion.didYouMean(name, among: catalog.map(\.name))
            Terminal.error(
                "there is no function \"\(printable(name))\""
                    + (near.map { "; \($0)" } ?? "; galley formula list --search WORD finds one"))
            throw Exit.notFound
        }
        if json {
            let entries = specs.map { spec -> JSON in
                guard case .object(var entry) = spec.json else { return spec.json }
                entry["related"] = .array(spec.related().map { .string($0) })
                return .object(entry)
            }
            return Terminal.print(JSON.array(entries).indented)
        }
        Terminal.print(specs.map { FunctionDescription.text(of: $0) }.joined(separator: "\n\n"))
    }
}

/// A function explained in words.
enum FunctionDescription {
    static func text(of spec: FunctionSpec) -> String {
        var lines = [Terminal.outputStyle(spec.signature, .bold) + "  (\(spec.family))", "  \(spec.help)"]
        func add(_ title: String, _ text: String) {
            lines.append("  " + title + String(repeating: " ", count: max(1, 11 - title.count)) + text)
        }
        if !spec.receivers.isEmpty { add("on", spec.receivers.words) }
        for (index, parameter) in spec.arguments.enumerated() { add(index == 0 ? "takes" : "", words(for: parameter)) }
        add("gives", spec.gives.words)
        add("example", "\(spec.example)  →  \(spec.answer)")
        let related = spec.related()
        if !related.isEmpty { add("see also", related.joined(separator: ", ")) }
        return lines.joined(separator: "\n")
    }

    private static func words(for parameter: FunctionParameter) -> String {
        let name = Terminal.outputStyle(parameter.name, .cyan)
        let type = parameter.type == "any" ? "any value" : parameter.type
        switch parameter.use {
        case .required: return "\(name): \(type)"
        case .optional: return "\(name): \(type), may be left out"
        case .several: return "\(name): \(type), any number of them"
        case .named: return "\(name): \(type), given by name"
        case .names: return "\(name): names of your own choice, each with \(type)"
        case .block: return "a block { |\(parameter.name)| … }, may be left out"
        case .requiredBlock: return "a block { |\(parameter.name)| … }"
        }
    }
}
