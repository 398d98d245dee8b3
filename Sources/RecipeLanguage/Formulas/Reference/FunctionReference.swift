// docs/formulas.md: the guide, and a table for each family of functions. Made from the tables that define the functions.

import JSONCore

/// Writes the reference of formulas.
public enum FunctionReference {
    /// The whole page.
    public static var markdown: String {
        var page = """
            <!-- Made by `galley formula list --markdown > docs/formulas.md`: change the guide or the tables of functions, not this file. -->
            # Formulas

            \(FormulaGuide.opening)

            Contents: \(contents)

            """
        for section in FormulaGuide.sections {
            page += "\n## \(section.title)\n\n\(section.text)\n" + table(of: section.examples)
        }
        page +=
            "\n" + """
                The examples above use these pills:

                ```json
                \(JSON.object(FormulaGuide.pills).indented)
                ```

                # Functions

                *On* says what a function can be called on, *gives* what comes out. `name?` may be left out, `name…` may be given several times,
                `name:` is given by name, `**names` are names of your own choice, `{ |item| … }` is a block. In the examples it is 8 March 2024,
                10:30:15 in Los Angeles, the workspace's zone.

                """
        for family in FunctionFamily.all {
            page += "\n## \(family.title)\n\n" + (family.about.isEmpty ? "" : family.about + "\n\n")
            page += "| function | on | gives | what it does | example → answer |\n|---|---|---|---|---|\n"
            for spec in family.functions {
                let on = spec.receivers.isEmpty ? "" : spec.receivers.words
                page += "| \(code(spec.signature)) | \(on) | \(spec.gives.words) | \(cell(spec.help)) | "
                page += "\(code(spec.example)) → \(code(spec.answer)) |\n"
            }
        }
        return page
    }

    private static var contents: String {
        (FormulaGuide.sections.map(\.title) + FunctionFamily.all.map(\.title)).map { "[\(plain($0))](#\(anchor($0)))" }
            .joined(separator: " · ")
    }

    private static func table(of examples: [(formula: String, answer: String?)]) -> String {
        "\n| formula | gives |\n|---|---|\n"
            + examples.map { "| \(code($0.formula)) | \($0.answer.map(code) ?? "an error") |\n" }.joined()
    }

    private static func plain(_ title: String) -> String { title.replacing("`", with: "") }

    /// As web pages of Markdown name a heading.
    private static func anchor(_ title: String) -> String {
        String(
            String.UnicodeScalarView(
                title.lowercased().unicodeScalars.compactMap { scalar in
                    if scalar == " " { return "-" }
                    return scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || scalar == "-"
                        ? scalar : nil
                }))
    }

    /// Code in a cell of a table.
    private static func code(_ text: String) -> String {
        let fence = text.contains("`") ? "``" : "`"
        let gap = text.hasPrefix("`") || text.hasSuffix("`") ? " " : ""
        return fence + gap + cell(text) + gap + fence
    }

    private static func cell(_ text: String) -> String {
        text.replacing("|", with: "\\|").replacing("\n", with: " ⏎ ")
    }
}

extension FunctionSpec {
    /// As data, for `--json`.
    public var json: JSON {
        var object: JSONObject = [
            "name": .string(name), "family": .string(family), "signature": .string(signature),
            "on": .array(receivers.kinds.filter { $0 != .pending }.map { .string($0.word) }),
        ]
        object["parameters"] = .array(
            arguments.map { parameter in
                var entry: JSONObject = ["name": .string(parameter.name), "use": .string(parameter.use.rawValue)]
                if !parameter.type.isEmpty { entry["type"] = .string(parameter.type) }
                return .object(entry)
            })
        object["gives"] = .array(gives.kinds.filter { $0 != .pending }.map { .string($0.word) })
        object["help"] = .string(help)
        object["example"] = .string(example)
        object["answer"] = .string(answer)
        return .object(object)
    }
}
