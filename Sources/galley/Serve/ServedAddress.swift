// Where the running server of a workspace can be reached, noted for other commands on the same machine.

import Foundation
import JSONCore
import JobHistory
import Workspace

/// `.galley/served.json`, there while a server runs.
enum ServedAddress {
    private static func path(_ workspace: Workspace) -> String { workspace.dataFolder + "/served.json" }

    /// What can't be written is not worth a server: the commands then say that they don't know.
    /// - Parameter isChosen: it was given to this server, and wins over that of galley.json.
    static func note(_ address: String, isChosen: Bool, of workspace: Workspace) {
        let note: JSON = [
            "pid": .integer(Int(getpid())), "address": .string(address), "chosen": .bool(isChosen),
        ]
        _ = FileManager.default.createFile(
            atPath: path(workspace), contents: Data(note.compactBytes), attributes: [.posixPermissions: 0o600])
    }

    static func forget(of workspace: Workspace) { try? FileManager.default.removeItem(atPath: path(workspace)) }

    /// Without a slash at its end; nil when neither a running server nor galley.json says one. A note that a killed server left
    /// behind names another process than the one that has the workspace now.
    static func find(of workspace: Workspace) -> String? {
        let said = workspace.settings.publicURL
        guard let bytes = FileManager.default.contents(atPath: path(workspace)),
            let note = try? JSON(parsing: Array(bytes)), let pid = note["pid"]?.integer,
            let owner = JobStore.ownerPID(folder: workspace.dataFolder), Int(owner) == pid
        else { return said }
        return note["chosen"]?.bool == true ? note["address"]?.string : said ?? note["address"]?.string
    }
}
