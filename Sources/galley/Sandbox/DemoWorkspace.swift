// The demo's own copy of the workspace, whose connections lead to the sandbox's ports.

import Foundation
import JSONCore
import Sandbox
import Workspace

enum DemoWorkspace {
    /// Copies what the recipes need to `.galley/demo` and points connections at the running sandbox. The history of an
    /// earlier demo is replaced.
    static func make(from home: Workspace, url: String, smtpPort: Int) throws -> String {
        let files = FileManager.default
        let folder = home.dataFolder + "/demo"
        if files.fileExists(atPath: folder) { try files.removeItem(atPath: folder) }
        try files.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        for name in ["Recipes", "Connectors", "Connections", "Tables", "galley.json"] {
            let source = home.root + "/" + name
            if files.fileExists(atPath: source) { try files.copyItem(atPath: source, toPath: folder + "/" + name) }
        }
        let standardURL = "http://127.0.0.1:\(SandboxConfiguration.standardPort)"
        for name in try files.contentsOfDirectory(atPath: folder + "/Connections") where name.hasSuffix(".json") {
            let path = folder + "/Connections/" + name
            let json = try JSONInput.read(path, what: "the connection")
            let moved = json.moved(
                from: standardURL, to: url, standardSMTP: SandboxConfiguration.standardSMTPPort, smtp: smtpPort)
            try Data(moved.indented.utf8).write(to: URL(fileURLWithPath: path))
        }
        return folder
    }
}

extension JSON {
    /// The sandbox's standard address and mail port replaced by the running one's, wherever they stand.
    fileprivate func moved(from old: String, to new: String, standardSMTP: Int, smtp: Int) -> JSON {
        switch self {
        case .string(let text): .string(text.replacing(old, with: new))
        case .integer(standardSMTP): .integer(smtp)
        case .array(let elements):
            .array(elements.map { $0.moved(from: old, to: new, standardSMTP: standardSMTP, smtp: smtp) })
        case .object(let object):
            .object(
                JSONObject(
                    uniqueEntries: object.entries.map {
                        ($0.key, $0.value.moved(from: old, to: new, standardSMTP: standardSMTP, smtp: smtp))
                    }))
        default: self
        }
    }
}
