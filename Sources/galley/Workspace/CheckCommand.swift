// galley check, fmt and schema: what is wrong with recipes, their layout, and help for editors.

import ArgumentParser
import Engine
import Foundation
import JSONCore
import RecipeLanguage
import Workspace

struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Everything that is wrong with recipes, connectors and connections, all at once.")

    @OptionGroup var place: WorkspaceOptions
    @Argument(help: "Recipes by name, or recipe files; all of the workspace when none is named.")
    var paths: [String] = []
    @Flag(help: "Print the mistakes as JSON.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            let session = try Session(place)
            var diagnostics = paths.isEmpty ? session.diagnostics : []
            var catalog = session.catalog
            catalog.apis = session.workspace.apis()
            let files = try RecipeFiles.named(paths, in: session.workspace, leavesOutUnreadable: true)
            for file in files {
                diagnostics +=
                    Recipe.check(file.bytes, id: file.id, file: file.path, catalog: catalog).diagnostics
                diagnostics += session.workspace.unsetSecrets(file.bytes, file: file.path)
            }
            let errors = diagnostics.count { $0.severity == .error }
            let sources = Dictionary(files.map { ($0.path, $0.bytes) }) { first, _ in first }
            if json {
                Terminal.print(DiagnosticPrinter.json(diagnostics, sources: sources).indented)
            } else {
                DiagnosticPrinter.print(diagnostics, sources: sources)
                let warnings = diagnostics.count - errors
                let checked = files.count == 1 ? "1 recipe" : "\(files.count) recipes"
                Terminal.note(
                    errors + warnings == 0
                        ? Terminal.style("✓ \(checked): nothing wrong", .green)
                        : "\(checked): \(errors) \(errors == 1 ? "error" : "errors"), \(warnings) \(warnings == 1 ? "warning" : "warnings")"
                )
            }
            if errors > 0 { throw Exit.invalid }
        }
    }
}

struct Format: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fmt", abstract: "Lay recipes out in one canonical way; nothing of their meaning changes.")

    @OptionGroup var place: WorkspaceOptions
    @Argument(help: "Recipes by name, or recipe files; all of the workspace when none is named.")
    var paths: [String] = []
    @Flag(help: "Change nothing; fail when a file would change.")
    var check = false

    func run() async throws {
        try await reportingErrors {
            let workspace = try Workspace.open(from: place.folder, environment: place.environment)
            var changed = 0
            var broken = false
            for file in try RecipeFiles.named(paths, in: workspace) {
                do {
                    let formatted = try RecipeFormatter.format(file.bytes, file: file.path)
                    guard formatted != file.bytes else { continue }
                    changed += 1
                    if !check { try RecipeFiles.replace(file.location, with: formatted) }
                    Terminal.note(check ? "would change \(file.path)" : "formatted \(file.path)")
                } catch let refusal as FormatRefusal {
                    broken = true
                    DiagnosticPrinter.print(refusal.diagnostics, sources: [file.path: file.bytes])
                }
            }
            if changed == 0, !broken { Terminal.note("nothing to change") }
            if broken { throw Exit.invalid }
            if check, changed > 0 { throw Exit.failed }
        }
    }
}

struct SchemaCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print a JSON Schema of recipes, made from the installed connectors, for editors.")

    @OptionGroup var place: WorkspaceOptions
    @Flag(help: "The schema of galley.json instead.")
    var settings = false
    @Option(
        help:
            "Also with the fields of this connector's actions; may be repeated. Without it: of the connectors that recipes or connections use."
    )
    var connector: [String] = []

    func run() async throws {
        try await reportingErrors {
            let session = try Session(place)
            guard settings else {
                for name in connector where session.library[name] == nil {
                    let near = Suggestion.didYouMean(name, among: session.library.names).map { "; \($0)" } ?? ""
                    throw WorkspaceError(.notFound, "there is no connector \(name)\(near)")
                }
                let inFull = session.usedConnectors.union(connector)
                return Terminal.print(RecipeSchema.json(catalog: session.catalog, inFull: inFull).indented)
            }
            let mail = session.catalog.connections.filter { $0.value == "mail" }.keys.sorted()
            Terminal.print(
                SettingsSchema.json(recipes: session.workspace.recipeIDs(), mailConnections: mail).indented)
        }
    }
}

/// Recipe files as arguments name them.
enum RecipeFiles {
    struct File {
        let id: String
        /// As it is shown: relative to the workspace where it belongs to it.
        let path: String
        /// Where it is.
        let location: String
        let bytes: [UInt8]
    }

    /// - Parameter leavesOutUnreadable: of all recipes only those whose files can be read.
    /// - Throws: `WorkspaceError` for what is neither a recipe of the workspace nor a readable file.
    static func named(
        _ names: [String], in workspace: Workspace, leavesOutUnreadable: Bool = false
    ) throws -> [File] {
        guard !names.isEmpty else {
            return try workspace.recipeIDs().compactMap { id in
                let source: (path: String, bytes: [UInt8])
                do { source = try workspace.recipeSource(id) } catch  where leavesOutUnreadable { return nil }
                return File(
                    id: id, path: source.path, location: workspace.root + "/" + source.path, bytes: source.bytes)
            }
        }
        return try names.map { name in
            var isFolder: ObjCBool = false
            if FileManager.default.fileExists(atPath: name, isDirectory: &isFolder) {
                let path = isFolder.boolValue ? name + "/recipe.json" : name
                if let bytes = FileManager.default.contents(atPath: path) {
                    return File(id: id(of: path), path: path, location: path, bytes: Array(bytes))
                }
            }
            let source = try workspace.recipeSource(name)
            return File(
                id: name, path: source.path, location: workspace.root + "/" + source.path, bytes: source.bytes)
        }
    }

    /// Writes the file anew beside it and moves it into place, so that a crash leaves one or the other.
    static func replace(_ path: String, with bytes: [UInt8]) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
    }

    private static func id(of path: String) -> String {
        let parts = URL(fileURLWithPath: path).pathComponents
        return parts.last == "recipe.json"
            ? parts.dropLast().last ?? "recipe" : String(parts.last?.prefix { $0 != "." } ?? "recipe")
    }
}
