// Finding the workspace, its recipes and their files.

import ConnectorKit
import Foundation
import JSONCore
import RecipeLanguage
import Testing

@testable import Workspace

struct WorkspaceTests {
    @Test(arguments: ["", "/Recipes", "/Recipes/a/samples", "/deep/er"])
    func `a workspace is found from any folder in it`(below: String) throws {
        try withFolder(["Recipes/a/recipe.json": "{}", "Recipes/a/samples/x.json": "{}", "deep/er/x": ""]) {
            (folder) throws in
            let workspace = try Workspace.open(from: folder + below, environment: nil)
            #expect(workspace.root == Disk.resolved(folder))
            #expect(workspace.dataFolder == workspace.root + "/.galley")
        }
    }

    @Test func `the nearest workspace wins`() throws {
        try withFolder(["galley.json": "{}", "inner/galley.json": #"{"name": "Inner"}"#, "inner/x/y": ""]) {
            (folder) throws in
            #expect(try Workspace.open(from: folder + "/inner/x", environment: nil).settings.name == "Inner")
        }
    }

    @Test func `a folder outside any workspace is named with what to do`() throws {
        try withFolder(["x": ""]) { (folder) throws in
            let error = try #require(try workspaceError { _ = try Workspace.open(from: folder, environment: nil) })
            #expect(error.kind == .notFound && error.message.contains("galley init"))
            let missing = try workspaceError { _ = try Workspace.open(from: folder + "/nowhere", environment: nil) }
            #expect(missing?.kind == .notFound)
        }
    }

    @Test func `recipes are the folders with a recipe file`() throws {
        let files = [
            "Recipes/b/recipe.json": "[1]", "Recipes/a/recipe.json": "{}", "Recipes/empty/readme": "", "Recipes/x": "",
            "Recipes/.hidden/recipe.json": "{}", "Recipes/b/samples/two.json": "", "Recipes/b/samples/one.json": "",
            "Recipes/b/samples/readme.md": "", "Recipes/b/tests/t.json": "",
        ]
        try withWorkspace(files) { (workspace) throws in
            #expect(workspace.recipeIDs() == ["a", "b"])
            let source = try workspace.recipeSource("b")
            #expect(source.path == "Recipes/b/recipe.json" && source.bytes == Array("[1]".utf8))
            #expect(try workspace.samples("b") == ["Recipes/b/samples/one.json", "Recipes/b/samples/two.json"])
            #expect(try workspace.testFiles("b") == ["Recipes/b/tests/t.json"])
            #expect(try workspace.samples("a") == [])
            #expect(try workspace.read("Recipes/b/recipe.json") == Array("[1]".utf8))
        }
    }

    @Test func `folders that look like recipes and can't be any are told of`() throws {
        let files = [
            "Recipes/a/recipe.json": "{}", "Recipes/T 12 é/recipe.json": "{}", "Recipes/b/recipe.json/x": "",
            "Recipes/.old one/recipe.json": "{}", "Recipes/no recipe/readme": "",
        ]
        try withWorkspace(files) { (workspace) throws in
            #expect(workspace.recipeIDs() == ["a"])
            let warnings = workspace.strayRecipes()
            #expect(warnings.map(\.file) == ["Recipes/T 12 é/recipe.json", "Recipes/b/recipe.json"])
            #expect(warnings.allSatisfy { $0.severity == .warning && $0.code == "stray_file" })
        }
    }

    @Test func `a recipe's file is read again after each change, at once and later`() throws {
        let path = "Recipes/b/recipe.json"
        try withWorkspace([path: "[0]"]) { (workspace) throws in
            func text() throws -> String { String(decoding: try workspace.recipeSource("b").bytes, as: UTF8.self) }
            let file = workspace.root + "/" + path
            for number in 0..<200 {
                try Data("[\(number % 10)]".utf8).write(to: URL(fileURLWithPath: file))
                #expect(try text() == "[\(number % 10)]")
            }
            // A file that was left alone for long is kept in memory: this one, by a link.
            let fileManager = FileManager.default
            try fileManager.removeItem(atPath: file)
            try fileManager.createSymbolicLink(atPath: file, withDestinationPath: #filePath)
            let source = try String(contentsOfFile: #filePath, encoding: .utf8)
            #expect(try text() == source && text() == source)
            try fileManager.removeItem(atPath: file)
            try Data("[x]".utf8).write(to: URL(fileURLWithPath: file))
            #expect(try text() == "[x]")
        }
    }

    @Test func `a mistyped recipe is answered with the nearest one`() throws {
        try withWorkspace(["Recipes/lead-routing/recipe.json": "{}"]) { (workspace) throws in
            let error = try workspaceError { _ = try workspace.recipeSource("lead-ruoting") }
            #expect(error?.kind == .notFound && error?.message.contains("did you mean \"lead-routing\"") == true)
        }
    }

    static let badNames = [
        "../a", "..", ".", "", "a/b", "/etc", ".hidden", "-x", "a\u{0}b", "a b", "ä", "a\nb",
        String(repeating: "a", count: 101),
    ]

    @Test(arguments: badNames)
    func `names that could lead elsewhere are refused`(name: String) throws {
        try withWorkspace(["Recipes/a/recipe.json": "{}", "Tables/t.csv": "a\n1\n"]) { (workspace) throws in
            for use in [
                { _ = try workspace.recipeSource(name) }, { _ = try workspace.samples(name) },
                { _ = try workspace.connectionSource(name) },
            ] {
                let error = try workspaceError(use)
                #expect(error?.kind == .refused)
                #expect(error?.message.unicodeScalars.allSatisfy { $0.value >= 0x20 } == true)
            }
            #expect(throws: WorkspaceError.self) { try workspace.tables.firstRow(of: name, where: []) }
            #expect(throws: WorkspaceError.self) {
                try Workspace.open(from: workspace.root, environment: name.isEmpty ? "../x" : name)
            }
        }
    }

    @Test func `declarative connectors are the folders with a connector file`() throws {
        try withWorkspace(["Connectors/crm/connector.json": "{}", "Connectors/other/readme": ""]) {
            (workspace) throws in
            #expect(workspace.connectorFolders() == ["crm": workspace.root + "/Connectors/crm"])
        }
    }
}
