// A workspace in a temporary folder, made by `galley init`, and galley run in it.

import Foundation
import JSONCore
import Testing

/// A folder that is there as long as the value; `folder` in it is the workspace.
final class CommandPlace: Sendable {
    let root: URL
    let folder: URL

    /// An empty folder.
    init(empty: Void) throws {
        root = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
            .appendingPathComponent("galley-command-\(UUID().uuidString.prefix(8))")
        folder = root.appendingPathComponent("shop")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    /// A new workspace with recipes.
    init(_ recipes: [String: String] = [:]) async throws {
        root = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
            .appendingPathComponent("galley-command-\(UUID().uuidString.prefix(8))")
        folder = root.appendingPathComponent("shop")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try await galley("init").expect(0)
        for (id, text) in recipes { try write("Recipes/\(id)/recipe.json", text) }
    }

    deinit { try? FileManager.default.removeItem(at: root) }

    func write(_ name: String, _ text: String) throws {
        let url = folder.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    func text(_ name: String) throws -> String {
        try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
    }

    /// Runs a command to its end.
    func galley(
        _ arguments: String..., input: String = "", environment: [String: String] = [:]
    ) async throws -> Ended {
        try await GalleyProcess(arguments, in: self, input: input, environment: environment).end()
    }

    /// Starts a command.
    func start(_ arguments: String...) throws -> GalleyProcess { try GalleyProcess(arguments, in: self) }
}

extension Ended {
    /// Holds the exit code against the wanted one, and shows what was printed when it is another.
    @discardableResult
    func expect(_ code: Int32, sourceLocation: SourceLocation = #_sourceLocation) -> Ended {
        #expect(self.code == code, "\(self)", sourceLocation: sourceLocation)
        return self
    }

    /// stdout as one JSON value.
    var json: JSON {
        get throws { try JSON(parsing: Array(data.utf8)) }
    }

    /// stdout as JSON lines.
    var lines: [JSON] {
        get throws { try data.split(separator: "\n").map { try JSON(parsing: Array($0.utf8)) } }
    }

    /// Whether anything in it moves the cursor or sets colours.
    var hasEscapes: Bool { (data + messages).unicodeScalars.contains("\u{1B}") }
}
