// galley connectors test: a connector's fixtures played, and the rules that hold for every connector.

import ArgumentParser
import BuiltInConnectors
import Engine
import JSONCore
import RecipeLanguage
import Workspace

struct ConnectorsTest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Play a connector's fixtures, and try the rules that hold for every connector; nothing is sent.",
        discussion: """
            The rules: examples and answers fit their schemas; whatever a system answers, the error has a type; lists \
            that come in pages end; no credential comes out again in any encoding; the same call under the same \
            idempotency key is the same request.
            """)

    @OptionGroup var place: WorkspaceOptions
    @Argument(help: "Its name; all when none is named, built-in ones too.")
    var name: String?
    @Flag(help: "Only the fixtures.")
    var fixtures = false
    @Flag(help: "As JSON.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            let session = try Session(place)
            var outcome = Outcome(isJSON: json)
            for name in try names(session.library) {
                guard session.library[name] != nil else {
                    throw RecipeBroken(diagnostics: session.library.diagnostics(of: name))
                }
                for result in await session.library.runFixtures(of: name) { outcome.add(result, of: name) }
                guard !fixtures else { continue }
                let results = await session.library.conformance(of: name) { secrets in
                    let redactor = Redactor(secrets)
                    return { redactor.redact($0) }
                }
                outcome.add(results, of: name)
            }
            try outcome.end()
        }
    }

    private func names(_ library: ConnectorLibrary) throws -> [String] {
        guard let name else { return library.names }
        guard library.names.contains(name) else {
            let near = Suggestion.didYouMean(name, among: library.names).map { "; \($0)" } ?? ""
            throw WorkspaceError(.notFound, "there is no connector \(name)\(near)")
        }
        return [name]
    }
}

/// What has been found so far; printed as it comes, or at the end as JSON.
private struct Outcome {
    let isJSON: Bool
    private var passed = 0
    private var failed = 0
    private var list: [JSON] = []

    init(isJSON: Bool) { self.isJSON = isJSON }

    mutating func add(_ result: FixtureResult, of name: String) {
        count(result.passed)
        list.append([
            "connector": .string(name), "fixture": .string(result.file), "action": .string(result.action),
            "passed": .bool(result.passed), "problems": .array(result.differences.map { .string($0) }),
        ])
        show("\(name)/\(result.file)  \(result.action)", result.passed, result.differences)
    }

    /// The rules in one line when all of them hold.
    mutating func add(_ results: [ConformanceResult], of name: String) {
        for result in results {
            count(result.passed)
            list.append([
                "connector": .string(name), "rule": .string(result.rule.rawValue), "tried": .integer(result.tried),
                "passed": .bool(result.passed), "problems": .array(result.problems.map { .string($0) }),
                "untried": .array(result.untried.map { .string($0) }),
            ])
        }
        let broken = results.filter { !$0.passed }
        let held = results.filter(\.passed).map(\.rule.rawValue)
        if !held.isEmpty { show("\(name) conforms: \(held.joined(separator: ", "))", true, []) }
        for result in broken { show("\(name): \(result.rule.rawValue)", false, result.problems) }
        guard !isJSON else { return }
        for reason in Self.unique(results.flatMap(\.untried)) {
            Terminal.note("    " + Terminal.style("not tried: \(printable(reason))", .dim))
        }
    }

    private mutating func count(_ didPass: Bool) { if didPass { passed += 1 } else { failed += 1 } }

    private func show(_ line: String, _ didPass: Bool, _ problems: [String]) {
        guard !isJSON else { return }
        let mark = didPass ? Terminal.style("✓", .green) : Terminal.style("✗", .red)
        Terminal.note("\(mark) \(printable(line))")
        for problem in Self.unique(problems) { Terminal.note("    " + printable(problem)) }
    }

    private static func unique(_ texts: [String]) -> [String] {
        var seen = Set<String>()
        return texts.filter { seen.insert($0).inserted }
    }

    func end() throws {
        if isJSON { Terminal.print(JSON.array(list).indented) }
        Terminal.note("\(passed) passed, \(failed) failed")
        if failed > 0 { throw Exit.failed }
    }
}
