// galley test: recipe tests, with what they leave untried.

import ArgumentParser
import Engine
import JSONCore
import RecipeLanguage

struct Test: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Run recipe tests: events in, steps mocked, expectations held against what happened.",
        discussion: """
            Tests are JSON files in Recipes/ID/tests/: {"name", "event", "mocks": {"step": {"output": …} or {"error": {…}}}, \
            "now", "expect": {"state", "result", "error", "inputs", "outputs", "not_run", "variables"}}. Nothing is called \
            and nothing recorded: steps that do anything outside need a mock.
            """)

    @OptionGroup var place: WorkspaceOptions
    @Argument(help: "Recipes by name; all that have tests when none is named.")
    var recipes: [String] = []
    @Flag(help: "Print the results as JSON.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            let session = try Session(place)
            try await session.withServices { try await run(session, $0) }
        }
    }

    private func run(_ session: Session, _ services: EngineServices) async throws {
        var (passed, failed, unreadable) = (0, 0, 0)
        var results: [JSON] = []
        for id in recipes.isEmpty ? session.workspace.recipeIDs() : recipes {
            let files = try session.workspace.testFiles(id)
            if files.isEmpty {
                if !recipes.isEmpty {
                    _ = try session.recipe(id)
                    Terminal.note("\(id) has no tests; put one into Recipes/\(id)/tests/")
                }
                continue
            }
            if !json { Terminal.note(Terminal.style(id, .bold)) }
            let recipe: Recipe
            do {
                recipe = try session.recipe(id)
            } catch let broken as RecipeBroken where recipes.isEmpty {
                // One broken recipe among many keeps none of the others from their tests.
                unreadable += 1
                results.append(["recipe": .string(id), "error": .string("the recipe has mistakes: galley check \(id)")])
                DiagnosticPrinter.print(broken.diagnostics)
                continue
            }
            var ran: Set<String> = []
            for file in files {
                let test: RecipeTest
                do {
                    test = try RecipeTest(session.workspace.root + "/" + file, steps: recipe.stepNames)
                } catch let mistake as OwnerFailure {
                    // The others run all the same: whoever mends the files wants to know of all of them.
                    unreadable += 1
                    results.append([
                        "recipe": .string(id), "test": .string(RecipeTest.name(of: file)),
                        "error": .string(mistake.description),
                    ])
                    Terminal.error(printable(mistake.description))
                    continue
                }
                let (differences, trace) = try await TestRun.run(test, of: id, services: services)
                ran.formUnion(trace.names)
                if differences.isEmpty { passed += 1 } else { failed += 1 }
                results.append([
                    "recipe": .string(id), "test": .string(test.file), "name": .string(test.name),
                    "differences": .array(differences.map { .string($0) }),
                ])
                if !json { show(test, differences) }
            }
            if !json { show(untried: Coverage.untried(recipe.outline, ran: ran)) }
        }
        if json { Terminal.print(JSON.array(results).indented) }
        Terminal.note(
            "\(passed) passed, \(failed) failed"
                + (unreadable > 0 ? ", \(unreadable) with mistakes in the file" : ""))
        if unreadable > 0 { throw Exit.invalid }
        if failed > 0 { throw Exit.failed }
    }

    private func show(_ test: RecipeTest, _ differences: [String]) {
        let mark = differences.isEmpty ? Terminal.style("✓", .green) : Terminal.style("✗", .red)
        Terminal.note("  \(mark) \(test.name)  " + Terminal.style(test.file, .dim))
        for difference in differences { Terminal.note("    " + difference) }
    }

    private func show(untried: [String]) {
        guard !untried.isEmpty else { return }
        Terminal.note(Terminal.style("  never taken in a test:", .yellow))
        for branch in untried { Terminal.note("    " + printable(branch)) }
    }
}

/// Which branches no test took.
enum Coverage {
    /// Parts of steps (then, else, catch, a loop's body…) of which nothing ran, the outermost of each.
    static func untried(_ outline: [RecipeOutline], ran: Set<String>) -> [String] {
        outline.flatMap { step -> [String] in
            step.parts.flatMap { part -> [String] in
                guard part.steps.contains(where: { ran.contains($0.name) }) else {
                    return part.steps.isEmpty ? [] : ["\(step.name): \(part.title ?? step.words)"]
                }
                return untried(part.steps, ran: ran)
            }
        }
    }
}
