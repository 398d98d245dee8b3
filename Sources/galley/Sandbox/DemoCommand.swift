// galley demo: the workspace's recipes with all their samples against the sandbox, and what changed there.

import ArgumentParser
import Engine
import Foundation
import JSONCore
import JobHistory
import Sandbox
import Workspace

struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Watch three business workflows run against built-in apps; leaves nothing running.",
        discussion: """
            Runs lead-routing, quote-to-cash and employee-onboarding once for each file in their samples/ folders, in a copy \
            of the workspace under .galley/demo, against a sandbox on free ports. Change a sample and run it again.
            """)

    @OptionGroup var place: WorkspaceOptions
    @Flag(help: "Print what changed in the apps as JSON on stdout.")
    var json = false

    /// In the order they are shown.
    private static let recipes = ["lead-routing", "quote-to-cash", "employee-onboarding"]

    func run() async throws {
        try await reportingErrors {
            let home = try Workspace.open(from: place.folder, environment: place.environment)
            let missing = Self.recipes.filter { !home.recipeIDs().contains($0) }
            guard missing.isEmpty else {
                throw WorkspaceError(
                    .notFound,
                    "the demo needs the recipes of galley's own workspace; here \(missing.joined(separator: ", ")) is missing"
                )
            }
            let sandbox = try SandboxServer(configuration: SandboxConfiguration())
            let ready = AsyncStream<SandboxAddresses>.makeStream()
            let serving = Task {
                try await sandbox.run {
                    ready.continuation.yield($0); ready.continuation.finish()
                }
            }
            let watch = Task {  // a sandbox that can't start must not leave the demo waiting
                _ = await serving.result
                ready.continuation.finish()
            }
            defer { watch.cancel() }
            guard let addresses = await ready.stream.first(where: { _ in true }) else {
                try await serving.value
                throw OwnerFailure(kind: "internal", "the sandbox ended before it was ready")
            }
            let outcome: Result<Int, any Error>
            do {
                outcome = .success(try await runAll(home, addresses, sandbox))
            } catch {
                outcome = .failure(error)
            }
            serving.cancel()
            _ = await serving.result
            if try outcome.get() > 0 { throw Exit.failed }
        }
    }

    /// - Returns: how many jobs did not do what they should.
    private func runAll(_ home: Workspace, _ addresses: SandboxAddresses, _ sandbox: SandboxServer) async throws -> Int
    {
        for (name, value) in sandbox.configuration.credentials.environment { setenv(name, value, 1) }
        let folder = try DemoWorkspace.make(from: home, url: addresses.url, smtpPort: addresses.smtpPort)
        let session = try Session(WorkspaceOptions.parse(["--workspace", folder]))
        let results = try await Owner.with(session) { owner in
            var results: [JobResult] = []
            for recipe in Self.recipes {
                let compiled = try session.recipe(recipe)
                Terminal.note("\n" + Terminal.style(compiled.name, .bold) + Terminal.style("  Recipes/\(recipe)", .dim))
                for sample in try session.workspace.samples(recipe) {
                    Terminal.note("\n  event: \(sample.split(separator: "/").last ?? "")")
                    let event = try JSONInput.read(session.workspace.root + "/" + sample, what: "the sample")
                    let printer = StepPrinter()
                    let answer = try await owner.perform(
                        .run(recipe: recipe, event: event, until: nil), observer: { printer.show($0) })
                    printer.end()
                    guard let result = JobResult(answer) else { continue }
                    results.append(result)
                    show(result)
                }
            }
            return results
        }
        let state = try await sandbox.state()
        if json { Terminal.print(state.json.indented) } else { show(state) }
        show(next: results, folder: folder, root: home.root)
        return results.count { $0.state.isParked || $0.state == .canceled }
    }

    private func show(_ result: JobResult) {
        var line = "  job \(result.job) \(result.state.words)"
        if let reason = result.reason { line += ": \(printable(reason))" }
        let style: Terminal.Style = result.state == .succeeded ? .green : result.state == .waiting ? .cyan : .red
        Terminal.note(Terminal.style(line, style))
        if let error = result.error, result.reason == nil { Terminal.note("  " + printable(RunError.sentence(error))) }
    }

    private func show(_ state: SandboxState) {
        Terminal.print("\n" + Terminal.outputStyle("What changed in the apps", .bold))
        for app in state.apps {
            let kinds = app.kinds.filter { $0.changeCount > 0 }
            Terminal.print("\n  " + Terminal.outputStyle(app.title, .cyan) + (kinds.isEmpty ? "  nothing" : ""))
            for kind in kinds {
                for change in kind.changes {
                    Terminal.print("    \(change.isNew ? "+" : "~") \(printable(change.sentence))")
                }
                let rest = kind.changeCount - kind.changes.count
                if rest > 0 { Terminal.print("    … and \(rest) more of \(kind.name)") }
            }
        }
    }

    private func show(next results: [JobResult], folder: String, root: String) {
        let place = folder.hasPrefix(root + "/") ? String(folder.dropFirst(root.utf8.count + 1)) : folder
        let counts = Dictionary(grouping: results, by: \.state).map { "\($0.value.count) \($0.key)" }.sorted()
        Terminal.note("\n\(results.count) jobs: \(counts.joined(separator: ", ")). Look further:")
        Terminal.note("  Scripts/galley jobs list --workspace \(place)")
        if let job = results.first?.job {
            Terminal.note("  Scripts/galley jobs show \(job) --full --workspace \(place)")
        }
        if let waiting = results.first(where: { $0.state == .waiting }) {
            Terminal.note("  Scripts/galley jobs why \(waiting.job) --workspace \(place)")
        }
        Terminal.note("  Scripts/galley recipes show lead-routing")
        Terminal.note("  edit Recipes/lead-routing/samples/*.json and run Scripts/galley demo again")
    }
}
