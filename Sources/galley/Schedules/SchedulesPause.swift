// galley schedules pause and resume: whether a recipe starts by itself.

import ArgumentParser
import Engine
import JSONCore
import RecipeLanguage

struct SchedulesPause: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause", abstract: "Let a recipe start no more by itself until it is resumed.",
        discussion: """
            Jobs that it has go on, and `galley run` works. Times of a schedule that come meanwhile do not count as missed; \
            what a poller would have found comes when it is resumed.
            """)

    @OptionGroup var place: WorkspaceOptions
    @Argument(help: "The recipe's folder name below Recipes/.")
    var recipe: String
    @Option(help: "Why, for whoever looks at it later.")
    var reason: String
    @Flag(help: "As JSON.")
    var json = false

    func validate() throws {
        guard !reason.allSatisfy(\.isWhitespace) else { throw ValidationError("--reason must say why") }
    }

    func run() async throws {
        try await reportingErrors {
            let answer = try await Self.perform(.pause(recipe: recipe, reason: reason), of: recipe, place)
            if json { return Terminal.print(answer.indented) }
            Terminal.note("\(recipe) is paused; `galley schedules resume \(recipe)` goes on")
        }
    }

    static func perform(_ request: OwnerRequest, of recipe: String, _ place: WorkspaceOptions) async throws -> JSON {
        let session = try Session(place)
        _ = try session.workspace.recipeSource(recipe)
        return try await Owner.with(session) { owner in try await owner.perform(request) }
    }
}

struct SchedulesResume: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Let a paused recipe start by itself again: from its next time on, or with what came since.")

    @OptionGroup var place: WorkspaceOptions
    @Argument(help: "The recipe's folder name below Recipes/.")
    var recipe: String
    @Flag(help: "As JSON.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            let answer = try await SchedulesPause.perform(.unpause(recipe: recipe), of: recipe, place)
            let next = answer["next"]?.integer.map { Int64($0) }
            if json {
                var object = answer.object ?? [:]
                object["next"] = .time(next)
                return Terminal.print(JSON.object(object).indented)
            }
            Terminal.note(
                "\(recipe) goes on" + (next.map { ", next at \(InstantText.words($0))" } ?? ": no time is left"))
        }
    }
}
