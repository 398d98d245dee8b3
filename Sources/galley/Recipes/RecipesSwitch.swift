// galley recipes start and stop: whether a server lets events of a recipe in.

import ArgumentParser
import Engine
import JSONCore

struct RecipesStart: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start", abstract: "Let events of a recipe in again. Recipes are started until they are stopped.")

    @OptionGroup var place: WorkspaceOptions
    @Argument(help: "The recipe's folder name below Recipes/.")
    var recipe: String

    func run() async throws {
        try await reportingErrors {
            try await RecipeSwitching.perform(recipe, on: true, place)
            Terminal.note("\(recipe) is started: `galley serve` takes its events")
        }
    }
}

struct RecipesStop: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop",
        abstract:
            "Let no more events of a recipe in. Jobs that it has go on; webhooks are answered as if it were not there.")

    @OptionGroup var place: WorkspaceOptions
    @Argument(help: "The recipe's folder name below Recipes/.")
    var recipe: String
    @Option(help: "Why, for whoever looks at it later.")
    var reason: String?

    func run() async throws {
        try await reportingErrors {
            try await RecipeSwitching.perform(recipe, on: false, reason: reason, place)
            Terminal.note("\(recipe) is stopped; `galley recipes start \(recipe)` lets its events in again")
        }
    }
}

private enum RecipeSwitching {
    static func perform(_ recipe: String, on: Bool, reason: String? = nil, _ place: WorkspaceOptions) async throws {
        let session = try Session(place)
        _ = try session.workspace.recipeSource(recipe)
        let request = OwnerRequest.turn(recipe: recipe, on: on, reason: reason)
        _ = try await Owner.with(session) { owner in try await owner.perform(request) }
    }
}
