// `sftp.list`, `sftp.rename`, `sftp.delete` and `sftp.make_directory`: files as names in folders.

import ConnectorKit
import JSONCore
import RecipeLanguage

/// `sftp.list`.
struct ListSFTP: Action {
    static let mostEntries = 100_000
    static let deepest = 32

    let spec = OperationSpec(
        name: "list", title: "List a folder",
        summary: "Lists files and folders by path. Links are shown and not followed.", effect: .read,
        input: .object([
            .string("path", "the folder, relative to the connection's root; the root itself when left out"),
            .string("pattern", "only files whose names match: *.csv; * stands for any characters, ? for one"),
            .boolean("recursive", "whether folders in it are gone through as well; false when left out"),
            .integer("limit", "the most entries; 1,000 when left out, at most 100,000"),
        ]),
        output: .object([
            .member("files", .array(SFTPEntry.schema), required: true), .integer("count", required: true),
            .boolean("more", required: true, "whether there are further entries"),
        ]), examples: [["path": "out", "pattern": "*.csv"]])

    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON {
        let folder = try input.text("path") ?? ""
        try SFTPPath.check(folder, member: "path")
        let pattern = try input.text("pattern").map { NamePattern($0) }
        let recursive = try input.flag("recursive")
        let limit = try input.integer("limit", in: 1...Self.mostEntries) ?? 1_000
        return try await SFTPInput.run(context) { session, flag in
            var found: [SFTPEntry] = []
            var folders = [(path: folder, depth: 0)]
            while let next = folders.popLast(), found.count <= limit {
                var entries: [SFTPEntry] = []
                try session.list(next.path) { entry in
                    try flag.check()
                    entries.append(entry)
                    return entries.count <= Self.mostEntries
                }
                entries.sort { $0.path < $1.path }
                found += entries.filter { entry in
                    pattern.map { entry.kind == .file && $0.matches(entry.name) } ?? true
                }
                guard recursive, next.depth < Self.deepest else { continue }
                folders += entries.reversed().filter { $0.kind == .folder }.map { ($0.path, next.depth + 1) }
            }
            let given = found.prefix(limit).map(\.json)
            return ["files": .array(given), "count": .integer(given.count), "more": .bool(found.count > limit)]
        }
    }
}

/// `sftp.rename`: a repeat would find the source gone, so it is not one to repeat.
struct RenameSFTP: Action {
    let spec = OperationSpec(
        name: "rename", title: "Rename or move a file",
        summary: "Gives a file or folder another name or folder, in one move. What is there is not replaced.",
        effect: .unsafe,
        input: .object([
            .string("from", required: true, "the file, relative to the connection's root"),
            .string("to", required: true, "its new path, relative to the connection's root"),
        ]),
        output: .object([.string("path", required: true, "the new path")]),
        examples: [["from": "out/orders.csv", "to": "done/orders.csv"]])

    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON {
        let (from, to) = (try SFTPInput.path(input, "from"), try SFTPInput.path(input, "to"))
        return try await SFTPInput.run(context) { session, _ in
            if try session.entry(to, follows: false) != nil {
                throw ConnectorError(type: "conflict", "\"\(to)\" is there already")
            }
            try session.rename(from, to: to)
            return ["path": .string(to)]
        }
    }
}

/// `sftp.delete`: a repeat finds nothing to delete, which is no error.
struct DeleteSFTP: Action {
    let spec = OperationSpec(
        name: "delete", title: "Delete a file",
        summary: "Deletes a file or an empty folder; \"deleted\" is false when there was none.", effect: .idempotent,
        input: .object([SFTPInput.path]), output: .object([.boolean("deleted", required: true)]),
        examples: [["path": "out/orders.csv"]])

    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON {
        let path = try SFTPInput.path(input)
        return try await SFTPInput.run(context) { session, _ in
            guard let entry = try session.entry(path, follows: false) else { return ["deleted": false] }
            do {
                try entry.kind == .folder ? session.deleteFolder(path) : session.delete(path)
            } catch let error as ConnectorError where error.type == "not_found" {
                return ["deleted": false]
            } catch let error as ConnectorError where error.type == "refused" && entry.kind == .folder {
                // Servers of version 3 of SFTP have no word for it.
                throw ConnectorError(type: "conflict", "can't delete the folder \"\(path)\": it may not be empty")
            }
            return ["deleted": true]
        }
    }
}

/// `sftp.make_directory`: a folder that is there is no error.
struct MakeSFTPFolder: Action {
    let spec = OperationSpec(
        name: "make_directory", title: "Make a folder",
        summary: "Makes a folder and those on the way to it; \"made\" is false when it was there.", effect: .idempotent,
        input: .object([
            .string("path", required: true, "the folder, relative to the connection's root: done/2026")
        ]), output: .object([.boolean("made", required: true)]), examples: [["path": "done/2026"]])

    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON {
        let path = try SFTPInput.path(input)
        return try await SFTPInput.run(context) { session, _ in
            var folder = path.hasPrefix("/") ? "/" : ""
            var isMade = false
            for part in SFTPPath.parts(path) {
                folder = SFTPPath.joined(folder, part)
                isMade = false
                if try Self.isFolder(folder, session) { continue }
                do {
                    try session.makeFolder(folder)
                    isMade = true
                } catch let error as ConnectorError where error.type == "refused" || error.type == "conflict" {
                    // Someone else may have been quicker.
                    guard try Self.isFolder(folder, session) else { throw error }
                }
            }
            return ["made": .bool(isMade)]
        }
    }

    private static func isFolder(_ path: String, _ session: SFTPSession) throws -> Bool {
        guard let entry = try session.entry(path) else { return false }
        guard entry.kind == .folder else {
            throw ConnectorError(type: "conflict", "\"\(path)\" is there and is no folder")
        }
        return true
    }
}
