// Files that steps may read and write: below the workspace's folder, and not its secrets.

import ConnectorKit

/// Resolves the paths that recipes name, links included, and refuses those that lead out of the workspace or to secrets.
///
/// A link that is changed between this check and the use of the path is not caught: whoever can do that can already write
/// to the workspace.
struct ContainedFiles: WorkspaceFiles {
    /// Absolute, links resolved.
    let root: String
    /// `$GALLEY_KEY_FILE`, which could lie below the workspace.
    let keyFile: String?

    /// Endings of files that hold keys.
    static let keyEndings = ["key", "pem", "p12", "pfx", "jks", "keystore"]

    var draftNotes: String? { root + "/.galley/drafts" }

    func path(of relative: String) throws -> String {
        func refused(_ why: String) -> ConnectorError {
            ConnectorError(type: "file", "the file \"\(WorkspaceName.printable(relative))\" can't be used: \(why)")
        }
        guard !relative.isEmpty, !relative.utf8.contains(0) else {
            throw refused("the path is empty or has a zero byte")
        }
        guard !relative.hasPrefix("/"), !relative.hasPrefix("~") else {
            throw refused("name it relative to the workspace's folder")
        }
        guard relative.utf8.count <= 1024 else { throw refused("the path is longer than 1,024 bytes") }
        let parts = relative.split(separator: "/").filter { $0 != "." }.map { String($0) }
        guard !parts.isEmpty, !parts.contains("..") else { throw refused("it must stay inside the workspace") }

        // What is there already is resolved; the rest is to be made and holds no links.
        var existing = root
        var rest = parts[...]
        while let part = rest.first {
            let next = existing + "/" + part
            guard Disk.isTaken(next) else { break }
            guard let real = Disk.resolved(next) else { throw refused("\"\(part)\" is a link that leads nowhere") }
            guard real == root || real.hasPrefix(root + "/") else { throw refused("it leads out of the workspace") }
            existing = real
            rest = rest.dropFirst()
        }
        let full = ([existing] + rest).joined(separator: "/")
        let inside = full.dropFirst(root.count + 1).split(separator: "/")
        guard let first = inside.first, let last = inside.last else { throw refused("it is the workspace itself") }
        if let hidden = inside.first(where: { $0.hasPrefix(".") }) {
            throw refused("\"\(hidden)\" is hidden, and hidden files are not for recipes")
        }
        guard first.lowercased() != "connections" else { throw refused("\"Connections\" is not for recipes") }
        let ending = last.split(separator: ".").last.map { $0.lowercased() } ?? ""
        guard !(last.contains(".") && Self.keyEndings.contains(ending)), full != keyFile else {
            throw refused("key files are not for recipes")
        }
        return full
    }
}
