// The files of recipes and the folders of connectors.

import RecipeLanguage
import Synchronization

extension Workspace {
    /// The folders below `Recipes/` that hold a `recipe.json`, sorted.
    public func recipeIDs() -> [String] {
        Disk.names(in: root + "/Recipes").filter {
            WorkspaceName.isAllowed($0) && Disk.kind(of: "\(root)/Recipes/\($0)/recipe.json") == .file
        }
    }

    /// Files and folders that look like recipes and can't be any.
    func strayRecipes() -> [Diagnostic] {
        Disk.names(in: root + "/Recipes").compactMap { name in
            let kind = Disk.kind(of: "\(root)/Recipes/\(name)/recipe.json")
            if let kind, kind != .file, !name.hasPrefix(".") {
                return Diagnostic(
                    .warning, code: "stray_file", "this is no file, so there is no recipe in the folder",
                    suggestion: "put the recipe's text into a file of this name",
                    file: "Recipes/\(WorkspaceName.printable(name))/recipe.json", range: 0..<0, pointer: "")
            }
            if kind == .file, !WorkspaceName.isAllowed(name), !name.hasPrefix(".") {
                return Diagnostic(
                    .warning, code: "stray_file", "this recipe is not read: its folder's name can't be a recipe's",
                    suggestion:
                        "use letters, digits, \"_\", \"-\" and \".\", starting with a letter, a digit or \"_\"",
                    file: "Recipes/\(WorkspaceName.printable(name))/recipe.json", range: 0..<0, pointer: "")
            }
            if kind == .file, WorkspaceName.isAllowed(name) { return unreadable(name) }
            guard name.hasSuffix(".json"), Disk.kind(of: "\(root)/Recipes/\(name)") == .file else { return nil }
            let id = name.prefix { $0 != "." }
            let home = WorkspaceName.isAllowed(String(id)) ? String(id) : "NAME"
            return Diagnostic(
                .warning, code: "stray_file", "this file is not read: a recipe is a folder with a file recipe.json",
                suggestion: "move it to Recipes/\(home)/recipe.json", file: "Recipes/\(name)", range: 0..<0, pointer: ""
            )
        }
    }

    /// What is in the way of reading a recipe's file.
    private func unreadable(_ id: String) -> Diagnostic? {
        do {
            _ = try recipeSource(id)
            return nil
        } catch {
            return Diagnostic(
                .error, code: "unreadable_file", "\(error)", file: "Recipes/\(id)/recipe.json", range: 0..<0,
                pointer: "")
        }
    }

    /// Finds out whether the recipes can be listed: a folder that can't be looked into is no empty one.
    /// - Throws: `WorkspaceError`.
    public func verifyRecipesFolder() throws { try Disk.verifyFolder(root + "/Recipes") }

    /// A recipe's file, relative to the workspace, and what is in it. Read again only when the file has changed.
    /// - Throws: `WorkspaceError`: the name is not allowed, or there is no such recipe (with a suggestion).
    public func recipeSource(_ id: String) throws -> (path: String, bytes: [UInt8]) {
        try WorkspaceName.check(id, "recipe")
        let path = "Recipes/\(id)/recipe.json"
        let file = root + "/" + path
        if let stamp = Disk.stamp(of: file), let bytes = recipeCache.source(id, stamp) { return (path, bytes) }
        guard Disk.kind(of: file) == .file else { throw missing("recipe", id, among: recipeIDs()) }
        let stamp = Disk.stamp(of: file)
        // Of one that is too large so much that its check says so: it is one broken recipe among the others.
        let bytes = try Disk.read(file, limit: 16 << 20, partly: true)
        if let stamp, stamp.isSettled { recipeCache.keep(bytes, of: id, stamp) }
        return (path, bytes)
    }

    /// Writes a recipe's file in one step: a reader sees the old text or the new one, also after a crash.
    /// - Throws: `WorkspaceError`: the name is not allowed, or the disk refuses.
    public func writeRecipe(_ id: String, _ bytes: [UInt8]) throws {
        try WorkspaceName.check(id, "recipe")
        let folder = "\(root)/Recipes/\(id)"
        try Disk.makeFolder(folder, mode: 0o755)
        let path = folder + "/recipe.json"
        try Disk.replace(path, with: bytes, mode: Disk.access(of: path)?.mode ?? 0o644)
    }

    /// The sample events of a recipe: the JSON files in its `samples/`, relative to the workspace, sorted.
    public func samples(_ id: String) throws -> [String] { try jsonFiles(of: id, in: "samples") }

    /// The tests of a recipe: the JSON files in its `tests/`, relative to the workspace, sorted.
    public func testFiles(_ id: String) throws -> [String] { try jsonFiles(of: id, in: "tests") }

    /// The bytes of a file named relative to the workspace, as `samples` and `testFiles` give them.
    public func read(_ path: String) throws -> [UInt8] {
        guard let real = Disk.resolved(root + "/" + path), real.hasPrefix(root == "/" ? "/" : root + "/") else {
            throw WorkspaceError(
                .notFound, "the workspace has no file \(WorkspaceName.printable(path)), or it lies elsewhere")
        }
        return try Disk.read(real)
    }

    /// From the names of declarative connectors to their folders (absolute): those below `Connectors/` with a
    /// `connector.json`.
    public func connectorFolders() -> [String: String] { Self.connectorFolders(in: root + "/Connectors") }

    /// The same of any folder that holds folders of connectors.
    public static func connectorFolders(in folder: String) -> [String: String] {
        let names = Disk.names(in: folder).filter {
            WorkspaceName.isAllowed($0) && Disk.kind(of: "\(folder)/\($0)/connector.json") == .file
        }
        return Dictionary(uniqueKeysWithValues: names.map { ($0, "\(folder)/\($0)") })
    }

    private func jsonFiles(of id: String, in part: String) throws -> [String] {
        try WorkspaceName.check(id, "recipe")
        guard Disk.kind(of: "\(root)/Recipes/\(id)") == .folder else { throw missing("recipe", id, among: recipeIDs()) }
        return Disk.names(in: "\(root)/Recipes/\(id)/\(part)")
            .filter { $0.hasSuffix(".json") && WorkspaceName.isAllowed($0) }
            .map { "Recipes/\(id)/\(part)/\($0)" }
    }

    /// "There is no recipe …", with the nearest name or the names there are.
    func missing(_ what: String, _ name: String, among names: [String]) -> WorkspaceError {
        let hint =
            if let nearest = Suggestion.closest(to: name, among: names) {
                "did you mean \"\(nearest)\"?"
            } else if names.isEmpty {
                "the workspace has no \(what)s yet"
            } else {
                "there \(names.count == 1 ? "is" : "are") \(names.prefix(20).joined(separator: ", "))"
                    + (names.count > 20 ? " and \(names.count - 20) more" : "")
            }
        return WorkspaceError(.notFound, "there is no \(what) \"\(name)\": \(hint)")
    }
}

/// The files of recipes as last read, with the state they were read in.
final class RecipeCache: Sendable {
    private let known = Mutex<[String: (bytes: [UInt8], stamp: Disk.Stamp)]>([:])

    func source(_ id: String, _ stamp: Disk.Stamp) -> [UInt8]? {
        guard let entry = known.withLock({ $0[id] }), entry.stamp == stamp else { return nil }
        return entry.bytes
    }

    func keep(_ bytes: [UInt8], of id: String, _ stamp: Disk.Stamp) { known.withLock { $0[id] = (bytes, stamp) } }
}
