// `file.delete`, `file.move`, `file.list` and `file.exists`: files as names in folders.

import ConnectorKit
import Glibc
import JSONCore
import RecipeLanguage

/// `file.delete`: a repeat finds nothing to delete, which is no error.
struct DeleteFile: Action {
    let spec = OperationSpec(
        name: "delete", title: "Delete a file",
        summary: "Deletes a file or an empty folder; \"deleted\" is false when there was none.", effect: .idempotent,
        input: .object([FileInput.path]), output: .object([.boolean("deleted", required: true)]),
        examples: [["path": "inbox/done.csv"]])

    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON {
        let name = try input.filledText("path")
        let files = context.files
        return try await BlockingWork.run { _ in
            let path = try files.path(of: name)
            if unlink(path) == 0 || (errno == EISDIR && rmdir(path) == 0) { return ["deleted": true] }
            if errno == ENOENT { return ["deleted": false] }
            throw ConnectorError.file("delete", name, errno)
        }
    }
}

/// `file.move`: a repeat would find the source gone, so it is not one to repeat.
struct MoveFile: Action {
    let spec = OperationSpec(
        name: "move", title: "Move or rename a file",
        summary: "Gives a file another name or folder, in one move. Missing folders are made.", effect: .unsafe,
        input: .object([
            .string("from", required: true, "the file, relative to the workspace"),
            .string("to", required: true, "its new path, relative to the workspace"),
            .boolean("overwrite", "whether a file that is there is replaced; false when left out"),
        ]),
        output: .object([.string("path", required: true, "the new path")]),
        examples: [["from": "inbox/leads.csv", "to": "done/leads.csv"]])

    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON {
        let (from, to) = (try input.filledText("from"), try input.filledText("to"))
        let overwrite = try input.flag("overwrite")
        let files = context.files
        return try await BlockingWork.run { _ in
            let (source, target) = (try files.path(of: from), try files.path(of: to))
            guard let entry = FolderEntry(path: source, name: from) else {
                throw ConnectorError.file("move", from, ENOENT)
            }
            try FileWriting.makeFolders(to: target, name: to)
            if overwrite || entry.kind == "folder" {
                guard overwrite || access(target, F_OK) != 0 else { throw ConnectorError.file("move", to, EEXIST) }
                guard rename(source, target) == 0 else { throw ConnectorError.file("move", to, errno) }
            } else {
                guard FileWriting.giveSecondName(source, target) else { throw ConnectorError.file("move", to, errno) }
                guard unlink(source) == 0 || errno == ENOENT else { throw ConnectorError.file("move", from, errno) }
            }
            FileWriting.syncFolder(FileWriting.folderOf(target))
            FileWriting.syncFolder(FileWriting.folderOf(source))
            return ["path": .string(to)]
        }
    }
}

/// `file.exists`.
struct FileExists: Action {
    let spec = OperationSpec(
        name: "exists", title: "See whether a file is there",
        summary: "Says whether there is a file or folder, and how large it is.", effect: .read,
        input: .object([FileInput.path]),
        output: .object([
            .boolean("exists", required: true), .string("kind", "file or folder"), .integer("size", "bytes of a file"),
        ]), examples: [["path": "inbox/leads.csv"]])

    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON {
        let name = try input.filledText("path")
        let files = context.files
        return try await BlockingWork.run { _ in
            guard let entry = FolderEntry(path: try files.path(of: name), name: name) else {
                return ["exists": false, "kind": .null, "size": .null]
            }
            return [
                "exists": true, "kind": .string(entry.kind),
                "size": entry.kind == "file" ? .integer(entry.size) : .null,
            ]
        }
    }
}

/// `file.list`.
struct ListFiles: Action {
    static let mostEntries = 100_000
    static let deepest = 32

    let spec = OperationSpec(
        name: "list", title: "List a folder",
        summary: "Lists files and folders by name. Links and the workspace's own data and secrets are left out.",
        effect: .read,
        input: .object([
            .string("path", required: true, "the folder, relative to the workspace"),
            .string("suffix", "only files whose names end so, like .csv"),
            .boolean("recursive", "whether folders in it are gone through as well; false when left out"),
            .integer("limit", "the most entries; 1,000 when left out, at most 100,000"),
        ]),
        output: .object([
            .member("files", .array(FolderEntry.schema), required: true), .integer("count", required: true),
            .boolean("more", required: true, "whether there are further entries"),
        ]), examples: [["path": "inbox", "suffix": ".csv"]])

    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON {
        let folder = try input.filledText("path")
        let suffix = try input.text("suffix") ?? ""
        let recursive = try input.flag("recursive")
        let limit = try input.integer("limit", in: 1...Self.mostEntries) ?? 1_000
        let files = context.files
        return try await BlockingWork.run { flag in
            var found: [FolderEntry] = []
            var folders = [(name: folder, depth: 0)]
            while let next = folders.popLast(), found.count <= limit {
                try flag.check()
                let entries = try FolderEntry.all(in: next.name, files: files)
                found += entries.filter { suffix.isEmpty || ($0.kind == "file" && $0.name.hasSuffix(suffix)) }
                guard recursive, next.depth < Self.deepest else { continue }
                folders += entries.reversed().filter { $0.kind == "folder" }.map { ($0.name, next.depth + 1) }
            }
            let given = found.prefix(limit).map(\.json)
            return ["files": .array(given), "count": .integer(given.count), "more": .bool(found.count > limit)]
        }
    }
}

/// A file or folder with what the system knows about it.
struct FolderEntry {
    /// Relative to the workspace.
    let name: String
    /// `file` or `folder`.
    let kind: String
    /// Bytes.
    let size: Int
    /// Milliseconds since 1970 (UTC).
    let modified: Int

    static let schema = Schema.object([
        .string("path", required: true), .string("name", required: true), .string("kind", required: true),
        .integer("size", required: true, "bytes"),
        .string("modified", required: true, "when it was last written, in UTC"),
    ])

    /// nil when there is nothing, or something that is neither a file nor a folder.
    init?(path: String, name: String) {
        var state = stat()
        guard lstat(path, &state) == 0 else { return nil }
        switch state.st_mode & S_IFMT {
        case S_IFREG: kind = "file"
        case S_IFDIR: kind = "folder"
        default: return nil
        }
        self.name = name
        size = Int(state.st_size)
        modified = state.st_mtim.tv_sec * 1_000 + state.st_mtim.tv_nsec / 1_000_000
    }

    /// What is in a folder, by name; what the workspace keeps to itself is not shown.
    static func all(in folder: String, files: any WorkspaceFiles) throws -> [FolderEntry] {
        let path = try files.path(of: folder)
        guard let stream = opendir(path) else { throw ConnectorError.file("list", folder, errno) }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(validatingCString: $0) }
            }
            if let name, name != ".", name != ".." { names.append(name) }
        }
        return names.sorted().compactMap { name in
            let relative = "\(folder)/\(name)"
            return FolderEntry(path: "\(path)/\(name)", name: relative).flatMap {
                (try? files.path(of: relative)) == nil ? nil : $0
            }
        }
    }

    var json: JSON {
        [
            "path": .string(name), "name": .string(name.split(separator: "/").last.map(String.init) ?? name),
            "kind": .string(kind), "size": .integer(size),
            "modified": .string(InstantText.iso(Int64(modified))),
        ]
    }
}
