// galley recipes start and stop: whether a server lets events of a recipe in.

import ArgumentParser
import Engine
import JSONCore

struct RecipesStart: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start", abstract: "Let events of a recipe in again. Recipes are started until they are stopped.")

    @OptionGroup var venue: VenueOptions
    @Argument(help: "The recipe's folder name below Recipes/.")
    var recipe: String

    func run() async throws {
        try await reportingErrors {
            try await venue.perform(.turn(recipe: recipe, on: true, reason: nil))
            Terminal.note("\(recipe) is started: `galley serve` takes its events")
        }
    }
}

struct RecipesStop: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop",
        abstract:
            "Let no more events of a recipe in. Jobs that it has go on; webhooks are answered as if it were not there.")

    @OptionGroup var venue: VenueOptions
    @Argument(help: "The recipe's folder name below Recipes/.")
    var recipe: String
    @Option(help: "Why, for whoever looks at it later.")
    var reason: String?

    func run() async throws {
        try await reportingErrors {
            try await venue.perform(.turn(recipe: recipe, on: false, reason: reason))
            Terminal.note("\(recipe) is stopped; `galley recipes start \(recipe)` lets its events in again")
        }
    }
}
