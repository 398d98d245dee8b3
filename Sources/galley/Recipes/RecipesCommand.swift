// galley recipes: what there is, and what one does.

import ArgumentParser
import Engine
import JSONCore
import JobHistory
import RecipeLanguage

struct Recipes: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recipes",
        abstract: "What recipes there are, what one does step by step, its versions; start a new one.",
        subcommands: [
            RecipesList.self, RecipesShow.self, RecipesGraph.self, RecipesVersions.self, RecipesDiff.self,
            RecipesRollback.self, RecipesNew.self, RecipesStart.self, RecipesStop.self,
        ],
        defaultSubcommand: RecipesList.self)
}

struct RecipesList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "The recipes of the workspace.")

    @OptionGroup var venue: VenueOptions
    @Flag(help: "As JSON.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            var listing = Listing("RECIPE", "TRIGGER", "STEPS", "NAME")
            for recipe in try await venue.with({ try await $0.recipes() }) {
                let (id, errors) = (recipe["id"]?.string ?? "", recipe["errors"]?.integer ?? 0)
                listing.add(
                    id, recipe["trigger"]?.string ?? "?", recipe["step_count"]?.integer.map { "\($0)" } ?? "-",
                    errors == 0
                        ? recipe["name"]?.string ?? ""
                        : "\(errors) \(errors == 1 ? "mistake" : "mistakes"): galley check \(id)",
                    json: recipe)
            }
            listing.print(asJSON: json, empty: "no recipes yet; `galley recipes new` writes one")
        }
    }
}

struct RecipesShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "What a recipe does, step by step, in words.")

    @OptionGroup var place: WorkspaceOptions
    @Argument(help: "The recipe's folder name below Recipes/.")
    var recipe: String

    func run() async throws {
        try await reportingErrors {
            let session = try Session(place)
            let compiled = try session.recipe(recipe)
            Terminal.print(Terminal.outputStyle(compiled.name, .bold))
            Terminal.print("when  \(compiled.trigger.use)" + (compiled.trigger.when.map { " and \($0.source)" } ?? ""))
            for entry in compiled.outline { show(entry, depth: 0) }
        }
    }

    private func show(_ entry: RecipeOutline, depth: Int) {
        let indent = String(repeating: "  ", count: depth + 1)
        Terminal.print(indent + Terminal.outputStyle(entry.name, .cyan) + "  " + printable(entry.words))
        for part in entry.parts {
            if let title = part.title { Terminal.print(indent + "  " + Terminal.outputStyle(title, .dim)) }
            for step in part.steps { show(step, depth: depth + (part.title == nil ? 1 : 2)) }
        }
    }
}
