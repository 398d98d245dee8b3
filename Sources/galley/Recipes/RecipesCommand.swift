// galley recipes: what there is, what one does, and its versions.

import ArgumentParser
import Engine
import JSONCore
import JobHistory
import RecipeLanguage

struct Recipes: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What recipes there are, what one does step by step, its versions; start a new one.",
        subcommands: [
            RecipesList.self, RecipesShow.self, RecipesVersions.self, RecipesNew.self, RecipesStart.self,
            RecipesStop.self,
        ],
        defaultSubcommand: RecipesList.self)
}

struct RecipesList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "The recipes of the workspace.")

    @OptionGroup var place: WorkspaceOptions
    @Flag(help: "As JSON.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            let session = try Session(place)
            var listing = Listing("RECIPE", "TRIGGER", "STEPS", "NAME")
            for id in session.workspace.recipeIDs() {
                let source = try session.workspace.recipeSource(id)
                let checked = Recipe.check(source.bytes, id: id, file: source.path, catalog: session.catalog)
                let errors = checked.diagnostics.count { $0.severity == .error }
                let trigger = checked.recipe?.trigger.use ?? Recipe.signature(of: source.bytes)?.triggerUse ?? "?"
                listing.add(
                    id, trigger, checked.recipe.map { "\($0.stepNames.count)" } ?? "-",
                    errors == 0
                        ? checked.recipe?.name ?? ""
                        : "\(errors) \(errors == 1 ? "mistake" : "mistakes"): galley check \(id)",
                    json: [
                        "id": .string(id), "name": .string(checked.recipe?.name ?? id), "trigger": .string(trigger),
                        "errors": .integer(errors),
                    ])
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

struct RecipesVersions: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "versions", abstract: "Every version of a recipe that ran, newest first; --show N prints one.")

    @OptionGroup var place: WorkspaceOptions
    @Argument(help: "The recipe's folder name below Recipes/.")
    var recipe: String
    @Option(help: "Print the source of this version.")
    var show: Int?
    @Flag(help: "As JSON.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            try await HistoryReading.with(place) { store in
                let versions = try await store.versions(of: recipe)
                if let show {
                    guard let version = versions.first(where: { $0.number == show }) else {
                        throw OwnerFailure(kind: "no_such_job", "\(recipe) has no version \(show) that ran")
                    }
                    return Terminal.print(String(decoding: try await store.versionSource(version.id), as: UTF8.self))
                }
                var listing = Listing("VERSION", "FIRST RAN", "BYTES", "SHA-256")
                for version in versions {
                    listing.add(
                        "\(version.number)", InstantText.words(version.registeredAt), "\(version.sizeBytes)",
                        version.hash,
                        json: version.json)
                }
                listing.print(asJSON: json, empty: "\(recipe) has not run yet")
            }
        }
    }
}
