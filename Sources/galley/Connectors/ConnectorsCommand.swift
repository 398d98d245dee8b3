// galley connectors: what there is, what one can do, and whether a folder of one is right.

import ArgumentParser
import BuiltInConnectors
import Engine
import JSONCore
import RecipeLanguage
import Workspace

struct Connectors: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "connectors",
        abstract: "The connectors: list them, show their actions, make, check, test and try your own.",
        subcommands: [
            ConnectorsList.self, ConnectorsShow.self, ConnectorsNew.self, ConnectorsCheck.self, ConnectorsTest.self,
            ConnectorsTry.self, ConnectorsImport.self,
        ],
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
            var listing = Listing("CONNECTOR", "ACTIONS", "WHAT IT IS")
            for spec in specs {
                listing.add(
                    spec.name, "\(spec.actions.count)", spec.summary.isEmpty ? spec.title : spec.summary,
                    json: [
                        "name": .string(spec.name), "title": .string(spec.title),
                        "actions": .array(spec.actions.map { .string($0.name) }),
                    ])
            }
            listing.print(asJSON: json, empty: "no connectors")
        }
    }
}

struct ConnectorsShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "A connector's actions with their fields; CONNECTOR.ACTION shows one in full.")

    @OptionGroup var place: WorkspaceOptions
    @Argument(help: "Its name, or name.action.")
    var name: String
    @Flag(help: "As JSON; of one action with JSON Schemas of its input and output.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            let parts = name.split(separator: ".", maxSplits: 1).map { String($0) }
            let library = try Session(place).library
            let connector = parts.first ?? ""
            guard let spec = library[connector]?.spec else {
                if library.names.contains(connector) {
                    throw RecipeBroken(diagnostics: library.diagnostics(of: connector))
                }
                throw missing("connector \(connector)", name, library.names)
            }
            var (actions, triggers) = (spec.actions, spec.triggers)
            if parts.count == 2 {
                (actions, triggers) = (actions.filter { $0.name == parts[1] }, triggers.filter { $0.name == parts[1] })
                if actions.isEmpty, triggers.isEmpty {
                    throw missing(
                        "action or trigger \(name)", parts[1], spec.actions.map(\.name) + spec.triggers.map(\.name))
                }
            }
            if json {
                let isOne = parts.count == 2
                Terminal.print(
                    ConnectorDescription(spec: spec, library: library).json(actions, triggers, isOne).indented)
                return
            }
            Terminal.print(Terminal.outputStyle(spec.title, .bold) + "  \(spec.summary)")
            for trigger in triggers {
                Terminal.print(
                    "\n" + Terminal.outputStyle("\(spec.name).\(trigger.name)", .cyan)
                        + "  \(trigger.summary.isEmpty ? trigger.title : trigger.summary)  (trigger)")
                fields(trigger.input, "  ", levels: parts.count)
                if parts.count == 2, !trigger.event.properties.isEmpty {
                    Terminal.print("  its pill holds")
                    fields(trigger.event, "    ", levels: parts.count)
                }
            }
            for action in actions {
                Terminal.print(
                    "\n" + Terminal.outputStyle("\(spec.name).\(action.name)", .cyan)
                        + "  \(action.summary.isEmpty ? action.title : action.summary)  (\(action.effect.rawValue))")
                fields(action.input, "  ", levels: parts.count)
                if parts.count == 2, !action.output.properties.isEmpty {
                    Terminal.print("  gives")
                    fields(action.output, "    ", levels: parts.count)
                }
                if parts.count == 2 {
                    for example in action.examples { Terminal.print("  example  \(example.compact)") }
                }
            }
        }
    }

    /// - Parameter levels: how many levels of objects in objects are shown.
    private func fields(_ schema: Schema, _ indent: String, levels: Int) {
        for property in schema.properties {
            Terminal.print(
                "\(indent)\(property.name)\(property.required ? " (required)" : "")  \(Self.kind(property.schema))"
                    + (property.schema.summary.map { "  \($0)" } ?? ""))
            guard levels > 1 else { continue }
            let inner = property.schema.items?.value ?? property.schema
            fields(inner, indent + "  ", levels: levels - 1)
        }
    }

    private static func kind(_ schema: Schema) -> String {
        let kinds = schema.kinds.map(\.rawValue).sorted().joined(separator: " or ")
        if let items = schema.items?.value, kinds.isEmpty || kinds == "array", !items.isAny {
            return "array of " + kind(items)
        }
        return kinds.isEmpty ? schema.properties.isEmpty ? "any" : "object" : kinds
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
            let library = ConnectorLibrary(folders: folders)
            var (errors, list) = (0, [JSON]())
            for (name, folder) in folders.sorted(by: { $0.key < $1.key }) {
                let (_, fixtures) = DeclarativeConnector.check(folder: folder, name: name)
                let diagnostics = library.diagnostics(of: name) + library.fileDiagnostics(of: name)
                let sources = library.sources(of: name, diagnostics)
                errors += diagnostics.count { $0.severity == .error } + fixtures.count { !$0.mistakes.isEmpty }
                if json {
                    list += DiagnosticPrinter.json(diagnostics, sources: sources).array ?? []
                    list += fixtures.flatMap { fixture in
                        fixture.mistakes.map { ["file": .string(fixture.file), "message": .string($0)] }
                    }
                } else {
                    DiagnosticPrinter.print(diagnostics, sources: sources)
                    for fixture in fixtures {
                        for mistake in fixture.mistakes {
                            Terminal.error("Connectors/\(name)/\(fixture.file): \(printable(mistake))")
                        }
                    }
                }
            }
            if json { Terminal.print(JSON.array(list).indented) }
            if errors > 0 { throw Exit.invalid }
            Terminal.note("\(folders.count) \(folders.count == 1 ? "connector" : "connectors"): nothing wrong")
        }
    }
}

enum ConnectorFolders {
    /// The workspace's connector folders by name, or the one called `name`, which may come with galley.
    static func named(_ name: String?, _ place: WorkspaceOptions) throws -> [String: String] {
        let folders = try Workspace.open(from: place.folder, environment: place.environment).connectorFolders()
        guard let name else { return folders }
        guard let folder = folders[name] ?? ShippedConnectors.folders[name] else {
            let near = Suggestion.didYouMean(name, among: Set(folders.keys).union(ShippedConnectors.folders.keys))
            throw WorkspaceError(
                .notFound,
                "there is no folder Connectors/\(name)"
                    + (near.map { "; \($0)" } ?? "; galley connectors new \(name) makes one"))
        }
        return [name: folder]
    }
}
