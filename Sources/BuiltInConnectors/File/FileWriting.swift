// Files of the workspace, written: whole files appear at once or not at all.

import ConnectorKit
import Glibc
import RecipeLanguage

/// Ways to write a file; `name` is as the recipe says it and `path` where it really is.
enum FileWriting {
    /// Replaces the file by `bytes` in one move, on disk before it returns. Folders on the way are made.
    /// - Parameter overwrite: when false, a file that is there is left and `conflict` thrown.
    /// - Parameter notes: `WorkspaceFiles.draftNotes`
    static func replace(
        _ path: String, name: String, with bytes: [UInt8], overwrite: Bool, notes: String? = nil
    ) throws {
        let draft = try FileDraft(path, name: name, overwrite: overwrite, notes: notes)
        defer { draft.discard() }
        try draft.write(bytes)
        try draft.commit()
    }

    /// Adds `bytes` at the end in one write, on disk before it returns.
    /// - Parameter bytes: made once it is known whether the file was empty.
    /// - Returns: the size of the file afterwards.
    static func append(_ path: String, name: String, _ bytes: (_ isNew: Bool) throws -> [UInt8]) throws -> Int {
        try makeFolders(to: path, name: name)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o644)
        guard descriptor >= 0 else { throw ConnectorError.file("append to", name, errno) }
        defer { close(descriptor) }
        // Two steps may append to one file at once; each takes the file for itself.
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else { throw ConnectorError.file("append to", name, errno) }
        }
        var state = stat()
        guard fstat(descriptor, &state) == 0, state.st_mode & S_IFMT == S_IFREG else {
            throw ConnectorError(type: "file", "\"\(name)\" is no file: it is a folder or a device")
        }
        let before = state.st_size
        do {
            try writeAll(bytes(before == 0), to: descriptor, name: name)
            guard fsync(descriptor) == 0 else { throw ConnectorError.file("append to", name, errno) }
        } catch {
            ftruncate(descriptor, before)  // half an addition is worse than none
            throw error
        }
        guard fstat(descriptor, &state) == 0 else { throw ConnectorError.file("append to", name, errno) }
        return Int(state.st_size)
    }

    /// Gives a file a second name, which fails (`EEXIST`) where a file is: none is ever replaced by accident.
    ///
    /// Where the file system has no second names the file is moved, after a look.
    static func giveSecondName(_ path: String, _ other: String) -> Bool {
        if link(path, other) == 0 { return true }
        guard errno == EPERM || errno == EOPNOTSUPP else { return false }
        guard access(other, F_OK) != 0 else {
            errno = EEXIST
            return false
        }
        return rename(path, other) == 0
    }

    /// The folder that holds `path`.
    static func folderOf(_ path: String) -> String {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
        return String(path[..<slash])
    }

    /// Makes the folders above `path` that are missing. `path` is inside the workspace, which is there.
    static func makeFolders(to path: String, name: String) throws(ConnectorError) {
        let folder = folderOf(path)
        if access(folder, F_OK) == 0 || folder == "/" { return }
        try makeFolders(to: folder, name: name)
        guard mkdir(folder, 0o755) == 0 || errno == EEXIST else { throw .file("write", name, errno) }
    }

    /// Makes a move or a new name in `folder` last. A file system that can't sync folders is no failure.
    static func syncFolder(_ folder: String) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    static func writeAll(_ bytes: [UInt8], to descriptor: CInt, name: String) throws {
        try bytes.withUnsafeBytes { all in
            var done = 0
            while done < all.count {
                let rest = UnsafeRawBufferPointer(rebasing: all[done...])
                let count = write(descriptor, rest.baseAddress, rest.count)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { throw ConnectorError.file("write", name, errno) }
                done += count
            }
        }
    }
}
