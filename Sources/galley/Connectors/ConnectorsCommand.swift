// galley connectors: what there is, what one can do, and whether a folder of one is right.

import ArgumentParser
import BuiltInConnectors
import Engine
import JSONCore
import RecipeLanguage
import Workspace

struct Connectors: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The connectors: list, show their actions, check and test the workspace's own.",
        subcommands: [ConnectorsList.self, ConnectorsShow.self, ConnectorsCheck.self, ConnectorsTest.self],
        defaultSubcommand: ConnectorsList.self)
}

struct ConnectorsList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "The installed connectors.")

    @OptionGroup var place: WorkspaceOptions
    @Flag(help: "As JSON.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            let specs = try Session(place).library.specs.sorted { $0.name < $1.name }
            if json {
                let list = specs.map { spec -> JSON in
                    [
                        "name": .string(spec.name), "title": .string(spec.title),
                        "actions": .array(spec.actions.map { .string($0.name) }),
                    ]
                }
                return Terminal.print(JSON.array(list).indented)
            }
            var table = Table("CONNECTOR", "ACTIONS", "WHAT IT IS")
            for spec in specs { table.add(spec.name, "\(spec.actions.count)", spec.summary.isEmpty ? spec.title : spec.summary) }
            table.print()
        }
    }
}

struct ConnectorsShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "A connector's actions with their fields; CONNECTOR.ACTION shows one in full.")

    @OptionGroup var place: WorkspaceOptions
    @Argument(help: "Its name, or name.action.")
    var name: String

    func run() async throws {
        try await reportingErrors {
            let parts = name.split(separator: ".", maxSplits: 1).map { String($0) }
            let specs = try Session(place).library.specs
            guard let spec = specs.first(where: { $0.name == parts.first }) else {
                throw missing("connector \(parts.first ?? "")", name, specs.map(\.name))
            }
            Terminal.print(Terminal.outputStyle(spec.title, .bold) + "  \(spec.summary)")
            var actions = spec.actions
            if parts.count == 2 {
                actions = actions.filter { $0.name == parts[1] }
                if actions.isEmpty { throw missing("action \(name)", parts[1], spec.actions.map(\.name)) }
            }
            for action in actions {
                Terminal.print(
                    "\n" + Terminal.outputStyle("\(spec.name).\(action.name)", .cyan)
                        + "  \(action.summary.isEmpty ? action.title : action.summary)  (\(action.effect.rawValue))")
                fields(action.input, "  ")
                if parts.count == 2, !action.output.properties.isEmpty {
                    Terminal.print("  gives")
                    fields(action.output, "    ")
                }
                if parts.count == 2 {
                    for example in action.examples { Terminal.print("  example  \(example.compact)") }
                }
            }
        }
    }

    private func fields(_ schema: Schema, _ indent: String) {
        for property in schema.properties {
            let kinds = property.schema.kinds.map(\.rawValue).sorted().joined(separator: " or ")
            Terminal.print(
                "\(indent)\(property.name)\(property.required ? " (required)" : "")  \(kinds.isEmpty ? "any" : kinds)"
                    + (property.schema.summary.map { "  \($0)" } ?? ""))
        }
    }

    private func missing(_ what: String, _ name: String, _ names: [String]) -> WorkspaceError {
        let near = Suggestion.didYouMean(name, among: names)
        return WorkspaceError(.notFound, "there is no \(what)" + (near.map { "; \($0)" } ?? ""))
    }
}

struct ConnectorsCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Everything that is wrong with the workspace's connector folders.")

    @OptionGroup var place: WorkspaceOptions
    @Argument(help: "Its name; all when none is named.")
    var name: String?
    @Flag(help: "Print the mistakes as JSON.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            let folders = try ConnectorFolders.named(name, place)
            let (_, diagnostics) = ConnectorLibrary.read(folders: folders)
            if json { Terminal.print(DiagnosticPrinter.json(diagnostics).indented) } else { DiagnosticPrinter.print(diagnostics) }
            let errors = diagnostics.count { $0.severity == .error }
            if errors > 0 { throw Exit.invalid }
            Terminal.note("\(folders.count) \(folders.count == 1 ? "connector" : "connectors"): nothing wrong")
        }
    }
}

struct ConnectorsTest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Play a connector's recorded exchanges: the requests it makes must be those.")

    @OptionGroup var place: WorkspaceOptions
    @Argument(help: "Its name; all when none is named.")
    var name: String?

    func run() async throws {
        try await reportingErrors {
            var (passed, failed) = (0, 0)
            for (name, folder) in try ConnectorFolders.named(name, place).sorted(by: { $0.key < $1.key }) {
                for result in await ConnectorFixtures.run(in: folder) {
                    if result.differences.isEmpty {
                        passed += 1
                        Terminal.note(Terminal.style("✓", .green) + " \(name)/\(result.name)")
                    } else {
                        failed += 1
                        Terminal.note(Terminal.style("✗", .red) + " \(name)/\(result.name)")
                        for difference in result.differences { Terminal.note("    " + printable(difference)) }
                    }
                }
            }
            Terminal.note("\(passed) passed, \(failed) failed")
            if failed > 0 { throw Exit.failed }
        }
    }
}

enum ConnectorFolders {
    /// The workspace's connector folders by name.
    static func named(_ name: String?, _ place: WorkspaceOptions) throws -> [String: String] {
        let folders = try Workspace.open(from: place.folder, environment: place.environment).connectorFolders()
        guard let name else { return folders }
        guard let folder = folders[name] else {
            let near = Suggestion.didYouMean(name, among: folders.keys)
            throw WorkspaceError(.notFound, "this workspace has no folder Connectors/\(name)" + (near.map { "; \($0)" } ?? ""))
        }
        return [name: folder]
    }
}
