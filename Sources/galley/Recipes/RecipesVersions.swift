// galley recipes versions, diff and rollback: what a recipe was, what changed, and the way back.

import ArgumentParser
import Engine
import JSONCore
import JobHistory

/// A recipe's name on the command line.
struct RecipeArgument: ParsableArguments {
    @Argument(help: "The recipe's folder name below Recipes/.")
    var recipe: String
}

struct RecipesVersions: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "versions", abstract: "Every version of a recipe that ran, newest first; --show N prints one.")

    @OptionGroup var venue: VenueOptions
    @OptionGroup var argument: RecipeArgument
    @Option(help: "Print the source of this version.")
    var show: Int?
    @Flag(help: "As JSON.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            let recipe = argument.recipe
            if let show {
                let version = try await venue.with { try await $0.version(show, of: recipe) }
                return Terminal.print(version["source"]?.string ?? "")
            }
            var listing = Listing("VERSION", "FIRST RAN", "BYTES", "SHA-256")
            for version in try await venue.with({ try await $0.versions(of: recipe) }) {
                listing.add(
                    "\(version["number"]?.integer ?? 0)", TimeText.words(version["registered_at"]) ?? "",
                    "\(version["bytes"]?.integer ?? 0)", version["hash"]?.string ?? "", json: version)
            }
            listing.print(asJSON: json, empty: "\(recipe) has not run yet")
        }
    }
}

struct RecipesDiff: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "What changed between two versions of a recipe, step by step.",
        discussion: """
            Without numbers: what the file has that the last version before it had not. `file` stands for the file; \
            galley recipes versions lists the numbers.
            """)

    @OptionGroup var venue: VenueOptions
    @OptionGroup var argument: RecipeArgument
    @Option(help: "The older version's number (default: the newest one that is another).")
    var from: String?
    @Option(help: "The newer version's number (default: the file).")
    var to: String?
    @Flag(help: "As JSON.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            let comparison = try await venue.with {
                try await $0.comparison(of: argument.recipe, from: from, to: to)
            }
            if json { return Terminal.print(comparison.indented) }
            let span = "\(name(comparison["from"])) to \(name(comparison["to"]))"
            Terminal.print(Terminal.outputStyle("\(argument.recipe): \(span)", .bold))
            for change in comparison["changes"]?.array ?? [] { print(change) }
            if comparison["same"]?.bool == true {
                Terminal.note("no step changed: at most the layout of the file differs")
            }
        }
    }

    private func name(_ version: JSON?) -> String {
        version == "file" ? "the file" : "version \(version?.string ?? "?")"
    }

    private func print(_ change: JSON) {
        let (mark, style): (String, Terminal.Style) =
            switch change["kind"]?.string {
            case "added": ("+", .green)
            case "removed": ("-", .red)
            default: ("~", .yellow)
            }
        Terminal.print(Terminal.outputStyle(mark, style) + " " + printable(change["words"]?.string ?? ""))
    }
}

struct RecipesRollback: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback", abstract: "Write an older version's text back into the recipe's file, after a check.",
        discussion: """
            The file is replaced in one step. It is left as it is when it holds changes that no version has, as they \
            would be lost; --force overwrites them.
            """)

    @OptionGroup var venue: VenueOptions
    @OptionGroup var argument: RecipeArgument
    @Argument(help: "The version's number: galley recipes versions lists them.")
    var version: Int
    @Flag(help: "Also when the file holds changes that never ran: they are lost.")
    var force = false
    @Flag(help: "As JSON.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            let recipe = argument.recipe
            let answer = try await venue.perform(.rollBack(recipe: recipe, version: version, force: force))
            if json { return Terminal.print(json: answer) }
            guard answer["changed"]?.bool == true else {
                return Terminal.note("the file of \(recipe) holds version \(version) already")
            }
            Terminal.note("the file of \(recipe) holds version \(version) again")
            Terminal.note(Terminal.style("next: galley test \(recipe)", .dim))
        }
    }
}
