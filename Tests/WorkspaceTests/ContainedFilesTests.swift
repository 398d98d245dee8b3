// Files that recipes name stay inside the workspace and away from its secrets.

import ConnectorKit
import Foundation
import Testing

@testable import Workspace

struct ContainedFilesTests {
    @Test(arguments: ["report.csv", "out/new/report.csv", "./Recipes/a/x.json", "out//x", "Tables/t.csv", "keyboard"])
    func `paths inside are resolved`(path: String) throws {
        try withWorkspace(["out/x": "", "Tables/t.csv": ""]) { (workspace) throws in
            let full = try workspace.files.path(of: path)
            #expect(full.hasPrefix(workspace.root + "/") && !full.contains("/./") && !full.contains("//"))
        }
    }

    @Test(arguments: [
        "", "/etc/passwd", "../x", "out/../../x", "out/..", "~/x", ".", ".galley/galley.sqlite", ".git/config", ".env",
        "out/.hidden", "Connections/acme.json", "connections/acme.json", "server.key", "out/ca.PEM", "out/a.p12",
        "a\u{0}b",
        "link", "link/x", "out/up", "dangling", "dangling/x", "secret-link", "to-connections/acme.json",
        String(repeating: "a/", count: 600),
    ])
    func `paths outside or to secrets are refused`(path: String) throws {
        let files = ["out/x": "", "Connections/acme.json": "{}", ".galley/galley.sqlite": "", "real.key": ""]
        try withWorkspace(files) { (workspace) throws in
            let manager = FileManager.default
            for (link, target) in [
                ("link", "/etc"), ("out/up", ".."), ("dangling", "/nowhere/at/all"), ("secret-link", "real.key"),
                ("to-connections", "Connections"),
            ] {
                try manager.createSymbolicLink(atPath: workspace.root + "/" + link, withDestinationPath: target)
            }
            do {
                let full = try workspace.files.path(of: path)
                Issue.record("\(path) gives \(full)")
            } catch let error as ConnectorError {
                #expect(error.type == "file" && error.outcome == .refused)
                #expect(error.message.utf8.allSatisfy { $0 >= 0x20 })
            }
        }
    }

    @Test func `a link that stays inside is followed`() throws {
        try withWorkspace(["data/x.csv": ""]) { (workspace) throws in
            try FileManager.default.createSymbolicLink(
                atPath: workspace.root + "/current", withDestinationPath: "data")
            #expect(try workspace.files.path(of: "current/x.csv") == workspace.root + "/data/x.csv")
            #expect(try workspace.files.path(of: "current/new.csv") == workspace.root + "/data/new.csv")
        }
    }
}
