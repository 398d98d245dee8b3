// galley recipes graph: a recipe as a drawing.

import ArgumentParser
import Engine

struct RecipesGraph: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "graph", abstract: "A recipe as a drawing: which step can come after which.",
        discussion: """
            Mermaid draws in Markdown pages (GitHub, GitLab and many editors show it). With Graphviz: \
            galley recipes graph NAME --format dot | dot -Tsvg > recipe.svg
            """)

    enum Format: String, CaseIterable, ExpressibleByArgument { case mermaid, dot, json }

    @OptionGroup var venue: VenueOptions
    @OptionGroup var argument: RecipeArgument
    @Option(help: "mermaid, dot or json.")
    var format = Format.mermaid
    @Flag(help: "The same as --format json.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            let graph = try await venue.with { try await $0.graph(of: argument.recipe) }
            switch json ? .json : format {
            case .mermaid: Terminal.print(printableLines(graph.mermaid))
            case .dot: Terminal.print(printableLines(graph.dot))
            case .json: Terminal.print(graph.json.indented)
            }
        }
    }

    private func printableLines(_ text: String) -> String {
        text.split(separator: "\n").map { printable(String($0)) }.joined(separator: "\n")
    }
}
