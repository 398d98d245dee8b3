// galley init: a new workspace, ready for a first recipe.

import ArgumentParser
import Engine
import Foundation
import JSONCore

struct Init: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Make a workspace: folders for recipes, connections and tables, and galley.json."
    )

    @Argument(help: "The folder; it is made when it is not there.")
    var folder = "."

    func run() async throws {
        try await reportingErrors {
            let files = FileManager.default
            guard !files.fileExists(atPath: folder + "/galley.json") else {
                throw OwnerFailure(kind: "refused", "\(folder) is a workspace already: it has a galley.json")
            }
            for name in ["Recipes", "Connectors", "Connections", "Tables"] {
                try files.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
            }
            let name = URL(fileURLWithPath: folder).standardizedFileURL.lastPathComponent
            let settings =
                "{\n  \"galley\": 1,\n  \"name\": \(JSON.string(name).compact),\n  \"time_zone\": \"UTC\",\n  \"properties\": {}\n}\n"
            try Data(settings.utf8).write(
                to: URL(fileURLWithPath: folder + "/galley.json"), options: .withoutOverwriting)
            if !files.fileExists(atPath: folder + "/.gitignore") {
                try Data(".galley/\n".utf8).write(to: URL(fileURLWithPath: folder + "/.gitignore"))
            }
            Terminal.note("made a workspace in \(folder)")
            Terminal.note("next: \(folder == "." ? "" : "cd \(folder) && ")galley recipes new")
        }
    }
}
