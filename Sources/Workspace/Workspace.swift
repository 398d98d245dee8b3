// The workspace: the folder with recipes, connectors, connections and tables, found from any folder below it.

import ConnectorKit
import JSONCore
import RecipeLanguage

/// One workspace as it was when opened; recipes, connections and tables are read when asked for.
public struct Workspace: Sendable {
    /// The absolute path of its folder, links resolved.
    public let root: String
    /// `--env`: which `galley.NAME.json` and `Connections/NAME/` override the plain ones.
    public let environment: String?
    public let settings: WorkspaceSettings
    /// Warnings found in the settings files.
    public let warnings: [Diagnostic]
    public let secrets: SecretStore
    public let tables: any TableSource
    public let files: any WorkspaceFiles
    /// The tables with more than what formulas see.
    let tableFolder: TableFolder
    let connectionCache = ConnectionCache()
    let recipeCache = RecipeCache()

    /// Where the database, its lock and socket and the encrypted secrets are.
    public var dataFolder: String { root + "/.galley" }

    /// Opens the workspace that `folder` is in: the nearest folder upwards with a `galley.json` or a `Recipes` folder.
    /// - Throws: `WorkspaceError`: there is none, or its settings have mistakes (all of them are listed).
    public static func open(from folder: String, environment name: String?) throws -> Workspace {
        let root = try findRoot(from: folder)
        return try Workspace(
            root: root, environment: name, secrets: SecretStore(dataFolder: root + "/.galley"))
    }

    init(root: String, environment: String?, secrets: SecretStore) throws {
        if let environment { try WorkspaceName.check(environment, "environment") }
        let name = root.split(separator: "/").last.map { String($0) } ?? "workspace"
        var reader = SettingsReader(WorkspaceSettings(name: name))
        var environmentExists = environment == nil
        for file in ["galley.json"] + (environment.map { ["galley.\($0).json"] } ?? []) {
            let path = root + "/" + file
            guard Disk.kind(of: path) != nil else { continue }
            if file != "galley.json" { environmentExists = true }
            reader.read(try Disk.read(path, limit: 4 << 20), file: file)
        }
        if let environment, !environmentExists {
            guard Disk.kind(of: root + "/Connections/" + environment) == .folder else {
                throw WorkspaceError(
                    .notFound,
                    "this workspace has no environment \"\(environment)\": "
                        + "there is neither galley.\(environment).json nor a folder Connections/\(environment)")
            }
        }
        let errors = reader.diagnostics.filter { $0.severity == .error }
        guard errors.isEmpty else {
            throw WorkspaceError(
                .invalid, "the settings of the workspace have \(errors.count == 1 ? "a mistake" : "mistakes")",
                diagnostics: reader.diagnostics)
        }
        (self.root, self.environment, self.secrets) = (root, environment, secrets)
        (self.settings, self.warnings) = (reader.settings, reader.diagnostics)
        let tableFolder = TableFolder(folder: root + "/Tables")
        (self.tableFolder, self.tables) = (tableFolder, tableFolder)
        self.files = ContainedFiles(root: root, keyFile: secrets.keyFileOverride)
    }

    /// Looks upwards from `folder` for a workspace.
    static func findRoot(from folder: String) throws(WorkspaceError) -> String {
        guard let start = Disk.resolved(folder), Disk.kind(of: start) == .folder else {
            throw WorkspaceError(.notFound, "there is no folder \(WorkspaceName.printable(folder))")
        }
        var candidate = start
        while true {
            let prefix = candidate == "/" ? "" : candidate
            if Disk.kind(of: prefix + "/galley.json") == .file || Disk.kind(of: prefix + "/Recipes") == .folder {
                return candidate
            }
            if candidate == "/" { break }
            candidate = Disk.parent(of: candidate)
        }
        throw WorkspaceError(
            .notFound,
            "\(start) is not in a workspace: neither it nor a folder above it has a galley.json or a Recipes folder. "
                + "Go to the workspace's folder, or make one with: galley init")
    }
}
