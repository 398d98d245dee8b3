// galley schedules pause and resume: whether a recipe starts by itself.

import ArgumentParser
import Engine
import JSONCore

struct SchedulesPause: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause", abstract: "Let a recipe start no more by itself until it is resumed.",
        discussion: """
            Jobs that it has go on, and `galley run` works. Times of a schedule that come meanwhile do not count as missed; \
            what a poller would have found comes when it is resumed.
            """)

    @OptionGroup var venue: VenueOptions
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
            let answer = try await venue.perform(.pause(recipe: recipe, reason: reason))
            if json { return Terminal.print(answer.indented) }
            Terminal.note("\(recipe) is paused; `galley schedules resume \(recipe)` goes on")
        }
    }
}

struct SchedulesResume: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Let a paused recipe start by itself again: from its next time on, or with what came since.")

    @OptionGroup var venue: VenueOptions
    @Argument(help: "The recipe's folder name below Recipes/.")
    var recipe: String
    @Flag(help: "As JSON.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            let answer = try await venue.perform(.unpause(recipe: recipe))
            if json { return Terminal.print(answer.indented) }
            Terminal.note(
                "\(recipe) goes on" + (TimeText.words(answer["next"]).map { ", next at \($0)" } ?? ": no time is left"))
        }
    }
}
