// Connectors that come with the program: folders as those of a workspace, of which a folder of the same name goes first.

import Foundation
import Workspace

enum ShippedConnectors {
    /// From names to folders: `share/galley/connectors` of an installation, or `Connectors` of the checkout that this was built in.
    static let folders: [String: String] = {
        let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        let installed = program.deletingLastPathComponent().appendingPathComponent("share/galley/connectors").path
        let found = Workspace.connectorFolders(in: installed)
        guard found.isEmpty else { return found }
        // .build/TRIPLE/release/galley
        let checkout = (0..<3).reduce(program) { folder, _ in folder.deletingLastPathComponent() }
        guard FileManager.default.fileExists(atPath: checkout.appendingPathComponent("Package.swift").path) else {
            return [:]
        }
        // Those of the sandbox are for the demo, which brings its own.
        return Workspace.connectorFolders(in: checkout.appendingPathComponent("Connectors").path)
            .filter { !$0.key.hasPrefix("sandbox_") }
    }()
}
