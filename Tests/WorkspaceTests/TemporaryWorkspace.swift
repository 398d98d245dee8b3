// A workspace in a folder of its own, for the time of one test.

import Foundation
import JSONCore
import Testing

@testable import Workspace

/// Makes the files, runs `body` with the folder's path, and removes everything.
func withFolder<Result>(_ files: [String: String], _ body: (String) throws -> Result) throws -> Result {
    let manager = FileManager.default
    let folder = manager.temporaryDirectory.resolvingSymlinksInPath().appending(path: "galley-\(UUID().uuidString)")
        .path
    try manager.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? manager.removeItem(atPath: folder) }
    for (name, text) in files {
        let path = folder + "/" + name
        try manager.createDirectory(atPath: Disk.parent(of: path), withIntermediateDirectories: true)
        try write(text, to: path)
    }
    return try body(folder)
}

/// A workspace whose environment variables are `variables` and nothing else; keys are below its folder's `home`.
func withWorkspace<Result>(
    _ files: [String: String] = [:], environment: String? = nil, variables: [String: String] = [:],
    _ body: (Workspace) throws -> Result
) throws -> Result {
    var files = files
    if files["galley.json"] == nil { files["galley.json"] = "{}" }
    return try withFolder(files) { (folder) throws in
        let variables = variables.merging(["HOME": folder + "/home"]) { own, _ in own }
        let root = try #require(Disk.resolved(folder))
        return try body(
            Workspace(
                root: root, environment: environment,
                secrets: SecretStore(dataFolder: root + "/.galley") { variables[$0] }))
    }
}

func write(_ text: String, to path: String) throws {
    try Data(text.utf8).write(to: URL(filePath: path))
}

/// The workspace error that `body` throws.
func workspaceError(_ body: () throws -> Void) throws -> WorkspaceError? {
    do {
        try body()
        return nil
    } catch let error as WorkspaceError {
        return error
    }
}
