// galley recipes new: a recipe that runs, from a few answers and a sample event.

import ArgumentParser
import Engine
import Foundation
import JSONCore
import RecipeLanguage
import Workspace

struct RecipesNew: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Start a recipe: asks what it is called and what starts it, or takes flags; writes one that runs.")

    /// What can start the new recipe.
    enum Start: String, CaseIterable, ExpressibleByArgument {
        case manual, webhook, schedule, called

        var question: String {
            switch self {
            case .manual: "a person runs it"
            case .webhook: "another system calls a web address"
            case .schedule: "the clock"
            case .called: "another recipe calls it"
            }
        }
    }

    @OptionGroup var place: WorkspaceOptions
    @Argument(help: "The recipe's folder name: small letters, digits and -.")
    var id: String?
    @Option(help: "Its name for people.")
    var name: String?
    @Option(help: "What starts it: manual, webhook, schedule or called.")
    var trigger: Start?
    @Option(help: "A sample event: a JSON file, - or JSON text. Its fields become the trigger's schema and pills.")
    var sample: String?
    @Option(help: "When it starts, for a schedule: a cron expression.")
    var cron: String?

    func run() async throws {
        try await reportingErrors {
            let session = try Session(place)
            let asks = isatty(STDIN_FILENO) == 1
            let title = try answer(name, asks, "What is the recipe called?", fallback: id)
            let folder = try folder(for: title, asks, session.workspace)
            let start =
                try trigger ?? (asks ? try Question.choose("What starts it?", Start.allCases, \.question) : .manual)
            let draft = RecipeDraft(
                title: title, folder: folder, start: start, cron: try when(start, asks), event: try event(start, asks))
            try write(draft, session)
        }
    }

    private func answer(_ given: String?, _ asks: Bool, _ question: String, fallback: String?) throws -> String {
        if let given { return given }
        if asks { return try Question.ask(question, standard: fallback ?? "My first recipe") }
        guard let fallback else {
            throw ValidationError("give --name (or a folder name): there is no terminal to ask on")
        }
        return fallback
    }

    private func folder(for title: String, _ asks: Bool, _ workspace: Workspace) throws -> String {
        let standard = Self.folderName(of: title)
        guard asks, id == nil else {
            guard id != nil || !standard.isEmpty else {
                throw ValidationError("say which folder, as in: galley recipes new FOLDER --name \"\(title)\"")
            }
            let folder = id ?? standard
            try check(folder, workspace)
            return folder
        }
        return try Question.untilRight {
            let folder = try Question.ask("Its folder name?", standard: standard.isEmpty ? "recipe" : standard)
            try check(folder, workspace)
            return folder
        }
    }

    private func event(_ start: Start, _ asks: Bool) throws -> JSON {
        let standard: JSON = ["name": "Ada"]
        if let sample { return try JSONInput.read(sample, what: "--sample") }
        guard asks, start != .schedule else { return standard }
        return try Question.untilRight {
            let path = try Question.ask("A file with a sample event (empty for none)?", standard: "")
            return path.isEmpty ? standard : try JSONInput.read(path, what: "the sample")
        }
    }

    /// The cron expression of a schedule.
    private func when(_ start: Start, _ asks: Bool) throws -> String {
        let standard = "0 9 * * 1-5"
        guard asks, cron == nil, start == .schedule else { return cron ?? standard }
        return try Question.untilRight {
            let text = try Question.ask("When? (minute, hour, day, month, weekday)", standard: standard)
            do throws(CronError) {
                _ = try CronExpression(parsing: text)
            } catch {
                throw OwnerFailure(
                    kind: "refused", [error.message, error.suggestion].compactMap(\.self).joined(separator: "; "))
            }
            return text
        }
    }

    private func check(_ folder: String, _ workspace: Workspace) throws {
        guard !folder.isEmpty,
            folder.utf8.allSatisfy({
                (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x5F
            })
        else {
            throw ValidationError("a recipe's folder name has small letters, digits, - and _ only, not \"\(folder)\"")
        }
        guard !workspace.recipeIDs().contains(folder) else {
            throw OwnerFailure(kind: "refused", "Recipes/\(folder) is there already; choose another name")
        }
    }

    private func write(_ draft: RecipeDraft, _ session: Session) throws {
        let source = try RecipeFormatter.format(Array(draft.recipe.indented.utf8))
        let checked = Recipe.check(
            source, id: draft.folder, file: "Recipes/\(draft.folder)/recipe.json", catalog: session.catalog)
        guard checked.recipe != nil else { throw RecipeBroken(diagnostics: checked.diagnostics) }
        let folder = session.workspace.root + "/Recipes/" + draft.folder
        try FileManager.default.createDirectory(atPath: folder + "/samples", withIntermediateDirectories: true)
        try Data(source).write(to: URL(fileURLWithPath: folder + "/recipe.json"), options: .withoutOverwriting)
        try Data((draft.sample.indented + "\n").utf8).write(to: URL(fileURLWithPath: folder + "/samples/first.json"))
        Terminal.note("wrote Recipes/\(draft.folder)/recipe.json and samples/first.json")
        Terminal.note("next: galley run \(draft.folder) --input Recipes/\(draft.folder)/samples/first.json")
    }

    /// `Route new leads!` as `route-new-leads`.
    static func folderName(of title: String) -> String {
        let words = title.lowercased().utf8.split { !((0x61...0x7A).contains($0) || (0x30...0x39).contains($0)) }
        return words.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "-")
    }
}

/// Questions on the terminal.
enum Question {
    /// Asks again while the answer is refused, with the reason.
    static func untilRight<Answer>(_ body: () throws -> Answer) throws -> Answer {
        while true {
            do {
                return try body()
            } catch let error as ValidationError {
                Terminal.note(error.message)
            } catch let error as OwnerFailure {
                Terminal.note(error.description)
            }
        }
    }

    /// - Throws: `Exit.interrupted` at the end of input.
    static func ask(_ question: String, standard: String) throws -> String {
        Terminal.noteWithoutEnd(question + (standard.isEmpty ? " " : " [\(standard)] "))
        guard let line = readLine() else { throw Exit.interrupted }
        let answer = line.trimmingCharacters(in: .whitespaces)
        return answer.isEmpty ? standard : answer
    }

    static func choose<Choice>(_ question: String, _ choices: [Choice], _ words: (Choice) -> String) throws -> Choice {
        Terminal.note(question)
        for (place, choice) in choices.enumerated() { Terminal.note("  \(place + 1)  \(words(choice))") }
        while true {
            if let number = Int(try ask("Number?", standard: "1")), choices.indices.contains(number - 1) {
                return choices[number - 1]
            }
            Terminal.note("a number from 1 to \(choices.count), please")
        }
    }
}
